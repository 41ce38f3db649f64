//! Calls to the table that fail while notifications are delivered: what fails stops nothing else, and is done later.

use crate::endpoint_server::Server;
use crate::log::Log;
use crate::notifier::{stack, write};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use e2e::Stack;
use functions::model::notification::NotificationId;
use functions::notifier::Notifier;
use functions::notifier::invocation::Invocation;
use functions::notifier::report::Report;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(30);

/// A proxy in front of the database that refuses queries by a script: each entry is a part of a query's body, and refuses
/// one query. DynamoDB's SDK does not repeat calls that are refused in this way.
#[derive(Clone)]
struct Refusing {
    database: String,
    http: reqwest::Client,
    script: Arc<Mutex<Vec<String>>>,
}

impl Refusing {
    async fn before(stack: &Stack, script: Vec<String>) -> (Self, Notifier) {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let refusing = Self { database: stack.database_url.clone(), http, script: Arc::new(Mutex::new(script)) };
        let listener = e2e::listen(0).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/", post(pass)).with_state(refusing.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (refusing, stack.another_notifier(&url).await.unwrap())
    }

    /// What no query has met.
    fn left(&self) -> Vec<String> {
        self.script.lock().unwrap().clone()
    }
}

async fn pass(State(table): State<Refusing>, headers: HeaderMap, body: String) -> (StatusCode, String) {
    let is_query = headers["x-amz-target"].to_str().unwrap().ends_with(".Query");
    let entry = {
        let mut script = table.script.lock().unwrap();
        script.iter().position(|part| is_query && body.contains(part)).map(|at| script.remove(at))
    };
    if entry.is_some() {
        let kind = "com.amazonaws.dynamodb.v20120810#AccessDeniedException";
        return (StatusCode::BAD_REQUEST, json!({"__type": kind, "message": "refused"}).to_string());
    }
    let mut request = table.http.post(&table.database).body(body);
    for name in ["x-amz-target", "x-amz-date", "authorization", "content-type"] {
        request = request.header(name, headers[name].to_str().unwrap());
    }
    let answer = request.send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

/// A notification that only the worker of endpoint `name` delivers.
async fn write_for(stack: &Stack, number: u8, name: &str) -> NotificationId {
    let (id, now) = (write(stack, "order.completed", number).await, stack.sandbox.now());
    stack.store.handed_out(&id).await.unwrap();
    let found = stack.store.notification(&id, now).await.unwrap().unwrap();
    stack.store.redeliver(&found, Some(name), now).await.unwrap();
    id
}

fn names<'i>(ids: impl IntoIterator<Item = &'i NotificationId>) -> BTreeSet<String> {
    ids.into_iter().map(|id| id.as_str().to_owned()).collect()
}

fn received(server: &Server) -> BTreeSet<String> {
    server.ids().into_iter().collect()
}

#[tokio::test]
async fn a_failed_call_stops_no_delivery_on_one_machine() {
    let log = Log::start("failures");
    let (a, b) = (Server::start(204).await, Server::start(204).await);
    let stack = stack(&[&a, &b]).await;
    let mut ids = Vec::new();
    for number in 1..=3 {
        ids.push(write(&stack, "order.completed", number).await);
    }
    let only_b = write_for(&stack, 4, "b").await;
    // A look for notifications, the read of one, and a look of each worker.
    let script = ["NOTIFY#0", ids[0].as_str(), "TO#a#0", "TO#b#0"].map(str::to_owned).to_vec();
    let (refusing, notifier) = Refusing::before(&stack, script).await;
    let serving = tokio::spawn(async move { notifier.serve(Duration::from_millis(10)).await });
    a.until(3).await;
    b.until(4).await;
    // One that is written later is delivered, too.
    ids.push(write(&stack, "order.completed", 5).await);
    a.until(4).await;
    b.until(5).await;
    serving.abort();
    assert_eq!(received(&a), names(&ids));
    assert_eq!(received(&b), names(ids.iter().chain([&only_b])));
    assert_eq!(refusing.left(), Vec::<String>::new());
    let logged = log.text();
    assert!(logged.contains("notifications wait") && logged.contains("AccessDeniedException"), "{logged}");
    stack.stop().await;
}

#[tokio::test]
async fn an_invocation_fails_after_it_has_done_the_rest() {
    let (a, b) = (Server::start(204).await, Server::start(204).await);
    let stack = stack(&[&a, &b]).await;
    let mut ids = Vec::new();
    for number in 1..=20 {
        ids.push(write(&stack, "order.completed", number).await);
    }
    let only_b = write_for(&stack, 21, "b").await;
    stack.sandbox.advance(Duration::from_secs(60)).await;
    let shards = (0..8).map(|shard| format!("TO#b#{shard}"));
    let (refusing, notifier) = Refusing::before(&stack, shards.chain([ids[0].as_str().to_owned()]).collect()).await;
    let failure = notifier.invoke(Invocation::Everything, LIMIT).await.unwrap_err();
    assert!(failure.to_string().contains("AccessDeniedException"), "{failure}");
    assert_eq!((received(&a), received(&b), refusing.left()), (names(&ids), names(&ids), vec![]));
    let next = notifier.invoke(Invocation::Everything, LIMIT).await.unwrap();
    assert_eq!(next, Report { delivered: 1, failed: 0 });
    assert!(received(&b).contains(only_b.as_str()));
    stack.stop().await;
}
