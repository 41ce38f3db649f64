//! Complete orders under each interpretation of upstream's documentation, one at a time and all together.

use crate::client::{CUSTOMER, Call, FOUR, Harness, draft};
use crate::imports::{DAY, OTHER};
use e2e::StackConfig;
use sandbox::{ActionReading, InboxForm, InventoryUses, Readings};
use serde_json::{Value, json};

/// Seconds after which availability is stale.
const AGED: u64 = 301;
/// A URL without a server.
const NOWHERE: &str = "http://127.0.0.1:9/";

async fn under(readings: Readings) -> Harness {
    Harness::with(StackConfig { import_switch: None, readings, ..StackConfig::paused() }).await
}

impl Harness {
    /// A session minted by the partner.
    async fn minted(&self, customer: &str, plan: &Value) -> String {
        let body = json!({"customer": customer, "plan": plan});
        let minted = self.as_partner("POST", "/v1/sessions", Some(&body), 201).await.data();
        minted["token"].as_str().unwrap().to_owned()
    }

    fn bundle(&self) -> Value {
        json!({"bundle_id": self.stack.bundle_id()})
    }

    async fn quote_token(&self, token: &str, names: &[&str]) -> Value {
        let call = Call::post("/v1/quotes").bearer(token).json(&json!({ "domains": names }));
        self.send(call, 200).await.data()["token"].clone()
    }

    /// Looks up names, gets a quote and orders `body`. Returns the order's id.
    async fn order_with_quote(&self, token: &str, names: &[&str], mut body: Value) -> String {
        let rows = self.ask(token, names, 200).await.data()["domains"].clone();
        assert!(rows.as_array().unwrap().iter().all(|row| row["available"] == true), "{rows}");
        body["quote"] = self.quote_token(token, names).await;
        self.place(token, &body, 201).await.data()["id"].as_str().unwrap().to_owned()
    }

    async fn expect_completed(&self, token: &str, id: &str, domains: usize) -> Value {
        let view = self.order(token, id).await;
        assert_eq!((&view["status"], &view["final"]), (&json!("completed"), &json!(true)), "{view}");
        assert_eq!(view["domains"].as_array().map(Vec::len), Some(domains));
        assert_eq!(view["pending_actions"], json!([]));
        assert_eq!(self.orders_sent(), self.stack.sandbox.orders().len());
        view
    }
}

fn reasons(rows: &Value) -> Vec<&str> {
    rows.as_array().unwrap().iter().map(|row| row["reason"].as_str().unwrap_or_default()).collect()
}

/// A draft with personas that have unreachable pictures.
fn with_pictures(names: &[&str], people: usize) -> Value {
    let person = |n: usize| {
        let picture = format!("https://cdn.acme.com/unreachable-{n}.jpg");
        let letter = char::from(b'A' + u8::try_from(n).unwrap());
        json!({"first_name": format!("Sam {letter}."), "last_name": "Lee", "profile_picture_url": picture})
    };
    let mut body = draft(names);
    body["personas"] = (0..people).map(person).collect();
    body
}

