//! Imports in the table, and which customer brought which domain: the first one owns it.
//!
//! `DOMAIN#<name>` / `OWNER` says whose a domain is, so that two customers cannot both bring it; the same fact stands in
//! `OWNER#<customer>` / `DOMAIN#<name>`, so that one query tells all that a customer brought.

use crate::clock::Timestamp;
use crate::store::error::was_written;
use crate::store::item::{Item, get_i64, get_text, key, number, text};
use crate::store::{Store, StoreError};
use crate::upstream::imports::{ImportDetail, ImportJob};
use crate::webhook::projection::{rank_of, version};
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use shared::answers::ImportRow;
use shared::domain_name::DomainName;
use shared::ids::ImportId;
use std::collections::HashMap;

/// Keys of one batch read: DynamoDB's limit.
const BATCH: usize = 100;
/// Tries for keys that a batch read left out.
const BATCH_TRIES: u32 = 4;

/// An import as the table knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredImport {
    /// Upstream's `imp_…`.
    pub id: ImportId,
    /// The newest status.
    pub status: String,
    /// Domain by domain, from the newest statement that had it.
    pub detail: ImportDetail,
    /// Who asked for it.
    pub customers: Vec<String>,
    /// What was asked for, in that order, with what was refused at once.
    pub asked: Vec<ImportRow>,
}

/// Whose a domain is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The customer.
    pub customer: String,
    /// The import that brought it.
    pub import: ImportId,
    /// Until when the claim is respected while the nameservers are not in place.
    pub until: Timestamp,
}

pub(crate) fn import_key(id: &ImportId) -> Item {
    key(format!("IMPORT#{id}"), "IMPORT")
}

pub(crate) fn owner_key(name: &DomainName) -> Item {
    key(format!("DOMAIN#{name}"), "OWNER")
}

pub(crate) fn owned_key(customer: &str, name: &str) -> Item {
    key(format!("OWNER#{customer}"), format!("DOMAIN#{name}"))
}

