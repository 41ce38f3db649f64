//! Reads claims by name, and changes them if they are as they were read.

use crate::store::claim::item::{ATTEMPTS, PAUSE, RecordWrite, claimed_name, push_record, read_claim};
use crate::store::claim::rules::{ClaimState, Owner, Proof};
use crate::store::dynamo::transaction::Transaction;
use crate::store::key::Key;
use crate::store::key::range::KeyRange;
use crate::store::{Store, StoreError};
use shared::domain_name::DomainName;
use shared::ids::ImportId;
use std::collections::{BTreeMap, HashMap};

/// Domains of one transaction that changes claims: two writes each.
const CHANGE_CHUNK: usize = 50;

impl Store {
    /// The claim on each of `names`; names without a claim are absent. One read per name, 100 a call.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn owners(&self, names: &[DomainName]) -> Result<HashMap<DomainName, Owner>, StoreError> {
        let items = self.get_batch(names.iter().map(Key::claim).collect()).await?;
        items.into_values().filter_map(|item| read_claim(item).transpose()).collect()
    }

    /// Stores that the customer's open claims on `names` are part of `job`, each with its proof.
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

    /// Connects these open claims of the customer: their nameservers are proved to be in place. Other claims stay as
    /// they are.
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

    /// Gives up the customer's open claims on `names`, and returns those that it had.
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
        let items = self.range(KeyRange::customer_claims(customer)).await?;
        items.iter().filter_map(|item| claimed_name(item).transpose()).collect()
    }

    /// The open claims of `customer`, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_claims(&self, customer: &str) -> Result<BTreeMap<DomainName, Owner>, StoreError> {
        let items = self.range(KeyRange::customer_claims(customer)).await?;
        let claims = items.into_iter().filter_map(|item| read_claim(item).transpose());
        let claims = claims.collect::<Result<Vec<_>, _>>()?;
        Ok(claims.into_iter().filter(|(_, owner)| owner.state == ClaimState::Open).collect())
    }

    /// Changes the customer's open claims among `names` to what `next` returns for each, and returns those that
    /// changed.
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
        for round in 0..ATTEMPTS {
            if round > 0 {
                tokio::time::sleep(PAUSE.saturating_mul(round)).await;
            }
            let owners = self.owners(&left).await?;
            let mine =
                owners.into_iter().filter(|(_, owner)| owner.customer == customer && owner.state == ClaimState::Open);
            let writes = mine.filter_map(|(name, owner)| {
                let next = next(&name, &owner)?;
                let next = Owner { revision: owner.revision.saturating_add(1), ..next };
                Some(RecordWrite { name, before: Some(owner), next })
            });
            let writes: Vec<RecordWrite> = writes.collect();
            let mut refused = false;
            for chunk in writes.chunks(CHANGE_CHUNK) {
                let mut transaction = Transaction::new();
                for write in chunk {
                    push_record(&mut transaction, write)?;
                }
                match self.transact_all(transaction).await? {
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
