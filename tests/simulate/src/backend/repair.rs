//! How the partner gets what an endpoint has missed: it asks for redelivery, or reads the list.

use crate::backend::document::wants;
use crate::backend::receiving::{Backend, Repair};
use crate::fleet::{Answer, Fleet, Heard, ask};
use crate::time::{START, pause};
use functions::clock::to_iso;
use futures::future::BoxFuture;
use http::{Method, StatusCode};
use serde_json::{Value, json};

/// Milliseconds between two attempts: one that goes through everything takes hundreds of calls, and any of them may crash.
const AGAIN: (u64, u64) = (300_000, 1_200_000);
/// Attempts before the partner gives up.
const TRIES: u32 = 300;
/// Unanswered requests for redelivery after which it reads the list instead, in pages: a function that crashes in one call of
/// a hundred does not live through the redelivery of an order of hundreds of domains.
const UNANSWERED: u32 = 20;
/// Notifications of one page of the list.
const PER_PAGE: u32 = 25;
/// Requests for redelivery before the partner gives up, because nothing arrives.
const REQUESTS: u32 = 3;
/// Looks at the endpoint after each of them, and milliseconds between two.
const LOOKS: u32 = 30;
/// As above.
const LOOK: u64 = 10 * 60 * 1_000;
/// Seconds by which the clocks of partner and functions may differ.
const MARGIN: i64 = 10 * 60;
/// Lost disks of 1,000 after which the partner asks for redelivery; after the others it reads the list.
const REDELIVERED: u64 = 600;
/// Redeliveries of 1,000 that name the endpoint; the others go to every endpoint.
const NAMED: u64 = 500;

impl Repair for Fleet {
    fn enable<'r>(&'r self, backend: &'r Backend, endpoint: &'r str) -> BoxFuture<'r, ()> {
        Box::pin(enable(self, backend, endpoint, 0))
    }
}

/// Gets everything for `endpoint` that was ever recorded, by one way or the other.
pub(super) async fn restore(fleet: &Fleet, backend: &Backend, endpoint: &str) {
    if fleet.shop.faults.dice().chance(REDELIVERED) {
        enable(fleet, backend, endpoint, 0).await;
    } else {
        fleet.shop.tally.count("notifications: lists read");
        read(fleet, backend, endpoint, &moment(0)).await;
    }
}

/// Asks for redelivery of everything since that millisecond of the world. It is what enables a disabled endpoint.
pub(super) async fn enable(fleet: &Fleet, backend: &Backend, endpoint: &str, since: u64) {
    fleet.shop.tally.count("notifications: redeliveries asked for");
    let named = fleet.shop.faults.dice().chance(NAMED).then_some(endpoint);
    redeliver_until_heard(fleet, backend, endpoint, (named, &moment(since))).await;
}

fn moment(millis: u64) -> String {
    to_iso(START.saturating_add(i64::try_from(millis / 1_000).unwrap_or(0)).saturating_sub(MARGIN))
}

async fn wait(fleet: &Fleet) {
    pause(fleet.shop.faults.dice().between(AGAIN.0, AGAIN.1)).await;
}

/// Asks until something arrives: an endpoint that was disabled is not any more then. What was recorded in between is asked
/// for once more.
async fn redeliver_until_heard(fleet: &Fleet, backend: &Backend, endpoint: &str, (named, since): (Option<&str>, &str)) {
    let confirmed = || backend.received().get(endpoint).map_or(0, |received| received.confirmations);
    let before = confirmed();
    for _ in 0..REQUESTS {
        redeliver_or_read(fleet, backend, endpoint, (named, since)).await;
        for _ in 0..LOOKS {
            pause(LOOK).await;
            if confirmed() > before {
                return redeliver_or_read(fleet, backend, endpoint, (named, since)).await;
            }
        }
    }
}

/// Asks for redelivery, and reads the list when no answer comes.
async fn redeliver_or_read(fleet: &Fleet, backend: &Backend, endpoint: &str, (named, since): (Option<&str>, &str)) {
    if !redeliver(fleet, named, since.to_owned()).await {
        fleet.shop.tally.count("notifications: lists read after unanswered requests");
        read(fleet, backend, endpoint, since).await;
    }
}

/// Repeats the request until it says that it is complete; `false`: it was not answered, or never came to an end.
async fn redeliver(fleet: &Fleet, endpoint: Option<&str>, mut since: String) -> bool {
    let mut unanswered = 0;
    for _ in 0..TRIES {
        let mut body = json!({ "since": since });
        if let (Some(endpoint), Some(body)) = (endpoint, body.as_object_mut()) {
            body.insert("endpoint".to_owned(), endpoint.into());
        }
        let answer = partner(fleet, Method::POST, "/v1/notifications/redeliver", Some(body)).await;
        if let Some((StatusCode::ACCEPTED, body)) = answer {
            if body.pointer("/data/complete").and_then(Value::as_bool) == Some(true) {
                return true;
            }
            if let Some(next) = body.pointer("/data/since").and_then(Value::as_str) {
                next.clone_into(&mut since);
            }
            unanswered = 0;
        } else {
            unanswered += 1;
        }
        wait(fleet).await;
        if unanswered == UNANSWERED {
            return false;
        }
    }
    false
}

/// Reads the list to its end, and stores what is missing.
async fn read(fleet: &Fleet, backend: &Backend, endpoint: &str, since: &str) {
    let mut path = format!("/v1/notifications?since={since}&per_page={PER_PAGE}");
    for _ in 0..TRIES {
        let Some((StatusCode::OK, body)) = partner(fleet, Method::GET, &path, None).await else {
            wait(fleet).await;
            continue;
        };
        for row in body.get("data").and_then(Value::as_array).into_iter().flatten() {
            store(backend, endpoint, row);
        }
        match body.pointer("/links/next").and_then(Value::as_str) {
            Some(next) => next.clone_into(&mut path),
            None => return,
        }
    }
}

fn store(backend: &Backend, endpoint: &str, row: &Value) {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
    if wants(endpoint, text("type")) {
        let mut body = row.clone();
        if let Some(body) = body.as_object_mut() {
            body.retain(|name, _| ["type", "timestamp", "version", "test", "data"].contains(&name.as_str()));
        }
        backend.change(endpoint, |received| {
            received.known.entry(text("id").to_owned()).or_insert(body);
        });
    }
}

/// A request of the partner's backend; `None`: no answer.
async fn partner(fleet: &Fleet, method: Method, path: &str, body: Option<Value>) -> Option<(StatusCode, Value)> {
    let key = fleet.shop.values.partner_key().to_owned();
    match ask(fleet, "the partner", method, path, &key, body).await {
        Heard::Answer(Answer { status, body, .. }) => Some((status, body)),
        Heard::Nothing => None,
    }
}
