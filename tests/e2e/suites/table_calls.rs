//! The exact DynamoDB calls, and their capacity units, of an event, an order change, and a delivery. Units are worked out by
//! the rules of DynamoDB: a read of up to 4 KB is one; a write of up to 1 KB is one, two in a transaction, and one more for
//! each index whose entry it changes.

use crate::client::{CUSTOMER, FOUR, Harness, draft};
use crate::delivery::{Delivery, event};
use crate::endpoint_server::Server;
use crate::instances::Instance;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use e2e::StackConfig;
use functions::model::notification::NotificationId;
use functions::notifier::invocation::Invocation;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Calls by operation, read units, write units.
#[derive(Debug, Default, PartialEq)]
struct Used {
    calls: BTreeMap<String, usize>,
    read: f64,
    write: f64,
}

impl Used {
    fn of(calls: &[(&str, usize)], read: f64, write: f64) -> Self {
        let calls = calls.iter().map(|(operation, count)| ((*operation).to_owned(), *count)).collect();
        Self { calls, read, write }
    }
}

/// A proxy in front of the database, which asks for the consumed capacity of each call.
#[derive(Clone)]
struct Meter {
    database: String,
    http: reqwest::Client,
    used: Arc<Mutex<Used>>,
}

impl Meter {
    async fn before(harness: &Harness) -> (Self, String) {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let meter = Self { database: harness.stack.database_url.clone(), http, used: Arc::default() };
        let listener = e2e::listen(0).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", post(pass)).with_state(meter.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (meter, format!("http://{address}"))
    }

    /// What was used since the last time.
    fn take(&self) -> Used {
        std::mem::take(&mut *self.used.lock().unwrap())
    }
}

async fn pass(State(meter): State<Meter>, headers: HeaderMap, body: String) -> (StatusCode, String) {
    let operation = headers["x-amz-target"].to_str().unwrap().rsplit('.').next().unwrap().to_owned();
    let mut asked: Value = serde_json::from_str(&body).unwrap();
    asked["ReturnConsumedCapacity"] = json!("TOTAL");
    let mut request = meter.http.post(&meter.database).body(asked.to_string());
    for name in ["x-amz-target", "x-amz-date", "authorization", "content-type"] {
        request = request.header(name, headers[name].to_str().unwrap());
    }
    let answer = request.send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    let answered: Value = serde_json::from_str(&text).unwrap();
    let consumed = match &answered["ConsumedCapacity"] {
        Value::Array(tables) => tables.clone(),
        table => vec![table.clone()],
    };
    let units: f64 = consumed.iter().filter_map(|table| table["CapacityUnits"].as_f64()).sum();
    let mut used = meter.used.lock().unwrap();
    match operation.as_str() {
        "GetItem" | "BatchGetItem" | "Query" => used.read += units,
        _ => used.write += units,
    }
    *used.calls.entry(operation).or_default() += 1;
    (status, text)
}

async fn deliver(harness: &Harness, instance: &Instance, (id, kind): (&str, &str), data: &Value) {
    let Delivery { headers, body } = harness.signed(id, &event(id, kind, "2026-05-08T12:00:01Z", data));
    let reply = instance.call(("POST", "/v1/webhooks/peeker"), "", body, &headers).await;
    assert_eq!(reply.status, 204, "{kind}: {reply:?}");
}

