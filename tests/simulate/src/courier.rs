//! Delivers webhooks from upstream to the receiver: late, twice, in another order, or not at all, with retries.

use crate::fault_injection::DeliveryFault;
use crate::fleet::{Fleet, Heard};
use crate::time::{START, pause};
use axum::body::Body;
use bytes::Bytes;
use functions::webhook::signature::DEFAULT_TOLERANCE;
use http::{HeaderName, HeaderValue, Request, header};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tracing::Instrument;

/// Milliseconds between upstream's five attempts within 24 hours (docs/upstream.md#delivery), as in the sandbox.
const WAITS: [u64; 4] = [60_000, 600_000, 7_200_000, 75_600_000];
/// Milliseconds that a delivery takes: minimum and maximum.
const TRAVEL: (u64, u64) = (20, 300);
/// Milliseconds of a late delivery; some exceed the maximum age of a signature.
const LATE: (u64, u64) = (1_000, 420_000);
/// Milliseconds by which an overtaken delivery is delayed.
const OVERTAKEN: (u64, u64) = (500, 30_000);
/// Attempts per 1,000 that are lost if the previous attempt was lost.
const LOST_AGAIN: u64 = 500;
/// Upstream's timeout for the receiver.
const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(15);

/// Takes over deliveries from upstream.
#[derive(Debug, Clone, Default)]
pub(crate) struct Courier {
    fleet: Arc<Mutex<Option<Fleet>>>,
    under_way: Arc<AtomicI64>,
    /// Ids of the events that the receiver has accepted.
    taken: Arc<Mutex<Vec<String>>>,
}

impl Courier {
    /// Sets the receiver of deliveries.
    pub(crate) fn serve(&self, fleet: Fleet) {
        *self.fleet.lock().unwrap_or_else(PoisonError::into_inner) = Some(fleet);
    }

    /// Takes one webhook. It arrives after this returns.
    pub(crate) fn take(&self, webhook: Request<Bytes>) {
        let Some(fleet) = self.fleet.lock().unwrap_or_else(PoisonError::into_inner).clone() else {
            return;
        };
        self.under_way.fetch_add(1, Ordering::Relaxed);
        let (under_way, taken) = (Arc::clone(&self.under_way), Arc::clone(&self.taken));
        let id = webhook.headers().get("peeker-event-id").cloned();
        let who = id.as_ref().and_then(|id| id.to_str().ok()).unwrap_or("no id").to_owned();
        let span = tracing::info_span!("webhook", who);
        tokio::spawn(
            async move {
                if carry(fleet, webhook, &who).await {
                    taken.lock().unwrap_or_else(PoisonError::into_inner).push(who);
                }
                under_way.fetch_sub(1, Ordering::Relaxed);
            }
            .instrument(span),
        );
    }

    /// Number of webhooks that may still arrive.
    pub(crate) fn under_way(&self) -> i64 {
        self.under_way.load(Ordering::Relaxed)
    }

