//! Domains that customers own already: brought in, watched, ordered with others, and nobody else's.

use crate::client::{Bench, Call, Reply, draft};
use e2e::StackConfig;
use sandbox::Fault;
use serde_json::{Value, json};

pub(crate) const OTHER: &str = "other@example.com";
pub(crate) const DAY: u64 = 24 * 60 * 60;

impl Bench {
    pub(crate) async fn bring(&self, token: &str, names: &[&str], status: u16) -> Reply {
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

    /// Brings `names` and sets their nameservers.
    pub(crate) async fn bring_connected(&self, token: &str, names: &[&str]) -> String {
        let id = self.bring(token, names, 202).await.data()["id"].as_str().unwrap().to_owned();
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
async fn an_import_tells_row_by_row_in_the_order_asked_and_which_nameservers_to_set() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let names = ["owned-b.com", "mail.acme.com", " Owned-A.com. ", "com.pl", "https://acme.com", "owned-b.com"];
    let view = bench.bring(&token, &names, 202).await.data();
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
    // The very same can be read again.
    assert_eq!(bench.import(&token, &id).await, view);
    assert_eq!(bench.import_calls(), ["/domains/import"]);
}

#[tokio::test]
async fn upstream_is_asked_at_its_pace_however_often_the_customer_looks() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.stack.sandbox.set_webhook_url(None);
    let id = bench.bring(&token, &["owned-a.com"], 202).await.data()["id"].as_str().unwrap().to_owned();
    for _ in 0..5 {
        assert_eq!(bench.import(&token, &id).await["status"], "in_progress");
        bench.advance(10).await;
    }
    assert_eq!(bench.import_calls().len(), 1, "{:?}", bench.import_calls());
    bench.advance(10).await;
    for _ in 0..5 {
        let view = bench.import(&token, &id).await;
        assert_eq!(statuses(&view), [("owned-a.com".to_owned(), "completed".to_owned())]);
    }
    assert_eq!(bench.import_calls().len(), 2);
    bench.advance(600).await;
    bench.import(&token, &id).await;
    assert_eq!(bench.import_calls().len(), 2, "what has ended is not asked about");
}

#[tokio::test]
async fn owned_and_registrable_domains_go_into_one_order_and_only_the_latter_cost() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.bring(&token, &["owned-a.com", "owned-b.io"], 202).await;
    let mix = ["acme-mail.com", "owned-a.com", "getacme.com", "owned-b.io"];
    let rows = bench.ask(&token, &mix, 200).await.data()["domains"].clone();
    let waiting = &rows[1];
    assert_eq!(
        (&waiting["available"], &waiting["owned"], &waiting["reason"], &waiting["checked"]),
        (&json!(false), &json!(true), &json!("not_connected"), &json!(true))
    );
    let refused = bench.place(&token, &draft(&mix), 400).await;
    assert_eq!(refused.findings(), ["domains[1] domain_not_connected", "domains[3] domain_not_connected"]);

    bench.advance(60).await;
    let quote = Call::post("/v1/quotes").bearer(&token).json(&json!({ "domains": mix }));
    let quote = bench.send(quote, 200).await.data();
    assert_eq!((&quote["total_cents"], &quote["renewal_total_cents"]), (&json!(2_600), &json!(3_000)));
    let rows = bench.ask(&token, &mix, 200).await.data()["domains"].clone();
    assert_eq!(
        rows[1],
        json!({"domain": "owned-a.com", "available": true, "owned": true, "price_cents": 0, "renewal_price_cents": 0,
               "currency": "usd", "usable_for": ["google", "microsoft"], "premium": false, "checked": true})
    );
    let mut body = draft(&mix);
    body["quote"] = quote["token"].clone();
    let receipt = bench.place(&token, &body, 201).await.data();
    // Two registrations at 1300, three Google domains of two inboxes at 100, one Microsoft licence at 900.
    assert_eq!(receipt["costs"]["total_cents"], 4_100);
    let upstream = &bench.stack.sandbox.orders()[0]["domains"];
    assert_eq!(upstream["imported"], json!(["owned-a.com", "owned-b.io"]));
}

