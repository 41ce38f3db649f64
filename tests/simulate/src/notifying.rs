//! What starts the notifier: the table's stream, and a queue with attempts that were put off. Both lose something now and
//! then, and both start two notifiers at once.

use crate::fault_injection::FaultInjector;
use crate::time::pause;
use functions::clock::Timestamp;
use functions::notifier::invocation::Invocation;
use functions::notifier::later::{Later, Reminder};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Milliseconds from a write to the start of the notifier.
const STREAM: (u64, u64) = (100, 1_500);
/// The same when the stream lags.
const LATE: (u64, u64) = (10_000, 240_000);
/// Batches per 1,000 for which it lags.
const LAGS: u64 = 30;
/// Records of one batch.
const BATCH: usize = 100;
/// Starts per 1,000 that happen twice.
const TWICE: u64 = 50;
/// Messages per 1,000 that the queue does not take.
const NOT_QUEUED: u64 = 50;
/// Attempts of the stream, and of the queue, before they drop what they have.
const TRIES: u32 = 3;
/// Milliseconds between two attempts of the stream, and of the queue: infra/template.yaml.
const STREAM_PAUSE: u64 = 1_000;
/// As above.
const QUEUE_PAUSE: u64 = 360_000;

/// The stage with the notifier.
pub(crate) trait Notify: std::fmt::Debug + Send + Sync {
    /// Runs the notifier once; `false`: it has failed, and whoever started it does so again.
    fn notify(&self, invocation: Invocation) -> BoxFuture<'_, bool>;
}

/// Starts the notifier. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Starter {
    faults: FaultInjector,
    /// Whether the table has a stream; without one the schedule alone starts the notifier.
    streams: bool,
    stage: Arc<Mutex<Option<Arc<dyn Notify>>>>,
    /// Records of the stream that wait for the next batch.
    records: Arc<Mutex<Vec<Value>>>,
    under_way: Arc<AtomicI64>,
}

impl Starter {
    pub(crate) fn new(faults: FaultInjector, streams: bool) -> Self {
        let (stage, records, under_way) = (Arc::default(), Arc::default(), Arc::default());
        Self { faults, streams, stage, records, under_way }
    }

    /// Sets the stage of which the notifier is started.
    pub(crate) fn serve(&self, stage: Arc<dyn Notify>) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = Some(stage);
    }

    /// Drops the stage, to break a reference cycle.
    pub(crate) fn retire(&self) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Number of starts that are still to come.
    pub(crate) fn under_way(&self) -> i64 {
        self.under_way.load(Ordering::Relaxed)
    }

    fn stage(&self) -> Option<Arc<dyn Notify>> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes what an executed write to the table puts into its stream.
    pub(crate) fn note(&self, operation: &str, body: &str) {
        if !body.contains("NOTIFICATION#") || !["PutItem", "UpdateItem", "TransactWriteItems"].contains(&operation) {
            return;
        }
        let Some(stage) = self.stage().filter(|_| self.streams) else { return };
        let written = records(&serde_json::from_str(body).unwrap_or_default());
        if written.is_empty() {
            return;
        }
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = records.is_empty();
        records.extend(written);
        drop(records);
        if is_first {
            let starter = self.clone();
            self.under_way.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                starter.pass_on(stage.as_ref()).await;
                starter.under_way.fetch_sub(1, Ordering::Relaxed);
            });
        }
    }

    /// Starts the notifier with the records that have come since.
    async fn pass_on(&self, stage: &dyn Notify) {
        let faults = &self.faults;
        let lags = faults.happens(LAGS, "notifications: the stream lags");
        let (shortest, longest) = if lags { LATE } else { STREAM };
        pause(faults.dice().between(shortest, longest)).await;
        let all = std::mem::take(&mut *self.records.lock().unwrap_or_else(PoisonError::into_inner));
        let batches = all.chunks(BATCH).map(|batch| self.start(stage, json!({ "Records": batch }), STREAM_PAUSE));
        futures::future::join_all(batches).await;
    }

    async fn queue(&self, reminder: Reminder, seconds: Timestamp) {
        let (Some(stage), Ok(body)) = (self.stage(), serde_json::to_string(&reminder)) else { return };
        let faults = &self.faults;
        pause(faults.dice().between(5, 60)).await;
        if faults.happens(NOT_QUEUED, "notifications: attempts not queued") {
            return;
        }
        let starter = self.clone();
        self.under_way.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(async move {
            pause(u64::try_from(seconds).unwrap_or(0).saturating_mul(1_000)).await;
            let event = json!({"Records": [{"messageId": "1", "body": body}]});
            starter.start(stage.as_ref(), event, QUEUE_PAUSE).await;
            starter.under_way.fetch_sub(1, Ordering::Relaxed);
        });
    }

    /// Starts the notifier with `event`, sometimes twice at once, and again when it fails.
    async fn start(&self, stage: &dyn Notify, event: Value, after: u64) {
        let invocation = Invocation::read(event);
        for _ in 0..TRIES {
            let is_done = if self.faults.happens(TWICE, "notifications: two notifiers at once") {
                let (first, second) =
                    futures::join!(stage.notify(invocation.clone()), stage.notify(invocation.clone()));
                first && second
            } else {
                stage.notify(invocation.clone()).await
            };
            if is_done {
                return;
            }
            pause(after).await;
        }
        self.faults.tally().count("notifications: dropped by stream or queue");
    }
}

