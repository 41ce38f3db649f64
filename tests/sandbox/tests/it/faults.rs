//! Scripted failures.

use std::time::{Duration, Instant};

use reqwest::Method;
use sandbox::{Drop, Fault};
use serde_json::json;

use crate::bench::{Bench, order};

#[tokio::test]
async fn a_scripted_status_meets_only_the_requests_it_names_and_only_so_often() {
    let bench = Bench::start().await;
    bench.sandbox.fail_next(Fault { status: Some(503), times: 2, ..Fault::on("POST", "/orders") });
    assert_eq!(bench.get("/orders").await.status, 200);
    for _ in 0..2 {
        let failed = bench.post("/orders", order(&["acme-mail.com"], 1)).await;
        assert_eq!(failed.refusal(), (503, "internal_error", ""));
    }
    assert_eq!(bench.sandbox.orders().len(), 0, "a failed request is not carried out");
    bench.place(order(&["acme-mail.com"], 1)).await;
}

#[tokio::test]
async fn details_codes_and_bodies_can_be_scripted() {
    let bench = Bench::start().await;
    bench.sandbox.fail_next(Fault {
        status: Some(429),
        retry_after_seconds: Some(7),
        reason: Some("cloudflare_account_capacity".to_owned()),
        ..Fault::on("POST", "/domains/import")
    });
    let busy = bench.post("/domains/import", json!({"domains": ["owned-acme.com"]})).await;
    assert_eq!(busy.refusal(), (429, "rate_limited", ""));
    assert_eq!(
        busy.body["error"]["details"],
        json!({"retry_after_seconds": 7, "reason": "cloudflare_account_capacity"})
    );
    bench.sandbox.fail_next(Fault { status: Some(400), code: Some("new_code".to_owned()), ..Fault::default() });
    assert_eq!(bench.get("/me").await.refusal(), (400, "new_code", ""));
    bench.sandbox.fail_next(Fault { body: Some("<html>".to_owned()), ..Fault::default() });
    let garbled = bench.get("/me").await;
    assert_eq!((garbled.status, garbled.body), (200, json!("<html>")));
}

#[tokio::test]
async fn a_connection_dropped_before_acting_leaves_no_order() {
    let bench = Bench::start().await;
    bench.sandbox.fail_next(Fault { drop: Some(Drop::Before), ..Fault::on("POST", "/orders") });
    let url = format!("{}/orders", bench.sandbox.base_url());
    let body = order(&["acme-mail.com"], 1).to_string();
    assert!(bench.send_to(Method::POST, &url, Some(body)).await.is_err());
    assert_eq!(bench.sandbox.orders().len(), 0);
    assert_eq!(bench.sandbox.received()[0].status, 0);
}

#[tokio::test]
async fn a_connection_dropped_after_acting_leaves_the_order_and_the_same_body_finds_it() {
    let bench = Bench::start().await;
    bench.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    let url = format!("{}/orders", bench.sandbox.base_url());
    let body = order(&["acme-mail.com"], 1);
    assert!(bench.send_to(Method::POST, &url, Some(body.to_string())).await.is_err());
    let id = bench.sandbox.orders()[0]["id"].clone();
    assert_eq!(bench.post("/orders", body).await.data()["id"], id);
    assert_eq!(bench.sandbox.orders_of("client@example.com"), 1);
}

#[tokio::test]
async fn an_error_can_be_answered_although_the_request_was_carried_out() {
    let bench = Bench::start().await;
    bench.sandbox.fail_next(Fault { status: Some(502), act: true, ..Fault::on("POST", "/orders") });
    assert_eq!(bench.post("/orders", order(&["acme-mail.com"], 1)).await.status, 502);
    assert_eq!(bench.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn answers_can_be_late_before_and_after_acting() {
    let bench = Bench::start().await;
    bench.sandbox.fail_next(Fault { delay_ms: 30, delay_after_ms: 30, ..Fault::on("GET", "/me") });
    let started = Instant::now();
    assert_eq!(bench.get("/me").await.status, 200);
    assert!(started.elapsed() >= Duration::from_millis(60));
}

#[tokio::test]
async fn a_client_that_gives_up_does_not_undo_its_request() {
    let bench = Bench::start().await;
    bench.sandbox.fail_next(Fault { delay_ms: 150, ..Fault::on("POST", "/orders") });
    let url = format!("{}/orders", bench.sandbox.base_url());
    let sending = bench.send_to(Method::POST, &url, Some(order(&["acme-mail.com"], 1).to_string()));
    assert!(tokio::time::timeout(Duration::from_millis(50), sending).await.is_err());
    let acted = async {
        while bench.sandbox.orders().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), acted).await.unwrap();
}

#[tokio::test]
async fn scripted_failures_can_be_forgotten() {
    let bench = Bench::start().await;
    bench.sandbox.fail_next(Fault { status: Some(500), ..Fault::default() });
    bench.sandbox.clear_faults();
    assert_eq!(bench.get("/me").await.status, 200);
}
