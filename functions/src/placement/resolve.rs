//! Finds out what became of an order whose answer was lost: look upstream first, then the very same bytes again.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::metrics::{self, OrderOutcome};
use crate::model::placement::{Missing, Phase, Placement, RESEND_AFTER, RESOLVE_LEASE, Sent, when_missing};
use crate::placement::desk::Desk;
use crate::placement::place::Outcome;
use crate::placement::settle::came_to_nothing;
use crate::store::StoreError;
use crate::upstream::order_body::OrderBody;
use crate::upstream::orders::Sought;
use crate::upstream::{UNKNOWN_CODE, UpstreamError};
use axum::http::StatusCode;
use shared::ids::SessionId;
use shared::order::Receipt;

/// Seconds until the next look at what only a person can tell.
const UNCLEAR_PAUSE: Timestamp = 60 * 60;
/// Seconds until the next look when upstream cannot be asked just now.
const LOOK_PAUSE: Timestamp = 5;

impl Desk {
    /// Takes over a placement that its owner has left, and resolves it.
    pub(super) async fn resolve_found(&self, found: Option<Placement>) -> Result<Outcome, Failure> {
        let Some(old) = found else {
            return Ok(Outcome::Placing);
        };
        let mine = Placement {
            claim: self.claim_id()?,
            phase: Phase::Unknown,
            lease_until: self.clock.now().saturating_add(RESOLVE_LEASE),
            ..old.clone()
        };
        match self.store.move_placement(&old, &mine).await {
            Ok(true) => self.resolve(mine).await,
            Ok(false) => Ok(Outcome::Placing),
            Err(error) => Ok(still_open(&old, &error)),
        }
    }

    /// Resolves a placement that this request owns.
    pub(super) async fn resolve(&self, unknown: Placement) -> Result<Outcome, Failure> {
        let Some(sent) = unknown.sent.clone() else {
            // Nothing was sent under this claim, so nothing can have been placed.
            return self.never_placed(&unknown, "nothing was sent").await;
        };
        let sought = Sought {
            customer: &unknown.user,
            plan: &unknown.plan,
            domains: sent.order.domains().iter().map(|entry| entry.domain.as_str()).collect(),
            people: sent.order.personas().iter().map(|p| (p.first_name.as_str(), p.last_name.as_str())).collect(),
            claimed_at: unknown.claimed_at,
        };
        match self.upstream.for_sent_order().find(&sought).await {
            Ok(search) => {
                for seen in search.found {
                    match self.is_ours(&unknown, &seen.receipt).await {
                        Ok(true) => return self.settle(&unknown, seen).await,
                        Ok(false) => {}
                        Err(error) => return Ok(still_open(&unknown, &error)),
                    }
                }
                let at = search.at.unwrap_or_else(|| self.clock.now());
                self.settle_missing(unknown, &sent, at, search.is_unclear).await
            }
            Err(error) => {
                tracing::warn!(session.id = %unknown.session, error.cause = %error, "cannot look for the order yet");
                self.look_again(&unknown, self.clock.now().saturating_add(LOOK_PAUSE)).await
            }
        }
    }