impl Store {
    /// One import.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn import(&self, id: &ImportId) -> Result<Option<StoredImport>, StoreError> {
        Ok(self.imports(std::slice::from_ref(id)).await?.pop())
    }

    /// Those of `ids` that the table knows.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn imports(&self, ids: &[ImportId]) -> Result<Vec<StoredImport>, StoreError> {
        let keys = ids.iter().flat_map(|id| [import_key(id), key(format!("IMPORT#{id}"), "DOC")]).collect();
        let items = self.read_batch(keys).await?;
        let of = |id: &ImportId, sk: &str| {
            let pk = format!("IMPORT#{id}");
            items.iter().find(|item| get_text(item, "pk") == Some(&pk) && get_text(item, "sk") == Some(sk))
        };
        Ok(ids.iter().filter_map(|id| Some(read(id, of(id, "IMPORT")?, of(id, "DOC")))).collect())
    }

    /// Notes who asked for which domains by the import. Facts of the job itself are written by [`Store::see_import`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_asked(&self, id: &ImportId, customer: &str, asked: &[ImportRow]) -> Result<(), StoreError> {
        let asked = serde_json::to_string(asked).map_err(StoreError::from_build)?;
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(import_key(id)))
            .update_expression("SET asked = :asked ADD customers :customer")
            .expression_attribute_values(":asked", text(asked))
            .expression_attribute_values(":customer", AttributeValue::Ss(vec![customer.to_owned()]))
            .send()
            .await
            .map(|_| ())
            .map_err(StoreError::from_sdk)
    }

    /// Writes what upstream said of a job at `at`, unless an event said something newer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn see_import(&self, job: &ImportJob, at: Timestamp) -> Result<(), StoreError> {
        let version = version(at, rank_of(&job.status));
        let status = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(import_key(&job.id)))
            .update_expression("SET #status = :status, version = :version")
            .condition_expression("attribute_not_exists(version) OR version < :version")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":status", text(&job.status))
            .expression_attribute_values(":version", number(version))
            .send()
            .await;
        // What is older than what is there changes nothing.
        was_written(status)?;
        let Some(detail) = &job.detail else {
            return Ok(());
        };
        let doc = serde_json::to_string(detail).map_err(StoreError::from_build)?;
        let detail = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(format!("IMPORT#{}", job.id), "DOC")))
            .update_expression("SET doc = :doc, version = :version")
            .condition_expression("attribute_not_exists(version) OR version < :version")
            .expression_attribute_values(":doc", text(doc))
            .expression_attribute_values(":version", number(version))
            .send()
            .await;
        was_written(detail).map(drop)
    }

    /// Takes the turn to ask upstream about the import: `false` when somebody did within the last `pace` seconds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_poll(&self, id: &ImportId, now: Timestamp, pace: Timestamp) -> Result<bool, StoreError> {
        let updated = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(import_key(id)))
            .update_expression("SET polled_at = :now")
            .condition_expression("attribute_not_exists(polled_at) OR polled_at <= :before")
            .expression_attribute_values(":now", number(now))
            .expression_attribute_values(":before", number(now.saturating_sub(pace)))
            .send()
            .await;
        was_written(updated)
    }

    /// Whose each of `names` is; names that nobody brought are absent.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn owners(&self, names: &[DomainName]) -> Result<HashMap<DomainName, Owner>, StoreError> {
        let items = self.read_batch(names.iter().map(owner_key).collect()).await?;
        let read = |item: &Item| {
            let name = DomainName::parse(get_text(item, "pk")?.strip_prefix("DOMAIN#")?).ok()?;
            let import = ImportId::parse(get_text(item, "import")?)?;
            let customer = get_text(item, "owner")?.to_owned();
            Some((name, Owner { customer, import, until: get_i64(item, "until")? }))
        };
        Ok(items.iter().filter_map(read).collect())
    }

    /// Every domain that `customer` brought, and by which import.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn brought_by(&self, customer: &str) -> Result<Vec<(DomainName, ImportId)>, StoreError> {
        let pages = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :owner AND begins_with(sk, :domain)")
            .expression_attribute_values(":owner", text(format!("OWNER#{customer}")))
            .expression_attribute_values(":domain", text("DOMAIN#"))
            .into_paginator()
            .items()
            .send();
        let items = pages.collect::<Result<Vec<Item>, _>>().await.map_err(StoreError::from_sdk)?;
        let read = |item: &Item| {
            let name = DomainName::parse(get_text(item, "sk")?.strip_prefix("DOMAIN#")?).ok()?;
            Some((name, ImportId::parse(get_text(item, "import")?)?))
        };
        Ok(items.iter().filter_map(read).collect())
    }

    /// The items under `keys` that exist, in no order.
    pub(crate) async fn read_batch(&self, keys: Vec<Item>) -> Result<Vec<Item>, StoreError> {
        let mut found = Vec::new();
        for chunk in keys.chunks(BATCH) {
            let mut left = chunk.to_vec();
            for _ in 0..BATCH_TRIES {
                let asked = KeysAndAttributes::builder().set_keys(Some(left)).consistent_read(true).build();
                let asked = asked.map_err(StoreError::from_build)?;
                let answer = self.client.batch_get_item().request_items(&self.table, asked).send().await;
                let mut answer = answer.map_err(StoreError::from_sdk)?;
                found.extend(answer.responses.take().unwrap_or_default().into_values().flatten());
                let unread = answer.unprocessed_keys.take().unwrap_or_default();
                left = unread.into_values().flat_map(|keys| keys.keys).collect();
                if left.is_empty() {
                    break;
                }
            }
            if !left.is_empty() {
                return Err(StoreError::Contended);
            }
        }
        Ok(found)
    }
}

fn read(id: &ImportId, item: &Item, doc: Option<&Item>) -> StoredImport {
    let json = |item: &Item, name: &str| get_text(item, name).map(str::to_owned);
    let detail = doc.and_then(|item| serde_json::from_str(&json(item, "doc")?).ok());
    let asked = json(item, "asked").and_then(|asked| serde_json::from_str(&asked).ok());
    StoredImport {
        id: id.clone(),
        status: get_text(item, "status").unwrap_or("in_progress").to_owned(),
        detail: detail.unwrap_or_default(),
        customers: item.get("customers").and_then(|set| set.as_ss().ok()).cloned().unwrap_or_default(),
        asked: asked.unwrap_or_default(),
    }
}

impl StoredImport {
    /// How one of its domains stands, and why it failed. What the job says is newer than what its rows say.
    pub fn row(&self, name: &DomainName) -> Option<(String, Option<String>)> {
        let row = self.detail.rows.iter().find(|row| row.domain == *name)?;
        let own = row.status.as_deref().unwrap_or(&self.status);
        let open = matches!(own, "in_progress" | "action_required");
        let status = if open { self.status.as_str() } else { own };
        Some((status.to_owned(), row.reason.clone()))
    }

    /// Whether the domain is in the partner's inventory.
    pub fn is_connected(&self, name: &DomainName) -> bool {
        self.row(name).is_some_and(|(status, _)| status == "completed")
    }

    /// Who can host inboxes on it; upstream's orders say otherwise if need be.
    pub fn usable_for(&self, name: &DomainName) -> Vec<String> {
        let told = self.detail.rows.iter().find(|row| row.domain == *name).map(|row| row.usable_for.clone());
        told.filter(|uses| !uses.is_empty()).unwrap_or_else(|| ["google", "microsoft"].map(str::to_owned).to_vec())
    }
}
