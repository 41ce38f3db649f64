//! What events tell the partner's backend: each fact once, however often and in whatever order it is learned, and nothing
//! that is not true.

use crate::client::{CUSTOMER, FOUR, Harness, draft};
use crate::delivery::{event, numbered};
use serde_json::{Value, json};

impl Harness {
    /// Every notification, in the order in which they were recorded; within a second by sequence.
    pub(crate) async fn told(&self) -> Vec<Value> {
        let (mut rows, mut path) = (Vec::new(), "/v1/notifications?since=2026-05-08&per_page=100".to_owned());
        loop {
            let page = self.as_partner("GET", &path, None, 200).await.json();
            rows.extend(page["data"].as_array().unwrap().clone());
            match page["links"]["next"].as_str() {
                Some(next) => path = next.to_owned(),
                None => break,
            }
        }
        rows.sort_by_key(|row| (row["recorded_at"].to_string(), row["data"]["sequence"].as_u64()));
        rows
    }

    /// The types of all notifications, sorted by their sequence.
    pub(crate) async fn told_types(&self) -> Vec<String> {
        let mut rows = self.told().await;
        rows.sort_by_key(|row| row["data"]["sequence"].as_u64());
        rows.iter().map(|row| row["type"].as_str().unwrap().to_owned()).collect()
    }
}

fn order(id: &str, status: &str) -> Value {
    json!({"id": id, "status": status, "email": CUSTOMER, "created_at": "2026-05-08T12:00:00Z", "domain_count": 1})
}

fn domain(name: &str) -> Value {
    json!({"id": "dom_1", "domain": name, "order_id": "ord_1", "provider": "google"})
}

/// An order that waits, goes on, is completed, and is cancelled, as upstream tells it.
fn facts() -> Vec<(String, String)> {
    numbered(&[
        ("order.in_progress", 1, order("ord_1", "in_progress")),
        ("domain.connected", 2, domain("acme.com")),
        ("order.action_required", 3, order("ord_1", "action_required")),
        ("order.in_progress", 4, order("ord_1", "in_progress")),
        ("order.completed", 5, order("ord_1", "completed")),
        ("order.cancel_scheduled", 6, order("ord_1", "cancel_scheduled")),
        ("order.cancelled", 7, order("ord_1", "cancelled")),
    ])
}

#[tokio::test]
async fn each_status_is_told_once_in_the_order_of_upstream() {
    let harness = Harness::start().await;
    for _ in 0..2 {
        for (id, body) in facts() {
            harness.deliver(&harness.signed(&id, &body), 204).await;
        }
    }
    let told = harness.told().await;
    let expected =
        ["domain.connected", "order.needs_action", "order.completed", "order.cancel_scheduled", "order.cancelled"];
    assert_eq!(told.iter().map(|row| row["type"].as_str().unwrap()).collect::<Vec<_>>(), expected);
    let sequences: Vec<u64> = told.iter().map(|row| row["data"]["sequence"].as_u64().unwrap()).collect();
    assert!(sequences.is_sorted_by(|one, other| one < other), "{sequences:?}");
    for (row, status) in
        told.iter().zip(["in_progress", "action_required", "completed", "cancel_scheduled", "cancelled"])
    {
        let expected = json!({"id": "ord_1", "status": status, "customer": CUSTOMER});
        assert_eq!(row["data"]["order"], expected);
        assert_eq!((&row["data"]["reference"], &row["data"]["metadata"]), (&Value::Null, &json!({})));
    }
    assert_eq!((&told[0]["data"]["domain"], &told[0]["data"]["provider"]), (&json!("acme.com"), &json!("google")));
}

#[tokio::test]
async fn late_events_tell_what_is_still_true_and_nothing_else() {
    let harness = Harness::start().await;
    let facts = facts();
    for (id, body) in facts.iter().rev() {
        harness.deliver(&harness.signed(id, body), 204).await;
    }
    // That somebody has to do something, or that it will be cancelled, is not true any more. That it was completed is: it
    // has to be paid for.
    assert_eq!(harness.told_types().await, ["domain.connected", "order.completed", "order.cancelled"]);
}

#[tokio::test]
async fn an_order_that_waits_again_is_told_again() {
    let harness = Harness::start().await;
    let facts = [
        ("order.action_required", 1, order("ord_1", "action_required")),
        ("order.action_required", 2, order("ord_1", "action_required")),
        ("order.in_progress", 3, order("ord_1", "in_progress")),
        ("order.action_required", 4, order("ord_1", "action_required")),
        ("order.completed", 5, order("ord_1", "completed")),
        ("order.action_required", 6, order("ord_1", "action_required")),
        ("order.completed", 7, order("ord_1", "completed")),
    ];
    for (id, body) in numbered(&facts) {
        harness.deliver(&harness.signed(&id, &body), 204).await;
    }
    let waits = "order.needs_action";
    let expected = [waits, waits, "order.completed", waits, "order.completed"];
    assert_eq!(harness.told_types().await, expected);
}