    /// Ids of the events that the receiver has accepted, according to its responses to upstream.
    pub(crate) fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Drops the functions, to break a reference cycle with upstream.
    pub(crate) fn retire(&self) {
        *self.fleet.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Attempts the delivery until it succeeds; `false` if every attempt failed.
async fn carry(fleet: Fleet, webhook: Request<Bytes>, id: &str) -> bool {
    let (mut webhook, mut failed) = (webhook, false);
    fleet.shop.tally.count("webhooks");
    for wait in WAITS.into_iter().map(Some).chain([None]) {
        fleet.shop.tally.count("webhook attempts");
        // The cause of a failure often lasts until the next attempt.
        let again = failed && fleet.shop.faults.happens(LOST_AGAIN, "webhook: lost again");
        if !again && attempt(&fleet, &webhook).await {
            return true;
        }
        failed = true;
        let Some(wait) = wait else { break };
        pause(wait).await;
        if fleet.shop.features.resigns {
            match signed_again(&fleet, id) {
                Some(again) => webhook = again,
                None => break,
            }
        }
    }
    fleet.shop.tally.count("webhooks given up");
    false
}

/// Whether upstream receives a success response.
async fn attempt(fleet: &Fleet, webhook: &Request<Bytes>) -> bool {
    let dice = fleet.shop.faults.dice();
    let fault = fleet.shop.faults.delivery();
    pause(dice.between(TRAVEL.0, TRAVEL.1)).await;
    match fault {
        None => hand_over(fleet, webhook).await,
        Some(DeliveryFault::Lost) => false,
        Some(DeliveryFault::Unanswered) => {
            hand_over(fleet, webhook).await;
            false
        }
        Some(DeliveryFault::Doubled) => {
            let (first, second) = futures::join!(hand_over(fleet, webhook), hand_over(fleet, webhook));
            first || second
        }
        Some(DeliveryFault::Late) => {
            let (later, fleet, again) = (dice.between(LATE.0, LATE.1), fleet.clone(), clone_of(webhook));
            tokio::spawn(
                async move {
                    pause(later).await;
                    hand_over(&fleet, &again).await;
                }
                .in_current_span(),
            );
            // Upstream's timeout is shorter.
            tokio::time::sleep(TIMEOUT).await;
            false
        }
        Some(DeliveryFault::Overtaken) => {
            pause(dice.between(OVERTAKEN.0, OVERTAKEN.1)).await;
            hand_over(fleet, webhook).await
        }
    }
}

/// Calls the receiver, which continues after upstream's timeout.
async fn hand_over(fleet: &Fleet, webhook: &Request<Bytes>) -> bool {
    let (calling, request) = (fleet.clone(), copy_of(webhook));
    let call = tokio::spawn(async move { calling.call(request).await }.in_current_span());
    let heard = tokio::time::timeout(TIMEOUT, call).await;
    fleet.shop.observer.look_after(webhook.body());
    let Ok(Ok(Heard::Answer(answer))) = heard else { return false };
    let signed_at = webhook.headers().get("peeker-timestamp").and_then(|at| at.to_str().ok()?.parse::<i64>().ok());
    let now = START.saturating_add(i64::try_from(fleet.shop.timeline.millis() / 1_000).unwrap_or(0));
    // Older than the tolerance, despite clock differences.
    let is_old = signed_at.is_some_and(|at| now.saturating_sub(at) > 2 * DEFAULT_TOLERANCE);
    match (answer.status.is_success(), answer.code()) {
        (true, _) if is_old => fleet.shop.tally.count("webhooks: late ones accepted"),
        (false, "webhook_stale") => fleet.shop.tally.count("webhooks: late ones refused"),
        (false, "webhook_signature") => fleet.shop.tally.count("webhooks: of the other environment"),
        _ => {}
    }
    answer.status.is_success()
}

fn clone_of(webhook: &Request<Bytes>) -> Request<Bytes> {
    let mut request = Request::new(webhook.body().clone());
    *request.headers_mut() = webhook.headers().clone();
    request
}

fn copy_of(webhook: &Request<Bytes>) -> Request<Body> {
    let mut request = Request::new(Body::from(webhook.body().clone()));
    *request.method_mut() = http::Method::POST;
    *request.uri_mut() = http::Uri::from_static("/v1/webhooks/peeker");
    *request.headers_mut() = webhook.headers().clone();
    request
}

fn signed_again(fleet: &Fleet, id: &str) -> Option<Request<Bytes>> {
    let signed = fleet.shop.peeker.sandbox().signed(id)?;
    let mut request = Request::new(Bytes::from(signed.body));
    for (name, value) in signed.headers {
        let name = HeaderName::try_from(name).ok()?;
        request.headers_mut().insert(name, HeaderValue::try_from(value).ok()?);
    }
    request.headers_mut().remove(header::HOST);
    Some(request)
}
