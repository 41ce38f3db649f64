//! The control surface over HTTP.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Harness, but, order};

#[tokio::test]
async fn clock_is_advanced_and_read_over_http() {
    let harness = Harness::start().await;
    let id = harness.place(order(&["acme-mail.com"], 1)).await;
    let moved = harness.control(Method::POST, "/advance", json!({"seconds": 6})).await;
    assert_eq!(moved.data()["now"], 1_767_225_606);
    assert_eq!(moved.data()["orders"], json!({"test": 1, "live": 0}));
    assert_eq!(harness.get(&format!("/orders/{id}")).await.data()["status"], "completed");
    assert_eq!(harness.control(Method::POST, "/speed", json!({"speed": 60})).await.data()["speed"], 60.0);
    assert_eq!(harness.control(Method::POST, "/resume", json!({})).await.data()["paused"], false);
    assert_eq!(harness.control(Method::POST, "/pause", json!({})).await.data()["paused"], true);
    for (path, body) in [("/advance", json!({"seconds": -1})), ("/advance", json!({})), ("/speed", json!({"speed": 0}))]
    {
        let answer = harness.control(Method::POST, path, body).await;
        assert_eq!(answer.refusal(), (400, "invalid_request", ""));
    }
}

#[tokio::test]
async fn faults_and_results_are_scripted_over_http() {
    let harness = Harness::start().await;
    let fault = json!({"method": "GET", "path": "/me", "status": 500, "times": 1});
    let faults = harness.control(Method::POST, "/faults", fault).await;
    assert_eq!(faults.data()[0]["status"], 500);
    assert_eq!(harness.get("/me").await.status, 500);
    let typo = harness.control(Method::POST, "/faults", json!({"stauts": 500})).await;
    assert_eq!(typo.refusal(), (400, "invalid_request", ""));
    harness.control(Method::POST, "/faults", json!({"drop": "before"})).await;
    assert_eq!(harness.control(Method::DELETE, "/faults", json!({})).await.data(), &json!([]));

    harness.control(Method::PUT, "/domains/acme-mail.com", json!({"outcome": "taken"})).await;
    let priced = json!({"outcome": "available", "price_cents": 5, "usable_for": ["google"]});
    harness.control(Method::PUT, "/domains/team-acme.com", priced).await;
    let rows = harness.post("/domains/availability", json!({"domains": ["acme-mail.com", "team-acme.com"]})).await;
    assert_eq!(rows.data()["domains"][0]["reason"], "taken");
    assert_eq!(rows.data()["domains"][1]["price_cents"], 5);
    assert_eq!(rows.data()["domains"][1]["usable_for"], json!(["google"]));
}

#[tokio::test]
async fn received_requests_are_listed_without_secrets() {
    let harness = Harness::start().await;
    harness.place(order(&["acme-mail.com"], 1)).await;
    let received = harness.control(Method::GET, "/received", json!({})).await;
    let request = &received.data()[0];
    assert_eq!((&request["method"], &request["path"]), (&json!("POST"), &json!("/partner/v1/orders")));
    assert_eq!(request["headers"]["authorization"], "Bearer pk_test_…");
    assert_eq!(request["body"]["sequencer"]["login_password"], "[redacted]");
    assert_eq!((&request["environment"], &request["status"]), (&json!("test"), &json!(200)));
    harness.control(Method::DELETE, "/received", json!({})).await;
    assert!(harness.sandbox.received().is_empty());
}

#[tokio::test]
async fn orders_and_events_are_listed_and_delivered_over_http() {
    let harness = Harness::start().await;
    let persona = json!({"first_name": "S", "last_name": "L", "profile_picture_url": "https://x.com/unreachable"});
    let id = harness.place(but(order(&["acme-mail.com"], 1), "personas", json!([persona]))).await;
    harness.advance(6).await;
    let resolve = format!("/orders/{id}/resolve");
    assert_eq!(harness.control(Method::POST, &resolve, json!({})).await.status, 200);
    assert_eq!(harness.control(Method::POST, &resolve, json!({})).await.refusal(), (404, "not_found", ""));
    assert_eq!(harness.control(Method::GET, "/orders", json!({})).await.data()[0]["id"], json!(id));
    let count = harness.control(Method::GET, "/customers/client@example.com", json!({})).await;
    assert_eq!(count.data()["orders"], 1);

    let events = harness.control(Method::GET, "/events", json!({})).await;
    let event = events.data()[0].clone();
    assert_eq!(event["type"], "order.in_progress");
    assert_eq!(event["attempts"], json!([]));
    let event_id = event["id"].as_str().unwrap();
    let signed = harness.control(Method::GET, &format!("/events/{event_id}/signed"), json!({})).await;
    assert_eq!(signed.data()["body"], event["body"]);

    let receiver = crate::receiver::Receiver::start().await;
    harness.control(Method::PUT, "/webhooks", json!({"url": receiver.url, "secret": "whsec_x"})).await;
    let sent = harness.control(Method::POST, "/deliver", json!({"event_ids": [event_id, "evt_X"]})).await;
    assert_eq!(sent.data()["statuses"], json!([204, 0]));
    harness.control(Method::POST, &format!("/events/{event_id}/deliver"), json!({})).await;
    assert_eq!(receiver.arrived().len(), 2);
    assert_eq!(harness.control(Method::POST, "/hold", json!({"hold": true})).await.data()["holding_webhooks"], true);
}

#[tokio::test]
async fn reset_clears_records_and_never_reuses_ids() {
    let harness = Harness::start().await;
    let before = harness.place(order(&["acme-mail.com"], 1)).await;
    harness.control(Method::POST, "/reset", json!({})).await;
    assert_eq!(harness.get("/orders").await.data(), &json!([]));
    assert_eq!(harness.event_types(), Vec::<String>::new());
    let after = harness.place(order(&["acme-mail.com"], 1)).await;
    assert_ne!(before, after);
}

#[tokio::test]
async fn import_can_be_connected_over_http() {
    let harness = Harness::start().await;
    let job = harness.post("/domains/import", json!({"domains": ["owned-acme.com"]})).await;
    let path = format!("/imports/{}/switch", job.data()["id"].as_str().unwrap());
    assert_eq!(harness.control(Method::POST, &path, json!({})).await.status, 200);
    assert_eq!(harness.control(Method::GET, "/nothing", Value::Null).await.refusal(), (404, "not_found", ""));
}
