//! To whom the names of an order belong: what a customer owns costs no registration, and no other customer has it.

use crate::failure::Failure;
use crate::placement::desk::Desk;
use crate::placement::proof::Looks;
use crate::session::Session;
use crate::store::claim::ClaimState;
use shared::availability::{AvailabilityRow, BOTH_PROVIDERS};
use shared::customer::customer_key;
use shared::domain_name::DomainName;
use std::collections::HashMap;

/// To whom a domain belongs, as one customer sees it. Upstream's word on a name counts only when it is [`Self::Free`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ownership {
    /// No customer has it: upstream decides whether it can be registered.
    Free,
    /// This customer's, and connected: it can be ordered and costs no registration.
    Mine {
        /// `google`, `microsoft`; `None` when upstream has not said, and then it counts as usable for both.
        usable_for: Option<Vec<String>>,
    },
    /// This customer's, and its nameservers are not in place yet: it cannot be ordered.
    MineNotConnected,
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
            Self::Other => {
                let taken = AvailabilityRow::unanswered(name.as_str());
                Some(AvailabilityRow { reason: Some("taken".to_owned()), checked: true, ..taken })
            }
        }
    }
}

impl Desk {
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
        self.prove(session, &mut owners, if live { Looks::All } else { Looks::Table }).await?;
        let now = self.clock.now();
        let owned = |name: &DomainName| {
            let Some(owner) = owners.get(name) else {
                return Ownership::Free;
            };
            match (owner.customer == customer, &owner.state) {
                (_, ClaimState::Released) => Ownership::Free,
                (true, ClaimState::Connected { usable_for }) => Ownership::Mine { usable_for: usable_for.clone() },
                (true, ClaimState::Open) => Ownership::MineNotConnected,
                (false, _) if owner.holds(now) => Ownership::Other,
                (false, _) => Ownership::Free,
            }
        };
        Ok(names.iter().map(|name| (name.clone(), owned(name))).collect())
    }
}