#[tokio::test]
async fn a_domain_below_a_countrys_second_level_is_brought_and_ordered() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.bring_connected(&token, &["owned.com.pl"]).await;
    let mix = ["owned.com.pl", "getacme.com", "acme-hq.com", "tryacme.com"];
    bench.place(&token, &draft(&mix), 201).await;
    assert_eq!(bench.stack.sandbox.orders()[0]["domains"]["imported"], json!(["owned.com.pl"]));
    let view = bench.bring(&token, &["acme.github.io", "com.pl", "mail.owned.com.pl"], 200).await.data();
    let reasons: Vec<&Value> = view["domains"].as_array().unwrap().iter().map(|row| &row["reason"]).collect();
    assert_eq!(reasons, ["registry_not_supported", "domain_is_ending", "not_root_domain"]);
}

#[tokio::test]
async fn a_domain_below_an_ending_that_only_the_public_suffix_list_has_is_brought_and_ordered() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.bring_connected(&token, &["Owned.oslo.no"]).await;
    let mix = ["owned.oslo.no", "getacme.com", "acme-hq.com", "tryacme.com"];
    let names = ["owned.oslo.no", "mail.owned.oslo.no", "other.oslo.no"];
    let rows = bench.ask(&token, &names, 200).await.data()["domains"].clone();
    assert_eq!((&rows[0]["available"], &rows[0]["owned"]), (&json!(true), &json!(true)));
    assert_eq!((&rows[1]["reason"], &rows[2]["reason"]), (&json!("invalid"), &json!("tld_not_offered")));
    let quote = Call::post("/v1/quotes").bearer(&token).json(&json!({ "domains": mix }));
    let quote = bench.send(quote, 200).await.data();
    let mut body = draft(&mix);
    body["forwarding_url"] = json!("https://www.owned.oslo.no");
    assert_eq!(bench.place(&token, &body, 400).await.findings(), ["forwarding_url redirect_to_itself"]);
    body = draft(&mix);
    body["quote"] = quote["token"].clone();
    let id = bench.place(&token, &body, 201).await.data()["id"].as_str().unwrap().to_owned();
    assert_eq!(bench.stack.sandbox.orders()[0]["domains"]["imported"], json!(["owned.oslo.no"]));
    bench.advance(6).await;
    let view = bench.order(&token, &id).await;
    let row = view["domains"].as_array().unwrap().iter().find(|row| row["domain"] == "owned.oslo.no").unwrap();
    assert_eq!((&view["status"], &row["status"]), (&json!("completed"), &json!("connected")));
    let kinds: Vec<&Value> = view["timeline"].as_array().unwrap().iter().map(|entry| &entry["domain"]).collect();
    assert!(kinds.contains(&&json!("owned.oslo.no")), "{kinds:?}");
    let theirs = bench.session_of("ses_2", OTHER);
    assert_eq!(bench.ask(&theirs, &["owned.oslo.no"], 200).await.data()["domains"][0]["reason"], "taken");
    let cancel = Call::post(&format!("/v1/orders/{id}/cancel")).bearer(&bench.stack.values.partner_key);
    bench.send(cancel.json(&json!({"domains": ["owned.oslo.no"]})), 200).await;
}

#[tokio::test]
async fn an_order_of_ninety_domains_may_hold_ten_that_are_owned() {
    let bench = Bench::start().await;
    let mut claims = bench.claims("ses_90");
    claims["plan"] = json!({"google_licenses": 160, "microsoft_licenses": 10});
    let token = bench.sign(&claims);
    let owned: Vec<String> = (0..10).map(|n| format!("owned-{n}.com")).collect();
    let owned: Vec<&str> = owned.iter().map(String::as_str).collect();
    bench.bring_connected(&token, &owned).await;
    let bought: Vec<String> = (0..80).map(|n| format!("acme-{n:02}.com")).collect();
    let all: Vec<&str> = owned.iter().copied().chain(bought.iter().map(String::as_str)).collect();
    let receipt = bench.place(&token, &draft(&all), 201).await.data();
    assert_eq!(receipt["domain_count"], 90);
    assert_eq!(receipt["costs"]["total_cents"], 80 * 1_300 + 160 * 100 + 10 * 900);
    assert_eq!(bench.stack.sandbox.orders()[0]["domains"]["imported"].as_array().unwrap().len(), 10);
    bench.advance(6).await;
    let view = bench.order(&token, receipt["id"].as_str().unwrap()).await;
    assert_eq!((&view["status"], view["domains"].as_array().unwrap().len()), (&json!("completed"), 90));
}

