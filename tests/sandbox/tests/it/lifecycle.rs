//! Orders over virtual time.

use serde_json::{Value, json};

use crate::bench::{Bench, but, order};

async fn status(bench: &Bench, id: &str) -> Value {
    bench.get(&format!("/orders/{id}")).await.data()["status"].clone()
}

#[tokio::test]
async fn an_order_goes_live_domain_by_domain_and_then_completes() {
    let bench = Bench::start().await;
    let id = bench.place(order(&["acme-mail.com", "acme-shop.com"], 1)).await;
    assert_eq!(bench.event_types(), ["order.in_progress"]);
    bench.advance(2).await;
    assert_eq!(bench.event_types(), ["order.in_progress", "domain.connected"]);
    bench.advance(2).await;
    assert_eq!(status(&bench, &id).await, "in_progress");
    bench.advance(1).await;
    assert_eq!(bench.event_types().len(), 3);
    bench.advance(1).await;
    assert_eq!(status(&bench, &id).await, "completed");
    assert_eq!(bench.event_types(), ["order.in_progress", "domain.connected", "domain.connected", "order.completed"]);
}

#[tokio::test]
async fn events_carry_the_objects_that_the_api_answers_with() {
    let bench = Bench::start().await;
    let id = bench.place(order(&["acme-mail.com"], 1)).await;
    bench.advance(6).await;
    let events = bench.sandbox.events();
    let completed = events.last().unwrap().json();
    assert_eq!(completed["type"], "order.completed");
    assert_eq!(completed["created_at"], "2026-01-01T00:00:06Z");
    assert_eq!(completed["id"], json!(events.last().unwrap().id));
    assert_eq!(completed["data"], *bench.get(&format!("/orders/{id}")).await.data());
    let connected = events[1].json();
    assert_eq!(connected["data"], bench.get("/domains").await.data()[0]);
    assert_eq!(connected["data"]["status"], "active");
    assert!(events.iter().all(|event| event.order_id.as_deref() == Some(id.as_str())));
}

#[tokio::test]
async fn an_unreachable_picture_waits_for_the_partner_and_then_the_order_completes() {
    let bench = Bench::start().await;
    let persona =
        json!({"first_name": "Sam", "last_name": "Lee", "profile_picture_url": "https://cdn.acme.com/unreachable.jpg"});
    let body = but(order(&["acme-mail.com", "acme-shop.com"], 1), "personas", json!([persona]));
    let id = bench.place(body).await;
    bench.advance(3600).await;
    assert_eq!(status(&bench, &id).await, "action_required");
    assert_eq!(bench.event_types(), ["order.in_progress", "order.action_required", "domain.connected"]);

    let pending = bench.get(&format!("/orders/pending?order_id={id}")).await;
    let row = &pending.data()[0];
    assert_eq!(
        (&row["type"], &row["reason"]),
        (&json!("google_profile_picture"), &json!("profile_picture_not_accessible"))
    );
    assert_eq!((&row["status"], &row["domain"], &row["user"]), (&json!("open"), &json!("acme-mail.com"), &persona));
    assert!(row.get("order_id").is_none(), "the documented row does not name the order");
    let first = pending.body["links"]["first"].as_str().unwrap();
    assert!(first.contains("/orders/pending?status=open&"), "{first}");
    assert_eq!(bench.get("/orders/pending?user=client%40example.com").await.data().as_array().unwrap().len(), 1);
    assert_eq!(bench.get("/orders/pending?user=usr_X").await.data(), &json!([]));

    assert!(bench.sandbox.resolve_actions(&id));
    assert!(!bench.sandbox.resolve_actions(&id), "there is nothing left to resolve");
    assert_eq!(status(&bench, &id).await, "in_progress");
    assert_eq!(bench.get("/orders/pending").await.data(), &json!([]));
    assert_eq!(bench.get("/orders/pending?status=resolved").await.data()[0]["status"], "resolved");
    bench.advance(6).await;
    assert_eq!(status(&bench, &id).await, "completed");
    assert_eq!(bench.event_types()[3..], ["domain.connected", "order.completed"]);
}

#[tokio::test]
async fn a_domain_that_is_bound_to_fail_fails_the_order_and_frees_its_domains() {
    let bench = Bench::start().await;
    let id = bench.place(order(&["fail-acme.com", "acme-mail.com"], 1)).await;
    bench.advance(6).await;
    assert_eq!(status(&bench, &id).await, "failed");
    assert_eq!(bench.event_types(), ["order.in_progress", "domain.connected", "order.failed"]);
    assert_eq!(bench.get("/domains").await.data(), &json!([]));
}

#[tokio::test]
async fn nothing_happens_while_the_clock_stands() {
    let bench = Bench::start().await;
    let id = bench.place(order(&["acme-mail.com"], 1)).await;
    assert_eq!(bench.sandbox.now(), 1_767_225_600);
    assert_eq!(status(&bench, &id).await, "in_progress");
    bench.advance(86_400).await;
    assert_eq!(bench.sandbox.now(), 1_767_225_600 + 86_400);
    assert_eq!(status(&bench, &id).await, "completed");
    let completed = bench.sandbox.events().pop().unwrap();
    assert_eq!(completed.created_at, 1_767_225_606, "what came due on the way happened at its own time");
}

#[tokio::test]
async fn identifiers_repeat_under_the_same_seed() {
    let (one, two) = (Bench::start().await, Bench::start().await);
    two.get("/me").await;
    let body = order(&["acme-mail.com"], 1);
    assert_eq!(one.place(body.clone()).await, two.place(body).await);
}