#[tokio::test]
async fn waiting_domain_is_named_with_who_has_to_do_what() {
    let harness = Harness::start().await;
    let facts = [
        ("domain.action_required", 1, domain("acme.com")),
        ("domain.action_required", 2, domain("acme.com")),
        ("domain.connected", 3, domain("acme.com")),
    ];
    for (id, body) in numbered(&facts) {
        harness.deliver(&harness.signed(&id, &body), 204).await;
    }
    let told = harness.told().await;
    assert_eq!(harness.told_types().await, ["order.needs_action", "domain.connected"]);
    let data = &told[0]["data"];
    assert_eq!((&data["language"], data.get("link")), (&json!("en"), None));
    assert_eq!(data["subject"], "Your order needs your attention");
    let action = &data["actions"][0];
    assert_eq!((&action["domain"], &action["who"]), (&json!("acme.com"), &json!("customer")));
    let what = action["what_to_do"].as_str().unwrap();
    assert!(what.contains("nameservers") && data["body"].as_str().unwrap().contains(what), "{data}");
}

#[tokio::test]
async fn actions_in_an_event_are_told_without_people() {
    let harness = Harness::start().await;
    let mut waiting = order("ord_1", "action_required");
    waiting["pending_actions"] = json!([
        {"id": "act_1", "type": "google_profile_picture", "reason": "profile_picture_not_accessible", "domain": "acme.com",
         "user": {"first_name": "Samantha", "last_name": "Leeson"}, "message": "Samantha's picture"}
    ]);
    let body = event("evt_1", "order.action_required", "2026-05-08T12:00:01Z", &waiting);
    harness.deliver(&harness.signed("evt_1", &body), 204).await;
    let told = harness.told().await;
    let action = &told[0]["data"]["actions"][0];
    assert_eq!((&action["type"], &action["domain"]), (&json!("google_profile_picture"), &json!("acme.com")));
    assert!(action["what_to_do"].as_str().unwrap().starts_with("Make the picture reachable"), "{action}");
    assert!(!told[0].to_string().contains("Samantha"), "{}", told[0]);
}

#[tokio::test]
async fn two_deliveries_at_once_tell_a_fact_once() {
    let harness = Harness::start().await;
    let bodies: Vec<(String, String)> = (0..6)
        .map(|n| {
            let id = format!("evt_{n}");
            let at = format!("2026-05-08T12:00:{:02}Z", n % 3);
            let body = event(&id, "order.completed", &at, &order("ord_1", "completed"));
            (id, body)
        })
        .collect();
    let deliveries: Vec<_> = bodies.iter().map(|(id, body)| harness.signed(id, body)).collect();
    let sent = deliveries.iter().map(|delivery| harness.deliver(delivery, 204));
    futures::future::join_all(sent).await;
    assert_eq!(harness.told_types().await, ["order.completed"]);
}

#[tokio::test]
async fn event_before_the_receipt_is_told_with_the_sale() {
    let harness = Harness::start().await;
    let mut claims = harness.claims("s1");
    claims["reference"] = json!("sale-7");
    claims["metadata"] = json!({"campaign": "spring"});
    harness
        .stack
        .sandbox
        .fail_next(sandbox::Fault { drop: Some(sandbox::Drop::After), ..sandbox::Fault::on("POST", "/orders") });
    let blind = sandbox::Fault { status: Some(500), times: 4, ..sandbox::Fault::on("GET", "/orders") };
    harness.stack.sandbox.fail_next(blind);
    harness.place(&harness.sign(&claims), &draft(&FOUR), 202).await;
    let id = harness.stack.sandbox.orders()[0]["id"].as_str().unwrap().to_owned();
    let completed = order(&id, "completed");
    harness.deliver_event("evt_early", "order.completed", "2026-05-08T12:00:03Z", &completed).await;
    assert_eq!(harness.told().await[0]["data"]["reference"], Value::Null, "nobody knows of the sale yet");
    for _ in 0..4 {
        harness.advance(60).await;
        harness.stack.reconciler.run().await.unwrap();
    }
    let told = harness.told().await;
    let types: Vec<&str> = told.iter().map(|row| row["type"].as_str().unwrap()).collect();
    assert!(types.contains(&"order.placed") && types.contains(&"order.completed"), "{types:?}");
    for row in told.iter().filter(|row| row["data"]["order"]["id"] == json!(id)) {
        assert_eq!(row["data"]["reference"], "sale-7", "{row}");
        assert_eq!(row["data"]["metadata"], json!({"campaign": "spring"}), "{row}");
    }
}
