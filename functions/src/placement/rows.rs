//! The rows of the names of one session: ownership from our records, the rest from upstream, charged to the session.

use crate::failure::Failure;
use crate::placement::decision::{Offer, decide, needs_upstream};
use crate::placement::order_placement::OrderPlacement;
use crate::session::Session;
use crate::session::meter::{PLAN_CHECKS, SessionMeter};
use shared::availability::AvailabilityRow;
use shared::domain_name::DomainName;
use shared::pricing::Pricing;
use std::collections::HashMap;
use std::time::Duration;

/// Pause before names without a definite result are checked a second time: upstream refreshes a stale result in the
/// background.
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(1_500);

/// How precise a result has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// For a page: what is known without waiting.
    Known,
    /// For a quote or an order: imports are read, and names without a definite result are checked a second time.
    Confirmed,
}

impl OrderPlacement {
    /// The same placement of orders, charging the upstream calls of `session` to its budget.
    #[must_use]
    pub fn charging(&self, session: &Session) -> Self {
        let limit = self.budget_of(session);
        let meter = SessionMeter::new(self.store.clone(), session, limit);
        Self { upstream: self.upstream.charging(meter.clone()), meter: Some(meter), ..self.clone() }
    }

    /// Calls that the session may make: a fixed part, and some checks of its whole plan.
    fn budget_of(&self, session: &Session) -> u64 {
        let names = session.plan.as_ref().and_then(|plan| self.upstream.plan_size(plan)).unwrap_or(0);
        let names = usize::try_from(names).unwrap_or(usize::MAX);
        let check = u64::try_from(self.upstream.availability_calls(names)).unwrap_or(u64::MAX);
        self.spend_limits.session_calls.saturating_add(check.saturating_mul(PLAN_CHECKS))
    }

    /// Takes `calls` from the session's budget in advance. The plan of a session is read first when it is not known
    /// yet, before the budget is refused, because its budget grows with the plan.
    ///
    /// # Errors
    /// [`Failure::BudgetSpent`], [`Failure::Store`], [`Failure::Upstream`].
    pub(super) async fn reserve_calls(&self, session: &Session, calls: usize) -> Result<(), Failure> {
        let Some(meter) = &self.meter else {
            return Ok(());
        };
        let calls = u64::try_from(calls).unwrap_or(u64::MAX);
        let unknown = session.plan.as_ref().filter(|plan| self.upstream.plan_size(plan).is_none());
        match (meter.reserve(calls).await, unknown) {
            (Err(Failure::BudgetSpent), Some(plan)) => {
                self.upstream.for_sent_order().plan_shown(plan).await?;
                meter.set_limit(self.budget_of(session));
                meter.reserve(calls).await
            }
            (outcome, _) => outcome,
        }
    }

    /// Gives back what was reserved and not used.
    pub async fn settle_budget(&self) {
        if let Some(meter) = &self.meter {
            meter.give_back().await;
        }
    }

    /// One row for each of `names`, in that order, with what it costs upstream. A `list` of prices says which endings are
    /// on offer, beside the stage.
    ///
    /// # Errors
    /// [`Failure::BudgetSpent`], [`Failure::Store`], [`Failure::Upstream`].
    pub async fn rows(
        &self,
        session: &Session,
        names: &[DomainName],
        precision: Precision,
        list: Option<&Pricing>,
    ) -> Result<Vec<AvailabilityRow>, Failure> {
        // The budget is reserved for all names while ownership is read; calls that are not needed are returned.
        let calls = self.upstream.availability_calls(names.len());
        let owned = self.ownership(session, names, precision == Precision::Confirmed);
        let (ownership, ()) = futures::try_join!(owned, self.reserve_calls(session, calls))?;
        let offer = Offer { tlds: &self.spend_limits.tlds, list };
        let is_asked =
            |name: &&DomainName| ownership.get(*name).is_some_and(|owned| needs_upstream(name, offer, owned));
        let asked: Vec<DomainName> = names.iter().filter(is_asked).cloned().collect();
        let mut answers = self.ask(&asked).await?;
        if precision == Precision::Confirmed {
            let unsettled: Vec<DomainName> =
                asked.into_iter().filter(|name| answers.get(name).is_none_or(AvailabilityRow::is_unsettled)).collect();
            if !unsettled.is_empty() {
                tokio::time::sleep(ASK_AGAIN_AFTER).await;
                // The first result still counts when the second look-up fails.
                if let Ok(again) = self.ask(&unsettled).await {
                    answers.extend(again);
                }
            }
        }
        let row = |name: &DomainName| match ownership.get(name) {
            Some(owned) => decide(name, offer, owned, answers.get(name)),
            None => AvailabilityRow::unanswered(name.as_str()),
        };
        Ok(names.iter().map(row).collect())
    }

    async fn ask(&self, names: &[DomainName]) -> Result<HashMap<DomainName, AvailabilityRow>, Failure> {
        let rows = self.upstream.availability(names).await?;
        Ok(names.iter().cloned().zip(rows).collect())
    }
}
