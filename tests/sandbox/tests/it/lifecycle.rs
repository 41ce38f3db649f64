//! Orders over virtual time.

use serde_json::{Value, json};

use crate::harness::{Harness, but, order};

async fn status(harness: &Harness, id: &str) -> Value {
    harness.get(&format!("/orders/{id}")).await.data()["status"].clone()
}

#[tokio::test]
async fn order_connects_each_domain_and_then_completes() {
    let harness = Harness::start().await;
    let id = harness.place(order(&["acme-mail.com", "acme-shop.com"], 1)).await;
    assert_eq!(harness.event_types(), ["order.in_progress"]);
    harness.advance(2).await;
    assert_eq!(harness.event_types(), ["order.in_progress", "domain.connected"]);
    harness.advance(2).await;
    assert_eq!(status(&harness, &id).await, "in_progress");
    harness.advance(1).await;
    assert_eq!(harness.event_types().len(), 3);
    harness.advance(1).await;
    assert_eq!(status(&harness, &id).await, "completed");
    assert_eq!(harness.event_types(), ["order.in_progress", "domain.connected", "domain.connected", "order.completed"]);
}

#[tokio::test]
async fn events_contain_the_objects_of_the_api() {
    let harness = Harness::start().await;
    let id = harness.place(order(&["acme-mail.com"], 1)).await;
    harness.advance(6).await;
    let events = harness.sandbox.events();
    let completed = events.last().unwrap().json();
    assert_eq!(completed["type"], "order.completed");
    assert_eq!(completed["created_at"], "2026-01-01T00:00:06Z");
    assert_eq!(completed["id"], json!(events.last().unwrap().id));
    assert_eq!(completed["data"], *harness.get(&format!("/orders/{id}")).await.data());
    let connected = events[1].json();
    assert_eq!(connected["data"], harness.get("/domains").await.data()[0]);
    assert_eq!(connected["data"]["status"], "active");
    assert!(events.iter().all(|event| event.order_id.as_deref() == Some(id.as_str())));
}

#[tokio::test]
async fn unreachable_picture_pauses_the_order() {
    let harness = Harness::start().await;
    let persona =
        json!({"first_name": "Sam", "last_name": "Lee", "profile_picture_url": "https://cdn.acme.com/unreachable.jpg"});
    let body = but(order(&["acme-mail.com", "acme-shop.com"], 1), "personas", json!([persona]));
    let id = harness.place(body).await;
    harness.advance(3600).await;
    assert_eq!(status(&harness, &id).await, "action_required");
    assert_eq!(harness.event_types(), ["order.in_progress", "order.action_required", "domain.connected"]);

    let pending = harness.get(&format!("/orders/pending?order_id={id}")).await;
    let row = &pending.data()[0];
    assert_eq!(
        (&row["type"], &row["reason"]),
        (&json!("google_profile_picture"), &json!("profile_picture_not_accessible"))
    );
    assert_eq!((&row["status"], &row["domain"], &row["user"]), (&json!("open"), &json!("acme-mail.com"), &persona));
    assert!(row.get("order_id").is_none(), "the documented row does not name the order");
    let first = pending.body["links"]["first"].as_str().unwrap();
    assert!(first.contains("/orders/pending?status=open&"), "{first}");
    assert_eq!(harness.get("/orders/pending?user=client%40example.com").await.data().as_array().unwrap().len(), 1);
    assert_eq!(harness.get("/orders/pending?user=usr_X").await.data(), &json!([]));

    assert!(harness.sandbox.resolve_actions(&id));
    assert!(!harness.sandbox.resolve_actions(&id), "there is nothing left to resolve");
    assert_eq!(status(&harness, &id).await, "in_progress");
    assert_eq!(harness.get("/orders/pending").await.data(), &json!([]));
    assert_eq!(harness.get("/orders/pending?status=resolved").await.data()[0]["status"], "resolved");
    harness.advance(6).await;
    assert_eq!(status(&harness, &id).await, "completed");
    assert_eq!(harness.event_types()[3..], ["domain.connected", "order.completed"]);
}

#[tokio::test]
async fn failing_domain_fails_the_order_and_frees_its_domains() {
    let harness = Harness::start().await;
    let id = harness.place(order(&["fail-acme.com", "acme-mail.com"], 1)).await;
    harness.advance(6).await;
    assert_eq!(status(&harness, &id).await, "failed");
    assert_eq!(harness.event_types(), ["order.in_progress", "domain.connected", "order.failed"]);
    assert_eq!(harness.get("/domains").await.data(), &json!([]));
}

#[tokio::test]
async fn nothing_happens_while_the_clock_is_stopped() {
    let harness = Harness::start().await;
    let id = harness.place(order(&["acme-mail.com"], 1)).await;
    assert_eq!(harness.sandbox.now(), 1_767_225_600);
    assert_eq!(status(&harness, &id).await, "in_progress");
    harness.advance(86_400).await;
    assert_eq!(harness.sandbox.now(), 1_767_225_600 + 86_400);
    assert_eq!(status(&harness, &id).await, "completed");
    let completed = harness.sandbox.events().pop().unwrap();
    assert_eq!(completed.created_at, 1_767_225_606, "what came due on the way happened at its own time");
}

#[tokio::test]
async fn ids_are_deterministic_for_a_seed() {
    let (one, two) = (Harness::start().await, Harness::start().await);
    two.get("/me").await;
    let body = order(&["acme-mail.com"], 1);
    assert_eq!(one.place(body.clone()).await, two.place(body).await);
}
