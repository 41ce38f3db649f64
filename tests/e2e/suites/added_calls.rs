//! Prices, and approvals that come with an order, add no request to it: neither to the table nor upstream.

use crate::approval_backend::{claims, order};
use crate::client::{FOUR, Harness};
use crate::instances::Instance;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// Counts the calls to the database behind it.
#[derive(Clone)]
struct Counter {
    database: String,
    http: reqwest::Client,
    operations: Arc<Mutex<Vec<String>>>,
}

impl Counter {
    /// Starts one in front of the database of `harness`, and returns its URL.
    async fn before(harness: &Harness) -> (Self, String) {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let counter = Self { database: harness.stack.database_url.clone(), http, operations: Arc::default() };
        let listener = e2e::listen(0).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", post(pass)).with_state(counter.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (counter, format!("http://{address}"))
    }

    /// The operations since the last look, sorted.
    fn take(&self) -> Vec<String> {
        let mut taken = std::mem::take(&mut *self.operations.lock().unwrap());
        taken.sort();
        taken
    }
}

async fn pass(State(counter): State<Counter>, headers: HeaderMap, body: String) -> (StatusCode, String) {
    let operation = headers["x-amz-target"].to_str().unwrap().rsplit('.').next().unwrap().to_owned();
    // How many calls a block of the key's rate allows depends on the moment.
    if !body.contains("RATE#") {
        counter.operations.lock().unwrap().push(operation);
    }
    let mut request = counter.http.post(&counter.database).body(body);
    for name in ["x-amz-target", "x-amz-date", "authorization", "content-type"] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value.to_str().unwrap());
        }
    }
    let answer = request.send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

/// What one order asks of the table and of upstream, with these claims of its session beside the usual ones.
async fn asked_by(own: &Value) -> (Vec<String>, Vec<String>) {
    let harness = Harness::start().await;
    let (counter, url) = Counter::before(&harness).await;
    let instance = Instance::at(&harness, &url).await;
    let mut session = harness.claims("ses_1");
    session.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    let token = harness.sign(&session);
    let quoted = instance.post("/v1/quotes", &token, &json!({ "domains": FOUR })).await;
    let shown = quoted.body["data"].clone();
    let approval = own.get("approval").map(|_| harness.sign(&claims(&harness, "ses_1", "pay_1", &shown)));
    counter.take();
    let before = harness.stack.sandbox.received().len();
    let placed = instance.post("/v1/orders", &token, &order(&shown, approval.as_deref())).await;
    assert_eq!(placed.status, 201, "{own}: {}", placed.body);
    let received = harness.stack.sandbox.received();
    // Each sandbox has ids of its own.
    let path = |path: &str| path.split("bun_").next().unwrap_or_default().to_owned();
    let upstream = received.iter().skip(before).map(|request| format!("{} {}", request.method, path(&request.path)));
    let mut upstream: Vec<String> = upstream.collect();
    upstream.sort();
    (counter.take(), upstream)
}

#[tokio::test]
async fn prices_and_approval_tokens_add_no_request_to_an_order() {
    let plain = asked_by(&json!({})).await;
    let mut sold = json!({
        "pricing": {"show": "retail", "currency": "usd", "domains": [{"tld": "*", "markup_percent": 37}]},
        "reference": "sale-1042", "metadata": {"campaign": "spring"},
    });
    assert_eq!(asked_by(&sold).await, plain);
    assert!(plain.0.len() >= 8 && plain.1.contains(&"POST /partner/v1/orders".to_owned()), "{plain:?}");
    sold["approval"] = json!("token");
    let (table, upstream) = asked_by(&sold).await;
    assert_eq!(upstream, plain.1);
    // The claim is written together with its approval, in one transaction.
    assert_eq!(table.len(), plain.0.len(), "{table:?}\n{:?}", plain.0);
}
