//! Proves that the nameservers of claimed domains are in place, and for which providers they can be used.
//!
//! `completed` in the first answer to an import may mean that the import is prepared, or that the domain is connected
//! (docs/upstream.md#import-status). A job that was not completed at its first answer and is now proves it under both
//! readings. So does a row of the partner's inventory that was added after the claim: the inventory has what is ready.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::model::import_job::is_final;
use crate::placement::order_placement::OrderPlacement;
use crate::session::Session;
use crate::store::claim::{ClaimState, Owner, Proof};
use crate::store::import::Stopped;
use crate::store::import::StoredImport;
use crate::upstream::UpstreamError;
use crate::upstream::inventory::InventoryRow;
use axum::http::StatusCode;
use shared::customer::customer_key;
use shared::domain_name::DomainName;
use shared::ids::ImportId;
use std::collections::{HashMap, HashSet};

/// Maximum imports that one request reads upstream, because the table does not know that they have ended.
const MAX_LOOKS: usize = 5;
/// Pages of the inventory that one search reads: 20 × 100 domains. The next search continues there.
const MAX_INVENTORY_PAGES: usize = 20;
/// Seconds until a request that only reads may look through the inventory again.
const INVENTORY_PACE: Timestamp = 60;
/// Seconds by which a row of the inventory may be older than the claim that it proves: two clocks are compared.
pub const CLOCKS_DIFFER: Timestamp = 30;

/// The sources that may be read to prove a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofSources {
    /// The table is enough; the providers of claims that it has as completed may be read upstream, once a minute.
    Table,
    /// Jobs were read; the inventory may be.
    Inventory,
    /// Jobs and the inventory.
    All,
}

/// The inventory rows of some domains.
#[derive(Debug, Clone, Default)]
pub struct Listed {
    /// The rows that were found.
    pub rows: HashMap<DomainName, InventoryRow>,
    /// Whether a domain without a row has none: all of the inventory was looked through.
    pub complete: bool,
}

impl OrderPlacement {
    /// Updates the open claims in `owners` that belong to the session's customer, or that no longer block other
    /// customers: what is proved is connected, what upstream refused is released. The table is written, and `owners`
    /// with it.
    ///
    /// # Errors
    /// [`Failure::BudgetSpent`], [`Failure::Store`], [`Failure::Upstream`].
    pub async fn prove(
        &self,
        session: &Session,
        owners: &mut HashMap<DomainName, Owner>,
        sources: ProofSources,
    ) -> Result<(), Failure> {
        self.prove_listed(session, owners, sources, None).await
    }

    /// The same with known rows of the inventory.
    ///
    /// # Errors
    /// As [`OrderPlacement::prove`].
    pub async fn prove_listed(
        &self,
        session: &Session,
        owners: &mut HashMap<DomainName, Owner>,
        sources: ProofSources,
        listed: Option<Listed>,
    ) -> Result<(), Failure> {
        self.prove_of(&customer_key(&session.customer), owners, sources, listed).await
    }