    /// An order that is recorded for another session is that session's, unless both sent the same order: upstream takes
    /// that once, and it belongs to both sessions. One that came to nothing says nothing about this one: upstream's answer
    /// to the same bytes does.
    async fn is_ours(&self, unknown: &Placement, receipt: &Receipt) -> Result<bool, StoreError> {
        let head = self.store.order_head(&receipt.id).await?;
        let recorded = head.as_ref().map(|head| head.sessions.clone()).unwrap_or_default();
        if recorded.is_empty() || recorded.iter().any(|id| id == unknown.session.as_str()) {
            return Ok(true);
        }
        if head.as_ref().is_some_and(|head| came_to_nothing(head, receipt)) {
            return Ok(false);
        }
        for session in recorded.into_iter().filter_map(SessionId::parse) {
            let other = self.store.placement(&session).await?;
            let is_same = |other: &Placement| {
                other.content == unknown.content && other.customer == unknown.customer && other.plan == unknown.plan
            };
            if other.as_ref().is_some_and(is_same) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Upstream did not list it `at` this time of its own clock, or `is_unclear`: it listed one that may be it.
    async fn settle_missing(
        &self,
        unknown: Placement,
        sent: &Sent,
        at: Timestamp,
        is_unclear: bool,
    ) -> Result<Outcome, Failure> {
        let body = self.same_body(&unknown, sent)?;
        let now = self.clock.now();
        match (when_missing(sent, at, now, body.is_some()), body) {
            (Missing::WaitUntil(resend_after), _) => {
                let waiting = with_resend_after(&unknown, sent, resend_after);
                let pause = resend_after.saturating_sub(at);
                self.look_again(&waiting, now.saturating_add(pause)).await
            }
            (Missing::Resend, Some(body)) => self.resend(unknown, sent, at, &body).await,
            (Missing::LookAgain | Missing::Resend, _) => {
                self.look_again(&unknown, now.saturating_add(LOOK_PAUSE)).await
            }
            // What may be there is not given up: the customer would order it a second time.
            (Missing::GiveUp, _) if is_unclear => {
                tracing::error!(
                    alarm = "order_unclear",
                    session.id = %unknown.session,
                    "an order upstream may be this one, and says too little"
                );
                self.look_again(&unknown, now.saturating_add(UNCLEAR_PAUSE)).await
            }
            (Missing::GiveUp, _) => self.never_placed(&unknown, "upstream never listed it").await,
        }
    }

    /// Sends the same bytes, once it is written that they are on their way again: a verdict is only an end while no
    /// earlier request can still be at work upstream.
    async fn resend(
        &self,
        unknown: Placement,
        sent: &Sent,
        at: Timestamp,
        body: &OrderBody,
    ) -> Result<Outcome, Failure> {
        let resent = Placement {
            lease_until: self.clock.now().saturating_add(RESOLVE_LEASE),
            ..with_resend_after(&unknown, sent, at.saturating_add(RESEND_AFTER))
        };
        match self.store.move_placement(&unknown, &resent).await {
            Ok(true) => self.send_again(resent, body).await,
            Ok(false) => Ok(Outcome::Placing),
            Err(error) => Ok(still_open(&unknown, &error)),
        }
    }

    async fn send_again(&self, unknown: Placement, body: &OrderBody) -> Result<Outcome, Failure> {
        tracing::info!(session.id = %unknown.session, "sending the very same bytes again");
        match self.upstream.for_sent_order().place(body).await {
            Ok(seen) => self.settle(&unknown, seen).await,
            // Upstream knows duplicates before it judges, so a verdict on the body means that there is no first one.
            Err(error) if is_verdict(&error) => {
                tracing::info!(session.id = %unknown.session, "upstream has no such order, and refuses it");
                self.end(&unknown, error.into()).await
            }
            Err(error) => {
                tracing::warn!(session.id = %unknown.session, error.cause = %error, "sent again, and still unknown");
                self.look_again(&unknown, self.clock.now().saturating_add(LOOK_PAUSE)).await
            }
        }
    }

    /// Leaves it for the next look at `at`.
    async fn look_again(&self, unknown: &Placement, at: Timestamp) -> Result<Outcome, Failure> {
        let age = self.clock.now().saturating_sub(unknown.claimed_at);
        metrics::unknown_placement_age(u64::try_from(age).unwrap_or(0));
        let later = Placement { lease_until: at, ..unknown.clone() };
        if let Err(error) = self.store.move_placement(unknown, &later).await {
            tracing::warn!(session.id = %unknown.session, error.cause = %error, "the lease has to run out by itself");
        }
        Ok(Outcome::Placing)
    }

    async fn never_placed(&self, unknown: &Placement, why: &'static str) -> Result<Outcome, Failure> {
        tracing::error!(alarm = "placement_lost", session.id = %unknown.session, why, "the order was never placed");
        metrics::order(OrderOutcome::Lost);
        let message = "The order did not reach the supplier. Please place it again.";
        self.end(unknown, Failure::Conflict("order_not_placed", message)).await
    }

    /// Ends it as refused. Only once that is written is it true: until then the order may still be sent.
    async fn end(&self, unknown: &Placement, failure: Failure) -> Result<Outcome, Failure> {
        match self.store.refuse(unknown, self.clock.now()).await {
            Ok(true) => {
                self.uncount(unknown).await;
                Err(failure)
            }
            Ok(false) => Ok(Outcome::Placing),
            Err(error) => Ok(still_open(unknown, &error)),
        }
    }
}

fn with_resend_after(unknown: &Placement, sent: &Sent, resend_after: Timestamp) -> Placement {
    Placement { sent: Some(Sent { resend_after: Some(resend_after), ..sent.clone() }), ..unknown.clone() }
}

fn still_open(placement: &Placement, error: &StoreError) -> Outcome {
    tracing::warn!(session.id = %placement.session, error.cause = %error, "stays open until the lease runs out");
    Outcome::Placing
}

/// Whether upstream itself has judged the body, rather than the key, the rate or the moment.
fn is_verdict(error: &UpstreamError) -> bool {
    let UpstreamError::Refused { status, problem, .. } = error else {
        return false;
    };
    let judges = [StatusCode::BAD_REQUEST, StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY];
    judges.contains(status) && problem.code != UNKNOWN_CODE
}
