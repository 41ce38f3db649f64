//! Endpoints that receive notifications over a network that fails. They may be down or slow, lose their answers, receive
//! everything twice, or lose their disks; then they ask again.

use crate::backend::document::{ENDPOINTS, endpoint_of};
use crate::fault_injection::{EndpointFault, FaultInjector};
use crate::life;
use crate::options::Sabotage;
use crate::time::{START, Timeline, pause};
use crate::values::Values;
use functions::notifier::courier::{Answer, Courier, Letter, SignedLetter};
use futures::future::BoxFuture;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Milliseconds of latency in one direction.
const TRAVEL: (u64, u64) = (10, 150);
/// Milliseconds that a slow endpoint takes: some exceed the time that it gets beside others, or alone.
const SLOW: (u64, u64) = (800, 16_000);
/// Milliseconds after which a request still arrives that the notifier has given up.
const STILL_ARRIVES: (u64, u64) = (500, 20_000);
/// Seconds that a busy endpoint asks to wait.
const RETRY_AFTER: (u64, u64) = (1, 1_200);
/// Seconds by which the time of a signature may differ, by the specification of Standard Webhooks.
const TOLERANCE: i64 = 5 * 60;
/// Of 1,000 faults that may be a `410`, those that are one.
const RARELY: u64 = 300;
/// Milliseconds until the partner notices that an endpoint has said it wants nothing any more.
const NOTICED: (u64, u64) = (1_000, 1_200_000);

/// A notification that arrived.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    /// Milliseconds since the start of the world.
    pub(crate) at: u64,
    pub(crate) id: String,
    pub(crate) body: Value,
    /// What is wrong with its headers.
    pub(crate) problem: Option<&'static str>,
}

/// What one endpoint has received.
#[derive(Debug, Clone, Default)]
pub(crate) struct Received {
    /// Everything that ever arrived.
    pub(crate) arrivals: Vec<Arrival>,
    /// What is on its disk, by id.
    pub(crate) known: BTreeMap<String, Value>,
    /// The ids of which the notifier got a success.
    pub(crate) confirmed: BTreeSet<String>,
    /// How often it got one.
    pub(super) confirmations: u64,
    pub(super) is_down: bool,
}

/// The partner's backend. Clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Backend {
    faults: FaultInjector,
    timeline: Timeline,
    values: Values,
    sabotage: Option<Sabotage>,
    stage: Arc<Mutex<Option<Arc<dyn Repair>>>>,
    repairs: Arc<AtomicI64>,
    endpoints: Arc<Mutex<BTreeMap<String, Received>>>,
}

/// The stage, of which the partner asks for what an endpoint has missed.
pub(crate) trait Repair: std::fmt::Debug + Send + Sync {
    /// Asks for everything, which enables the endpoint again.
    fn enable<'r>(&'r self, backend: &'r Backend, endpoint: &'r str) -> BoxFuture<'r, ()>;
}

/// What an endpoint answers; without a status, nothing.
struct Reply {
    status: Option<u16>,
    text: String,
    retry_after: Option<u64>,
}

impl Reply {
    fn of(status: u16, text: &str) -> Self {
        Self { status: Some(status), text: text.to_owned(), retry_after: None }
    }

    fn none(why: &str) -> Self {
        Self { status: None, text: why.to_owned(), retry_after: None }
    }

    /// An error page that repeats the request, with the customer in it.
    fn page(status: u16, letter: &SignedLetter) -> Self {
        Self::of(status, &format!("<html><body><h1>Error</h1><pre>{}", letter.body))
    }
}

impl Backend {
    /// The backend of a shop, with as many endpoints as the world has.
    pub(crate) fn new(faults: FaultInjector, values: Values, timeline: Timeline, endpoints: usize) -> Self {
        let names = ENDPOINTS.iter().take(endpoints).map(|(name, _)| (*name).to_owned());
        let endpoints = names.map(|name| (name, Received::default())).collect();
        Self {
            faults,
            timeline,
            values,
            sabotage: None,
            stage: Arc::default(),
            repairs: Arc::default(),
            endpoints: Arc::new(Mutex::new(endpoints)),
        }
    }

