//! `order.needs_action` says who has to do what, whatever upstream's event says of it.

use crate::client::{FOUR, Harness, draft};
use crate::endpoint_server::Server;
use e2e::StackConfig;
use functions::model::notification::NotificationId;
use functions::notifier::invocation::Invocation;
use sandbox::{Drop, Fault};
use serde_json::{Value, json};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(30);
const PICTURE: &str = "Make the picture reachable";

/// A harness with an endpoint, and an order whose picture cannot be reached.
async fn waiting(config: StackConfig) -> (Harness, Server) {
    let server = Server::start(204).await;
    let endpoints = vec![("crm".to_owned(), server.url.clone())];
    let harness = Harness::with(StackConfig { endpoints, ..config }).await;
    let mut body = draft(&FOUR);
    body["personas"][0]["profile_picture_url"] = json!("https://acme.com/unreachable.png");
    harness.place(&harness.session("s1"), &body, 201).await;
    harness.advance(30).await;
    (harness, server)
}

/// What is told of orders that wait, after the notifier was started by each.
async fn delivered(harness: &Harness) -> Vec<Value> {
    let is_waiting = |row: &Value| row["type"] == "order.needs_action";
    for row in harness.told().await.iter().filter(|row| is_waiting(row)) {
        let id = NotificationId::parse(row["id"].as_str().unwrap()).unwrap();
        harness.stack.notifier.invoke(Invocation::Written(vec![id]), LIMIT).await.unwrap();
    }
    harness.told().await.into_iter().filter(is_waiting).collect()
}

fn assert_picture(data: &Value) {
    let action = &data["actions"][0];
    assert_eq!((&action["type"], &action["who"]), (&json!("google_profile_picture"), &json!("customer")), "{data}");
    let what = action["what_to_do"].as_str().unwrap();
    assert!(what.starts_with(PICTURE) && data["body"].as_str().unwrap().contains(what), "{data}");
    assert!(!data.to_string().contains("nameservers"), "{data}");
}

#[tokio::test]
async fn upstream_is_asked_what_an_order_waits_for() {
    let (harness, server) = waiting(StackConfig::paused()).await;
    assert_eq!(harness.told_types().await.iter().filter(|kind| *kind == "order.needs_action").count(), 1);
    let told = delivered(&harness).await;
    assert_picture(&told[0]["data"]);
    let received = server.received().remove(0).json();
    assert_eq!((&received["data"], server.received().len()), (&told[0]["data"], 1));
    harness.stack.stop().await;
}

#[tokio::test]
async fn upstream_is_asked_what_a_domain_waits_for() {
    let (harness, server) = waiting(StackConfig::paused().strictest()).await;
    let told = delivered(&harness).await;
    assert!(!told.is_empty() && told.len() == server.received().len(), "{told:?}");
    told.iter().for_each(|row| assert_picture(&row["data"]));
    harness.stack.stop().await;
}

#[tokio::test]
async fn without_an_answer_of_upstream_it_is_told_that_something_waits() {
    let (harness, server) = waiting(StackConfig::paused()).await;
    harness.stack.sandbox.fail_next(Fault {
        drop: Some(Drop::Before),
        times: 20,
        ..Fault::on("GET", "/orders/pending")
    });
    let told = delivered(&harness).await;
    assert_eq!((&told[0]["data"]["actions"], server.received().len()), (&json!([]), 1));
    harness.stack.stop().await;
}
