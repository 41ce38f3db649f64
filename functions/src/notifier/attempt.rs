//! One attempt to deliver a notification to one endpoint.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::metrics;
use crate::model::endpoint_health::{Verdict, verdict};
use crate::notifier::courier::{Answer, Letter, SignedLetter};
use crate::notifier::later::{MAX_DELAY, Reminder};
use crate::notifier::parts::Notifier;
use crate::notifier::report::Report;
use crate::notifier::{schedule, signing};
use crate::store::notification::{After, Attempt, Delivery, DeliveryState, StoredNotification};
use serde_json::json;
use shared::endpoint::{Destination, Endpoint};
use std::time::Duration;

/// How long an attempt may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Patience {
    limit: Duration,
    /// Whether an endpoint that does not answer within it gets another attempt at once, with more time.
    is_short: bool,
}

/// For an attempt of the queue or of the schedule.
pub(super) const PATIENT: Patience = Patience { limit: Duration::from_secs(15), is_short: false };
/// For an attempt as soon as a notification is written: an invocation ends when all of its attempts have.
pub(super) const QUICK: Patience = Patience { limit: Duration::from_secs(2), is_short: true };
/// Seconds after the limit in which a notifier records the attempt; after that it counts as gone.
const MARGIN: Timestamp = 10;

/// An attempt that this notifier makes: no other one does until its lease ends.
#[derive(Debug)]
pub(super) struct Begun {
    found: StoredNotification,
    endpoint: Endpoint,
    delivery: Delivery,
    patience: Patience,
    at: Timestamp,
}

/// Whether a delivery is to be attempted now.
pub(super) fn is_due(delivery: &Delivery, now: Timestamp) -> bool {
    delivery.state == DeliveryState::Pending && delivery.due.is_none_or(|due| due <= now)
}

impl Notifier {
    /// Makes an attempt if the delivery is due, and no other notifier makes it.
    pub(super) async fn attempt(
        &self,
        found: &StoredNotification,
        endpoint: &Endpoint,
        patience: Patience,
    ) -> Result<Report, Failure> {
        match self.begin(found, endpoint, patience).await? {
            Some(begun) => self.finish(begun).await,
            None => Ok(Report::default()),
        }
    }

    /// Takes the delivery for an attempt, if it is due, and no other notifier has taken it.
    pub(super) async fn begin(
        &self,
        found: &StoredNotification,
        endpoint: &Endpoint,
        patience: Patience,
    ) -> Result<Option<Begun>, Failure> {
        let (delivery, at) = (found.delivery_to(&endpoint.name), self.clock.now());
        if !is_due(&delivery, at) {
            return Ok(None);
        }
        // The filter holds for what is requested again, too, and may be another one by now.
        let is_unwanted = !endpoint.wants(found.kind());
        let is_disabled = !is_unwanted && self.endpoints.health(endpoint).await?.disabled.is_some();
        if is_unwanted || (is_disabled && !delivery.is_requested) {
            if delivery.due.is_some() {
                self.store.drop_delivery(found.id(), &delivery, at).await?;
            }
            return Ok(None);
        }
        let lease = Timestamp::try_from(patience.limit.as_secs()).unwrap_or_default().saturating_add(MARGIN);
        if !self.store.take_delivery(found.id(), &delivery, at, lease).await? {
            return Ok(None);
        }
        let delivery = delivery.taken(at.saturating_add(lease));
        Ok(Some(Begun { found: found.clone(), endpoint: endpoint.clone(), delivery, patience, at }))
    }