#[tokio::test]
async fn stale_availability_is_checked_again() {
    let harness = under(Readings { answers_age: true, ..Readings::default() }).await;
    let token = harness.minted(CUSTOMER, &harness.bundle()).await;
    let rows = harness.ask(&token, &FOUR, 200).await.data()["domains"].clone();
    assert_eq!(reasons(&rows), [""; 4]);
    harness.advance(AGED).await;
    let rows = harness.ask(&token, &FOUR, 200).await.data()["domains"].clone();
    assert_eq!(reasons(&rows), ["stale"; 4]);
    assert!(rows.as_array().unwrap().iter().all(|row| row["checked"] == false), "{rows}");
    let rows = harness.ask(&token, &FOUR, 200).await.data()["domains"].clone();
    assert_eq!(reasons(&rows), [""; 4]);
    // The quote and the order each get stale availability.
    harness.advance(AGED).await;
    let mut body = draft(&FOUR);
    body["quote"] = harness.quote_token(&token, &FOUR).await;
    harness.advance(AGED).await;
    let id = harness.place(&token, &body, 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(6).await;
    harness.expect_completed(&token, &id, 4).await;
}

#[tokio::test]
async fn order_completes_with_either_retry_signature() {
    for resign_retries in [true, false] {
        let harness = Harness::with(StackConfig { resign_retries, ..StackConfig::paused() }).await;
        let token = harness.minted(CUSTOMER, &harness.bundle()).await;
        // One outage that the first retry ends, and one that lasts longer than the first signature.
        for (index, outage) in [30, 600].into_iter().enumerate() {
            let names = FOUR.map(|name| format!("{index}-{name}"));
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let token = if index == 0 { token.clone() } else { harness.minted(CUSTOMER, &harness.bundle()).await };
            let hook = format!("{}/v1/webhooks/peeker", harness.stack.api);
            harness.stack.sandbox.set_webhook_url(Some(NOWHERE.to_owned()));
            let id = harness.order_with_quote(&token, &names, draft(&names)).await;
            harness.advance(outage).await;
            assert_eq!(harness.order(&token, &id).await["status"], "in_progress");
            harness.stack.sandbox.set_webhook_url(Some(hook));
            harness.advance(outage + 90).await;
            let by_event = resign_retries || outage < 300;
            let status = harness.order(&token, &id).await["status"].clone();
            assert_eq!(status == "completed", by_event, "signed again: {resign_retries}, {outage} s");
            harness.advance(60 * 60).await;
            let drift = harness.stack.reconciler.run().await.unwrap().drift;
            assert_eq!(drift, u32::from(!by_event), "signed again: {resign_retries}, {outage} s");
            let view = harness.partner_view(&id).await;
            assert_eq!(view["status"], "completed");
        }
        harness.stack.stop().await;
    }
}

#[tokio::test]
async fn picture_actions_name_the_person_on_every_page() {
    let harness = under(Readings { actions: ActionReading::Domains, ..Readings::default() }).await;
    let plan = json!({"google_licenses": 22, "microsoft_licenses": 1});
    let token = harness.minted(CUSTOMER, &plan).await;
    let names: Vec<String> = (0..12).map(|n| format!("acme-{n:02}.com")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let id = harness.order_with_quote(&token, &names, with_pictures(&names, 10)).await;
    harness.advance(6).await;
    let view = harness.order(&token, &id).await;
    assert_eq!((&view["status"], &view["final"]), (&json!("in_progress"), &json!(false)));
    let waits = view["domains"].as_array().unwrap().iter().filter(|row| row["status"] == "action_required").count();
    assert_eq!(waits, 11);
    let actions = view["pending_actions"].as_array().unwrap();
    assert_eq!(actions.len(), 110, "one for each picture and each domain on Google, on two pages");
    for n in 0..10_u8 {
        let first = format!("Sam {}.", char::from(b'A' + n));
        let of_person: Vec<&Value> = actions.iter().filter(|action| action["person"]["first_name"] == *first).collect();
        assert_eq!(of_person.len(), 11, "{first}");
        for action in of_person {
            let (domain, what) = (action["domain"].as_str().unwrap(), action["what_to_do"].as_str().unwrap());
            assert!(what.contains(&format!("the one of {first} Lee for {domain}")), "{what}");
            assert_eq!(action["who"], "customer");
        }
    }
    assert!(harness.stack.sandbox.resolve_actions(&id));
    harness.advance(12).await;
    let view = harness.expect_completed(&token, &id, 12).await;
    let kinds = |kind: &str| view["timeline"].as_array().unwrap().iter().filter(|entry| entry["type"] == kind).count();
    assert_eq!((kinds("domain.action_required"), kinds("domain.connected")), (11, 12));
}

#[tokio::test]
async fn split_follows_the_inventory_of_owned_domains() {
    let both = json!(["google", "microsoft"]);
    for (inventory_uses, uses, provider) in [
        (InventoryUses::Google, json!(["google"]), "google"),
        (InventoryUses::Microsoft, json!(["microsoft"]), "microsoft"),
        (InventoryUses::Null, both.clone(), "google"),
        (InventoryUses::Missing, both.clone(), "google"),
        (InventoryUses::Unknown, json!(["google", "microsoft", "a_later_word", "another"]), "google"),
    ] {
        let harness = under(Readings { inventory_uses, ..Readings::default() }).await;
        let token = harness.minted(CUSTOMER, &harness.bundle()).await;
        harness.import_connected(&token, &["owned-a.com", "owned-b.com"]).await;
        let row = harness.ask(&token, &["owned-a.com"], 200).await.data()["domains"][0].clone();
        assert_eq!(row["usable_for"], uses, "{inventory_uses:?}");
        // A plan of one domain for each provider.
        let pair = harness.minted(CUSTOMER, &json!({"google_licenses": 2, "microsoft_licenses": 1})).await;
        let refused = match inventory_uses {
            InventoryUses::Google => Some("domains not_enough_microsoft_domains"),
            InventoryUses::Microsoft => Some("domains not_enough_google_domains"),
            _ => None,
        };
        if let Some(finding) = refused {
            let names = json!({"domains": ["owned-a.com", "owned-b.com"]});
            let quote = harness.send(Call::post("/v1/quotes").bearer(&pair).json(&names), 400).await;
            assert_eq!(quote.findings(), [finding], "{inventory_uses:?}");
            let order = harness.place(&pair, &draft(&["owned-a.com", "owned-b.com"]), 400).await;
            assert_eq!((order.findings(), harness.orders_sent()), (vec![finding.to_owned()], 0), "{inventory_uses:?}");
        }
        let mix = ["owned-a.com", FOUR[0], FOUR[1], FOUR[2]];
        let id = harness.order_with_quote(&token, &mix, draft(&mix)).await;
        harness.advance(6).await;
        let view = harness.expect_completed(&token, &id, 4).await;
        let of_owned = view["domains"].as_array().unwrap().iter().find(|row| row["domain"] == "owned-a.com").unwrap();
        assert_eq!(of_owned["provider"], provider, "{inventory_uses:?}");
        harness.stack.stop().await;
    }
}

#[tokio::test]
async fn inventory_domain_is_never_sold_to_another_customer() {
    let harness = under(Readings { inventory_available: true, ..Readings::default() }).await;
    let owner = harness.minted(OTHER, &harness.bundle()).await;
    harness.import_connected(&owner, &["owned-a.com"]).await;
    let offered = harness.beside_availability(&["owned-a.com"]).await;
    assert_eq!(offered[0]["available"], true, "upstream offers it");
    let mix = ["owned-a.com", FOUR[0], FOUR[1], FOUR[2]];
    let refuses = async |place: &str| {
        let stranger = harness.minted(CUSTOMER, &harness.bundle()).await;
        let row = harness.ask(&stranger, &["owned-a.com"], 200).await.data()["domains"][0].clone();
        assert_eq!((&row["available"], &row["reason"]), (&json!(false), &json!("taken")), "{place}");
        let quote = Call::post("/v1/quotes").bearer(&stranger).json(&json!({ "domains": mix }));
        assert_eq!(harness.send(quote, 400).await.findings(), ["domains[0] domain_unavailable"], "{place}");
        assert_eq!(
            harness.place(&stranger, &draft(&mix), 400).await.findings(),
            ["domains[0] domain_unavailable"],
            "{place}"
        );
    };
    refuses("in the inventory").await;
    assert_eq!(harness.orders_sent(), 0);
    let id = harness.order_with_quote(&owner, &mix, draft(&mix)).await;
    harness.advance(6).await;
    let view = harness.expect_completed(&owner, &id, 4).await;
    assert_eq!(view["costs"]["total_cents"], 5_400, "three registrations, and the licences");
    harness.beside(&format!("/orders/{id}/cancel"), &json!({})).await;
    harness.advance(31 * DAY).await;
    assert_eq!(harness.beside_availability(&["owned-a.com"]).await[0]["available"], true);
    refuses("in the inventory again").await;
}

#[tokio::test]
async fn inboxes_are_shown_from_every_upstream_format() {
    let plain = |domain: &str| json!({"address": format!("sam.lee@{domain}"), "domain": domain});
    for (inboxes, count) in [(InboxForm::Objects, 7), (InboxForm::Addresses, 7), (InboxForm::Absent, 0)] {
        let harness = under(Readings { inboxes, ..Readings::default() }).await;
        let token = harness.minted(CUSTOMER, &harness.bundle()).await;
        let id = harness.order_with_quote(&token, &FOUR, draft(&FOUR)).await;
        assert_eq!(harness.order(&token, &id).await["inboxes"], json!([]));
        harness.advance(6).await;
        let view = harness.expect_completed(&token, &id, 4).await;
        let shown = view["inboxes"].as_array().unwrap();
        // Two on each of three Google domains, and one on the Microsoft domain.
        assert_eq!(shown.len(), count, "{inboxes:?}");
        let mut expected = plain(FOUR[0]);
        if inboxes == InboxForm::Objects {
            expected["provider"] = json!("google");
        }
        assert_eq!(shown.contains(&expected), count > 0, "{inboxes:?} {shown:?}");
        harness.stack.stop().await;
    }
}

#[tokio::test]
async fn order_with_imports_completes_on_the_strictest_upstream() {
    let config = StackConfig { import_switch: None, ..StackConfig::paused() };
    let harness = Harness::with(config.strictest()).await;
    let sandbox = &harness.stack.sandbox;
    let plan = json!({"google_licenses": 10, "microsoft_licenses": 2});
    let owned = ["own-a.com", "own-b.com", "own-c.com", "own-d.com", "own-e.com"];
    let token = harness.minted(CUSTOMER, &plan).await;
    let view = harness.start_import(&token, &owned, 202).await.data();
    let import = view["id"].as_str().unwrap();
    assert_eq!(view["nameserver_groups"][0]["nameservers"].as_array().map(Vec::len), Some(2));
    assert!(sandbox.switch_nameservers(import));
    harness.advance(60).await;
    assert_eq!(harness.import(&token, import).await["status"], "completed");
    let rows = harness.ask(&token, &owned, 200).await.data()["domains"].clone();
    let uses: Vec<usize> =
        rows.as_array().unwrap().iter().map(|row| row["usable_for"].as_array().unwrap().len()).collect();
    assert_eq!(uses, [1, 2, 2, 4, 1], "Google alone, null, missing, later words, Microsoft alone");
    let stranger = harness.minted(OTHER, &plan).await;
    let rows = harness.ask(&stranger, &owned, 200).await.data()["domains"].clone();
    assert_eq!(reasons(&rows), ["taken"; 5]);

    let all = [&owned[..], &FOUR[..2]].concat();
    let rows = harness.ask(&token, &all, 200).await.data()["domains"].clone();
    assert_eq!(reasons(&rows), [""; 7]);
    harness.advance(AGED).await;
    let rows = harness.ask(&token, &all, 200).await.data()["domains"].clone();
    assert_eq!(reasons(&rows), ["", "", "", "", "", "stale", "stale"]);
    harness.advance(AGED).await;
    let mut body = with_pictures(&all, 2);
    body["quote"] = harness.quote_token(&token, &all).await;
    harness.advance(AGED).await;
    sandbox.set_webhook_url(Some(NOWHERE.to_owned()));
    let id = harness.place(&token, &body, 201).await.data()["id"].as_str().unwrap().to_owned();
    // The first attempt of each event is lost, and the second one repeats its signature.
    harness.advance(6).await;
    sandbox.set_webhook_url(Some(format!("{}/v1/webhooks/peeker", harness.stack.api)));
    harness.advance(60).await;
    let view = harness.order(&token, &id).await;
    assert_eq!(view["status"], "in_progress");
    let actions = view["pending_actions"].as_array().unwrap();
    assert_eq!(actions.len(), 10, "two pictures for each of five domains on Google");
    assert!(actions.iter().all(|action| action["person"]["last_name"] == "Lee"), "{actions:?}");
    assert!(sandbox.resolve_actions(&id));
    harness.advance(60).await;
    let view = harness.expect_completed(&token, &id, 7).await;
    assert_eq!(view["inboxes"].as_array().map(Vec::len), Some(5 * 2 + 2 * 2));
    assert_eq!(sandbox.orders()[0]["domains"]["imported"], json!(owned));
    assert_eq!(sandbox.orders_of(CUSTOMER), 1);
}
