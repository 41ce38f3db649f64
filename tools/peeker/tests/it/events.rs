//! Notifications for developers: listening, forwarding, triggering, schemas.

use crate::harness::{Harness, Shell};
use axum::http::HeaderMap;
use serde_json::Value;
use standardwebhooks::Webhook;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A request that a receiver got.
struct Got {
    headers: Vec<(String, String)>,
    body: String,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A receiver on this machine, which answers every request with 200.
fn receiver() -> (String, Receiver<Got>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (sender, got) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let Some(request) = read(stream) else { continue };
            if sender.send(request).is_err() {
                return;
            }
        }
    });
    (url, got)
}

fn read(mut stream: TcpStream) -> Option<Got> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let headers: Vec<(String, String)> = lines
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length")?.1.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").ok()?;
    Some(Got { headers, body: String::from_utf8(body).ok()? })
}

/// The objects of an output with one on each line.
fn lines(stdout: &str) -> Vec<Value> {
    stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn triggered_notification_is_listened_to_and_forwarded_signed() {
    let harness = Harness::start().await;
    let (url, got) = receiver();
    harness.shell.write("secret", SECRET);
    let triggered = harness.json(&["events", "trigger", "order.completed"], 0).await;
    let id = triggered["data"]["id"].as_str().unwrap().to_owned();
    let listen = ["events", "listen", "--since", "1h", "--for", "0s", "--forward-to", &url, "--secret-file", "secret"];
    let heard = lines(&harness.run(&[&["--json"], listen.as_slice()].concat()).await.ended(0).stdout);
    assert_eq!(heard.len(), 1);
    assert_eq!([&heard[0]["id"], &heard[0]["type"], &heard[0]["forwarded"]], [&id, "order.completed", "200"]);
    let request = got.recv().unwrap();
    let mut headers = HeaderMap::new();
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        headers.insert(name, request.header(name).parse().unwrap());
    }
    Webhook::new(SECRET).unwrap().verify(request.body.as_bytes(), &headers).unwrap();
    assert_eq!(request.header("webhook-id"), id);
    let body = request.json();
    assert_eq!((body["type"].as_str(), body["test"].as_bool()), (Some("order.completed"), Some(true)));
    assert!(body["data"]["order"]["id"].is_string() && body.get("attempts").is_none(), "{body}");
}

#[tokio::test]
async fn both_secrets_of_a_rotation_sign_what_is_forwarded() {
    let harness = Harness::start().await;
    let (url, got) = receiver();
    let new = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    harness.shell.write("secret", format!("{new},{SECRET}\n"));
    harness.json(&["events", "trigger", "order.completed"], 0).await;
    let listen = ["events", "listen", "--since", "1h", "--for", "0s", "--forward-to", &url, "--secret-file", "secret"];
    harness.run(&listen).await.ended(0);
    let request = got.recv().unwrap();
    for secret in [new, SECRET] {
        let mut headers = HeaderMap::new();
        for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
            headers.insert(name, request.header(name).parse().unwrap());
        }
        Webhook::new(secret).unwrap().verify(request.body.as_bytes(), &headers).unwrap();
    }
}

#[tokio::test]
async fn listening_prints_each_notification_once() {
    let harness = Harness::start().await;
    harness.json(&["events", "trigger", "order.failed"], 0).await;
    harness.json(&["events", "trigger", "domain.connected"], 0).await;
    let run = harness.run(&["events", "listen", "--since", "1h", "--every", "1s", "--for", "3s"]).await.ended(0);
    assert_eq!(run.stdout.matches("order.failed").count(), 1, "{}", run.stdout);
    assert!(run.stdout.contains("domain.connected") && run.stdout.ends_with("2 notifications\n"), "{}", run.stdout);
    let some = ["--json", "events", "listen", "--since", "1h", "--for", "0s", "--type", "order.failed"];
    assert_eq!(lines(&harness.run(&some).await.ended(0).stdout).len(), 1);
}

#[tokio::test]
async fn wrong_words_are_refused_with_what_to_do() {
    let harness = Harness::start().await;
    let refused = harness.json(&["events", "trigger", "order.created"], 1).await;
    assert!(refused["error"]["message"].as_str().unwrap().contains("order.completed"), "{refused}");
    let forward = ["events", "listen", "--for", "0s", "--forward-to", "http://127.0.0.1:1/", "--secret-file", "secret"];
    for wrong in ["not a secret", "", "whsec_", "whsec_AAAA", &format!("{SECRET},whsec_AAAA")] {
        harness.shell.write("secret", wrong);
        assert_eq!(harness.json(&forward, 2).await["error"]["code"], "secret_invalid", "{wrong}");
    }
    let outside = ["events", "listen", "--for", "0s", "--forward-to", "http://example.com/"];
    assert_eq!(harness.json(&outside, 2).await["error"]["code"], "url_insecure");
    let nowhere = ["events", "listen", "--for", "0s", "--forward-to", "http://localhost:0/"];
    assert_eq!(harness.json(&nowhere, 2).await["error"]["code"], "url_invalid");
    let run = harness.run(&["events", "trigger", "order.created"]).await.ended(1);
    assert!(run.stderr.starts_with("error: type must be one of order.placed,"), "{}", run.stderr);
}

#[test]
fn schemas_are_printed_without_a_stage() {
    let shell = Shell::empty();
    let list = shell.run(&["events", "schema"]).ended(0).stdout;
    assert!(list.lines().count() == 15 && list.starts_with("order.placed "), "{list}");
    let schema = shell.run(&["events", "schema", "order.completed"]).ended(0).stdout;
    let schema: Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(schema["properties"]["type"]["const"], "order.completed");
    let example = shell.run(&["events", "schema", "order.completed", "--example"]).ended(0).stdout;
    assert_eq!(serde_json::from_str::<Value>(&example).unwrap()["type"], "order.completed");
    let missing = shell.run(&["--json", "events", "schema", "order.created"]).ended(4);
    assert_eq!(missing.error_code(), "type_unknown");
}
