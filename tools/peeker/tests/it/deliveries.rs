//! Deliveries that go out: signed, sent, and replayed from what was stored.

use crate::bench::Bench;
use serde_json::{Value, json};

const EVENT: &str = r#"{"id":"evt_cli_1","type":"order.completed","created_at":"2026-05-08T12:00:00Z","data":{"id":"ord_cli_1","status":"completed"}}"#;

#[tokio::test]
async fn a_body_that_is_signed_here_is_taken_by_the_receiver_and_changes_the_order() {
    let bench = Bench::start().await;
    bench.shell.write("event.json", EVENT);
    let sent = bench.json(&["webhook", "send", "event.json", "--sign"], 0).await;
    assert_eq!(sent["data"]["http_status"], 204);
    let shown = bench.json(&["orders", "show", "ord_cli_1"], 0).await;
    assert_eq!(shown["data"]["status"], "completed");
    let signed = bench.run(&["webhook", "sign", "event.json"]).await.ended(0);
    bench.shell.write("capture.txt", &signed.stdout);
    bench.run(&["webhook", "verify", "capture.txt"]).await.ended(0);
    bench.run(&["webhook", "send", "capture.txt"]).await.ended(0);
}

#[tokio::test]
async fn what_upstream_itself_signs_verifies_here() {
    let bench = Bench::start().await;
    let id = bench.order("client@example.com", &["acme-mail.com", "getacme.com"], None).await;
    bench.run(&["orders", "watch", &id, "--via", "peeker"]).await.ended(0);
    let event = bench.stack.sandbox.events().first().unwrap().json()["id"].as_str().unwrap().to_owned();
    let signed = bench.stack.sandbox.signed(&event).unwrap();
    bench.shell.write("capture.json", json!({ "data": signed }).to_string());
    bench.run(&["webhook", "verify", "capture.json"]).await.ended(0);
}

#[tokio::test]
async fn a_delivery_that_the_receiver_refuses_is_told_with_its_words() {
    let bench = Bench::start().await;
    bench.shell.write("event.json", EVENT);
    let signed = bench.run(&["webhook", "sign", "event.json"]).await.ended(0).stdout;
    bench.shell.write("changed.txt", signed.replace("ord_cli_1", "ord_cli_2"));
    let refused = bench.json(&["webhook", "send", "changed.txt"], 1).await;
    assert_eq!(refused["error"]["code"], "webhook_signature");
    bench.shell.write("list.json", "[1]");
    let odd = bench.json(&["webhook", "send", "list.json"], 2).await;
    assert_eq!(odd["error"]["code"], "capture_malformed");
}

#[tokio::test]
async fn a_body_alone_is_signed_also_behind_a_byte_order_mark() {
    let bench = Bench::start().await;
    for (file, mark) in [("event.json", ""), ("marked.json", "\u{feff}")] {
        bench.shell.write(file, format!("{mark}{EVENT}"));
        let sent = bench.json(&["webhook", "send", file], 0).await;
        assert_eq!(sent["data"]["http_status"], 204, "{file}");
    }
    bench.shell.write("other.json", "\u{feff}{\"hello\":1}");
    let refused = bench.json(&["webhook", "send", "other.json"], 2).await;
    assert_eq!(refused["error"]["code"], "body_malformed");
}

/// The timeline of an order at the API of `bench`, as words.
async fn timeline(bench: &Bench, id: &str) -> Vec<String> {
    let shown = bench.json(&["orders", "show", id], 0).await;
    let entries = shown["data"]["timeline"].as_array().unwrap().iter();
    entries.map(|entry| entry["type"].as_str().unwrap().to_owned()).collect()
}

async fn completed(bench: &Bench) -> String {
    let id = bench.order("client@example.com", &["acme-mail.com", "getacme.com"], None).await;
    bench.run(&["orders", "watch", &id, "--via", "peeker"]).await.ended(0);
    let mut status = 4;
    while status == 4 {
        status = bench.run(&["orders", "watch", &id, "--timeout", "1m"]).await.code;
    }
    id
}

#[tokio::test]
async fn stored_events_bring_another_receiver_to_the_same_state() {
    let bench = Bench::start().await;
    let id = completed(&bench).await;
    let expected = timeline(&bench, &id).await;
    let mut other = Bench::start().await;
    bench.run(&["orders", "show", &id]).await.ended(0);
    other.run(&["orders", "show", &id]).await.ended(4);
    let url = format!("{}/v1/webhooks/peeker", other.stack.api);
    other.shell.set("PEEKER_API", &bench.stack.api);
    other.shell.set("PEEKER_PARTNER_KEY", &bench.stack.values.partner_key);
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
async fn a_replay_to_the_receiver_that_has_them_changes_nothing() {
    let bench = Bench::start().await;
    let id = completed(&bench).await;
    let before = timeline(&bench, &id).await;
    let run = bench.run(&["webhook", "replay", "--from", "1h", "--to", "now"]).await.ended(0);
    assert!(run.stdout.ends_with(&format!("{} delivered, 0 refused.\n", before.len())), "{}", run.stdout);
    assert_eq!(timeline(&bench, &id).await, before);
}

#[tokio::test]
async fn what_was_forgotten_is_not_delivered_and_is_counted() {
    let bench = Bench::start().await;
    completed(&bench).await;
    bench.run(&["customers", "forget", "client@example.com", "--yes"]).await.ended(0);
    // Events of the whole order named the customer; those of its domains name nobody, and stay.
    let run = bench.run(&["webhook", "replay", "--from", "1h"]).await.ended(0);
    assert!(run.stdout.contains("2 delivered, 0 refused. 2 more have no content"), "{}", run.stdout);
    let document = bench.json(&["webhook", "replay", "--from", "1h"], 0).await;
    assert_eq!((&document["data"]["delivered"], &document["data"]["forgotten"]), (&json!(2), &json!(2)));
}

#[tokio::test]
async fn a_dry_run_lists_by_type_and_span_and_sends_nothing() {
    let bench = Bench::start().await;
    completed(&bench).await;
    let dry = async |arguments: &[&str]| {
        let replay = ["webhook", "replay", "--dry-run", "--url", "http://127.0.0.1:9/hook"];
        bench.json(&[&replay[..], arguments].concat(), 0).await["data"]["events"].clone()
    };
    let all = dry(&["--from", "1h"]).await;
    assert_eq!(all.as_array().unwrap().len(), 4, "{all}");
    assert!(all.as_array().unwrap().iter().all(|event| event["outcome"] == "not_sent"), "{all}");
    let of_type = dry(&["--from", "1h", "--type", "order.completed"]).await;
    assert_eq!(of_type.as_array().unwrap().len(), 1, "{of_type}");
    assert_eq!(dry(&["--from", "2d", "--to", "1d"]).await, Value::Array(Vec::new()));
}