#[tokio::test]
async fn another_customers_domain_can_be_neither_read_nor_brought_nor_ordered() {
    let bench = Bench::start().await;
    let mine = bench.session("ses_1");
    let id = bench.bring_connected(&mine, &["owned-a.com"]).await;
    let theirs = bench.session_of("ses_2", OTHER);
    let look = bench.send(Call::get(&format!("/v1/domains/import/{id}")).bearer(&theirs), 404).await;
    assert_eq!(look.code(), "import_not_found");
    let find = bench.send(Call::get("/v1/domains/import?domains=owned-a.com").bearer(&theirs), 404).await;
    assert_eq!(find.code(), "import_not_found");
    bench.stack.sandbox.forget_received();
    let view = bench.bring(&theirs, &["owned-a.com"], 200).await.data();
    assert_eq!((&view["id"], &view["status"]), (&Value::Null, &json!("failed")));
    assert_eq!(view["domains"][0]["reason"], "taken");
    assert!(bench.stack.sandbox.received().is_empty(), "nothing about it was asked upstream");
    assert_eq!(bench.ask(&theirs, &["owned-a.com"], 200).await.data()["domains"][0]["reason"], "taken");
    let order = draft(&["acme-mail.com", "getacme.com", "acme-hq.com", "owned-a.com"]);
    assert_eq!(bench.place(&theirs, &order, 400).await.findings(), ["domains[3] domain_unavailable"]);
    // Together with one of their own, theirs goes on and mine does not.
    let view = bench.bring(&theirs, &["owned-a.com", "owned-z.com"], 202).await.data();
    let told = [("owned-a.com".to_owned(), "failed".to_owned()), ("owned-z.com".to_owned(), "in_progress".to_owned())];
    assert_eq!(statuses(&view), told);
}

#[tokio::test]
async fn what_the_partner_had_in_its_inventory_is_not_given_to_who_asks_for_it() {
    let bench = Bench::start().await;
    let job = bench.beside("/domains/import", &json!({"domains": ["spare-acme.com"]})).await;
    assert!(bench.stack.sandbox.switch_nameservers(job["id"].as_str().unwrap()));
    bench.advance(DAY).await;
    let token = bench.session("ses_1");
    for names in [&["spare-acme.com"][..], &["spare-acme.com", "owned-a.com"]] {
        let view =
            bench.exchange(Call::post("/v1/domains/import").bearer(&token).json(&json!({"domains": names}))).await;
        assert_eq!(view.data()["domains"][0]["reason"], "taken", "{}", view.text);
        assert_eq!(bench.ask(&token, &["spare-acme.com"], 200).await.data()["domains"][0]["reason"], "taken");
    }
}

#[tokio::test]
async fn a_claim_that_ran_out_unseen_is_not_given_away_once_the_domain_is_connected() {
    let bench = Bench::start().await;
    bench.stack.sandbox.set_webhook_url(None);
    let owner = bench.session_of("ses_1", OTHER);
    let id = bench.bring(&owner, &["owned-a.com"], 202).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(8 * DAY).await;
    // The table does not know that it was connected: nobody has looked, and no event came.
    let stranger = bench.session("ses_2");
    assert_eq!(bench.bring(&stranger, &["owned-a.com"], 200).await.data()["domains"][0]["reason"], "taken");
    assert_eq!(bench.ask(&stranger, &["owned-a.com"], 200).await.data()["domains"][0]["reason"], "taken");
    assert_eq!(bench.import(&bench.session_of("ses_3", OTHER), &id).await["status"], "completed");
}

