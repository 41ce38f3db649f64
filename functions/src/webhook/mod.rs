//! Takes upstream's events: raw bytes → signature → event → one transaction → `204`.

pub mod capture;
mod credentials;
pub mod delivery;
pub mod forward;
pub mod moment;
pub mod signature;

use crate::clock::{Clock, Timestamp, to_iso};
use crate::failure::Failure;
use crate::http::fields::unreadable;
use crate::metrics;
use crate::model::projection::Projection;
use crate::store::{Recorded, Store};
use crate::vault::{Vault, note_use};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use capture::Capture;
use delivery::Delivery;
use forward::OtherStage;
use moment::Moment;
use shared::event::{Event, EventProblem};
use shared::ids::is_id;
use signature::{Age, Proof, SigningSettings};

/// What the receiver needs. It has no upstream key: it asks nobody.
#[derive(Debug, Clone)]
pub struct Receiver {
    /// The table.
    pub store: Store,
    /// Judges the age of deliveries.
    pub clock: Clock,
    /// Holds the secrets that deliveries are signed with.
    pub vault: Vault,
    /// What is signed, and how old it may be.
    pub signing: SigningSettings,
    /// Where deliveries of the other environment go; `None` where there are none.
    pub other: Option<OtherStage>,
    /// Keeps what is refused; `None` where nothing is kept.
    pub capture: Option<Capture>,
}

impl Receiver {
    /// The environment whose secret signed `delivery`.
    async fn prove(&self, delivery: &Delivery) -> Result<&'static str, Failure> {
        let proven = match self.signing.verify(delivery, &self.vault.secrets().webhook)? {
            // The secret may be newer than what was read at start.
            None if self.vault.refresh().await => self.signing.verify(delivery, &self.vault.secrets().webhook)?,
            proven => proven,
        };
        let Some(Proof { environment, index }) = proven else {
            tracing::warn!(alarm = "webhook_signature", "a delivery's signature is wrong");
            return Err(Failure::Unauthorized("webhook_signature", "The signature is not upstream's."));
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
                tracing::info!("a late delivery is taken");
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
            tracing::info!(event.id = %event.id, event.outcome = outcome, "an event that is stored came again, late");
            return Ok(false);
        }
        // Upstream signed it, so a fact is about to be lost.
        let id = Some(delivery.event_id.as_str()).filter(|id| is_id(id));
        tracing::error!(alarm = "webhook_late", event.id = id, "a correct signature is too old, or from the future");
        let message = "The delivery was signed too long ago, or in the future. Check the clocks.";
        Err(Failure::Unauthorized("webhook_stale", message))
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
        // What stands in the place of a type may be anything, and a log names nobody.
        let kind = if event.has_odd_type() { "odd".to_owned() } else { event.kind.clone() };
        let happened = Moment::of(&event.created_at, delivery.timestamp.parse().ok(), now);
        if !happened.is_given {
            tracing::warn!(event.id = %event.id, event.type = kind, "its time cannot be right: dated by when it was signed");
        }
        let happened = happened.at;
        // Whatever form it came in, it is kept in one.
        let event = Event { created_at: to_iso(happened), ..event };
        // What stands in the place of a type says nothing; the reconciler finds out what has changed.
        let projection = Projection::of(&event, happened, now).filter(|_| !event.has_odd_type());
        let recorded = self.store.record(&event, projection.as_ref(), environment, now).await.inspect_err(|_| {
            tracing::error!(alarm = "webhook_failed", event.id = %event.id, "not stored: the answer asks for it to be delivered again");
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
            event.about = projection.as_ref().map(|projection| projection.entity.pk()),
            "event"
        );
        if projection.is_none() && recorded != Recorded::Duplicate {
            metrics::unknown_event();
            tracing::warn!(event.id = %event.id, event.type = kind, "kept, and not understood");
        }
        Ok(StatusCode::NO_CONTENT.into_response())
    }
}

/// `POST /v1/webhooks/peeker`.
pub fn routes(receiver: Receiver) -> Router {
    Router::new().route("/v1/webhooks/peeker", post(receive)).with_state(receiver)
}

async fn receive(
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

/// The event of a delivery that upstream has signed: a fact, in whatever form.
fn understood(delivery: &Delivery) -> Result<Event, Failure> {
    let event = Event::delivered(&delivery.body, &delivery.event_id).map_err(|problem| {
        let id = Some(delivery.event_id.as_str()).filter(|id| is_id(id));
        let why = problem.message();
        tracing::error!(alarm = "webhook_unreadable", event.id = id, why, "a signed delivery is refused");
        let code = match problem {
            EventProblem::OtherId => "event_id_mismatch",
            EventProblem::NotAnObject | EventProblem::NoId => "event_malformed",
        };
        Failure::bad_request(code, why)
    })?;
    if !event.odd.is_empty() {
        let odd = event.odd.join(", ");
        tracing::error!(alarm = "webhook_unreadable", event.id = %event.id, event.odd = odd, "kept, in an unknown form");
    }
    Ok(event)
}
