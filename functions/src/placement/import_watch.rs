//! Watches imports for the partner: which of its domains still need nameservers, and whether all is done. What it tells is
//! proved, not taken from a word of upstream's.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::model::notification::labels::Labels;
use crate::placement::order_placement::OrderPlacement;
use crate::placement::proof::ProofSources;
use crate::session::Session;
use crate::store::claim::{ClaimState, Owner};
use crate::store::import::StoredImport;
use shared::customer::is_pseudonym;
use shared::domain_name::DomainName;
use shared::ids::ImportId;
use shared::root_domain;
use std::collections::HashMap;

/// How the domains of an import stand.
#[derive(Debug, Default)]
struct Standing {
    /// Those whose nameservers are not proved to be in place.
    waiting: Vec<DomainName>,
    /// Those that can be used.
    connected: Vec<DomainName>,
    /// Whether there are others whose claims have ended.
    has_ended: bool,
}

impl Standing {
    fn of(owners: &HashMap<DomainName, Owner>, customer: &str, now: Timestamp) -> Self {
        let mut standing = Self::default();
        for (name, owner) in owners.iter().filter(|(_, owner)| owner.customer == customer) {
            match owner.state {
                ClaimState::Open if owner.holds(now) => standing.waiting.push(name.clone()),
                ClaimState::Connected { .. } => standing.connected.push(name.clone()),
                ClaimState::Open => standing.has_ended = true,
                ClaimState::Released => {}
            }
        }
        standing.waiting.sort_unstable();
        standing.connected.sort_unstable();
        standing
    }
}

impl OrderPlacement {
    /// Watches an import that the session has just started.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn watch_import(&self, session: &Session, id: &ImportId) -> Result<(), Failure> {
        let Some(import) = self.store.import(id).await?.filter(|import| import.watch.since.is_none()) else {
            return Ok(());
        };
        let labels = Labels {
            reference: session.labels.reference.clone(),
            metadata: session.labels.metadata.clone(),
            ..Labels::default()
        };
        let now = self.clock.now();
        let owners = self.store.owners(&names_of(&import)).await?;
        let standing = Standing::of(&owners, &session.customer, now);
        match standing.waiting.is_empty() {
            true => self.store.end_import(&import, &standing.connected, &labels, standing.has_ended, now).await?,
            false => self.store.begin_watch(&import, &standing.waiting, &labels, now).await?,
        }
        Ok(())
    }

    /// Tells the partner of those of `ids` of which no domain waits any more, and of what was connected after that.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub(super) async fn end_imports(&self, ids: &[ImportId]) -> Result<(), Failure> {
        for import in self.store.imports(ids).await? {
            if import.watch.since.is_some() {
                self.tell_of_import(&import, false).await?;
            }
        }
        Ok(())
    }

    /// Looks at an import that is due: upstream is asked, what is proved is written, and the partner is told.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Upstream`].
    pub async fn reconcile_import(&self, id: &ImportId) -> Result<(), Failure> {
        let Some(import) = self.store.import(id).await? else {
            return Ok(());
        };
        if let Some(customer) = import.customers.first().filter(|customer| !is_pseudonym(customer)) {
            let mut owners = self.store.owners(&names_of(&import)).await?;
            owners.retain(|_, owner| owner.customer == *customer);
            self.prove_of(customer, &mut owners, ProofSources::All, None).await?;
        }
        match self.store.import(id).await? {
            Some(import) => self.tell_of_import(&import, true).await,
            None => Ok(()),
        }
    }

    /// Tells the partner how an import stands. With `reminds`, that nameservers are still missing, too, and when to look
    /// again is written.
    async fn tell_of_import(&self, import: &StoredImport, reminds: bool) -> Result<(), Failure> {
        let (now, watch) = (self.clock.now(), &import.watch);
        let labels = &watch.labels;
        // Nobody waits for the import of a customer who was erased.
        let Some(customer) = import.customers.first().filter(|customer| !is_pseudonym(customer)) else {
            return Ok(self.store.end_import(import, &[], labels, false, now).await?);
        };
        let owners = self.store.owners(&names_of(import)).await?;
        let Standing { waiting, connected, has_ended } = Standing::of(&owners, customer, now);
        if watch.is_over && !reminds && !watch.is_news(connected.len()) {
            return Ok(());
        }
        // A domain that waits again does so by another import, which has its own reminders.
        if watch.is_over || waiting.is_empty() {
            let is_awaited = (has_ended || !waiting.is_empty()) && watch.is_patient(now);
            return Ok(self.store.end_import(import, &connected, labels, is_awaited, now).await?);
        }
        match watch.due_reminder(now).filter(|_| reminds) {
            Some(number) => self.store.remind_of_import(import, &waiting, number, now).await?,
            None if reminds => self.store.look_at_import_later(&import.id, now).await?,
            None => {}
        }
        Ok(())
    }
}

/// The names that were asked for.
fn names_of(import: &StoredImport) -> Vec<DomainName> {
    let mut names: Vec<DomainName> =
        import.asked.iter().filter_map(|row| root_domain::read(&row.domain).ok()).collect();
    names.sort_unstable();
    names.dedup();
    names
}
