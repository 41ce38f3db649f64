//! The record of an import.

use crate::clock::Timestamp;
use crate::model::import_job::{ImportDetail, ImportJob, status_in};
use crate::model::notification::labels::Labels;
use crate::model::projection::{rank_of, version};
use crate::store::condition::{import_available_to, newer_than};
use crate::store::dynamo::item::{Item, Json, from_item, json_text, key_of};
use crate::store::dynamo::update::Update;
use crate::store::dynamo::value::set_of;
use crate::store::dynamo::write::Put;
use crate::store::import::watched::Watch;
use crate::store::key::Key;
use crate::store::key::range::KeyRange;
use crate::store::pack::{pack, unpack};
use crate::store::{Store, StoreError};
use serde::Deserialize;
use serde_bytes::ByteBuf;
use shared::answers::{ImportRow, NameserverGroup};
use shared::domain_name::DomainName;
use shared::ids::ImportId;
use std::collections::HashMap;

/// An import in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredImport {
    /// The upstream id, such as `imp_8Kq2`.
    pub id: ImportId,
    /// The newest status.
    pub status: String,
    /// Domain by domain, from the newest statement that had it.
    pub detail: ImportDetail,
    /// Whether it answered the request of a customer. Otherwise the partner started it.
    pub is_ours: bool,
    /// The customer that it belongs to.
    pub customers: Vec<String>,
    /// The requested rows, in the order of the request, including those rejected immediately.
    pub asked: Vec<ImportRow>,
    /// How far the partner was told.
    pub watch: Watch,
}

/// The item of an import. An event can come first, so every attribute may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ImportItem {
    status: Option<String>,
    /// The newest nameservers to set.
    nameservers: Option<Json<Vec<NameserverGroup>>>,
    asked: Option<Json<Vec<ImportRow>>>,
    customers: Vec<String>,
    ours: bool,
    watched_since: Option<Timestamp>,
    reminded: u32,
    over: bool,
    connected: u32,
    labels: Option<Json<Labels>>,
}

/// The item with the rows of an import, packed.
#[derive(Debug, Deserialize)]
struct DetailItem {
    doc: ByteBuf,
}

impl Store {
    /// One import.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn import(&self, id: &ImportId) -> Result<Option<StoredImport>, StoreError> {
        Ok(self.imports(std::slice::from_ref(id)).await?.pop())
    }

    /// Those of `ids` that exist.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn imports(&self, ids: &[ImportId]) -> Result<Vec<StoredImport>, StoreError> {
        let keys = ids.iter().flat_map(|id| [Key::import(id), Key::import_document(id)]).collect();
        let items = self.get_batch(keys).await?;
        ids.iter().filter_map(|id| read(id, &items).transpose()).collect()
    }

    /// Makes the job `customer`'s, with what was asked for. `false`: it belongs to another customer, and nothing was
    /// written. [`Store::see_import`] writes the facts of the job itself.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn bind_import(&self, id: &ImportId, customer: &str, asked: &[ImportRow]) -> Result<bool, StoreError> {
        let update = Update::of(Key::import(id))
            .set("asked", json_text(&asked)?)
            .set("ours", true)
            .add("customers", set_of(customer))
            .only_if(import_available_to(customer));
        // This is first: by the entry the import is found when its customer is to be forgotten.
        let entry = Key::customer_import(customer, id);
        self.put(Put::key_only(&entry)).await?;
        let is_bound = self.update(update).await?;
        if !is_bound {
            self.delete(&entry).await?;
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
        let items = self.range(KeyRange::customer_imports(customer)).await?;
        let ids = items.iter().map(|item| Ok(key_of(item)?.listed_import()));
        ids.filter_map(Result::transpose).collect()
    }

    /// Writes what upstream answered about a job at `at`, unless an event said something newer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn see_import(&self, job: &ImportJob, at: Timestamp) -> Result<(), StoreError> {
        let version = version(at, rank_of(&job.status));
        let status = Update::of(Key::import(&job.id)).set("status", &job.status).set("version", version);
        // An older statement changes nothing.
        self.update(status.only_if(newer_than("version", version))).await?;
        let Some(detail) = &job.detail else {
            return Ok(());
        };
        if !detail.groups.is_empty() {
            // They are shown again and again, and later statements may not repeat them.
            let nameservers = Update::of(Key::import(&job.id)).set("nameservers", json_text(&detail.groups)?);
            self.update(nameservers).await?;
        }
        let document = pack(&json_text(detail)?).bytes;
        let update = Update::of(Key::import_document(&job.id)).set("doc", document).set("version", version);
        self.update(update.only_if(newer_than("version", version))).await.map(drop)
    }
}

fn read(id: &ImportId, items: &HashMap<Key, Item>) -> Result<Option<StoredImport>, StoreError> {
    let Some(item) = items.get(&Key::import(id)).cloned() else {
        return Ok(None);
    };
    let item: ImportItem = from_item(item)?;
    let document = items.get(&Key::import_document(id)).cloned().map(from_item::<DetailItem>).transpose()?;
    let json = document.and_then(|document| unpack(&document.doc));
    let mut detail: ImportDetail = json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
    if detail.groups.is_empty() {
        detail.groups = item.nameservers.map(|groups| groups.0).unwrap_or_default();
    }
    Ok(Some(StoredImport {
        id: id.clone(),
        is_ours: item.ours,
        status: item.status.unwrap_or_else(|| "in_progress".to_owned()),
        detail,
        customers: item.customers,
        asked: item.asked.map(|asked| asked.0).unwrap_or_default(),
        watch: Watch {
            since: item.watched_since,
            reminded: item.reminded,
            is_over: item.over,
            connected: item.connected,
            labels: item.labels.map(|labels| labels.0).unwrap_or_default(),
        },
    }))
}

impl StoredImport {
    /// The status of one of its domains, and why it failed. The status of the job is newer than those of its rows; a
    /// job without rows is about all domains that were asked for.
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