    /// The same, with a mistake in it, or none.
    #[must_use]
    pub(crate) fn with_mistake(self, sabotage: Option<Sabotage>) -> Self {
        Self { sabotage, ..self }
    }

    /// Sets the stage that is asked to deliver again.
    pub(crate) fn serve(&self, stage: Arc<dyn Repair>) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = Some(stage);
    }

    /// Drops the stage, to break a reference cycle.
    pub(crate) fn retire(&self) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn open(&self) -> MutexGuard<'_, BTreeMap<String, Received>> {
        self.endpoints.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn change(&self, endpoint: &str, change: impl FnOnce(&mut Received)) {
        change(self.open().entry(endpoint.to_owned()).or_default());
    }

    /// What each endpoint has received.
    pub(crate) fn received(&self) -> BTreeMap<String, Received> {
        self.open().clone()
    }

    /// Number of repairs that are not finished.
    pub(crate) fn repairing(&self) -> i64 {
        self.repairs.load(Ordering::Relaxed)
    }

    async fn travel(&self, letter: &SignedLetter) -> Reply {
        let endpoint = endpoint_of(&letter.url);
        let dice = self.faults.dice();
        self.faults.tally().count("notifications: attempts");
        pause(dice.between(TRAVEL.0, TRAVEL.1)).await;
        if self.open().get(endpoint).is_some_and(|received| received.is_down) {
            self.faults.tally().count("notifications: attempts while the endpoint was down");
            return Reply::none("connection refused");
        }
        let reply = match self.faults.endpoint() {
            Some(fault) => self.fail(fault, endpoint, letter).await,
            None => self.take(endpoint, letter),
        };
        pause(dice.between(TRAVEL.0, TRAVEL.1)).await;
        reply
    }

    async fn fail(&self, fault: EndpointFault, endpoint: &str, letter: &SignedLetter) -> Reply {
        let dice = self.faults.dice();
        match fault {
            EndpointFault::Unreached => Reply::none("no route"),
            EndpointFault::TimeoutBefore => never().await,
            EndpointFault::TimeoutAfter => {
                self.take(endpoint, letter);
                never().await
            }
            EndpointFault::Late => {
                let (backend, endpoint, letter) = (self.clone(), endpoint.to_owned(), letter.clone());
                let after = dice.between(STILL_ARRIVES.0, STILL_ARRIVES.1);
                tokio::spawn(async move {
                    pause(after).await;
                    backend.take(&endpoint, &letter);
                });
                never().await
            }
            EndpointFault::BrokenAfter => {
                self.take(endpoint, letter);
                Reply::none("reset")
            }
            EndpointFault::Busy => {
                let retry_after = Some(dice.between(RETRY_AFTER.0, RETRY_AFTER.1));
                Reply { retry_after, ..Reply::of(if dice.chance(500) { 429 } else { 503 }, "busy") }
            }
            EndpointFault::FailedBefore => Reply::page(500, letter),
            EndpointFault::FailedAfter => {
                self.take(endpoint, letter);
                Reply::page(502, letter)
            }
            EndpointFault::Redirected => Reply::of(302, ""),
            // After each one everything is asked for again, which takes long: it stays rare.
            EndpointFault::Gone if !dice.chance(RARELY) => Reply::of(404, ""),
            EndpointFault::Gone => {
                self.notice(endpoint);
                Reply::of(410, "gone")
            }
            EndpointFault::Slow => {
                let reply = self.take(endpoint, letter);
                pause(dice.between(SLOW.0, SLOW.1)).await;
                reply
            }
            EndpointFault::Doubled => {
                self.take(endpoint, letter);
                self.take(endpoint, letter)
            }
            EndpointFault::CrashBefore => {
                life::crash().await;
                Reply::none("crashed")
            }
            EndpointFault::CrashAfter => {
                self.take(endpoint, letter);
                life::crash().await;
                Reply::none("crashed")
            }
        }
    }

    /// The endpoint receives a letter, and stores it unless it has it.
    fn take(&self, endpoint: &str, letter: &SignedLetter) -> Reply {
        let at = self.timeline.millis();
        let header = |name: &str| letter.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let id = header("webhook-id").to_owned();
        let problem = self.problem(endpoint, letter, header("webhook-timestamp"), header("webhook-signature"));
        let body: Value = serde_json::from_str(&letter.body).unwrap_or_default();
        self.change(endpoint, |received| {
            received.arrivals.push(Arrival { at, id: id.clone(), body: body.clone(), problem });
            if problem.is_none() && received.known.contains_key(&id) {
                self.faults.tally().count("notifications: received again");
            } else if problem.is_none() {
                received.known.insert(id, body);
            }
        });
        match problem {
            None => Reply::of(if self.faults.dice().chance(500) { 200 } else { 204 }, ""),
            Some(problem) => Reply::of(401, problem),
        }
    }

    /// What is wrong with a letter, by the library of Standard Webhooks and the endpoint's own secrets.
    fn problem(&self, endpoint: &str, letter: &SignedLetter, at: &str, signed: &str) -> Option<&'static str> {
        let Some(signed_at) = at.parse::<i64>().ok() else {
            return Some("has no time");
        };
        let id = letter.headers.get("webhook-id").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_signed = |secret: &String| {
            let webhook = standardwebhooks::Webhook::new(secret).ok();
            let expected = webhook.and_then(|webhook| webhook.sign(id, signed_at, letter.body.as_bytes()).ok());
            expected.is_some_and(|expected| signed.split(' ').any(|one| one == expected))
        };
        if !self.values.endpoint_secrets(endpoint).iter().any(is_signed) {
            return Some("is not signed for this endpoint");
        }
        let now = START.saturating_add(i64::try_from(self.timeline.millis() / 1_000).unwrap_or(0));
        (now.abs_diff(signed_at) > TOLERANCE.unsigned_abs()).then_some("is signed at another time")
    }

    /// The partner notices that an endpoint gets nothing any more, and asks for what it has missed.
    fn notice(&self, endpoint: &str) {
        let Some(stage) = self.stage.lock().unwrap_or_else(PoisonError::into_inner).clone() else { return };
        let (backend, endpoint) = (self.clone(), endpoint.to_owned());
        let after = self.faults.dice().between(NOTICED.0, NOTICED.1);
        self.repairs.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(async move {
            pause(after).await;
            stage.enable(&backend, &endpoint).await;
            backend.repairs.fetch_sub(1, Ordering::Relaxed);
        });
    }

    async fn deliver(&self, letter: Letter, limit: Duration) -> Answer {
        let began = self.timeline.millis();
        let Letter::Signed(letter) = letter else {
            let response = "there are no buses here".to_owned();
            return Answer { status: None, milliseconds: 0, response, retry_after: None };
        };
        let reply = tokio::time::timeout(limit, self.travel(&letter)).await;
        let Reply { status, text: response, retry_after } = reply.unwrap_or_else(|_| Reply::none("too slow"));
        let id = letter.headers.get("webhook-id").and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
        let milliseconds = self.timeline.millis().saturating_sub(began);
        let retry_after = retry_after.and_then(|seconds| i64::try_from(seconds).ok());
        if status.is_some_and(|status| (200..300).contains(&status)) {
            self.change(endpoint_of(&letter.url), |received| {
                received.confirmed.insert(id);
                received.confirmations = received.confirmations.saturating_add(1);
            });
        } else if self.sabotage == Some(Sabotage::UnheardDelivery) {
            return Answer { status: Some(200), milliseconds, response, retry_after: None };
        }
        Answer { status, milliseconds, response, retry_after }
    }
}

impl Courier for Backend {
    fn carry(&self, letter: Letter, limit: Duration) -> BoxFuture<'_, Answer> {
        Box::pin(self.deliver(letter, limit))
    }
}

async fn never() -> Reply {
    std::future::pending().await
}