impl Later for Starter {
    fn remind(&self, reminder: Reminder, seconds: Timestamp) -> BoxFuture<'_, ()> {
        Box::pin(self.queue(reminder, seconds))
    }
}

/// The records of the stream that the filter of infra/template.yaml lets through.
fn records(body: &Value) -> Vec<Value> {
    let parts = body.get("TransactItems").and_then(Value::as_array);
    let all = parts.map_or_else(|| vec![body], |parts| parts.iter().collect());
    all.into_iter().filter_map(record).collect()
}

fn record(write: &Value) -> Option<Value> {
    let put = write.pointer("/Put/Item").or_else(|| write.get("Item"));
    let key = put.or_else(|| write.pointer("/Update/Key")).or_else(|| write.get("Key"))?;
    let text = |name: &str| key.pointer(&format!("/{name}/S")).and_then(Value::as_str);
    let (pk, sk) = (text("pk")?, text("sk")?);
    // Only a new notification, and each request to deliver one again.
    let passes = (put.is_some() && sk == "NOTIFICATION") || sk == "REDELIVERY";
    let keys = json!({"pk": {"S": pk}, "sk": {"S": sk}});
    (passes && pk.starts_with("NOTIFICATION#")).then(|| json!({"dynamodb": {"Keys": keys}}))
}

#[cfg(test)]
mod tests {
    use super::records;
    use serde_json::json;

    #[test]
    fn only_new_notifications_and_requests_are_in_the_stream() {
        let key = |sk: &str| json!({"pk": {"S": "NOTIFICATION#ntf_1"}, "sk": {"S": sk}});
        let record = |sk: &str| json!({"dynamodb": {"Keys": key(sk)}});
        let order = json!({"pk": {"S": "ORDER#ord_1"}, "sk": {"S": "ORDER"}});
        let transaction = json!({"TransactItems": [
            {"Put": {"Item": key("NOTIFICATION")}},
            {"Put": {"Item": key("TRY#backend#00001")}},
            {"Update": {"Key": key("TO#backend")}},
            {"Update": {"Key": order}},
        ]});
        assert_eq!(records(&transaction), [record("NOTIFICATION")]);
        assert_eq!(records(&json!({"Item": key("NOTIFICATION")})), [record("NOTIFICATION")]);
        assert_eq!(records(&json!({"Key": key("REDELIVERY")})), [record("REDELIVERY")]);
        assert!(records(&json!({"Key": key("NOTIFICATION")})).is_empty(), "it was handed out");
    }
}
