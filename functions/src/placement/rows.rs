//! The rows of the names of one session: ownership from our records, the rest from upstream, charged to the session.

use crate::failure::Failure;
use crate::placement::decision::{decide, needs_upstream};
use crate::placement::desk::Desk;
use crate::session::Session;
use crate::session::meter::{PLAN_CHECKS, SessionMeter};
use shared::availability::AvailabilityRow;
use shared::domain_name::DomainName;
use std::collections::HashMap;
use std::time::Duration;

/// Pause before names without a definite answer are asked about once more: upstream refreshes a stale answer in the
/// background.
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(1_500);

/// How exact an answer has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// For a page: what is known at once.
    Quick,
    /// For a quote or an order: imports are looked at, and names without a definite answer are asked about once more.
    Thorough,
}

impl Desk {
    /// The same desk, charging the upstream calls of `session` to its budget.
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
        self.guards.session_calls.saturating_add(check.saturating_mul(PLAN_CHECKS))
    }

    /// Takes `calls` from the session's budget in advance. A session whose plan is not known yet learns it before it is
    /// refused, because its budget grows with the plan.
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

    /// One row for each of `names`, in that order.
    ///
    /// # Errors
    /// [`Failure::BudgetSpent`], [`Failure::Store`], [`Failure::Upstream`].
    pub async fn rows(
        &self,
        session: &Session,
        names: &[DomainName],
        look: Look,
    ) -> Result<Vec<AvailabilityRow>, Failure> {
        // The budget does not wait for what is owned: it is asked for all names, and given back what was not needed.
        let calls = self.upstream.availability_calls(names.len());
        let owned = self.ownership(session, names, look == Look::Thorough);
        let (ownership, ()) = futures::try_join!(owned, self.reserve_calls(session, calls))?;
        let is_asked = |name: &&DomainName| {
            ownership.get(*name).is_some_and(|owned| needs_upstream(name, &self.guards.tlds, owned))
        };
        let asked: Vec<DomainName> = names.iter().filter(is_asked).cloned().collect();
        let mut answers = self.ask(&asked).await?;
        if look == Look::Thorough {
            let unsettled: Vec<DomainName> =
                asked.into_iter().filter(|name| answers.get(name).is_none_or(AvailabilityRow::is_unsettled)).collect();
            if !unsettled.is_empty() {
                tokio::time::sleep(ASK_AGAIN_AFTER).await;
                // What is known still counts when the second look fails.
                if let Ok(again) = self.ask(&unsettled).await {
                    answers.extend(again);
                }
            }
        }
        let row = |name: &DomainName| match ownership.get(name) {
            Some(owned) => decide(name, &self.guards.tlds, owned, answers.get(name)),
            None => AvailabilityRow::unanswered(name.as_str()),
        };
        Ok(names.iter().map(row).collect())
    }

    async fn ask(&self, names: &[DomainName]) -> Result<HashMap<DomainName, AvailabilityRow>, Failure> {
        let rows = self.upstream.availability(names).await?;
        Ok(names.iter().cloned().zip(rows).collect())
    }
}