    /// Sends what was begun, and records how it ended, and what follows.
    pub(super) async fn finish(&self, begun: Begun) -> Result<Report, Failure> {
        let Begun { found, endpoint, delivery, patience, at } = begun;
        let (found, endpoint) = (&found, &endpoint);
        let answer = match self.letter(found, endpoint) {
            Some(letter) => self.courier.carry(letter, patience.limit).await,
            None => unsent(),
        };
        let (verdict, now) = (verdict(answer.status), self.clock.now());
        // An answer that took too long for a short attempt is no failure of the endpoint.
        let is_cut = patience.is_short && answer.status.is_none() && answer.milliseconds >= millis(patience.limit);
        let after = if is_cut { After::Retry(now) } else { self.after(verdict, &delivery, &answer, now) };
        let Answer { status, milliseconds: ms, response, .. } = answer;
        // What a customer was erased from is not written again.
        let response = if found.is_of_erased_customer() { String::new() } else { response };
        let attempt = Attempt { endpoint: endpoint.name.clone(), at, status, ms, response };
        if !self.store.record_attempt(found.id(), &delivery, attempt, after).await? {
            return Ok(Report::default());
        }
        let told = if is_cut { Verdict::Taken } else { verdict };
        self.endpoints.note(endpoint, (told, ms), now).await?;
        self.count(found, endpoint, (verdict, status), now);
        if let After::Retry(due) = after {
            self.remind(found, endpoint, due.saturating_sub(now)).await;
        }
        Ok(Report::of(verdict))
    }

    fn after(&self, verdict: Verdict, delivery: &Delivery, answer: &Answer, now: Timestamp) -> After {
        let made = usize::try_from(delivery.tries().saturating_add(1)).unwrap_or(schedule::ATTEMPTS);
        match verdict {
            Verdict::Taken => After::Delivered,
            Verdict::Gone => After::GiveUp,
            Verdict::Failed => schedule::pause_after(made, answer.retry_after, &self.random)
                .map_or(After::GiveUp, |pause| After::Retry(now.saturating_add(pause))),
        }
    }

    fn count(
        &self,
        found: &StoredNotification,
        endpoint: &Endpoint,
        (verdict, status): (Verdict, Option<u16>),
        now: Timestamp,
    ) {
        let notification = found.id().as_str();
        if verdict == Verdict::Taken {
            let lag = u64::try_from(now.saturating_sub(found.at())).unwrap_or_default();
            metrics::notification_lag(lag);
            tracing::info!(notification, endpoint = endpoint.name, "notification delivered");
        } else {
            metrics::notification_failure(&endpoint.name);
            tracing::warn!(notification, endpoint = endpoint.name, http.status = status, "notification not delivered");
        }
    }

    /// Brings an attempt back after `seconds`, if the queue can; otherwise the schedule makes it.
    pub(super) async fn remind(&self, found: &StoredNotification, endpoint: &Endpoint, seconds: Timestamp) {
        if let Some(later) = &self.later
            && seconds <= MAX_DELAY
        {
            let reminder = Reminder { notification: found.id().clone(), endpoint: endpoint.name.clone() };
            later.remind(reminder, seconds).await;
        }
    }

    fn letter(&self, found: &StoredNotification, endpoint: &Endpoint) -> Option<Letter> {
        let mut body = serde_json::to_value(found.body(self.order_link.as_deref())).ok()?;
        match &endpoint.destination {
            Destination::Http { url, secrets } => {
                let body = body.to_string();
                let headers = signing::headers(secrets, found.id().as_str(), self.sent_at(), &body)?;
                Some(Letter::Signed(SignedLetter { url: url.clone(), headers, body }))
            }
            Destination::Bus { arn } => {
                // A bus has no headers: the id is in the event.
                body.as_object_mut()?.insert("id".to_owned(), json!(found.id().as_str()));
                Some(Letter::Bus { arn: arn.clone(), kind: found.kind(), detail: body.to_string() })
            }
        }
    }
}

/// The answer for a letter that cannot be written: neither happens to a document that was read.
fn unsent() -> Answer {
    Answer { status: None, milliseconds: 0, response: "it could not be signed".to_owned(), retry_after: None }
}

fn millis(limit: Duration) -> u64 {
    u64::try_from(limit.as_millis()).unwrap_or(u64::MAX)
}
