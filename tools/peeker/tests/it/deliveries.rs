//! Deliveries: signed, sent, and replayed from stored events.

use crate::harness::Harness;
use serde_json::{Value, json};

const EVENT: &str = r#"{"id":"evt_cli_1","type":"order.completed","created_at":"2026-05-08T12:00:00Z","data":{"id":"ord_cli_1","status":"completed"}}"#;

#[tokio::test]
async fn receiver_accepts_a_locally_signed_body() {
    let harness = Harness::start().await;
    harness.shell.write("event.json", EVENT);
    let sent = harness.json(&["webhook", "send", "event.json", "--sign"], 0).await;
    assert_eq!(sent["data"]["http_status"], 204);
    let shown = harness.json(&["orders", "show", "ord_cli_1"], 0).await;
    assert_eq!(shown["data"]["status"], "completed");
    let signed = harness.run(&["webhook", "sign", "event.json"]).await.ended(0);
    harness.shell.write("capture.txt", &signed.stdout);
    harness.run(&["webhook", "verify", "capture.txt"]).await.ended(0);
    harness.run(&["webhook", "send", "capture.txt"]).await.ended(0);
}

#[tokio::test]
async fn delivery_signed_by_upstream_verifies() {
    let harness = Harness::start().await;
    let id = harness.order("client@example.com", &["acme-mail.com", "getacme.com"], None).await;
    harness.run(&["orders", "watch", &id, "--via", "peeker"]).await.ended(0);
    let event = harness.stack.sandbox.events().first().unwrap().json()["id"].as_str().unwrap().to_owned();
    let signed = harness.stack.sandbox.signed(&event).unwrap();
    harness.shell.write("capture.json", json!({ "data": signed }).to_string());
    harness.run(&["webhook", "verify", "capture.json"]).await.ended(0);
}

#[tokio::test]
async fn refused_delivery_shows_the_receiver_message() {
    let harness = Harness::start().await;
    harness.shell.write("event.json", EVENT);
    let signed = harness.run(&["webhook", "sign", "event.json"]).await.ended(0).stdout;
    harness.shell.write("changed.txt", signed.replace("ord_cli_1", "ord_cli_2"));
    let refused = harness.json(&["webhook", "send", "changed.txt"], 1).await;
    assert_eq!(refused["error"]["code"], "webhook_signature");
    harness.shell.write("list.json", "[1]");
    let odd = harness.json(&["webhook", "send", "list.json"], 2).await;
    assert_eq!(odd["error"]["code"], "capture_malformed");
}

#[tokio::test]
async fn bare_body_is_signed_also_after_a_bom() {
    let harness = Harness::start().await;
    for (file, mark) in [("event.json", ""), ("marked.json", "\u{feff}")] {
        harness.shell.write(file, format!("{mark}{EVENT}"));
        let sent = harness.json(&["webhook", "send", file], 0).await;
        assert_eq!(sent["data"]["http_status"], 204, "{file}");
    }
    harness.shell.write("other.json", "\u{feff}{\"hello\":1}");
    let refused = harness.json(&["webhook", "send", "other.json"], 2).await;
    assert_eq!(refused["error"]["code"], "body_malformed");
}

/// The event types in the timeline of an order at the API of `harness`.
async fn timeline(harness: &Harness, id: &str) -> Vec<String> {
    let shown = harness.json(&["orders", "show", id], 0).await;
    let entries = shown["data"]["timeline"].as_array().unwrap().iter();
    entries.map(|entry| entry["type"].as_str().unwrap().to_owned()).collect()
}

async fn completed(harness: &Harness) -> String {
    let id = harness.order("client@example.com", &["acme-mail.com", "getacme.com"], None).await;
    harness.run(&["orders", "watch", &id, "--via", "peeker"]).await.ended(0);
    let mut status = 4;
    while status == 4 {
        status = harness.run(&["orders", "watch", &id, "--timeout", "1m"]).await.code;
    }
    id
}

#[tokio::test]
async fn replayed_events_restore_the_same_state() {
    let harness = Harness::start().await;
    let id = completed(&harness).await;
    let expected = timeline(&harness, &id).await;
    let mut other = Harness::start().await;
    harness.run(&["orders", "show", &id]).await.ended(0);
    other.run(&["orders", "show", &id]).await.ended(4);
    let url = format!("{}/v1/webhooks/peeker", other.stack.api);
    other.shell.set("PEEKER_API", &harness.stack.api);
    other.shell.set("PEEKER_PARTNER_KEY", &harness.stack.values.partner_key);
    let secret = other.stack.values.webhook_secret.clone();
    other.shell.set("PEEKER_WEBHOOK_SECRET", &secret);
    let replayed = other.json(&["webhook", "replay", "--from", "1h", "--url", &url], 0).await;
    assert_eq!(replayed["data"]["delivered"], expected.len(), "{replayed}");
    let key = other.stack.values.partner_key.clone();
    other.shell.set("PEEKER_API", &other.stack.api.clone());
    other.shell.set("PEEKER_PARTNER_KEY", &key);
    assert_eq!(timeline(&other, &id).await, expected);
}

#[tokio::test]
async fn replay_to_the_same_receiver_changes_nothing() {
    let harness = Harness::start().await;
    let id = completed(&harness).await;
    let before = timeline(&harness, &id).await;
    let run = harness.run(&["webhook", "replay", "--from", "1h", "--to", "now"]).await.ended(0);
    assert!(run.stdout.ends_with(&format!("{} delivered, 0 refused.\n", before.len())), "{}", run.stdout);
    assert_eq!(timeline(&harness, &id).await, before);
}

#[tokio::test]
async fn replay_skips_and_counts_forgotten_events() {
    let harness = Harness::start().await;
    completed(&harness).await;
    harness.run(&["customers", "forget", "client@example.com", "--yes"]).await.ended(0);
    // Events of the whole order contain personal data; those of its domains do not, and stay.
    let run = harness.run(&["webhook", "replay", "--from", "1h"]).await.ended(0);
    assert!(run.stdout.contains("2 delivered, 0 refused. 2 more have no content"), "{}", run.stdout);
    let document = harness.json(&["webhook", "replay", "--from", "1h"], 0).await;
    assert_eq!((&document["data"]["delivered"], &document["data"]["forgotten"]), (&json!(2), &json!(2)));
}

#[tokio::test]
async fn dry_run_lists_events_and_sends_nothing() {
    let harness = Harness::start().await;
    completed(&harness).await;
    let dry = async |arguments: &[&str]| {
        let replay = ["webhook", "replay", "--dry-run", "--url", "http://127.0.0.1:9/hook"];
        harness.json(&[&replay[..], arguments].concat(), 0).await["data"]["events"].clone()
    };
    let all = dry(&["--from", "1h"]).await;
    assert_eq!(all.as_array().unwrap().len(), 4, "{all}");
    assert!(all.as_array().unwrap().iter().all(|event| event["outcome"] == "not_sent"), "{all}");
    let of_type = dry(&["--from", "1h", "--type", "order.completed"]).await;
    assert_eq!(of_type.as_array().unwrap().len(), 1, "{of_type}");
    assert_eq!(dry(&["--from", "2d", "--to", "1d"]).await, Value::Array(Vec::new()));
}
