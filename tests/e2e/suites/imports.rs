//! Domains that customers already own: imported, watched, ordered with new ones, and inaccessible to other customers.

use crate::client::{Call, Harness, Reply, draft};
use e2e::StackConfig;
use sandbox::Fault;
use serde_json::{Value, json};

pub(crate) const OTHER: &str = "other@example.com";
pub(crate) const DAY: u64 = 24 * 60 * 60;

impl Harness {
    pub(crate) async fn start_import(&self, token: &str, names: &[&str], status: u16) -> Reply {
        let call = Call::post("/v1/domains/import").bearer(token).json(&json!({ "domains": names }));
        self.send(call, status).await
    }

    pub(crate) async fn import(&self, token: &str, id: &str) -> Value {
        let reply = self.exchange(Call::get(&format!("/v1/domains/import/{id}")).bearer(token)).await;
        assert!(matches!(reply.status, 200 | 202), "{}", reply.text);
        reply.data()
    }

    pub(crate) fn session_of(&self, id: &str, customer: &str) -> String {
        let mut claims = self.claims(id);
        claims["sub"] = json!(customer);
        self.sign(&claims)
    }

    /// Imports `names` and sets their nameservers.
    pub(crate) async fn import_connected(&self, token: &str, names: &[&str]) -> String {
        let id = self.start_import(token, names, 202).await.data()["id"].as_str().unwrap().to_owned();
        assert!(self.stack.sandbox.switch_nameservers(&id));
        self.advance(60).await;
        assert_eq!(self.import(token, &id).await["status"], "completed");
        id
    }

    fn import_calls(&self) -> Vec<String> {
        let mut calls = [self.upstream_calls("POST"), self.upstream_calls("GET")].concat();
        calls.retain(|path| path.starts_with("/domains/import"));
        calls
    }
}

pub(crate) fn statuses(view: &Value) -> Vec<(String, String)> {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    view["domains"].as_array().unwrap().iter().map(|row| (text(row, "domain"), text(row, "status"))).collect()
}

#[tokio::test]
async fn import_lists_rows_in_request_order_with_nameservers() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let names = ["owned-b.com", "mail.acme.com", " Owned-A.com. ", "com.pl", "https://acme.com", "owned-b.com"];
    let view = harness.start_import(&token, &names, 202).await.data();
    let id = view["id"].as_str().unwrap().to_owned();
    let mut rows = view["domains"].clone();
    for row in rows.as_array_mut().unwrap() {
        let has_message = row.as_object_mut().unwrap().remove("message").is_some();
        assert_eq!(has_message, row["reason"].is_string(), "{row}");
    }
    assert_eq!(
        rows,
        json!([
            {"domain": "owned-b.com", "status": "in_progress"},
            {"domain": "mail.acme.com", "status": "failed", "reason": "not_root_domain"},
            {"domain": "owned-a.com", "status": "in_progress"},
            {"domain": "com.pl", "status": "failed", "reason": "domain_is_ending"},
            {"domain": "https://acme.com", "status": "failed", "reason": "domain_is_url"},
            {"domain": "owned-b.com", "status": "in_progress"},
        ])
    );
    let nameservers = json!(["helena.ns.cloudflare.com", "idris.ns.cloudflare.com"]);
    assert_eq!(
        view["nameserver_groups"],
        json!([{"nameservers": nameservers, "domains": ["owned-a.com", "owned-b.com"]}])
    );
    assert_eq!((&view["status"], &view["poll_after_seconds"]), (&json!("in_progress"), &json!(60)));
    // A second read returns the same.
    assert_eq!(harness.import(&token, &id).await, view);
    assert_eq!(harness.import_calls(), ["/domains/import"]);
}

#[tokio::test]
async fn upstream_pace_holds_however_often_customers_poll() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.stack.sandbox.set_webhook_url(None);
    let id = harness.start_import(&token, &["owned-a.com"], 202).await.data()["id"].as_str().unwrap().to_owned();
    for _ in 0..5 {
        assert_eq!(harness.import(&token, &id).await["status"], "in_progress");
        harness.advance(10).await;
    }
    assert_eq!(harness.import_calls().len(), 1, "{:?}", harness.import_calls());
    harness.advance(10).await;
    for _ in 0..5 {
        let view = harness.import(&token, &id).await;
        assert_eq!(statuses(&view), [("owned-a.com".to_owned(), "completed".to_owned())]);
    }
    assert_eq!(harness.import_calls().len(), 2);
    harness.advance(600).await;
    harness.import(&token, &id).await;
    assert_eq!(harness.import_calls().len(), 2, "what has ended is not asked about");
}

