//! Scripted failures.

use std::time::{Duration, Instant};

use reqwest::Method;
use sandbox::{Drop, Fault};
use serde_json::json;

use crate::harness::{Harness, order};

#[tokio::test]
async fn scripted_status_applies_to_matching_requests_only() {
    let harness = Harness::start().await;
    harness.sandbox.fail_next(Fault { status: Some(503), times: 2, ..Fault::on("POST", "/orders") });
    assert_eq!(harness.get("/orders").await.status, 200);
    for _ in 0..2 {
        let failed = harness.post("/orders", order(&["acme-mail.com"], 1)).await;
        assert_eq!(failed.refusal(), (503, "internal_error", ""));
    }
    assert_eq!(harness.sandbox.orders().len(), 0, "a failed request is not carried out");
    harness.place(order(&["acme-mail.com"], 1)).await;
}

#[tokio::test]
async fn fault_details_codes_and_bodies_can_be_scripted() {
    let harness = Harness::start().await;
    harness.sandbox.fail_next(Fault {
        status: Some(429),
        retry_after_seconds: Some(7),
        reason: Some("cloudflare_account_capacity".to_owned()),
        ..Fault::on("POST", "/domains/import")
    });
    let busy = harness.post("/domains/import", json!({"domains": ["owned-acme.com"]})).await;
    assert_eq!(busy.refusal(), (429, "rate_limited", ""));
    assert_eq!(
        busy.body["error"]["details"],
        json!({"retry_after_seconds": 7, "reason": "cloudflare_account_capacity"})
    );
    harness.sandbox.fail_next(Fault { status: Some(400), code: Some("new_code".to_owned()), ..Fault::default() });
    assert_eq!(harness.get("/me").await.refusal(), (400, "new_code", ""));
    harness.sandbox.fail_next(Fault { body: Some("<html>".to_owned()), ..Fault::default() });
    let garbled = harness.get("/me").await;
    assert_eq!((garbled.status, garbled.body), (200, json!("<html>")));
}

#[tokio::test]
async fn connection_dropped_before_execution_places_no_order() {
    let harness = Harness::start().await;
    harness.sandbox.fail_next(Fault { drop: Some(Drop::Before), ..Fault::on("POST", "/orders") });
    let url = format!("{}/orders", harness.sandbox.base_url());
    let body = order(&["acme-mail.com"], 1).to_string();
    assert!(harness.send_to(Method::POST, &url, Some(body)).await.is_err());
    assert_eq!(harness.sandbox.orders().len(), 0);
    assert_eq!(harness.sandbox.received()[0].status, 0);
}

#[tokio::test]
async fn order_survives_a_connection_dropped_after_execution() {
    let harness = Harness::start().await;
    harness.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    let url = format!("{}/orders", harness.sandbox.base_url());
    let body = order(&["acme-mail.com"], 1);
    assert!(harness.send_to(Method::POST, &url, Some(body.to_string())).await.is_err());
    let id = harness.sandbox.orders()[0]["id"].clone();
    assert_eq!(harness.post("/orders", body).await.data()["id"], id);
    assert_eq!(harness.sandbox.orders_of("client@example.com"), 1);
}

#[tokio::test]
async fn request_can_be_executed_and_still_return_an_error() {
    let harness = Harness::start().await;
    harness.sandbox.fail_next(Fault { status: Some(502), act: true, ..Fault::on("POST", "/orders") });
    assert_eq!(harness.post("/orders", order(&["acme-mail.com"], 1)).await.status, 502);
    assert_eq!(harness.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn responses_can_be_delayed_before_and_after_execution() {
    let harness = Harness::start().await;
    harness.sandbox.fail_next(Fault { delay_ms: 30, delay_after_ms: 30, ..Fault::on("GET", "/me") });
    let started = Instant::now();
    assert_eq!(harness.get("/me").await.status, 200);
    assert!(started.elapsed() >= Duration::from_millis(60));
}

#[tokio::test]
async fn client_timeout_does_not_undo_its_request() {
    let harness = Harness::start().await;
    harness.sandbox.fail_next(Fault { delay_ms: 150, ..Fault::on("POST", "/orders") });
    let url = format!("{}/orders", harness.sandbox.base_url());
    let sending = harness.send_to(Method::POST, &url, Some(order(&["acme-mail.com"], 1).to_string()));
    assert!(tokio::time::timeout(Duration::from_millis(50), sending).await.is_err());
    let acted = async {
        while harness.sandbox.orders().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), acted).await.unwrap();
}

#[tokio::test]
async fn scripted_faults_can_be_cleared() {
    let harness = Harness::start().await;
    harness.sandbox.fail_next(Fault { status: Some(500), ..Fault::default() });
    harness.sandbox.clear_faults();
    assert_eq!(harness.get("/me").await.status, 200);
}
