//! The log of notifications, delivering again, and a listener that outlives an outage.

use crate::harness::{Harness, Shell};
use e2e::StackConfig;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Stdio;

async fn trigger(harness: &Harness) -> String {
    let made = harness.json(&["events", "trigger", "order.completed"], 0).await;
    made["data"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_log_is_listed_and_delivered_again() {
    let endpoints = vec![("crm".to_owned(), "http://127.0.0.1:9/".to_owned())];
    let harness = Harness::with(StackConfig { endpoints, ..StackConfig::default() }).await;
    let id = trigger(&harness).await;
    let listed = harness.json(&["notifications", "list", "--since", "1h"], 0).await;
    let ids: Vec<&Value> = listed["data"]["notifications"].as_array().unwrap().iter().map(|row| &row["id"]).collect();
    assert_eq!((ids, &listed["data"]["has_more"]), (vec![&json!(id)], &json!(false)));
    let text = harness.run(&["notifications", "list", "--type", "order.completed"]).await.ended(0).stdout;
    assert!(text.contains("DELIVERED") && text.contains(&id), "{text}");
    let again = harness.run(&["notifications", "redeliver", &id]).await.ended(0).stdout;
    assert_eq!(again, format!("order.completed {id} is delivered again\n"));
    let since = harness.json(&["notifications", "redeliver", "--since", "1h"], 0).await;
    assert_eq!(since["data"], json!({"redelivered": 1}));
    let unknown = ["--endpoint", "nosuch"];
    for what in [&[id.as_str()][..], &["--since", "1h"]] {
        let refused = harness.json(&[&["notifications", "redeliver"], what, &unknown].concat(), 1).await;
        assert_eq!(refused["error"]["code"], "endpoint_unknown", "{refused}");
    }
    assert_eq!(harness.json(&["notifications", "redeliver", "../orders"], 2).await["error"]["code"], "id_invalid");
}

/// A page of the log with these notifications.
fn page(ids: &[&str]) -> String {
    let at = "2026-05-08T12:00:00Z";
    let row = |id: &&str| json!({"id": id, "type": "order.failed", "timestamp": at, "recorded_at": at, "data": {}});
    json!({"data": ids.iter().map(row).collect::<Vec<_>>(), "links": {"next": null}}).to_string()
}

/// Answers one request with `status` and `body`.
fn answer(listener: &TcpListener, status: &str, body: &str) {
    let (mut stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    while reader.read_line(&mut line).unwrap() > 2 {
        line.clear();
    }
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}").unwrap();
}

#[test]
fn a_listener_goes_on_after_an_outage_and_prints_lines_at_once() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let mut shell = Shell::empty();
    shell.set("PEEKER_API", &format!("http://{address}"));
    shell.set("PEEKER_PARTNER_KEY", "partner_key_of_a_test");
    let mut command = shell.command(&["--json", "events", "listen", "--since", "2026-05-08", "--every", "1s"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut notes = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut next_id = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap()["id"].clone();
    answer(&listener, "200 OK", &page(&["ntf_1"]));
    assert_eq!(next_id(), "ntf_1");
    drop(listener);
    let note = notes.next().unwrap().unwrap();
    assert!(note.contains("is unreachable") && note.ends_with("Trying again."), "{note}");
    let listener = TcpListener::bind(address).unwrap();
    answer(&listener, "200 OK", &page(&["ntf_1", "ntf_2"]));
    assert_eq!(next_id(), "ntf_2");
    assert_eq!(notes.next().unwrap().unwrap(), "It answers again.");
    // A key that is refused stays refused.
    answer(&listener, "401 Unauthorized", r#"{"error": {"code": "partner_key_invalid", "message": "Wrong key."}}"#);
    assert_eq!(child.wait().unwrap().code(), Some(3));
    let mut rest = String::new();
    notes.for_each(|line| rest.push_str(&line.unwrap()));
    assert!(rest.contains("partner_key_invalid"), "{rest}");
}

#[test]
fn a_stage_that_never_answered_ends_the_listener() {
    let address = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let mut shell = Shell::empty();
    shell.set("PEEKER_API", &format!("http://{address}"));
    shell.set("PEEKER_PARTNER_KEY", "partner_key_of_a_test");
    assert_eq!(shell.run(&["--json", "events", "listen"]).ended(5).error_code(), "unreachable");
}