#[tokio::test]
async fn order_mixes_owned_and_new_domains_and_charges_new_ones() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.start_import(&token, &["owned-a.com", "owned-b.io"], 202).await;
    let mix = ["acme-mail.com", "owned-a.com", "getacme.com", "owned-b.io"];
    let rows = harness.ask(&token, &mix, 200).await.data()["domains"].clone();
    let waiting = &rows[1];
    assert_eq!(
        (&waiting["available"], &waiting["owned"], &waiting["reason"], &waiting["checked"]),
        (&json!(false), &json!(true), &json!("not_connected"), &json!(true))
    );
    let refused = harness.place(&token, &draft(&mix), 400).await;
    assert_eq!(refused.findings(), ["domains[1] domain_not_connected", "domains[3] domain_not_connected"]);

    harness.advance(60).await;
    let quote = Call::post("/v1/quotes").bearer(&token).json(&json!({ "domains": mix }));
    let quote = harness.send(quote, 200).await.data();
    assert_eq!((&quote["total_cents"], &quote["renewal_total_cents"]), (&json!(2_600), &json!(3_000)));
    let rows = harness.ask(&token, &mix, 200).await.data()["domains"].clone();
    assert_eq!(
        rows[1],
        json!({"domain": "owned-a.com", "available": true, "owned": true, "price_cents": 0, "renewal_price_cents": 0,
               "currency": "usd", "usable_for": ["google", "microsoft"], "premium": false, "checked": true})
    );
    let mut body = draft(&mix);
    body["quote"] = quote["token"].clone();
    let receipt = harness.place(&token, &body, 201).await.data();
    // Two registrations at 1300, three Google domains of two inboxes at 100, one Microsoft licence at 900.
    assert_eq!(receipt["costs"]["total_cents"], 4_100);
    let upstream = &harness.stack.sandbox.orders()[0]["domains"];
    assert_eq!(upstream["imported"], json!(["owned-a.com", "owned-b.io"]));
}

#[tokio::test]
async fn domain_under_a_second_level_registry_can_be_ordered() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.import_connected(&token, &["owned.com.pl"]).await;
    let mix = ["owned.com.pl", "getacme.com", "acme-hq.com", "tryacme.com"];
    harness.place(&token, &draft(&mix), 201).await;
    assert_eq!(harness.stack.sandbox.orders()[0]["domains"]["imported"], json!(["owned.com.pl"]));
    let view = harness.start_import(&token, &["acme.github.io", "com.pl", "mail.owned.com.pl"], 200).await.data();
    let reasons: Vec<&Value> = view["domains"].as_array().unwrap().iter().map(|row| &row["reason"]).collect();
    assert_eq!(reasons, ["registry_not_supported", "domain_is_ending", "not_root_domain"]);
}

#[tokio::test]
async fn domain_under_a_listed_public_suffix_can_be_ordered() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.import_connected(&token, &["Owned.oslo.no"]).await;
    let mix = ["owned.oslo.no", "getacme.com", "acme-hq.com", "tryacme.com"];
    let names = ["owned.oslo.no", "mail.owned.oslo.no", "other.oslo.no"];
    let rows = harness.ask(&token, &names, 200).await.data()["domains"].clone();
    assert_eq!((&rows[0]["available"], &rows[0]["owned"]), (&json!(true), &json!(true)));
    assert_eq!((&rows[1]["reason"], &rows[2]["reason"]), (&json!("invalid"), &json!("tld_not_offered")));
    let quote = Call::post("/v1/quotes").bearer(&token).json(&json!({ "domains": mix }));
    let quote = harness.send(quote, 200).await.data();
    let mut body = draft(&mix);
    body["forwarding_url"] = json!("https://www.owned.oslo.no");
    assert_eq!(harness.place(&token, &body, 400).await.findings(), ["forwarding_url redirect_to_itself"]);
    body = draft(&mix);
    body["quote"] = quote["token"].clone();
    let id = harness.place(&token, &body, 201).await.data()["id"].as_str().unwrap().to_owned();
    assert_eq!(harness.stack.sandbox.orders()[0]["domains"]["imported"], json!(["owned.oslo.no"]));
    harness.advance(6).await;
    let view = harness.order(&token, &id).await;
    let row = view["domains"].as_array().unwrap().iter().find(|row| row["domain"] == "owned.oslo.no").unwrap();
    assert_eq!((&view["status"], &row["status"]), (&json!("completed"), &json!("connected")));
    let kinds: Vec<&Value> = view["timeline"].as_array().unwrap().iter().map(|entry| &entry["domain"]).collect();
    assert!(kinds.contains(&&json!("owned.oslo.no")), "{kinds:?}");
    let theirs = harness.session_of("ses_2", OTHER);
    assert_eq!(harness.ask(&theirs, &["owned.oslo.no"], 200).await.data()["domains"][0]["reason"], "taken");
    let cancel = Call::post(&format!("/v1/orders/{id}/cancel")).bearer(&harness.stack.values.partner_key);
    harness.send(cancel.json(&json!({"domains": ["owned.oslo.no"]})), 200).await;
}

