//! The partner's routes: the log of notifications, delivering again, and notifications for a test.

use crate::client::{Call, Harness};
use e2e::StackConfig;
use functions::model::notification::NotificationId;
use functions::model::notification::catalogue::KINDS;
use functions::notifier::invocation::Invocation;
use functions::store::notification::{After, Attempt};
use serde_json::{Value, json};
use std::time::Duration;

const DAY: u64 = 24 * 60 * 60;

async fn test_one(harness: &Harness, kind: &str) -> NotificationId {
    let made = harness.as_partner("POST", "/v1/notifications/test", Some(&json!({"type": kind})), 201).await.data();
    assert_eq!(made["type"], kind);
    NotificationId::parse(made["id"].as_str().unwrap()).unwrap()
}

/// A harness with the endpoints `crm`, which nobody listens at, and `billing`, after the notifier has run once.
async fn with_endpoints() -> Harness {
    let endpoints = ["crm", "billing"].map(|name| (name.to_owned(), format!("http://127.0.0.1:9/{name}"))).to_vec();
    let harness = Harness::with(StackConfig { endpoints, ..StackConfig::paused() }).await;
    harness.stack.notifier.invoke(Invocation::Everything, Duration::from_secs(30)).await.unwrap();
    harness
}

async fn delivered(harness: &Harness, id: &NotificationId, status: u16) {
    let (store, now) = (&harness.stack.store, harness.stack.sandbox.now());
    let delivery = async || store.notification(id, now).await.unwrap().unwrap().delivery_to("crm");
    assert!(store.take_delivery(id, &delivery().await, now, 20).await.unwrap());
    let attempt =
        Attempt { endpoint: "crm".to_owned(), at: now, status: Some(status), ms: 12, response: "ok".to_owned() };
    assert!(store.record_attempt(id, &delivery().await, attempt, After::Delivered).await.unwrap());
}

#[tokio::test]
async fn every_type_can_be_sent_as_a_test_and_is_listed() {
    let harness = Harness::start().await;
    for kind in KINDS {
        test_one(&harness, kind).await;
        harness.advance(1).await;
    }
    let told = harness.told().await;
    assert_eq!(told.iter().map(|row| row["type"].as_str().unwrap()).collect::<Vec<_>>(), KINDS);
    assert!(told.iter().all(|row| row["test"] == true && row["version"] == 1), "{told:?}");
    let page = harness.as_partner("GET", "/v1/notifications?type=order.failed", None, 200).await.data();
    assert_eq!(page.as_array().unwrap().len(), 1);
    let since = "/v1/notifications?since=2026-05-08T12:00:10Z&per_page=2";
    let page = harness.as_partner("GET", since, None, 200).await.json();
    let next = page["links"]["next"].as_str().unwrap().to_owned();
    let rest = harness.as_partner("GET", &next, None, 200).await.data();
    let types = |rows: &Value| rows.as_array().unwrap().iter().map(|row| row["type"].clone()).collect::<Vec<_>>();
    assert_eq!([types(&page["data"]), types(&rest)].concat(), KINDS[10..14]);
}

#[tokio::test]
async fn attempts_are_listed_with_status_time_and_answer() {
    let harness = Harness::start().await;
    let id = test_one(&harness, "order.completed").await;
    delivered(&harness, &id, 204).await;
    let row = harness.told().await.remove(0);
    let expected =
        json!([{"endpoint": "crm", "at": "2026-05-08T12:00:00Z", "status": 204, "ms": 12, "response": "ok"}]);
    assert_eq!(row["attempts"], expected);
}

#[tokio::test]
async fn notification_is_delivered_again_under_its_id() {
    let harness = Harness::start().await;
    let id = test_one(&harness, "order.completed").await;
    delivered(&harness, &id, 204).await;
    let answer = harness.as_partner("POST", &format!("/v1/notifications/{id}/redeliver"), None, 202).await.data();
    assert_eq!(answer, json!({"id": id.to_string(), "type": "order.completed"}));
    let found = harness.stack.store.notification(&id, harness.stack.sandbox.now()).await.unwrap().unwrap();
    assert_eq!((found.delivery_to("crm").tries(), found.attempts.len()), (0, 1));
    for unknown in ["ntf_1", "ntf_00000000000000000000000000000000"] {
        let path = format!("/v1/notifications/{unknown}/redeliver");
        assert_eq!(harness.as_partner("POST", &path, None, 404).await.code(), "notification_not_found");
    }
    harness.advance(31 * DAY).await;
    let path = format!("/v1/notifications/{id}/redeliver");
    assert_eq!(harness.as_partner("POST", &path, None, 404).await.code(), "notification_not_found");
}

