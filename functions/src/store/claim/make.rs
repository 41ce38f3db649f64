//! Makes claims: as many as a customer may have, and never against the claim of another.

use crate::clock::Timestamp;
use crate::store::claim::item::{ATTEMPTS, PAUSE, Part, RecordWrite, push_record};
use crate::store::claim::rules::{Allowed, ClaimState, Owner, Proof, allowed};
use crate::store::condition::{claim_unused, claims_lock_unchanged, is_open_claim};
use crate::store::dynamo::query::RangeQuery;
use crate::store::dynamo::transaction::Transaction;
use crate::store::dynamo::update::Update;
use crate::store::dynamo::write::Delete;
use crate::store::key::Key;
use crate::store::key::range::KeyRange;
use crate::store::{Store, StoreError};
use serde::Deserialize;
use shared::domain_name::DomainName;
use shared::ids::ImportId;
use std::collections::HashMap;

/// Domains of one transaction that claims them: each takes up to three writes, the customer's lock one, and DynamoDB
/// allows a hundred.
const CLAIM_CHUNK: usize = 33;
/// Domains of one transaction that removes claims: two writes each.
const DROP_CHUNK: usize = 50;

/// The result of a request for some domains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claimed {
    /// The customer's open claims among them.
    pub open: Vec<DomainName>,
    /// Those of `open` that this call created, without an earlier record.
    pub fresh: Vec<DomainName>,
    /// Those of `open` that the customer had released before this call.
    pub reopened: Vec<DomainName>,
    /// Those of `open` without a job: the fresh ones, and those with a lost response of upstream.
    pub waiting: Vec<DomainName>,
    /// The customer's connected domains.
    pub connected: Vec<DomainName>,
    /// Domains whose claim by another customer has ended; they were not changed.
    pub ended: Vec<DomainName>,
    /// Domains of other customers.
    pub taken: Vec<DomainName>,
    /// Number of the customer's open claims, if these would be too many. Then nothing was written.
    pub too_many: Option<usize>,
}

/// The customer who makes claims.
#[derive(Debug, Clone, Copy)]
pub struct Claimer<'c> {
    /// The customer, in lower case.
    pub customer: &'c str,
    /// The time, on our clock.
    pub now: Timestamp,
    /// Open claims that the customer may have.
    pub most: usize,
}

/// The lock on the claims of one customer. The poll interval of repeated imports is stored in the same item.
#[derive(Debug, Default, Deserialize)]
struct ClaimsLock {
    #[serde(default)]
    revision: u64,
}

