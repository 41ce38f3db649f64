//! To whom the names of an order belong: what a customer owns costs no registration, and no other customer has it.

use crate::failure::Failure;
use crate::placement::order_placement::OrderPlacement;
use crate::placement::proof::ProofSources;
use crate::session::Session;
use crate::store::claim::OrderedDomain;
use crate::store::claim::{ClaimState, Owner};
use crate::upstream::orders::domain_names;
use crate::upstream::receipt::count_of;
use shared::availability::{AvailabilityRow, BOTH_PROVIDERS};
use shared::customer::customer_key;
use shared::domain_name::DomainName;
use shared::order::OrderStatus;
use std::collections::{HashMap, HashSet};

/// The owner of a domain, from one customer's view. Upstream's result counts only if the name is [`Self::Free`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ownership {
    /// No customer has it: upstream decides whether it can be registered.
    Free,
    /// This customer's, and connected: it can be ordered and costs no registration.
    Mine {
        /// `google`, `microsoft`; `None` if unknown, which counts as usable for both.
        usable_for: Option<Vec<String>>,
    },
    /// This customer's, and its nameservers are not in place yet: it cannot be ordered.
    MineNotConnected,
    /// This customer's, and on an order that has it: upstream would refuse another one with it.
    MineInUse,
    /// Another customer owns it, or has asked for it and may still set its nameservers: taken, whatever upstream says.
    Other,
}

impl Ownership {
    /// The row of the name, when upstream has no say in it.
    pub fn row(&self, name: &DomainName) -> Option<AvailabilityRow> {
        match self {
            Self::Free => None,
            Self::Mine { usable_for } => {
                let both = || BOTH_PROVIDERS.map(str::to_owned).to_vec();
                Some(AvailabilityRow::owned(name, usable_for.clone().unwrap_or_else(both)))
            }
            Self::MineNotConnected => Some(AvailabilityRow::not_connected(name)),
            Self::MineInUse => Some(AvailabilityRow::in_use(name)),
            Self::Other => {
                let taken = AvailabilityRow::unanswered(name.as_str());
                Some(AvailabilityRow { reason: Some("taken".to_owned()), checked: true, ..taken })
            }
        }
    }
}

impl OrderPlacement {
    /// To whom each of `names` belongs, as the session's customer sees it: one entry for each of `names`. Reads the
    /// records of these names and no others. `live`: what the table does not know as connected is asked about upstream.
    ///
    /// # Errors
    /// [`Failure::BudgetSpent`], [`Failure::Store`], [`Failure::Upstream`].
    pub async fn ownership(
        &self,
        session: &Session,
        names: &[DomainName],
        live: bool,
    ) -> Result<HashMap<DomainName, Ownership>, Failure> {
        let customer = customer_key(&session.customer);
        let mut owners = self.store.owners(names).await?;
        self.prove(session, &mut owners, if live { ProofSources::All } else { ProofSources::Table }).await?;
        let in_use = self.in_use(&customer, &owners).await?;
        let now = self.clock.now();
        let owned = |name: &DomainName| {
            let Some(owner) = owners.get(name) else {
                return Ownership::Free;
            };
            match (owner.customer == customer, &owner.state) {
                (_, ClaimState::Released) => Ownership::Free,
                (true, ClaimState::Connected { .. }) if in_use.contains(name) => Ownership::MineInUse,
                (true, ClaimState::Connected { usable_for }) => Ownership::Mine { usable_for: usable_for.clone() },
                (true, ClaimState::Open) => Ownership::MineNotConnected,
                (false, _) if owner.holds(now) => Ownership::Other,
                (false, _) => Ownership::Free,
            }
        };
        Ok(names.iter().map(|name| (name.clone(), owned(name))).collect())
    }

    /// Those of `customer`'s domains in `owners` that are on an order which has them. Nothing is read for a domain that
    /// was never ordered.
    async fn in_use(
        &self,
        customer: &str,
        owners: &HashMap<DomainName, Owner>,
    ) -> Result<HashSet<DomainName>, Failure> {
        let mine = owners.iter().filter(|(_, owner)| owner.customer == customer && owner.is_connected());
        let ordered = mine.filter_map(|(name, owner)| Some((name.clone(), owner.on_order.clone()?.id)));
        let found = self.store.ordered_domains(ordered.collect()).await?;
        Ok(found.into_iter().filter(is_held).map(|found| found.name).collect())
    }
}

/// Statuses of a domain that its order no longer contains. Upstream may add values.
const REMOVED_STATUSES: [&str; 4] = ["failed", "cancelled", "swapped", "removed"];

/// Whether the order that a domain was placed with still has it.
fn is_held(found: &OrderedDomain) -> bool {
    let is_over = matches!(found.order, Some(OrderStatus::Failed | OrderStatus::Cancelled)) || found.is_gone;
    if is_over || found.domain.as_deref().is_some_and(|word| REMOVED_STATUSES.contains(&word)) {
        return false;
    }
    // A single domain that was cancelled or swapped has no event: it is missing in the full order. That counts only if
    // the list is complete.
    let Some(full) = found.full.as_ref().filter(|full| !full.truncated) else {
        return true;
    };
    let listed = domain_names(&full.order);
    let counted = count_of(&full.order).and_then(|count| usize::try_from(count).ok());
    let is_whole = !listed.is_empty() && counted.is_none_or(|count| count == listed.len());
    !is_whole || listed.contains(found.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::is_held;
    use crate::store::claim::OrderedDomain;
    use crate::store::order::FullOrder;
    use serde_json::json;
    use shared::domain_name::DomainName;
    use shared::order::OrderStatus;

    #[test]
    fn domain_is_in_use_until_it_or_its_order_ends() -> Result<(), String> {
        let both = json!({"domains": {"registered": ["b.com"], "imported": ["acme.com"]}, "domain_count": 2});
        let other = json!({"domains": {"registered": ["b.com"], "imported": []}, "domain_count": 1});
        let uncounted = json!({"domains": ["b.com"]});
        let partial = json!({"domains": ["b.com"], "domain_count": 2});
        let empty = json!({"domains": []});
        // The order's status, the domain's status, the full order → whether the order still has the domain.
        let table = [
            (None, None, None, true),
            (Some("in_progress"), None, None, true),
            (Some("action_required"), Some("action_required"), None, true),
            (Some("completed"), Some("connected"), Some(&both), true),
            (Some("cancel_scheduled"), None, Some(&both), true),
            (Some("a_later_word"), Some("a_later_word"), None, true),
            (Some("cancelled"), None, Some(&both), false),
            (Some("failed"), Some("connected"), None, false),
            (Some("completed"), Some("swapped"), Some(&both), false),
            (Some("in_progress"), Some("failed"), None, false),
            (Some("completed"), None, Some(&other), false),
            (Some("completed"), None, Some(&uncounted), false),
            (Some("completed"), None, Some(&partial), true),
            (Some("completed"), None, Some(&empty), true),
        ];
        let name = DomainName::parse("acme.com").map_err(|problem| problem.message().to_owned())?;
        for (order, domain, full, held) in table {
            let full_order = |order: &serde_json::Value| FullOrder { order: order.clone(), truncated: false };
            let found = OrderedDomain {
                name: name.clone(),
                order: order.map(|word| OrderStatus::from(word.to_owned())),
                is_gone: false,
                domain: domain.map(str::to_owned),
                full: full.map(full_order),
            };
            assert_eq!(is_held(&found), held, "{found:?}");
            assert!(!is_held(&OrderedDomain { is_gone: true, ..found }), "{order:?}");
        }
        Ok(())
    }
}