#[tokio::test]
async fn a_lost_id_is_found_by_its_domains() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let first = bench.bring(&token, &["owned-a.com", "owned-b.com"], 202).await.data();
    let second = bench.bring(&token, &["owned-c.com"], 202).await.data();
    let find = |names: &str| Call::get(&format!("/v1/domains/import?domains={names}")).bearer(&token);
    let found = bench.send(find("owned-b.com,owned-a.com"), 202).await.data();
    assert_eq!(found["id"], first["id"]);
    assert_eq!(statuses(&found)[0].0, "owned-b.com", "in the order asked");
    assert_eq!(bench.send(find("OWNED-C.com"), 202).await.data()["id"], second["id"]);
    assert_eq!(bench.send(find("owned-x.com"), 404).await.code(), "import_not_found");
    assert_eq!(bench.send(find(""), 400).await.findings(), ["domains empty_parameter", "domains out_of_range"]);
}

#[tokio::test]
async fn up_to_25_domains_are_imported_at_once_and_up_to_500_as_a_job() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let names =
        |from: usize, count: usize| -> Vec<String> { (from..from + count).map(|n| format!("own-{n}.com")).collect() };
    for (names, path) in [
        (names(0, 25), "/domains/import"),
        (names(100, 26), "/domains/import/jobs"),
        (names(200, 500), "/domains/import/jobs"),
    ] {
        let token = bench.session_of(&format!("ses_{}", names.len()), &format!("{}@example.com", names.len()));
        bench.stack.sandbox.forget_received();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let view = bench.bring(&token, &names, 202).await.data();
        assert_eq!(view["domains"].as_array().unwrap().len(), names.len());
        assert_eq!(bench.import_calls(), [path]);
    }
    let many = names(0, 501);
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(bench.bring(&token, &many, 400).await.findings(), ["domains out_of_range"]);
    assert_eq!(bench.bring(&token, &[], 400).await.findings(), ["domains out_of_range"]);
}

#[tokio::test]
async fn an_upstream_without_room_for_a_sync_import_takes_it_as_a_job() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.stack.sandbox.fail_next(Fault {
        status: Some(429),
        retry_after_seconds: Some(30),
        reason: Some("cloudflare_account_capacity".to_owned()),
        ..Fault::on("POST", "/domains/import")
    });
    bench.bring(&token, &["owned-a.com"], 202).await;
    assert_eq!(bench.import_calls(), ["/domains/import", "/domains/import/jobs"]);
}

#[tokio::test]
async fn imports_count_against_the_sessions_budget() {
    let bench = Bench::with(StackConfig { session_calls: 2, ..StackConfig::paused() }).await;
    let token = bench.session("ses_1");
    let id = bench.bring(&token, &["owned-a.com"], 202).await.data()["id"].as_str().unwrap().to_owned();
    bench.bring(&token, &["owned-b.com"], 202).await;
    assert_eq!(bench.bring(&token, &["owned-c.com"], 429).await.code(), "session_budget_spent");
    // What is known without asking upstream is still told.
    bench.stack.sandbox.set_webhook_url(None);
    bench.advance(120).await;
    bench.import(&token, &id).await;
    assert_eq!(bench.import_calls().len(), 2);
}

#[tokio::test]
async fn a_body_of_another_shape_is_refused_with_everything_that_is_wrong() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let body = json!({"domains": ["owned-a.com", 7, null], "user": "x"});
    let reply = bench.send(Call::post("/v1/domains/import").bearer(&token).json(&body), 400).await;
    assert_eq!(reply.findings(), ["domains[1] wrong_type", "domains[2] wrong_type", "user unknown_field"]);
    let key = &bench.stack.values.partner_key;
    let reply =
        bench.send(Call::post("/v1/domains/import").bearer(key).json(&json!({"domains": ["a.com"]})), 401).await;
    assert_eq!(reply.code(), "session_malformed");
    bench.send(Call::get("/v1/domains/import/imp_none").bearer(&token), 404).await;
    bench.send(Call::get("/v1/domains/import/imp%23x").bearer(&token), 404).await;
}
