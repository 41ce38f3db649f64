//! What the sandbox does where the documentation leaves room: each reading alone.

use sandbox::{ActionReading, InboxForm, InventoryUses, Readings, SandboxConfig};
use serde_json::{Value, json};

use crate::bench::{Bench, but, order};

async fn reading(readings: Readings) -> Bench {
    Bench::with(SandboxConfig { readings, import_switch: None, ..SandboxConfig::for_tests() }).await
}

impl Bench {
    async fn asked(&self, names: &[&str]) -> Vec<String> {
        let answer = self.post("/domains/availability", json!({ "domains": names })).await;
        let word = |row: &Value| row["reason"].as_str().unwrap_or("available").to_owned();
        answer.data()["domains"].as_array().unwrap().iter().map(word).collect()
    }

    async fn import_all(&self, names: &[&str]) {
        let job = self.post("/domains/import", json!({ "domains": names })).await;
        assert!(self.sandbox.switch_nameservers(job.data()["id"].as_str().unwrap()));
    }
}

#[tokio::test]
async fn an_answer_is_stale_five_minutes_after_it_was_made_and_made_anew_by_asking() {
    let bench = reading(Readings { answers_age: true, ..Readings::default() }).await;
    let names = ["acme-mail.com", "taken-acme.com"];
    assert_eq!(bench.asked(&names).await, ["available", "taken"]);
    bench.advance(299).await;
    assert_eq!(bench.asked(&names).await, ["available", "taken"], "asking does not make it younger or older");
    bench.advance(1).await;
    assert_eq!(bench.asked(&names).await, ["stale", "stale"]);
    assert_eq!(bench.asked(&names).await, ["available", "taken"]);
    bench.advance(300).await;
    assert_eq!(bench.asked(&names[..1]).await, ["stale"]);
    bench.place(order(&["acme-mail.com"], 1)).await;
}

#[tokio::test]
async fn domains_wait_for_a_picture_while_their_order_is_in_progress() {
    let bench = reading(Readings { actions: ActionReading::Domains, ..Readings::default() }).await;
    let people =
        json!([{"first_name": "Sam", "last_name": "Lee", "profile_picture_url": "https://x.co/unreachable.jpg"}]);
    let names = ["acme-mail.com", "getacme.com", "acme-hq.com"];
    let id = bench.place(but(order(&names, 2), "personas", people)).await;
    assert!(!bench.sandbox.resolve_actions(&id), "nothing waits yet");
    bench.advance(6).await;
    let events = ["order.in_progress", "domain.action_required", "domain.action_required", "domain.connected"];
    assert_eq!(bench.event_types(), events);
    let event = bench.sandbox.events()[1].json();
    assert_eq!((&event["data"]["status"], &event["data"]["order_id"]), (&json!("action_required"), &json!(id)));
    assert_eq!(bench.get(&format!("/orders/{id}")).await.data()["status"], "in_progress");
    let actions = bench.get(&format!("/orders/pending?order_id={id}")).await;
    assert_eq!(actions.data().as_array().unwrap().len(), 2);
    assert_eq!(actions.data()[0]["user"]["first_name"], "Sam");
    assert!(bench.sandbox.resolve_actions(&id));
    bench.advance(6).await;
    assert_eq!(bench.event_types()[4..], ["domain.connected", "domain.connected", "order.completed"]);
}

#[tokio::test]
async fn rows_of_imported_domains_say_their_uses_in_each_form() {
    let bench = reading(Readings { inventory_uses: InventoryUses::Mixed, ..Readings::default() }).await;
    bench.import_all(&["own-a.com", "own-b.com", "own-c.com", "own-d.com", "own-e.com", "own-f.com"]).await;
    let rows = bench.get("/domains?category=inventory").await;
    let said: Vec<Option<Value>> =
        rows.data().as_array().unwrap().iter().rev().map(|row| row.get("usable_for").cloned()).collect();
    let expected = [
        Some(json!(["google"])),
        Some(Value::Null),
        None,
        Some(json!(["google", "microsoft", "a_later_word", "another"])),
        Some(json!(["microsoft"])),
        Some(json!(["google"])),
    ];
    assert_eq!(said, expected);
    let refused = bench.post("/orders", order(&["own-a.com", "own-f.com"], 1)).await;
    assert_eq!(refused.refusal(), (400, "provider_split_unsatisfiable", "domains"));
    bench.place(order(&["own-a.com", "own-e.com", "own-b.com"], 2)).await;
}

#[tokio::test]
async fn a_name_in_the_inventory_is_offered_until_it_is_on_an_order() {
    let bench = reading(Readings { inventory_available: true, ..Readings::default() }).await;
    bench.import_all(&["owned-acme.com"]).await;
    assert_eq!(bench.asked(&["owned-acme.com"]).await, ["available"]);
    bench.place(order(&["owned-acme.com"], 1)).await;
    assert_eq!(bench.asked(&["owned-acme.com"]).await, ["taken"]);
}

#[tokio::test]
async fn a_full_order_lists_the_inboxes_of_live_domains() {
    for (inboxes, first) in [
        (
            InboxForm::Objects,
            json!({"address": "sam.lee2@acme-mail.com", "domain": "acme-mail.com", "provider": "google"}),
        ),
        (InboxForm::Addresses, json!("sam.lee2@acme-mail.com")),
    ] {
        let bench = reading(Readings { inboxes, ..Readings::default() }).await;
        let id = bench.place(order(&["acme-mail.com", "getacme.com"], 1)).await;
        let path = format!("/orders/{id}");
        assert_eq!(bench.get(&path).await.data()["inboxes"], json!([]));
        bench.advance(6).await;
        let order = bench.get(&path).await;
        assert_eq!((&order.data()["inboxes"][0], order.data()["inboxes"].as_array().map(Vec::len)), (&first, Some(3)));
        bench.post(&format!("{path}/cancel"), json!({"domains": ["acme-mail.com"]})).await;
        bench.advance(30 * 24 * 60 * 60).await;
        assert_eq!(bench.get(&path).await.data()["inboxes"].as_array().map(Vec::len), Some(1));
        bench.post_nothing(&format!("{path}/cancel")).await;
        bench.advance(30 * 24 * 60 * 60).await;
        assert_eq!(bench.get(&path).await.data()["inboxes"], json!([]), "deleted with the order");
    }
    let bench = reading(Readings { inboxes: InboxForm::Absent, ..Readings::default() }).await;
    let id = bench.place(order(&["acme-mail.com"], 1)).await;
    bench.advance(6).await;
    assert_eq!(bench.get(&format!("/orders/{id}")).await.data().get("inboxes"), None);
}