#[tokio::test]
async fn an_event_makes_the_calls_that_were_worked_out() {
    let harness = Harness::start().await;
    let (meter, database) = Meter::before(&harness).await;
    let instance = Instance::at(&harness, &database).await;
    let order = |status: &str| json!({"id": format!("ord_{status}"), "status": status, "email": CUSTOMER, "created_at": "2026-05-08T12:00:00Z"});
    deliver(&harness, &instance, ("evt_1", "order.in_progress"), &order("in_progress")).await;
    // Event 2 and 1 for its list; entry of the order's list of events 2; head 2, 1 for the list and 1 for what is open;
    // the customer's entry 2 and 1 for the customer's list; the check that the customer was not forgotten 2.
    let quiet = 3.0 + 2.0 + 4.0 + 3.0 + 2.0;
    assert_eq!(meter.take(), Used::of(&[("TransactWriteItems", 1)], 0.0, quiet));
    // The head is read first, because what is told depends on it. The notification goes with the event: 2, and 1 each for
    // its list, for what waits, and for the customer.
    let told = 5.0;
    deliver(&harness, &instance, ("evt_2", "order.completed"), &order("completed")).await;
    assert_eq!(meter.take(), Used::of(&[("GetItem", 1), ("TransactWriteItems", 1)], 1.0, quiet + told));
    // Event and entry as above; the domain 2. Head and domain are read first.
    let domain = json!({"id": "dom_1", "domain": "acme.com", "order_id": "ord_domain", "provider": "google"});
    deliver(&harness, &instance, ("evt_3", "domain.connected"), &domain).await;
    let expected = Used::of(&[("BatchGetItem", 1), ("TransactWriteItems", 1)], 2.0, 3.0 + 2.0 + 2.0 + told);
    assert_eq!(meter.take(), expected);
    harness.stack.stop().await;
}

#[tokio::test]
async fn an_order_change_makes_the_calls_that_were_worked_out() {
    let harness = Harness::start().await;
    let (meter, database) = Meter::before(&harness).await;
    let instance = Instance::at(&harness, &database).await;
    harness.stack.sandbox.set_webhook_url(None);
    harness.advance(3_600).await;
    instance.reconciler.run().await.unwrap();
    // Half a unit for each empty shard: eight of placements and orders, of orders to compare slowly, and of retention.
    assert_eq!(meter.take(), Used::of(&[("Query", 24)], 12.0, 0.0));
    harness.place(&harness.session("s1"), &draft(&FOUR), 201).await;
    harness.advance(3_600).await;
    instance.reconciler.run().await.unwrap();
    let changed = meter.take();
    let told: Vec<Value> = harness.told().await;
    let kinds: BTreeSet<&str> = told.iter().map(|row| row["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, BTreeSet::from(["order.placed", "order.completed", "upstream.drift"]));
    let calls = [("GetItem", 2), ("Query", 26), ("TransactWriteItems", 2), ("UpdateItem", 2)];
    // Head and status are one transaction with both notifications; the full order is another one.
    assert_eq!((&changed.calls, changed.read), (&Used::of(&calls, 0.0, 0.0).calls, 15.0));
    harness.stack.stop().await;
}

#[tokio::test]
async fn a_delivery_makes_the_calls_that_were_worked_out() {
    let server = Server::start(204).await;
    let endpoints = vec![("backend".to_owned(), server.url.clone())];
    let harness = Harness::with(StackConfig { endpoints, ..StackConfig::paused() }).await;
    let (meter, database) = Meter::before(&harness).await;
    let notifier = harness.stack.another_notifier(&database).await.unwrap();
    harness.place(&harness.session("s1"), &draft(&FOUR), 201).await;
    let id = NotificationId::parse(harness.told().await[0]["id"].as_str().unwrap()).unwrap();
    let written = Invocation::Written(vec![id]);
    let report = notifier.invoke(written, Duration::from_secs(30)).await.unwrap();
    // Read: the notification's partition, its order, and how the endpoint is doing. Written: the delivery is taken, 1; the
    // attempt, 2, and what came of it, 2; the notification is handed out, 1; each time 1 for what waits.
    let calls = [("GetItem", 2), ("Query", 1), ("TransactWriteItems", 1), ("UpdateItem", 2)];
    assert_eq!(meter.take(), Used::of(&calls, 3.0, (1.0 + 1.0) + (2.0 + 2.0 + 1.0) + (1.0 + 1.0)));
    assert_eq!((report.delivered, server.received().len()), (1, 1));
    harness.stack.stop().await;
}
