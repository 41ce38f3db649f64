//! Imports in the table: how each job stands upstream, and the one customer that it belongs to.

use crate::clock::Timestamp;
use crate::model::import_job::{ImportDetail, ImportJob, status_in};
use crate::model::projection::{rank_of, version};
use crate::store::claiming::ledger_key;
use crate::store::error::was_written;
use crate::store::item::{Item, bytes, get_bytes, get_text, key, number, text};
use crate::store::pack::{pack, unpack};
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use shared::answers::ImportRow;
use shared::customer::customer_key;
use shared::domain_name::DomainName;
use shared::ids::ImportId;
use std::collections::HashSet;

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
    /// Whether a customer's request was ever answered with it: else it is the partner's own.
    pub is_ours: bool,
    /// The customer that it belongs to.
    pub customers: Vec<String>,
    /// What was asked for, in that order, with what was refused at once.
    pub asked: Vec<ImportRow>,
}

pub(crate) fn import_key(id: &ImportId) -> Item {
    key(format!("IMPORT#{id}"), "IMPORT")
}

/// Lists the import among those of its customer.
pub(crate) fn listed_key(customer: &str, id: &ImportId) -> Item {
    key(format!("OWNER#{}", customer_key(customer)), format!("IMPORT#{id}"))
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

    /// Makes the job `customer`'s, with what was asked for. `false`: it belongs to another customer, and nothing was
    /// written. Facts of the job itself are written by [`Store::see_import`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn bind_import(&self, id: &ImportId, customer: &str, asked: &[ImportRow]) -> Result<bool, StoreError> {
        let asked = serde_json::to_string(asked).map_err(StoreError::from_build)?;
        // First: by this the import is found when its customer is to be forgotten.
        let listed = self.client.put_item().table_name(&self.table).set_item(Some(listed_key(customer, id)));
        listed.send().await.map_err(StoreError::from_sdk)?;
        let bound = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(import_key(id)))
            .update_expression("SET asked = :asked, ours = :ours ADD customers :customers")
            .condition_expression("attribute_not_exists(customers) OR contains(customers, :customer)")
            .expression_attribute_values(":asked", text(asked))
            .expression_attribute_values(":ours", AttributeValue::Bool(true))
            .expression_attribute_values(":customers", AttributeValue::Ss(vec![customer.to_owned()]))
            .expression_attribute_values(":customer", text(customer))
            .send()
            .await;
        let is_bound = was_written(bound)?;
        if !is_bound {
            self.drop_item(listed_key(customer, id)).await?;
        }
        Ok(is_bound)
    }

    /// Writes what was asked for, with what became of it since.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_asked(&self, id: &ImportId, customer: &str, asked: &[ImportRow]) -> Result<(), StoreError> {
        self.bind_import(id, customer, asked).await.map(drop)
    }

    /// The jobs of the customer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn imports_of(&self, customer: &str) -> Result<Vec<ImportId>, StoreError> {
        let items = self.copies(customer, "IMPORT#").await?;
        let id = |item: &Item| ImportId::parse(get_text(item, "sk")?.strip_prefix("IMPORT#")?);
        Ok(items.iter().filter_map(id).collect())
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
        if !detail.groups.is_empty() {
            self.keep_nameservers(&job.id, detail).await?;
        }
        let doc = serde_json::to_string(detail).map_err(StoreError::from_build)?;
        let detail = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(format!("IMPORT#{}", job.id), "DOC")))
            .update_expression("SET doc = :doc, version = :version")
            .condition_expression("attribute_not_exists(version) OR version < :version")
            .expression_attribute_values(":doc", bytes(pack(&doc).bytes))
            .expression_attribute_values(":version", number(version))
            .send()
            .await;
        was_written(detail).map(drop)
    }

    /// The nameservers to set are shown again and again; later statements may not repeat them.
    async fn keep_nameservers(&self, id: &ImportId, detail: &ImportDetail) -> Result<(), StoreError> {
        let groups = serde_json::to_string(&detail.groups).map_err(StoreError::from_build)?;
        let kept = self.client.update_item().table_name(&self.table).set_key(Some(import_key(id)));
        let kept = kept.update_expression("SET nameservers = :groups");
        kept.expression_attribute_values(":groups", text(groups)).send().await.map(drop).map_err(StoreError::from_sdk)
    }

    /// Takes the turn to ask upstream about the import: `false` when another request did within the last `pace` seconds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_poll(&self, id: &ImportId, now: Timestamp, pace: Timestamp) -> Result<bool, StoreError> {
        self.take_turn("polled_at", import_key(id), now, pace).await
    }

    /// Takes the turn to look through the inventory for the import's domains, in the same way.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_listing(&self, id: &ImportId, now: Timestamp, pace: Timestamp) -> Result<bool, StoreError> {
        self.take_turn("listed_at", import_key(id), now, pace).await
    }

    /// Takes the turn to ask upstream once more for claims of `customer` without a job, in the same way.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_asking(&self, customer: &str, now: Timestamp, pace: Timestamp) -> Result<bool, StoreError> {
        self.take_turn("asked_at", ledger_key(customer), now, pace).await
    }

    async fn take_turn(
        &self,
        attribute: &'static str,
        key: Item,
        now: Timestamp,
        pace: Timestamp,
    ) -> Result<bool, StoreError> {
        let updated = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key))
            .update_expression("SET #at = :now")
            .condition_expression("attribute_not_exists(#at) OR #at <= :before")
            .expression_attribute_names("#at", attribute)
            .expression_attribute_values(":now", number(now))
            .expression_attribute_values(":before", number(now.saturating_sub(pace)))
            .send()
            .await;
        was_written(updated)
    }

    /// The items under `keys` that exist, in no order and each once.
    pub(crate) async fn read_batch(&self, mut keys: Vec<Item>) -> Result<Vec<Item>, StoreError> {
        let mut found = Vec::new();
        // DynamoDB refuses a call that names a key twice.
        let mut seen = HashSet::new();
        keys.retain(|key| {
            let part = |name: &str| get_text(key, name).unwrap_or_default().to_owned();
            seen.insert((part("pk"), part("sk")))
        });
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
    let detail = doc.and_then(|item| serde_json::from_str::<ImportDetail>(&unpack(get_bytes(item, "doc")?)?).ok());
    let mut detail = detail.unwrap_or_default();
    if detail.groups.is_empty() {
        let kept = json(item, "nameservers").and_then(|groups| serde_json::from_str(&groups).ok());
        detail.groups = kept.unwrap_or_default();
    }
    let asked = json(item, "asked").and_then(|asked| serde_json::from_str(&asked).ok());
    StoredImport {
        id: id.clone(),
        is_ours: item.contains_key("ours"),
        status: get_text(item, "status").unwrap_or("in_progress").to_owned(),
        detail,
        customers: item.get("customers").and_then(|set| set.as_ss().ok()).cloned().unwrap_or_default(),
        asked: asked.unwrap_or_default(),
    }
}

impl StoredImport {
    /// How one of its domains stands, and why it failed. What the job says is newer than what its rows say; a job that
    /// lists no rows speaks of all that was asked in it.
    pub fn row(&self, name: &DomainName) -> Option<(String, Option<String>)> {
        if self.detail.rows.is_empty() {
            return Some((self.status.clone(), None));
        }
        let row = self.detail.rows.iter().find(|row| row.domain == *name)?;
        Some((status_in(&self.status, Some(row)).to_owned(), row.reason.clone()))
    }

    /// Whether the job says that the domain is done.
    pub fn is_done(&self, name: &DomainName) -> bool {
        self.row(name).is_some_and(|(status, _)| status == "completed")
    }

    /// Whether the job says that the domain cannot be imported.
    pub fn is_refused(&self, name: &DomainName) -> bool {
        self.row(name).is_some_and(|(status, _)| status == "failed")
    }

    /// Which providers can host inboxes on it, when the job says so.
    pub fn usable_for(&self, name: &DomainName) -> Option<Vec<String>> {
        let row = self.detail.rows.iter().find(|row| row.domain == *name)?;
        Some(row.usable_for.clone()).filter(|uses| !uses.is_empty())
    }
}