    /// The same for a customer without a session.
    ///
    /// # Errors
    /// As [`OrderPlacement::prove`].
    pub(super) async fn prove_of(
        &self,
        customer: &str,
        owners: &mut HashMap<DomainName, Owner>,
        sources: ProofSources,
        listed: Option<Listed>,
    ) -> Result<(), Failure> {
        let now = self.clock.now();
        let open = |owner: &Owner| owner.state == ClaimState::Open && !owner.jobs.is_empty();
        let open: HashMap<&DomainName, &Owner> = owners
            .iter()
            .filter(|(_, owner)| open(owner) && (owner.customer == customer || !owner.holds(now)))
            .collect();
        if open.is_empty() {
            return Ok(());
        }
        let mut ids: Vec<ImportId> = open.values().flat_map(|owner| &owner.jobs).map(|job| job.id.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut imports = self.store.imports(&ids).await?;
        if sources == ProofSources::All {
            for import in imports.iter_mut().filter(|import| !is_final(&import.status)).take(MAX_LOOKS) {
                self.look_at_import(import).await?;
            }
        }
        let found = Found::of(&open, &imports);
        let listed = match listed {
            Some(listed) => Some(listed),
            None => self.list(&found, &ids, sources).await?,
        };
        let proved = found.proved(&open, listed.as_ref());
        let mut by_customer: HashMap<String, HashMap<DomainName, Option<Vec<String>>>> = HashMap::new();
        let mut refused: HashMap<String, Vec<DomainName>> = HashMap::new();
        for (name, uses) in &proved {
            // Until the inventory was looked through its uses are not known: a later request writes it.
            let is_known = uses.is_some() || listed.as_ref().is_some_and(|listed| listed.complete);
            if let Some(owner) = open.get(name).filter(|_| is_known || listed_row(listed.as_ref(), name).is_some()) {
                by_customer.entry(owner.customer.clone()).or_default().insert(name.clone(), uses.clone());
            }
        }
        for name in &found.refused {
            if let Some(owner) = open.get(name) {
                refused.entry(owner.customer.clone()).or_default().push(name.clone());
            }
        }
        for (customer, names) in &by_customer {
            self.store.connect_claims(customer, names).await?;
        }
        for (customer, names) in &refused {
            self.store.release_claims(customer, names).await?;
        }
        if !by_customer.is_empty() || !refused.is_empty() {
            self.end_imports(&ids).await?;
        }
        for (name, usable_for) in proved {
            owners.entry(name).and_modify(|owner| owner.state = ClaimState::Connected { usable_for });
        }
        for name in found.refused {
            owners.entry(name).and_modify(|owner| owner.state = ClaimState::Released);
        }
        Ok(())
    }

    /// The inventory rows of the domains found, if the inventory is to be searched now. If that fails, the known rows
    /// stay valid.
    async fn list(&self, found: &Found, ids: &[ImportId], sources: ProofSources) -> Result<Option<Listed>, Failure> {
        let mut wanted: HashSet<DomainName> =
            found.done.iter().filter(|(_, uses)| uses.is_none()).map(|(name, _)| name.clone()).collect();
        if sources == ProofSources::Table {
            let first = ids.first().filter(|_| !wanted.is_empty());
            let turn = match first {
                Some(id) => self.store.take_listing(id, self.clock.now(), INVENTORY_PACE).await?,
                None => false,
            };
            if !turn {
                return Ok(None);
            }
        } else {
            wanted.extend(found.waiting.iter().cloned());
        }
        if wanted.is_empty() {
            return Ok(None);
        }
        let Some(at) = ids.first() else {
            return Ok(None);
        };
        match self.inventory(wanted, at).await {
            Ok(listed) => Ok(Some(listed)),
            Err(Failure::Store(error)) => Err(error.into()),
            Err(failure) => {
                tracing::warn!(error.cause = %failure, "inventory search failed");
                Ok(None)
            }
        }
    }

    /// The rows of the inventory about `wanted`, page after page until all are found, up to a limit: upstream's list
    /// has no filter by name. A look that stops before the end is noted at the import `at`, and the next one for the
    /// same domains reads the first page, which may be new, and goes on from there. Each page is a call out of the
    /// session's budget.
    ///
    /// # Errors
    /// [`Failure::BudgetSpent`], [`Failure::Store`], [`Failure::Upstream`], when not even the first page could be read.
    pub async fn inventory(&self, mut wanted: HashSet<DomainName>, at: &ImportId) -> Result<Listed, Failure> {
        let stopped = self.store.listing(at).await?.filter(|stopped| wanted.is_subset(&stopped.wanted));
        let asked = stopped.as_ref().map_or_else(|| wanted.clone(), |stopped| stopped.wanted.clone());
        let mut resume = stopped.as_ref().map(|stopped| stopped.token.clone());
        let mut listed = Listed::default();
        let mut token: Option<String> = None;
        for _ in 0..MAX_INVENTORY_PAGES {
            let page = match (self.upstream.inventory_page(token.as_deref()).await, token.is_some()) {
                (Ok(page), _) => page,
                (Err(error), false) => return Err(error.into()),
                // Upstream no longer accepts the page token: the next read starts from the first page.
                (Err(UpstreamError::Refused { status: StatusCode::BAD_REQUEST, .. }), true) => {
                    token = None;
                    break;
                }
                (Err(error), true) => {
                    tracing::warn!(error.cause = %error, "inventory search incomplete");
                    break;
                }
            };
            for row in page.rows {
                if wanted.remove(&row.domain) {
                    listed.rows.insert(row.domain.clone(), row);
                }
            }
            token = page.next.map(|next| resume.take().unwrap_or(next));
            listed.complete = token.is_none() || wanted.is_empty();
            if listed.complete {
                token = None;
                break;
            }
        }
        let rest = token.map(|token| Stopped { token, wanted: asked });
        if rest != stopped {
            self.store.keep_listing(at, rest.as_ref(), self.clock.now()).await?;
        }
        Ok(listed)
    }

    /// Reads the state of `import` from upstream and stores it.
    ///
    /// # Errors
    /// [`Failure::BudgetSpent`], [`Failure::Store`], [`Failure::Upstream`].
    pub async fn look_at_import(&self, import: &mut StoredImport) -> Result<(), Failure> {
        let seen = match self.upstream.import_status(&import.id).await {
            Ok(seen) => seen,
            // Nothing newer is known then.
            Err(UpstreamError::Refused { status: StatusCode::NOT_FOUND, .. }) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        // A response about another job proves nothing about this one.
        if seen.job.id == import.id {
            self.store.see_import(&seen.job, seen.at.unwrap_or_else(|| self.clock.now())).await?;
            if let Some(fresh) = self.store.import(&import.id).await? {
                *import = fresh;
            }
        }
        Ok(())
    }
}

/// The state of open claims according to import jobs.
#[derive(Debug, Default)]
struct Found {
    /// Proved by a job, with their providers if the job has them.
    done: HashMap<DomainName, Option<Vec<String>>>,
    /// Completed at the first answer: a row of the inventory would prove them.
    waiting: Vec<DomainName>,
    /// Rejected in each of their jobs.
    refused: Vec<DomainName>,
}

impl Found {
    fn of(open: &HashMap<&DomainName, &Owner>, imports: &[StoredImport]) -> Self {
        let mut found = Self::default();
        for (name, owner) in open {
            let jobs: Vec<(Proof, &StoredImport)> = owner
                .jobs
                .iter()
                .filter_map(|job| Some((job.proof, imports.iter().find(|import| import.id == job.id)?)))
                .collect();
            let done = |wanted: Proof| jobs.iter().find(|(proof, import)| *proof == wanted && import.is_done(name));
            if let Some((_, import)) = done(Proof::Job) {
                found.done.insert((*name).clone(), import.usable_for(name));
            } else if done(Proof::Inventory).is_some() && !owner.contested {
                found.waiting.push((*name).clone());
            } else if !jobs.is_empty() && jobs.iter().all(|(_, import)| import.is_refused(name)) {
                found.refused.push((*name).clone());
            }
        }
        found
    }

    /// Connected domains, with their providers as far as they are known.
    fn proved(
        &self,
        open: &HashMap<&DomainName, &Owner>,
        listed: Option<&Listed>,
    ) -> HashMap<DomainName, Option<Vec<String>>> {
        let row = |name: &DomainName| listed_row(listed, name);
        let uses = |row: &InventoryRow| Some(row.usable_for.clone()).filter(|uses| !uses.is_empty());
        let mut proved = self.done.clone();
        for (name, known) in &mut proved {
            *known = row(name).and_then(uses).or(known.take());
        }
        for name in &self.waiting {
            let newer = |row: &&InventoryRow| open.get(name).is_some_and(|owner| is_newer(row, owner));
            if let Some(row) = row(name).filter(newer) {
                proved.insert(name.clone(), uses(row));
            }
        }
        proved
    }
}

fn listed_row<'l>(listed: Option<&'l Listed>, name: &DomainName) -> Option<&'l InventoryRow> {
    listed.and_then(|listed| listed.rows.get(name))
}

/// Whether a row of the inventory is newer than the claim: an older one proves nothing.
pub fn is_newer(row: &InventoryRow, owner: &Owner) -> bool {
    row.created_at.is_some_and(|at| at >= owner.since.saturating_sub(CLOCKS_DIFFER))
}
