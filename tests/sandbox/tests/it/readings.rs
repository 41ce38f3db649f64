//! Each interpretation of undocumented behaviour, tested separately.

use sandbox::{ActionReading, InboxForm, InventoryUses, Readings, SandboxConfig};
use serde_json::{Value, json};

use crate::harness::{Harness, but, order};

async fn reading(readings: Readings) -> Harness {
    Harness::with(SandboxConfig { readings, import_switch: None, ..SandboxConfig::for_tests() }).await
}

impl Harness {
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
async fn availability_becomes_stale_after_five_minutes() {
    let harness = reading(Readings { answers_age: true, ..Readings::default() }).await;
    let names = ["acme-mail.com", "taken-acme.com"];
    assert_eq!(harness.asked(&names).await, ["available", "taken"]);
    harness.advance(299).await;
    assert_eq!(harness.asked(&names).await, ["available", "taken"], "asking does not make it younger or older");
    harness.advance(1).await;
    assert_eq!(harness.asked(&names).await, ["stale", "stale"]);
    assert_eq!(harness.asked(&names).await, ["available", "taken"]);
    harness.advance(300).await;
    assert_eq!(harness.asked(&names[..1]).await, ["stale"]);
    harness.place(order(&["acme-mail.com"], 1)).await;
}

#[tokio::test]
async fn domains_wait_for_a_picture_during_setup() {
    let harness = reading(Readings { actions: ActionReading::Domains, ..Readings::default() }).await;
    let people =
        json!([{"first_name": "Sam", "last_name": "Lee", "profile_picture_url": "https://x.co/unreachable.jpg"}]);
    let names = ["acme-mail.com", "getacme.com", "acme-hq.com"];
    let id = harness.place(but(order(&names, 2), "personas", people)).await;
    assert!(!harness.sandbox.resolve_actions(&id), "nothing waits yet");
    harness.advance(6).await;
    let events = ["order.in_progress", "domain.action_required", "domain.action_required", "domain.connected"];
    assert_eq!(harness.event_types(), events);
    let event = harness.sandbox.events()[1].json();
    assert_eq!((&event["data"]["status"], &event["data"]["order_id"]), (&json!("action_required"), &json!(id)));
    assert_eq!(harness.get(&format!("/orders/{id}")).await.data()["status"], "in_progress");
    let actions = harness.get(&format!("/orders/pending?order_id={id}")).await;
    assert_eq!(actions.data().as_array().unwrap().len(), 2);
    assert_eq!(actions.data()[0]["user"]["first_name"], "Sam");
    assert!(harness.sandbox.resolve_actions(&id));
    harness.advance(6).await;
    assert_eq!(harness.event_types()[4..], ["domain.connected", "domain.connected", "order.completed"]);
}

#[tokio::test]
async fn inventory_rows_list_providers_in_every_format() {
    let harness = reading(Readings { inventory_uses: InventoryUses::Mixed, ..Readings::default() }).await;
    harness.import_all(&["own-a.com", "own-b.com", "own-c.com", "own-d.com", "own-e.com", "own-f.com"]).await;
    let rows = harness.get("/domains?category=inventory").await;
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
    let refused = harness.post("/orders", order(&["own-a.com", "own-f.com"], 1)).await;
    assert_eq!(refused.refusal(), (400, "provider_split_unsatisfiable", "domains"));
    harness.place(order(&["own-a.com", "own-e.com", "own-b.com"], 2)).await;
}

#[tokio::test]
async fn inventory_name_is_available_until_ordered() {
    let harness = reading(Readings { inventory_available: true, ..Readings::default() }).await;
    harness.import_all(&["owned-acme.com"]).await;
    assert_eq!(harness.asked(&["owned-acme.com"]).await, ["available"]);
    harness.place(order(&["owned-acme.com"], 1)).await;
    assert_eq!(harness.asked(&["owned-acme.com"]).await, ["taken"]);
}

#[tokio::test]
async fn full_order_lists_inboxes_of_connected_domains() {
    for (inboxes, first) in [
        (
            InboxForm::Objects,
            json!({"address": "sam.lee2@acme-mail.com", "domain": "acme-mail.com", "provider": "google"}),
        ),
        (InboxForm::Addresses, json!("sam.lee2@acme-mail.com")),
    ] {
        let harness = reading(Readings { inboxes, ..Readings::default() }).await;
        let id = harness.place(order(&["acme-mail.com", "getacme.com"], 1)).await;
        let path = format!("/orders/{id}");
        assert_eq!(harness.get(&path).await.data()["inboxes"], json!([]));
        harness.advance(6).await;
        let order = harness.get(&path).await;
        assert_eq!((&order.data()["inboxes"][0], order.data()["inboxes"].as_array().map(Vec::len)), (&first, Some(3)));
        harness.post(&format!("{path}/cancel"), json!({"domains": ["acme-mail.com"]})).await;
        harness.advance(30 * 24 * 60 * 60).await;
        assert_eq!(harness.get(&path).await.data()["inboxes"].as_array().map(Vec::len), Some(1));
        harness.post_nothing(&format!("{path}/cancel")).await;
        harness.advance(30 * 24 * 60 * 60).await;
        assert_eq!(harness.get(&path).await.data()["inboxes"], json!([]), "deleted with the order");
    }
    let harness = reading(Readings { inboxes: InboxForm::Absent, ..Readings::default() }).await;
    let id = harness.place(order(&["acme-mail.com"], 1)).await;
    harness.advance(6).await;
    assert_eq!(harness.get(&format!("/orders/{id}")).await.data().get("inboxes"), None);
}