#[tokio::test]
async fn all_since_a_time_are_delivered_again_to_one_endpoint() {
    let harness = with_endpoints().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let id = test_one(&harness, "order.failed").await;
        delivered(&harness, &id, 500).await;
        ids.push(id);
        harness.advance(DAY).await;
    }
    let body = json!({"since": "2026-05-09", "endpoint": "crm"});
    let answer = harness.as_partner("POST", "/v1/notifications/redeliver", Some(&body), 202).await.data();
    assert_eq!((&answer["redelivered"], &answer["complete"]), (&json!(2), &json!(true)));
    let now = harness.stack.sandbox.now();
    let mut tries = Vec::new();
    for id in &ids {
        tries.push(harness.stack.store.notification(id, now).await.unwrap().unwrap().delivery_to("crm").tries());
    }
    assert_eq!(tries, [1, 0, 0]);
}

#[tokio::test]
async fn one_is_delivered_again_to_one_endpoint() {
    let harness = with_endpoints().await;
    let id = test_one(&harness, "order.failed").await;
    delivered(&harness, &id, 500).await;
    let path = format!("/v1/notifications/{id}/redeliver");
    harness.as_partner("POST", &path, Some(&json!({"endpoint": "billing"})), 202).await;
    let found = harness.stack.store.notification(&id, harness.stack.sandbox.now()).await.unwrap().unwrap();
    let requested = ["crm", "billing"].map(|name| found.delivery_to(name).is_requested);
    assert_eq!(requested, [false, true]);
    harness.as_partner("POST", &path, Some(&json!({})), 202).await;
    let found = harness.stack.store.notification(&id, harness.stack.sandbox.now()).await.unwrap().unwrap();
    assert!(found.delivery_to("crm").is_requested);
}

#[tokio::test]
async fn an_endpoint_that_the_stage_does_not_have_is_refused() {
    let harness = with_endpoints().await;
    let id = test_one(&harness, "order.failed").await;
    let one = format!("/v1/notifications/{id}/redeliver");
    for (path, body) in [
        (one.as_str(), json!({"endpoint": "nosuch"})),
        ("/v1/notifications/redeliver", json!({"since": "2026-05-08", "endpoint": "nosuch"})),
    ] {
        assert_eq!(harness.as_partner("POST", path, Some(&body), 400).await.findings(), ["endpoint endpoint_unknown"]);
    }
    for (body, expected) in [("{", "not_json"), ("[]", "not_an_object")] {
        let call = Call::post(&one).bearer(&harness.stack.values.partner_key).body(body);
        assert_eq!(harness.send(call, 400).await.code(), expected);
    }
    let found = harness.stack.store.notification(&id, harness.stack.sandbox.now()).await.unwrap().unwrap();
    assert_eq!(found.deliveries, []);
}

#[tokio::test]
async fn wrong_requests_say_what_to_do() {
    let harness = Harness::start().await;
    let list = |query: &str| format!("/v1/notifications?{query}");
    for (query, expected) in [
        ("since=yesterday", "since time_invalid"),
        ("since=2026-03-01", "since out_of_range"),
        ("type=order.created", "type type_unknown"),
        ("page_token=none", "page_token page_token_invalid"),
    ] {
        assert_eq!(harness.as_partner("GET", &list(query), None, 400).await.findings(), [expected]);
    }
    for (path, body, expected) in [
        ("redeliver", json!({}), "since missing_field"),
        ("redeliver", json!({"since": "2026-03-01T00:00:00Z"}), "since out_of_range"),
        ("redeliver", json!({"since": "2026-05-08T12:00:01Z"}), "since out_of_range"),
        ("redeliver", json!({"since": "8 May"}), "since time_invalid"),
        ("redeliver", json!({"since": "2026-05-08T00:00:00Z", "endpoint": "a b"}), "endpoint id_invalid"),
        ("test", json!({"type": "order.created"}), "type type_unknown"),
    ] {
        let path = format!("/v1/notifications/{path}");
        assert_eq!(harness.as_partner("POST", &path, Some(&body), 400).await.findings(), [expected]);
    }
    let customer = Call::get("/v1/notifications").bearer(&harness.session("s1"));
    assert_eq!(harness.exchange(customer).await.status, 401);
}
