//! Cancelling orders and parts of them.

use serde_json::json;

use crate::bench::{Bench, order};

const THIRTY_DAYS: u64 = 30 * 24 * 3600;

#[tokio::test]
async fn a_cancelled_order_runs_to_the_end_of_its_period_and_frees_its_domains() {
    let bench = Bench::start().await;
    let id = bench.place(order(&["acme-mail.com"], 1)).await;
    bench.advance(6).await;
    let path = format!("/orders/{id}/cancel");
    let answer = bench.post_nothing(&path).await;
    let data = answer.data();
    assert_eq!(data["status"], "cancel_scheduled");
    assert_eq!(data["cancellation_scheduled_at"], "2026-01-01T00:00:06Z");
    assert_eq!(data["cancels_at"], "2026-01-31T00:00:06Z");
    assert_eq!(data["domains"][0]["domain"], "acme-mail.com");
    assert!(data["domains"][0]["id"].as_str().unwrap().starts_with("dom_"));
    assert_eq!(bench.post_nothing(&path).await.data(), data, "asking again changes nothing");

    bench.advance(THIRTY_DAYS - 1).await;
    assert_eq!(bench.get(&format!("/orders/{id}")).await.data()["status"], "cancel_scheduled");
    bench.advance(1).await;
    assert_eq!(bench.get(&format!("/orders/{id}")).await.data()["status"], "cancelled");
    assert_eq!(bench.event_types()[3..], ["order.cancel_scheduled", "order.cancelled"]);
    let rows = bench.post("/domains/availability", json!({"domains": ["acme-mail.com"]})).await;
    assert_eq!(rows.data()["domains"][0]["available"], true);
    assert_eq!(bench.post_nothing(&path).await.refusal(), (400, "invalid_request", ""));
}

#[tokio::test]
async fn an_order_can_be_cancelled_while_it_is_set_up() {
    let bench = Bench::start().await;
    let id = bench.place(order(&["acme-mail.com"], 1)).await;
    bench.post(&format!("/orders/{id}/cancel"), json!({})).await;
    bench.advance(60).await;
    assert_eq!(bench.event_types(), ["order.in_progress", "order.cancel_scheduled"]);
}

#[tokio::test]
async fn some_domains_are_cancelled_by_name_or_identifier_and_the_order_lives_on() {
    let bench = Bench::start().await;
    let imported = bench.post("/domains/import", json!({"domains": ["owned-acme.com"]})).await;
    bench.sandbox.switch_nameservers(imported.data()["id"].as_str().unwrap());
    let id = bench.place(order(&["acme-mail.com", "owned-acme.com", "acme-shop.com"], 2)).await;
    bench.advance(6).await;
    let path = format!("/orders/{id}/cancel");
    let rows = bench.get("/domains").await;
    let dom = rows.data()[0]["id"].clone();
    assert_eq!(rows.data()[0]["domain"], "acme-shop.com");
    let answer = bench.post(&path, json!({"domains": ["owned-acme.com", dom]})).await;
    assert_eq!(answer.data()["domains"].as_array().unwrap().len(), 2);
    bench.advance(THIRTY_DAYS).await;
    let full = bench.get(&format!("/orders/{id}")).await;
    assert_eq!(full.data()["status"], "completed");
    assert_eq!(full.data()["domain_count"], 1);
    let inventory = bench.get("/domains?category=inventory").await;
    assert_eq!(inventory.data()[0]["domain"], "owned-acme.com");
    assert!(inventory.data()[0].get("order_id").is_none());
    assert!(inventory.data()[0].get("provider").is_none());

    for body in [json!({"domains": []}), json!({"domains": ["other.com"]})] {
        assert_eq!(bench.post(&path, body).await.refusal(), (400, "invalid_request", "domains"));
    }
}

#[tokio::test]
async fn naming_every_domain_cancels_the_whole_order() {
    let bench = Bench::start().await;
    let id = bench.place(order(&["acme-mail.com"], 1)).await;
    bench.post(&format!("/orders/{id}/cancel"), json!({"domains": ["acme-mail.com"]})).await;
    assert_eq!(bench.get(&format!("/orders/{id}")).await.data()["status"], "cancel_scheduled");
}

#[tokio::test]
async fn an_unknown_order_is_not_found() {
    let bench = Bench::start().await;
    assert_eq!(bench.post_nothing("/orders/ord_X/cancel").await.refusal(), (404, "not_found", ""));
}
