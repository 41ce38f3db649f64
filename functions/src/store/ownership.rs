//! Writing whose a domain is: both copies of the fact or neither, and never against another customer's right.

use crate::clock::Timestamp;
use crate::store::event::refusals;
use crate::store::import::{Owner, owned_key, owner_key};
use crate::store::item::{Item, number, text};
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};
use shared::domain_name::DomainName;
use shared::ids::ImportId;

/// Domains of one transaction: each takes up to three writes, and DynamoDB allows a hundred.
const CHUNK: usize = 33;
/// Tries of one chunk: each may find another customer faster, or another writer at work.
const TRIES: u32 = 6;

/// A domain to be written down, and whose it was until now.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The domain.
    pub name: DomainName,
    /// A customer whose claim ran out.
    pub from: Option<Owner>,
}

impl Store {
    /// Makes `claims` the customer's, brought by `import`. What another customer got first comes back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn own(
        &self,
        customer: &str,
        import: &ImportId,
        claims: &[Claim],
        until: Timestamp,
    ) -> Result<Vec<DomainName>, StoreError> {
        let mut lost = Vec::new();
        for chunk in claims.chunks(CHUNK) {
            let mut left: Vec<&Claim> = chunk.iter().collect();
            let mut tries = 0;
            while !left.is_empty() {
                tries += 1;
                if tries > TRIES {
                    return Err(StoreError::Contended);
                }
                // Which claim each write belongs to, so that a refusal can be told to its domain.
                let mut writes = Vec::new();
                let mut of = Vec::new();
                for (index, claim) in left.iter().enumerate() {
                    for write in self.own_writes(customer, import, claim, until)? {
                        writes.push(write);
                        of.push(index);
                    }
                }
                let sent = self.client.transact_write_items().set_transact_items(Some(writes)).send().await;
                match sent {
                    Ok(_) => break,
                    Err(error) => match refusals(&error) {
                        Some(refused) => {
                            let gone: Vec<usize> = refused.iter().filter_map(|place| of.get(*place).copied()).collect();
                            lost.extend(gone.iter().filter_map(|index| left.get(*index)).map(|c| c.name.clone()));
                            let kept = left.iter().enumerate().filter(|(index, _)| !gone.contains(index));
                            left = kept.map(|(_, claim)| *claim).collect();
                        }
                        None => return Err(StoreError::from_sdk(error)),
                    },
                }
            }
        }
        Ok(lost)
    }

    fn own_writes(
        &self,
        customer: &str,
        import: &ImportId,
        claim: &Claim,
        until: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let facts = |key: Item| -> Item {
            let facts = [
                ("owner".to_owned(), text(customer)),
                ("import".to_owned(), text(import.as_str())),
                ("until".to_owned(), number(until)),
            ];
            key.into_iter().chain(facts).collect()
        };
        let mut lock = Put::builder()
            .table_name(&self.table)
            .set_item(Some(facts(owner_key(&claim.name))))
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":me", text(customer));
        lock = match &claim.from {
            None => lock.condition_expression("attribute_not_exists(pk) OR #owner = :me"),
            Some(old) => lock
                .condition_expression(
                    "attribute_not_exists(pk) OR #owner = :me OR (#owner = :old AND #import = :old_import)",
                )
                .expression_attribute_names("#import", "import")
                .expression_attribute_values(":old", text(&old.customer))
                .expression_attribute_values(":old_import", text(old.import.as_str())),
        };
        let lock = lock.build().map_err(StoreError::from_build)?;
        let copy = Put::builder()
            .table_name(&self.table)
            .set_item(Some(facts(owned_key(customer, claim.name.as_str()))))
            .build()
            .map_err(StoreError::from_build)?;
        let mut writes =
            vec![TransactWriteItem::builder().put(lock).build(), TransactWriteItem::builder().put(copy).build()];
        if let Some(old) = &claim.from {
            let gone = Delete::builder()
                .table_name(&self.table)
                .set_key(Some(owned_key(&old.customer, claim.name.as_str())))
                .build()
                .map_err(StoreError::from_build)?;
            writes.push(TransactWriteItem::builder().delete(gone).build());
        }
        Ok(writes)
    }
}
