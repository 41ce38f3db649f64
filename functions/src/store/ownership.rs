//! Records of claims: read by the names asked for, changed under the condition that they are as they were read.

use crate::root_domain;
use crate::store::claim::{ClaimState, Owner, Proof};
use crate::store::item::{Item, get_text, text};
use crate::store::owner_item::{PAUSE, TRIES, Write, owner_key, read, read_copy};
use crate::store::{Store, StoreError};
use shared::customer::customer_key;
use shared::domain_name::DomainName;
use shared::ids::ImportId;
use std::collections::{BTreeMap, HashMap};

/// Domains of one transaction that changes claims: two writes each.
const CHANGE_CHUNK: usize = 50;

impl Store {
    /// The record of each of `names`; names that no customer asked for are absent. One read per name, 100 a call.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn owners(&self, names: &[DomainName]) -> Result<HashMap<DomainName, Owner>, StoreError> {
        let items = self.read_batch(names.iter().map(owner_key).collect()).await?;
        Ok(items.iter().filter_map(read).collect())
    }

    /// Notes that the customer's open claims on `names` were asked in `job`; each with what proves it there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_job(
        &self,
        customer: &str,
        names: &[(DomainName, Proof)],
        job: &ImportId,
    ) -> Result<(), StoreError> {
        let proofs: HashMap<&DomainName, Proof> = names.iter().map(|(name, proof)| (name, *proof)).collect();
        let only: Vec<DomainName> = names.iter().map(|(name, _)| name.clone()).collect();
        self.change(customer, &only, |name, owner| {
            let proof = proofs.get(name).copied().unwrap_or(Proof::Inventory);
            let mut next = owner.clone();
            next.asked_in(job, proof);
            (next.jobs != owner.jobs).then_some(next)
        })
        .await
        .map(drop)
    }

    /// The nameservers of these claims of the customer are proved to be in place. Those that are the customer's open
    /// claims no longer stay as they are.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn connect_claims(
        &self,
        customer: &str,
        names: &HashMap<DomainName, Option<Vec<String>>>,
    ) -> Result<(), StoreError> {
        let only: Vec<DomainName> = names.keys().cloned().collect();
        self.change(customer, &only, |name, owner| {
            let usable_for = names.get(name).cloned().flatten();
            Some(Owner { state: ClaimState::Connected { usable_for }, ..owner.clone() })
        })
        .await
        .map(drop)
    }

    /// Gives up the customer's open claims on `names`. Those that it had come back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn release_claims(&self, customer: &str, names: &[DomainName]) -> Result<Vec<DomainName>, StoreError> {
        self.change(customer, names, |_, owner| Some(Owner { state: ClaimState::Released, ..owner.clone() })).await
    }

    /// Every domain that `customer` has a claim on, or had one last.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claimed_by(&self, customer: &str) -> Result<Vec<DomainName>, StoreError> {
        let items = self.copies(customer, "DOMAIN#").await?;
        let read = |item: &Item| root_domain::read(get_text(item, "sk")?.strip_prefix("DOMAIN#")?).ok();
        Ok(items.iter().filter_map(read).collect())
    }

    /// The open claims of `customer`, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_claims(&self, customer: &str) -> Result<BTreeMap<DomainName, Owner>, StoreError> {
        let items = self.copies(customer, "DOMAIN#").await?;
        Ok(items.iter().filter_map(read_copy).filter(|(_, owner)| owner.state == ClaimState::Open).collect())
    }

    /// What stands in the customer's partition under keys that begin so.
    pub(crate) async fn copies(&self, customer: &str, prefix: &str) -> Result<Vec<Item>, StoreError> {
        let pages = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :owner AND begins_with(sk, :prefix)")
            .expression_attribute_values(":owner", text(format!("OWNER#{}", customer_key(customer))))
            .expression_attribute_values(":prefix", text(prefix))
            .into_paginator()
            .items()
            .send();
        pages.collect::<Result<Vec<Item>, _>>().await.map_err(StoreError::from_sdk)
    }

    /// Changes the customer's open claims among `names`; `next` is asked for each. Those that were changed come back.
    async fn change(
        &self,
        customer: &str,
        names: &[DomainName],
        next: impl Fn(&DomainName, &Owner) -> Option<Owner>,
    ) -> Result<Vec<DomainName>, StoreError> {
        let mut changed = Vec::new();
        let mut left = names.to_vec();
        // A transaction may write an item once.
        left.sort_unstable();
        left.dedup();
        for round in 0..TRIES {
            if round > 0 {
                tokio::time::sleep(PAUSE.saturating_mul(round)).await;
            }
            let owners = self.owners(&left).await?;
            let mine =
                owners.into_iter().filter(|(_, owner)| owner.customer == customer && owner.state == ClaimState::Open);
            let writes = mine.filter_map(|(name, owner)| {
                let next = next(&name, &owner)?;
                let next = Owner { revision: owner.revision.saturating_add(1), ..next };
                Some(Write { name, before: Some(owner), next })
            });
            let writes: Vec<Write> = writes.collect();
            let mut refused = false;
            for chunk in writes.chunks(CHANGE_CHUNK) {
                let mut items = Vec::new();
                for write in chunk {
                    items.extend(self.record_writes(write)?);
                }
                match self.transact(items).await?.is_empty() {
                    true => changed.extend(chunk.iter().map(|write| write.name.clone())),
                    false => refused = true,
                }
            }
            left.retain(|name| !changed.contains(name));
            if !refused {
                return Ok(changed);
            }
        }
        Err(StoreError::Contended)
    }
}
