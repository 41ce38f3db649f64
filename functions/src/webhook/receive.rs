//! One delivery: proven, checked for its age, understood, and stored or passed on.

use crate::clock::{Clock, Timestamp, to_iso};
use crate::failure::Failure;
use crate::http::fields::unreadable;
use crate::metrics;
use crate::model::projection::Projection;
use crate::secret_store::{SecretStore, note_use};
use crate::store::Store;
use crate::store::event::Recorded;
use crate::store::key::Key;
use crate::webhook::capture::Capture;
use crate::webhook::delivery::Delivery;
use crate::webhook::forward::OtherStage;
use crate::webhook::moment::Moment;
use crate::webhook::signature::{Age, Proof, SigningSettings};
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use shared::event::{Event, EventProblem};
use shared::ids::is_id;

/// What the receiver needs. It has no upstream key and calls no other service than the other stage.
#[derive(Debug, Clone)]
pub struct Receiver {
    /// The table.
    pub store: Store,
    /// Checks the age of deliveries.
    pub clock: Clock,
    /// Holds the secrets that deliveries are signed with.
    pub secret_store: SecretStore,
    /// How deliveries are signed, and how old they may be.
    pub signing: SigningSettings,
    /// The stage to which deliveries of the other environment are forwarded, if configured.
    pub other: Option<OtherStage>,
    /// Stores rejected deliveries, if configured.
    pub capture: Option<Capture>,
}

impl Receiver {
    /// The environment whose secret signed `delivery`.
    async fn prove(&self, delivery: &Delivery) -> Result<&'static str, Failure> {
        let proven = match self.signing.verify(delivery, &self.secret_store.secrets().webhook)? {
            // The secret may be newer than what was read at start.
            None if self.secret_store.refresh().await => {
                self.signing.verify(delivery, &self.secret_store.secrets().webhook)?
            }
            proven => proven,
        };
        let Some(Proof { environment, index }) = proven else {
            tracing::warn!(alarm = "webhook_signature", "invalid webhook signature");
            return Err(WRONG_SIGNATURE);
        };
        note_use(index, "webhook_secret");
        Ok(environment)
    }

    /// Whether a proven `delivery` is to be stored. One that was signed too long ago is refused, unless its event was
    /// stored before: then it comes again because an answer was lost, and nothing is lost with it.
    async fn is_in_time(&self, delivery: &Delivery, now: Timestamp) -> Result<bool, Failure> {
        let age = self.signing.age(&delivery.timestamp, now)?;
        match age {
            Age::Fresh => return Ok(true),
            Age::Late => {
                tracing::info!("late delivery accepted");
                return Ok(true);
            }
            Age::Stale | Age::Ahead => {}
        }
        let event = Event::delivered(&delivery.body, &delivery.event_id).ok();
        if let Some(event) = event.filter(|_| age == Age::Stale)
            && self.store.has_event(event.id.as_str()).await?
        {
            let outcome = "duplicate";
            metrics::event(outcome);
            tracing::info!(event.id = %event.id, event.outcome = outcome, "late duplicate of a stored event");
            return Ok(false);
        }
        // Upstream signed it, so a fact is about to be lost.
        let id = Some(delivery.event_id.as_str()).filter(|id| is_id(id));
        tracing::error!(alarm = "webhook_late", event.id = id, "valid signature outside the tolerance");
        Err(STALE)
    }

    /// Takes a delivery, or passes it on.
    async fn take(&self, headers: &HeaderMap, body: Bytes, now: Timestamp) -> Result<Response, Failure> {
        let delivery = Delivery::read(headers, body)?;
        let environment = self.prove(&delivery).await?;
        if let Some(other) = self.other.as_ref().filter(|other| other.environment == environment) {
            // How old it may be is for the other stage to say.
            return other.pass_on(headers, delivery.body).await;
        }
        if !self.is_in_time(&delivery, now).await? {
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        self.record(&delivery, environment, now).await
    }

    /// Stores what a proven delivery says.
    async fn record(&self, delivery: &Delivery, environment: &str, now: Timestamp) -> Result<Response, Failure> {
        let event = understood(delivery)?;
        // The value in place of a type may be anything, and logs contain no personal data.
        let kind = if event.has_odd_type() { "odd".to_owned() } else { event.kind.clone() };
        let happened = Moment::of(&event.created_at, delivery.timestamp.parse().ok(), now);
        if !happened.is_given {
            tracing::warn!(event.id = %event.id, event.type = kind, "implausible event time; signature time used");
        }
        let happened = happened.at;
        // The id is stored in one spelling, whatever spelling was received.
        let event = Event { created_at: to_iso(happened), ..event };
        // The value in place of a type is not usable; the reconciler finds what has changed.
        let projection = Projection::of(&event, happened, now).filter(|_| !event.has_odd_type());
        let recorded = self.store.record(&event, projection.as_ref(), environment, now).await.inspect_err(|_| {
            tracing::error!(alarm = "webhook_failed", event.id = %event.id, "event not stored; redelivery requested");
        })?;
        let outcome = match recorded {
            Recorded::New => "new",
            Recorded::Stale => "stale",
            Recorded::Duplicate => "duplicate",
        };
        metrics::event(outcome);
        let lag = u64::try_from(now.saturating_sub(happened)).ok();
        // A duplicate was stored before; how late it comes again says nothing.
        if let Some(lag) = lag.filter(|_| recorded != Recorded::Duplicate) {
            metrics::webhook_lag(lag);
        }
        tracing::info!(
            event.id = %event.id,
            event.type = kind,
            event.outcome = outcome,
            event.about = projection.as_ref().map(|projection| Key::entity(&projection.entity).pk),
        "event recorded"
        );
        if projection.is_none() && recorded != Recorded::Duplicate {
            metrics::unknown_event();
            tracing::warn!(event.id = %event.id, event.type = kind, "stored event of unknown type");
        }
        Ok(StatusCode::NO_CONTENT.into_response())
    }
}

