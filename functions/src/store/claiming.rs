//! Makes claims: as many as a customer may have, and never against another customer's right.

use crate::clock::Timestamp;
use crate::store::claim::{ClaimState, Owner, Proof, Verdict, verdict};
use crate::store::item::{Item, get_u64, key, number, text};
use crate::store::owner_item::{PAUSE, TRIES, Write, owner_key};
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::{Delete, Select, TransactWriteItem, Update};
use shared::customer::customer_key;
use shared::domain_name::DomainName;
use shared::ids::ImportId;
use std::collections::HashMap;

/// Domains of one transaction that claims them: each takes up to three writes, the customer's ledger one, and DynamoDB
/// allows a hundred.
const CLAIM_CHUNK: usize = 33;
/// Domains of one transaction that removes claims: two writes each.
const DROP_CHUNK: usize = 50;

/// What became of a request for some domains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claimed {
    /// The customer's open claims among them.
    pub open: Vec<DomainName>,
    /// Those of `open` that this call made, and of which nothing was known before.
    pub fresh: Vec<DomainName>,
    /// Those of `open` that the customer had given up before this call.
    pub reopened: Vec<DomainName>,
    /// Those of `open` without a job: the fresh ones, and those about which upstream's answer was lost.
    pub waiting: Vec<DomainName>,
    /// The customer's connected ones.
    pub connected: Vec<DomainName>,
    /// Another customer's claim on them has ended; they were left as they are.
    pub ended: Vec<DomainName>,
    /// Another customer's.
    pub taken: Vec<DomainName>,
    /// With these the customer would have more open claims than it may have, and nothing was written: how many it has.
    pub too_many: Option<usize>,
}

/// Who makes claims, when, and how many it may have.
#[derive(Debug, Clone, Copy)]
pub struct Claimer<'c> {
    /// In lower case.
    pub customer: &'c str,
    /// On our clock.
    pub now: Timestamp,
    /// Open claims that the customer may have.
    pub most: usize,
}

pub(crate) fn ledger_key(customer: &str) -> Item {
    key(format!("OWNER#{}", customer_key(customer)), "LEDGER")
}

impl Store {
    /// Makes claims on those of `names` that `claimer` may have. Names whose claim by another customer has ended are
    /// claimed when `in_job` names the job that they are asked in, and come back as `ended` when not.
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
        for round in 0..TRIES {
            if round > 0 {
                tokio::time::sleep(PAUSE.saturating_mul(round)).await;
            }
            let revision = self.ledger(claimer.customer).await?;
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

    /// `false`: another writer was faster, and everything has to be read again.
    async fn write_claims(
        &self,
        writes: &[Write],
        customer: &str,
        mut revision: u64,
        fresh: &mut Vec<DomainName>,
    ) -> Result<bool, StoreError> {
        for chunk in writes.chunks(CLAIM_CHUNK) {
            // The ledger makes claims of one customer wait for each other: else two requests could count at once.
            let mut items = vec![self.ledger_write(customer, revision)?];
            for write in chunk {
                items.extend(self.record_writes(write)?);
            }
            if !self.transact(items).await?.is_empty() {
                return Ok(false);
            }
            revision = revision.saturating_add(1);
            fresh.extend(chunk.iter().filter(|write| write.before.is_none()).map(|write| write.name.clone()));
        }
        Ok(true)
    }

    /// Removes claims that a request made and for which nothing was asked in the end.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn drop_claims(&self, customer: &str, names: &[DomainName]) -> Result<(), StoreError> {
        for chunk in names.chunks(DROP_CHUNK) {
            if !self.drop_together(customer, chunk).await? {
                // One of them is in use after all: the others go one by one.
                for name in chunk.chunks(1) {
                    self.drop_together(customer, name).await?;
                }
            }
        }
        Ok(())
    }

    async fn drop_together(&self, customer: &str, names: &[DomainName]) -> Result<bool, StoreError> {
        let mut items = Vec::new();
        for name in names {
            let unused = Delete::builder()
                .table_name(&self.table)
                .set_key(Some(owner_key(name)))
                .condition_expression("#owner = :me AND jobs = :none")
                .expression_attribute_names("#owner", "owner")
                .expression_attribute_values(":me", text(customer))
                .expression_attribute_values(":none", text("[]"))
                .build()
                .map_err(StoreError::from_build)?;
            items.push(TransactWriteItem::builder().delete(unused).build());
            items.push(self.copy_delete(customer, name.as_str())?);
        }
        Ok(self.transact(items).await?.is_empty())
    }

    /// How many claims of the customer are open and keep others away at `now`.
    async fn count_open(&self, customer: &str, now: Timestamp) -> Result<usize, StoreError> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .select(Select::Count)
            .key_condition_expression("pk = :owner AND begins_with(sk, :domain)")
            .filter_expression("attribute_not_exists(connected) AND attribute_not_exists(released) AND #until > :now")
            .expression_attribute_names("#until", "until")
            .expression_attribute_values(":owner", text(format!("OWNER#{customer}")))
            .expression_attribute_values(":domain", text("DOMAIN#"))
            .expression_attribute_values(":now", number(now))
            .into_paginator()
            .send();
        let mut count = 0_usize;
        while let Some(page) = pages.next().await {
            let page = page.map_err(StoreError::from_sdk)?;
            count = count.saturating_add(usize::try_from(page.count()).unwrap_or(0));
        }
        Ok(count)
    }

    async fn ledger(&self, customer: &str) -> Result<u64, StoreError> {
        let items = self.read_batch(vec![ledger_key(customer)]).await?;
        Ok(items.first().and_then(|item| get_u64(item, "revision")).unwrap_or(0))
    }

    fn ledger_write(&self, customer: &str, revision: u64) -> Result<TransactWriteItem, StoreError> {
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(ledger_key(customer)))
            .update_expression("SET revision = :next")
            .condition_expression("attribute_not_exists(revision) OR revision = :seen")
            .expression_attribute_values(":next", number(revision.saturating_add(1)))
            .expression_attribute_values(":seen", number(revision))
            .build()
            .map_err(StoreError::from_build)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}

/// What is the customer's already, what is not to be had, and the records to be written. Pure.
fn decide(
    names: &[DomainName],
    mut owners: HashMap<DomainName, Owner>,
    claimer: Claimer<'_>,
    in_job: Option<&ImportId>,
) -> (Claimed, Vec<Write>) {
    let mut done = Claimed::default();
    let mut writes = Vec::new();
    for name in names.iter().cloned() {
        let before = owners.remove(&name);
        let verdict = verdict(before.as_ref(), claimer.customer, claimer.now);
        let (until, contested) = match (verdict, in_job) {
            (Verdict::Connected, _) => {
                done.connected.push(name);
                continue;
            }
            (Verdict::Mine, _) => {
                if before.is_some_and(|before| before.jobs.is_empty()) {
                    done.waiting.push(name.clone());
                }
                done.open.push(name);
                continue;
            }
            (Verdict::Taken, _) => {
                done.taken.push(name);
                continue;
            }
            (Verdict::TakeOver { .. }, None) => {
                done.ended.push(name);
                continue;
            }
            (Verdict::Claim { until }, _) => (until, before.as_ref().is_some_and(|before| before.contested)),
            (Verdict::TakeOver { until }, Some(_)) => (until, true),
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
        writes.push(Write { name, before, next });
    }
    (done, writes)
}
