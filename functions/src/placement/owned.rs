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
use std::collections::{HashMap, HashSet};

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

    /// The rows of those of `names` that the session's customer has brought. `live`: what the table does not know as
    /// connected is asked about.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Upstream`].
    pub async fn owned_rows(
        &self,
        session: &Session,
        names: &[DomainName],
        live: bool,
    ) -> Result<HashMap<DomainName, AvailabilityRow>, Failure> {
        let brought = self.store.brought_by(&session.customer).await?;
        let wanted: HashSet<&DomainName> = names.iter().collect();
        let brought: Vec<(DomainName, ImportId)> =
            brought.into_iter().filter(|(name, _)| wanted.contains(name)).collect();
        let mut ids: Vec<ImportId> = brought.iter().map(|(_, import)| import.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut imports = self.store.imports(&ids).await?;
        if live {
            for import in imports.iter_mut().filter(|import| !is_final(&import.status)).take(MAX_LOOKS) {
                self.look_at_import(session, import).await?;
            }
        }
        let row = |(name, id): (DomainName, ImportId)| {
            let import = imports.iter().find(|import| import.id == id).filter(|import| import.is_connected(&name));
            let row = match import {
                Some(import) => AvailabilityRow::owned(&name, import.usable_for(&name)),
                None => AvailabilityRow::not_connected(&name),
            };
            (name, row)
        };
        Ok(brought.into_iter().map(row).collect())
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