pub(super) async fn receive(
    State(receiver): State<Receiver>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Failure> {
    let body = body.map_err(unreadable)?;
    let now = receiver.clock.now();
    let outcome = receiver.take(&headers, body.clone(), now).await;
    if let (Some(capture), Err(refusal)) = (&receiver.capture, &outcome) {
        let (status, problem) = refusal.outward();
        if [StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED].contains(&status) {
            capture.keep(&receiver.store, &headers, &body, &problem.code, now).await;
        }
    }
    outcome
}

pub(super) const WRONG_SIGNATURE: Failure = Failure::Unauthorized("webhook_signature", "The signature is invalid.");
pub(super) const STALE: Failure =
    Failure::Unauthorized("webhook_stale", "The timestamp of the delivery is outside the tolerance. Check the clocks.");

/// The error for a body that is not an event.
pub(super) fn not_an_event(problem: EventProblem) -> Failure {
    let code = match problem {
        EventProblem::OtherId => "event_id_mismatch",
        EventProblem::NotAnObject | EventProblem::NoId => "event_malformed",
    };
    Failure::bad_request(code, problem.message())
}

/// The event of a signed delivery, also in an unknown form.
fn understood(delivery: &Delivery) -> Result<Event, Failure> {
    let event = Event::delivered(&delivery.body, &delivery.event_id).map_err(|problem| {
        let id = Some(delivery.event_id.as_str()).filter(|id| is_id(id));
        let why = problem.message();
        tracing::error!(alarm = "webhook_unreadable", event.id = id, why, "signed delivery rejected");
        not_an_event(problem)
    })?;
    if !event.odd.is_empty() {
        let odd = event.odd.join(", ");
        tracing::error!(alarm = "webhook_unreadable", event.id = %event.id, event.odd = odd, "stored malformed event");
    }
    Ok(event)
}