impl Store {
    /// Makes claims on those of `names` that `claimer` may have. Names whose claim by another customer has ended are
    /// claimed if `in_job` is their job, and otherwise returned as `ended`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_domains(
        &self,
        names: &[DomainName],
        claimer: Claimer<'_>,
        in_job: Option<&ImportId>,
    ) -> Result<Claimed, StoreError> {
        let mut fresh: Vec<DomainName> = Vec::new();
        for round in 0..ATTEMPTS {
            if round > 0 {
                tokio::time::sleep(PAUSE.saturating_mul(round)).await;
            }
            let revision = self.claims_lock(claimer.customer).await?;
            let owners = self.owners(names).await?;
            let (mut done, writes) = decide(names, owners, claimer, in_job);
            let new = writes.iter().filter(|write| write.next.until > claimer.now).count();
            let asked = new.saturating_add(if in_job.is_none() { done.ended.len() } else { 0 });
            if asked > 0 {
                let open = self.count_open(claimer.customer, claimer.now).await?;
                if open.saturating_add(asked) > claimer.most {
                    return Ok(Claimed { too_many: Some(open), ..Claimed::default() });
                }
            }
            if self.write_claims(&writes, claimer.customer, revision, &mut fresh).await? {
                done.open.extend(writes.into_iter().map(|write| write.name));
                done.fresh = fresh;
                return Ok(done);
            }
        }
        Err(StoreError::Contended)
    }

    /// Writes claims. `false`: another writer was faster, and everything has to be read again.
    async fn write_claims(
        &self,
        writes: &[RecordWrite],
        customer: &str,
        mut revision: u64,
        fresh: &mut Vec<DomainName>,
    ) -> Result<bool, StoreError> {
        for chunk in writes.chunks(CLAIM_CHUNK) {
            // The lock serialises claims of one customer. Otherwise two requests could count at the same time.
            let mut transaction = Transaction::new();
            transaction.push(Part::Lock, claims_lock_update(customer, revision));
            for write in chunk {
                push_record(&mut transaction, write)?;
            }
            if !self.transact_all(transaction).await? {
                return Ok(false);
            }
            revision = revision.saturating_add(1);
            fresh.extend(chunk.iter().filter(|write| write.before.is_none()).map(|write| write.name.clone()));
        }
        Ok(true)
    }

    /// Removes claims that a request made and did not use.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn drop_claims(&self, customer: &str, names: &[DomainName]) -> Result<(), StoreError> {
        for chunk in names.chunks(DROP_CHUNK) {
            if !self.drop_together(customer, chunk).await? {
                // One of them is in use: the others are removed one by one.
                for name in chunk.chunks(1) {
                    self.drop_together(customer, name).await?;
                }
            }
        }
        Ok(())
    }

    async fn drop_together(&self, customer: &str, names: &[DomainName]) -> Result<bool, StoreError> {
        let mut transaction = Transaction::new();
        for name in names {
            transaction.push(Part::Record, Delete::new(Key::claim(name)).only_if(claim_unused(customer)));
            transaction.push(Part::Entry, Delete::new(Key::customer_claim(customer, name)));
        }
        self.transact_all(transaction).await
    }

    /// How many claims of the customer are open and keep others away at `now`.
    async fn count_open(&self, customer: &str, now: Timestamp) -> Result<usize, StoreError> {
        let range = KeyRange::customer_claims(customer);
        self.count_range(RangeQuery { range, filter: Some(is_open_claim(now)) }).await
    }

    async fn claims_lock(&self, customer: &str) -> Result<u64, StoreError> {
        let lock: Option<ClaimsLock> = self.get(&Key::claims_lock(customer)).await?;
        Ok(lock.unwrap_or_default().revision)
    }
}

fn claims_lock_update(customer: &str, revision: u64) -> Update {
    Update::of(Key::claims_lock(customer))
        .set("revision", revision.saturating_add(1))
        .only_if(claims_lock_unchanged(revision))
}

/// What the customer has already, what it cannot have, and the records to be written. Pure.
fn decide(
    names: &[DomainName],
    mut owners: HashMap<DomainName, Owner>,
    claimer: Claimer<'_>,
    in_job: Option<&ImportId>,
) -> (Claimed, Vec<RecordWrite>) {
    let mut done = Claimed::default();
    let mut writes = Vec::new();
    for name in names.iter().cloned() {
        let before = owners.remove(&name);
        let allowed = allowed(before.as_ref(), claimer.customer, claimer.now);
        let (until, contested) = match (allowed, in_job) {
            (Allowed::Connected, _) => {
                done.connected.push(name);
                continue;
            }
            (Allowed::Mine, _) => {
                if before.is_some_and(|before| before.jobs.is_empty()) {
                    done.waiting.push(name.clone());
                }
                done.open.push(name);
                continue;
            }
            (Allowed::Taken, _) => {
                done.taken.push(name);
                continue;
            }
            (Allowed::TakeOver { .. }, None) => {
                done.ended.push(name);
                continue;
            }
            (Allowed::Claim { until }, _) => (until, before.as_ref().is_some_and(|before| before.contested)),
            (Allowed::TakeOver { until }, Some(_)) => (until, true),
        };
        let mine = before.as_ref().filter(|before| before.customer == claimer.customer);
        let mut next = Owner {
            customer: claimer.customer.to_owned(),
            jobs: mine.map(|before| before.jobs.clone()).unwrap_or_default(),
            since: claimer.now,
            until,
            contested,
            state: ClaimState::Open,
            on_order: mine.and_then(|before| before.on_order.clone()),
            revision: before.as_ref().map_or(1, |before| before.revision.saturating_add(1)),
        };
        if let (true, Some(job)) = (contested, in_job) {
            next.asked_in(job, Proof::Job);
        }
        if mine.is_some_and(|before| before.state == ClaimState::Released) {
            done.reopened.push(name.clone());
        }
        if next.jobs.is_empty() {
            done.waiting.push(name.clone());
        }
        writes.push(RecordWrite { name, before, next });
    }
    (done, writes)
}
