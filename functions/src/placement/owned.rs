//! Names of an order that the customer has brought: they cost no registration, and only their own customer has them.

use crate::failure::Failure;
use crate::placement::desk::Desk;
use crate::session::Session;
use crate::store::import::StoredImport;
use crate::upstream::UpstreamError;
use crate::upstream::imports::is_final;
use axum::http::StatusCode;
use shared::availability::AvailabilityRow;
use shared::domain_name::DomainName;
use shared::ids::ImportId;
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
                let both = || ["google", "microsoft"].map(str::to_owned).to_vec();
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

/// Imports of one order that are looked at upstream, because the table does not know that they have ended.
const MAX_LOOKS: usize = 5;

impl Desk {
    /// What `names` cost and serve: the customer's own from its imports, the others from upstream.
    ///
    /// # Errors
    /// [`Failure::BudgetSpent`], [`Failure::Store`], [`Failure::Upstream`].
    pub(super) async fn rows(&self, session: &Session, names: &[DomainName]) -> Result<Vec<AvailabilityRow>, Failure> {
        let owned = self.owned_rows(session, names, true).await?;
        let others: Vec<DomainName> = names.iter().filter(|name| !owned.contains_key(name)).cloned().collect();
        self.spend(session, others.len()).await?;
        let mut others = self.upstream.availability(&others).await?.into_iter();
        let row = |name: &DomainName| match owned.get(name) {
            Some(row) => row.clone(),
            None => others.next().unwrap_or_else(|| AvailabilityRow::unanswered(name.as_str())),
        };
        Ok(names.iter().map(row).collect())
    }

    /// The rows of those of `names` whose owner is known here: the session's customer, or another one. `live`: what the
    /// table does not know as connected is asked about.
    ///
    /// # Errors
    /// [`Failure::BudgetSpent`], [`Failure::Store`], [`Failure::Upstream`].
    pub async fn owned_rows(
        &self,
        session: &Session,
        names: &[DomainName],
        live: bool,
    ) -> Result<HashMap<DomainName, AvailabilityRow>, Failure> {
        let owned = self.ownership(session, names, live).await?;
        Ok(owned.into_iter().filter_map(|(name, owned)| owned.row(&name).map(|row| (name, row))).collect())
    }

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
        let owners = self.store.owners(names).await?;
        let mut ids: Vec<ImportId> = owners.values().map(|owner| owner.import.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut imports = self.store.imports(&ids).await?;
        if live {
            let mine = |import: &StoredImport| {
                owners.values().any(|owner| owner.customer == session.customer && owner.import == import.id)
            };
            let open = imports.iter_mut().filter(|import| !is_final(&import.status) && mine(import));
            for import in open.take(MAX_LOOKS) {
                self.look_at_import(session, import).await?;
            }
        }
        let now = self.clock.now();
        let owned = |name: &DomainName| {
            let Some(owner) = owners.get(name) else {
                return Ownership::Free;
            };
            let import = imports.iter().find(|import| import.id == owner.import);
            let connected = import.filter(|import| import.is_connected(name));
            match (owner.customer == session.customer, connected) {
                (true, Some(import)) => Ownership::Mine { usable_for: Some(import.usable_for(name)) },
                (true, None) => Ownership::MineNotConnected,
                (false, None) if now >= owner.until => Ownership::Free,
                (false, _) => Ownership::Other,
            }
        };
        Ok(names.iter().map(|name| (name.clone(), owned(name))).collect())
    }

    /// Asks upstream how `import` stands, out of the session's budget, and writes it down.
    ///
    /// # Errors
    /// [`Failure::BudgetSpent`], [`Failure::Store`], [`Failure::Upstream`].
    pub async fn look_at_import(&self, session: &Session, import: &mut StoredImport) -> Result<(), Failure> {
        self.spend_calls(session, 1).await?;
        let seen = match self.upstream.import_status(&import.id).await {
            Ok(seen) => seen,
            // Nothing newer is known then.
            Err(UpstreamError::Refused { status: StatusCode::NOT_FOUND, .. }) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        self.store.see_import(&seen.job, seen.at.unwrap_or_else(|| self.clock.now())).await?;
        if let Some(fresh) = self.store.import(&import.id).await? {
            *import = fresh;
        }
        Ok(())
    }
}