#[tokio::test]
async fn order_of_90_domains_may_contain_10_owned() {
    let harness = Harness::start().await;
    let mut claims = harness.claims("ses_90");
    claims["plan"] = json!({"google_licenses": 160, "microsoft_licenses": 10});
    let token = harness.sign(&claims);
    let owned: Vec<String> = (0..10).map(|n| format!("owned-{n}.com")).collect();
    let owned: Vec<&str> = owned.iter().map(String::as_str).collect();
    harness.import_connected(&token, &owned).await;
    let bought: Vec<String> = (0..80).map(|n| format!("acme-{n:02}.com")).collect();
    let all: Vec<&str> = owned.iter().copied().chain(bought.iter().map(String::as_str)).collect();
    let receipt = harness.place(&token, &draft(&all), 201).await.data();
    assert_eq!(receipt["domain_count"], 90);
    assert_eq!(receipt["costs"]["total_cents"], 80 * 1_300 + 160 * 100 + 10 * 900);
    assert_eq!(harness.stack.sandbox.orders()[0]["domains"]["imported"].as_array().unwrap().len(), 10);
    harness.advance(6).await;
    let view = harness.order(&token, receipt["id"].as_str().unwrap()).await;
    assert_eq!((&view["status"], view["domains"].as_array().unwrap().len()), (&json!("completed"), 90));
}

#[tokio::test]
async fn domain_of_another_customer_is_inaccessible() {
    let harness = Harness::start().await;
    let mine = harness.session("ses_1");
    let id = harness.import_connected(&mine, &["owned-a.com"]).await;
    let theirs = harness.session_of("ses_2", OTHER);
    let look = harness.send(Call::get(&format!("/v1/domains/import/{id}")).bearer(&theirs), 404).await;
    assert_eq!(look.code(), "import_not_found");
    let find = harness.send(Call::get("/v1/domains/import?domains=owned-a.com").bearer(&theirs), 404).await;
    assert_eq!(find.code(), "import_not_found");
    harness.stack.sandbox.forget_received();
    let view = harness.start_import(&theirs, &["owned-a.com"], 200).await.data();
    assert_eq!((&view["id"], &view["status"]), (&Value::Null, &json!("failed")));
    assert_eq!(view["domains"][0]["reason"], "taken");
    assert!(harness.stack.sandbox.received().is_empty(), "nothing about it was asked upstream");
    assert_eq!(harness.ask(&theirs, &["owned-a.com"], 200).await.data()["domains"][0]["reason"], "taken");
    let order = draft(&["acme-mail.com", "getacme.com", "acme-hq.com", "owned-a.com"]);
    assert_eq!(harness.place(&theirs, &order, 400).await.findings(), ["domains[3] domain_unavailable"]);
    // Beside one of their own domains, theirs continues and the other is refused.
    let view = harness.start_import(&theirs, &["owned-a.com", "owned-z.com"], 202).await.data();
    let expected =
        [("owned-a.com".to_owned(), "failed".to_owned()), ("owned-z.com".to_owned(), "in_progress".to_owned())];
    assert_eq!(statuses(&view), expected);
}

#[tokio::test]
async fn inventory_of_the_partner_is_not_given_to_customers() {
    let harness = Harness::start().await;
    let job = harness.beside("/domains/import", &json!({"domains": ["spare-acme.com"]})).await;
    assert!(harness.stack.sandbox.switch_nameservers(job["id"].as_str().unwrap()));
    harness.advance(DAY).await;
    let token = harness.session("ses_1");
    for names in [&["spare-acme.com"][..], &["spare-acme.com", "owned-a.com"]] {
        let view =
            harness.exchange(Call::post("/v1/domains/import").bearer(&token).json(&json!({"domains": names}))).await;
        assert_eq!(view.data()["domains"][0]["reason"], "taken", "{}", view.text);
        assert_eq!(harness.ask(&token, &["spare-acme.com"], 200).await.data()["domains"][0]["reason"], "taken");
    }
}

