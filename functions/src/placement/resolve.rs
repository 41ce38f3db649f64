//! Resolves an order whose response was lost: searches upstream first, then sends the same bytes again.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::metrics::{self, OrderOutcome};
use crate::model::placement::{Missing, Phase, Placement, RESEND_AFTER, RESOLVE_LEASE, Sent, when_missing};
use crate::placement::order_placement::OrderPlacement;
use crate::placement::place::Outcome;
use crate::placement::settle::ended_without_order;
use crate::store::StoreError;
use crate::upstream::order_body::OrderBody;
use crate::upstream::orders::OrderCriteria;
use crate::upstream::{UNKNOWN_CODE, UpstreamError};
use axum::http::StatusCode;
use shared::ids::SessionId;
use shared::order::Receipt;

/// Seconds until the next attempt to resolve an order that only a person can resolve.
const UNCLEAR_PAUSE: Timestamp = 60 * 60;
/// Seconds until the next check if upstream is unavailable.
const LOOK_PAUSE: Timestamp = 5;

/// The refusal of an order that was sent and never arrived.
pub(super) const NOT_PLACED: Failure =
    Failure::Conflict("order_not_placed", "The order did not reach the supplier. Please place it again.");

impl OrderPlacement {
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
        let criteria = OrderCriteria {
            customer: &unknown.user,
            plan: &unknown.plan,
            domains: sent.order.domains().iter().map(|entry| entry.domain.as_str()).collect(),
            people: sent.order.personas().iter().map(|p| (p.first_name.as_str(), p.last_name.as_str())).collect(),
            claimed_at: unknown.claimed_at,
        };
        match self.upstream.for_sent_order().find(&criteria).await {
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
                tracing::warn!(session.id = %unknown.session, error.cause = %error, "order search failed");
                self.look_again(&unknown, self.clock.now().saturating_add(LOOK_PAUSE)).await
            }
        }
    }

    /// An order that is recorded for another session is that session's, unless both sent the same order: upstream
    /// takes that once, and it belongs to both sessions. One that came to nothing says nothing about this one:
    /// upstream's answer to the same bytes does.
    async fn is_ours(&self, unknown: &Placement, receipt: &Receipt) -> Result<bool, StoreError> {
        let head = self.store.order_head(&receipt.id).await?;
        let recorded = head.as_ref().map(|head| head.sessions.clone()).unwrap_or_default();
        if recorded.is_empty() || recorded.iter().any(|id| id == unknown.session.as_str()) {
            return Ok(true);
        }
        if head.as_ref().is_some_and(|head| ended_without_order(head, receipt)) {
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

    /// Upstream did not list it `at` this time on upstream's clock, or `is_unclear`: it listed one that may be it.
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
            // The search for an order that may exist does not end: the customer would order it a second time.
            (Missing::GiveUp, _) if is_unclear => {
                tracing::error!(
                    alarm = "order_unclear",
                    session.id = %unknown.session,
                    "possible match lacks fields"
                );
                self.look_again(&unknown, now.saturating_add(UNCLEAR_PAUSE)).await
            }
            (Missing::GiveUp, _) => self.never_placed(&unknown, "not found upstream").await,
        }
    }

    /// Sends the same bytes, once it is written that they are on their way again: a refusal is only final while no
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
        tracing::info!(session.id = %unknown.session, "resending the order");
        match self.upstream.for_sent_order().place(body).await {
            Ok(seen) => self.settle(&unknown, seen).await,
            // Upstream detects duplicates before it validates, so a refusal of the body means that upstream has no
            // earlier order.
            Err(error) if is_final_refusal(&error) => {
                tracing::info!(session.id = %unknown.session, "order refused on resend");
                self.end(&unknown, error.into()).await
            }
            Err(error) => {
                tracing::warn!(
                    session.id = %unknown.session,
                    error.cause = %error,
                    "order outcome still unknown after resend"
                );
                self.look_again(&unknown, self.clock.now().saturating_add(LOOK_PAUSE)).await
            }
        }
    }

    /// Schedules the next check for `at`.
    async fn look_again(&self, unknown: &Placement, at: Timestamp) -> Result<Outcome, Failure> {
        let age = self.clock.now().saturating_sub(unknown.claimed_at);
        metrics::unknown_placement_age(u64::try_from(age).unwrap_or(0));
        let later = Placement { lease_until: at, ..unknown.clone() };
        if let Err(error) = self.store.move_placement(unknown, &later).await {
            tracing::warn!(session.id = %unknown.session, error.cause = %error, "lease not shortened");
        }
        Ok(Outcome::Placing)
    }

    async fn never_placed(&self, unknown: &Placement, why: &'static str) -> Result<Outcome, Failure> {
        tracing::error!(alarm = "placement_lost", session.id = %unknown.session, why, "order not placed");
        metrics::order(OrderOutcome::Lost);
        self.end(unknown, NOT_PLACED).await
    }

    /// Ends it as refused. This is final only once it is written: until then the order may still be sent.
    async fn end(&self, unknown: &Placement, failure: Failure) -> Result<Outcome, Failure> {
        match self.store.give_up(unknown, self.clock.now()).await {
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
    tracing::warn!(
        session.id = %placement.session,
        error.cause = %error,
        "placement stays open until its lease expires"
    );
    Outcome::Placing
}

/// Whether upstream refused the body itself, rather than the key, the rate or the time.
fn is_final_refusal(error: &UpstreamError) -> bool {
    let UpstreamError::Refused { status, problem, .. } = error else {
        return false;
    };
    let refusals = [StatusCode::BAD_REQUEST, StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY];
    refusals.contains(status) && problem.code != UNKNOWN_CODE
}
