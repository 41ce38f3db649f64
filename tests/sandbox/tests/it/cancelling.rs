//! Cancelling orders and parts of them.

use serde_json::json;

use crate::harness::{Harness, order};

const THIRTY_DAYS: u64 = 30 * 24 * 3600;

#[tokio::test]
async fn cancelled_order_runs_until_its_period_ends() {
    let harness = Harness::start().await;
    let id = harness.place(order(&["acme-mail.com"], 1)).await;
    harness.advance(6).await;
    let path = format!("/orders/{id}/cancel");
    let answer = harness.post_nothing(&path).await;
    let data = answer.data();
    assert_eq!(data["status"], "cancel_scheduled");
    assert_eq!(data["cancellation_scheduled_at"], "2026-01-01T00:00:06Z");
    assert_eq!(data["cancels_at"], "2026-01-31T00:00:06Z");
    assert_eq!(data["domains"][0]["domain"], "acme-mail.com");
    assert!(data["domains"][0]["id"].as_str().unwrap().starts_with("dom_"));
    assert_eq!(harness.post_nothing(&path).await.data(), data, "asking again changes nothing");

    harness.advance(THIRTY_DAYS - 1).await;
    assert_eq!(harness.get(&format!("/orders/{id}")).await.data()["status"], "cancel_scheduled");
    harness.advance(1).await;
    assert_eq!(harness.get(&format!("/orders/{id}")).await.data()["status"], "cancelled");
    assert_eq!(harness.event_types()[3..], ["order.cancel_scheduled", "order.cancelled"]);
    let rows = harness.post("/domains/availability", json!({"domains": ["acme-mail.com"]})).await;
    assert_eq!(rows.data()["domains"][0]["available"], true);
    assert_eq!(harness.post_nothing(&path).await.refusal(), (400, "invalid_request", ""));
}

#[tokio::test]
async fn order_can_be_cancelled_during_setup() {
    let harness = Harness::start().await;
    let id = harness.place(order(&["acme-mail.com"], 1)).await;
    harness.post(&format!("/orders/{id}/cancel"), json!({})).await;
    harness.advance(60).await;
    assert_eq!(harness.event_types(), ["order.in_progress", "order.cancel_scheduled"]);
}

#[tokio::test]
async fn domains_can_be_cancelled_by_name_or_id() {
    let harness = Harness::start().await;
    let imported = harness.post("/domains/import", json!({"domains": ["owned-acme.com"]})).await;
    harness.sandbox.switch_nameservers(imported.data()["id"].as_str().unwrap());
    let id = harness.place(order(&["acme-mail.com", "owned-acme.com", "acme-shop.com"], 2)).await;
    harness.advance(6).await;
    let path = format!("/orders/{id}/cancel");
    let rows = harness.get("/domains").await;
    let dom = rows.data()[0]["id"].clone();
    assert_eq!(rows.data()[0]["domain"], "acme-shop.com");
    let answer = harness.post(&path, json!({"domains": ["owned-acme.com", dom]})).await;
    assert_eq!(answer.data()["domains"].as_array().unwrap().len(), 2);
    harness.advance(THIRTY_DAYS).await;
    let full = harness.get(&format!("/orders/{id}")).await;
    assert_eq!(full.data()["status"], "completed");
    assert_eq!(full.data()["domain_count"], 1);
    let inventory = harness.get("/domains?category=inventory").await;
    assert_eq!(inventory.data()[0]["domain"], "owned-acme.com");
    assert!(inventory.data()[0].get("order_id").is_none());
    assert!(inventory.data()[0].get("provider").is_none());

    for body in [json!({"domains": []}), json!({"domains": ["other.com"]})] {
        assert_eq!(harness.post(&path, body).await.refusal(), (400, "invalid_request", "domains"));
    }
}

#[tokio::test]
async fn cancelling_every_domain_cancels_the_order() {
    let harness = Harness::start().await;
    let id = harness.place(order(&["acme-mail.com"], 1)).await;
    harness.post(&format!("/orders/{id}/cancel"), json!({"domains": ["acme-mail.com"]})).await;
    assert_eq!(harness.get(&format!("/orders/{id}")).await.data()["status"], "cancel_scheduled");
}

#[tokio::test]
async fn unknown_order_is_not_found() {
    let harness = Harness::start().await;
    assert_eq!(harness.post_nothing("/orders/ord_X/cancel").await.refusal(), (404, "not_found", ""));
}