#[tokio::test]
async fn expired_claim_stays_once_the_domain_is_connected() {
    let harness = Harness::start().await;
    harness.stack.sandbox.set_webhook_url(None);
    let owner = harness.session_of("ses_1", OTHER);
    let id = harness.start_import(&owner, &["owned-a.com"], 202).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(8 * DAY).await;
    // The table has no record of the connection: there was neither a read nor an event.
    let stranger = harness.session("ses_2");
    assert_eq!(harness.start_import(&stranger, &["owned-a.com"], 200).await.data()["domains"][0]["reason"], "taken");
    assert_eq!(harness.ask(&stranger, &["owned-a.com"], 200).await.data()["domains"][0]["reason"], "taken");
    assert_eq!(harness.import(&harness.session_of("ses_3", OTHER), &id).await["status"], "completed");
}

#[tokio::test]
async fn import_is_found_by_its_domains() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let first = harness.start_import(&token, &["owned-a.com", "owned-b.com"], 202).await.data();
    let second = harness.start_import(&token, &["owned-c.com"], 202).await.data();
    let find = |names: &str| Call::get(&format!("/v1/domains/import?domains={names}")).bearer(&token);
    let found = harness.send(find("owned-b.com,owned-a.com"), 202).await.data();
    assert_eq!(found["id"], first["id"]);
    assert_eq!(statuses(&found)[0].0, "owned-b.com", "in the order asked");
    assert_eq!(harness.send(find("OWNED-C.com"), 202).await.data()["id"], second["id"]);
    assert_eq!(harness.send(find("owned-x.com"), 404).await.code(), "import_not_found");
    assert_eq!(harness.send(find(""), 400).await.findings(), ["domains empty_parameter", "domains out_of_range"]);
}

#[tokio::test]
async fn imports_25_domains_directly_and_500_as_a_job() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let names =
        |from: usize, count: usize| -> Vec<String> { (from..from + count).map(|n| format!("own-{n}.com")).collect() };
    for (names, path) in [
        (names(0, 25), "/domains/import"),
        (names(100, 26), "/domains/import/jobs"),
        (names(200, 500), "/domains/import/jobs"),
    ] {
        let token = harness.session_of(&format!("ses_{}", names.len()), &format!("{}@example.com", names.len()));
        harness.stack.sandbox.forget_received();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let view = harness.start_import(&token, &names, 202).await.data();
        assert_eq!(view["domains"].as_array().unwrap().len(), names.len());
        assert_eq!(harness.import_calls(), [path]);
    }
    let many = names(0, 501);
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(harness.start_import(&token, &many, 400).await.findings(), ["domains out_of_range"]);
    assert_eq!(harness.start_import(&token, &[], 400).await.findings(), ["domains out_of_range"]);
}

#[tokio::test]
async fn busy_synchronous_import_falls_back_to_a_job() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.stack.sandbox.fail_next(Fault {
        status: Some(429),
        retry_after_seconds: Some(30),
        reason: Some("cloudflare_account_capacity".to_owned()),
        ..Fault::on("POST", "/domains/import")
    });
    harness.start_import(&token, &["owned-a.com"], 202).await;
    assert_eq!(harness.import_calls(), ["/domains/import", "/domains/import/jobs"]);
}

#[tokio::test]
async fn imports_count_against_the_session_budget() {
    let harness = Harness::with(StackConfig { session_calls: 2, ..StackConfig::paused() }).await;
    let token = harness.session("ses_1");
    let id = harness.start_import(&token, &["owned-a.com"], 202).await.data()["id"].as_str().unwrap().to_owned();
    harness.start_import(&token, &["owned-b.com"], 202).await;
    assert_eq!(harness.start_import(&token, &["owned-c.com"], 429).await.code(), "session_budget_spent");
    // Facts known without upstream are still returned.
    harness.stack.sandbox.set_webhook_url(None);
    harness.advance(120).await;
    harness.import(&token, &id).await;
    assert_eq!(harness.import_calls().len(), 2);
}

#[tokio::test]
async fn body_of_another_shape_is_refused_with_all_problems() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let body = json!({"domains": ["owned-a.com", 7, null], "user": "x"});
    let reply = harness.send(Call::post("/v1/domains/import").bearer(&token).json(&body), 400).await;
    assert_eq!(reply.findings(), ["domains[1] wrong_type", "domains[2] wrong_type", "user unknown_field"]);
    let key = &harness.stack.values.partner_key;
    let reply =
        harness.send(Call::post("/v1/domains/import").bearer(key).json(&json!({"domains": ["a.com"]})), 401).await;
    assert_eq!(reply.code(), "session_malformed");
    harness.send(Call::get("/v1/domains/import/imp_none").bearer(&token), 404).await;
    harness.send(Call::get("/v1/domains/import/imp%23x").bearer(&token), 404).await;
}
