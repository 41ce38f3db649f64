//! The items beside the head of an order: names, domains, the timeline, full texts, customers' lists, the end of
//! personal data.

use crate::clock::Timestamp;
use crate::store::StoreError;
use crate::store::condition::newer_than;
use crate::store::dynamo::item::{Item, from_item};
use crate::store::dynamo::update::Update;
use crate::store::key::Key;
use crate::store::key::index::Queue;
use crate::store::pack::{Packed, unpack};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use serde_json::Value;
use shared::ids::OrderId;

/// The newest full order from upstream, without people.
#[derive(Debug, Clone, PartialEq)]
pub struct FullOrder {
    /// The fields that may be stored.
    pub order: Value,
    /// Whether long texts and lists in it were cut.
    pub truncated: bool,
}

/// The item of a full text.
#[derive(Debug, Deserialize)]
struct DocumentItem {
    doc: ByteBuf,
    #[serde(default)]
    truncated: bool,
}

/// The item with the names of a larger order, packed.
#[derive(Debug, Deserialize)]
pub(crate) struct NamesItem {
    pub(crate) names: ByteBuf,
}

/// The item of one domain. An order may have a thousand, so attributes have one letter.
#[derive(Debug, Deserialize)]
pub(crate) struct DomainItem {
    /// The status, such as `connected`.
    #[serde(rename = "s")]
    pub(crate) status: Option<String>,
    /// The provider, such as `google`.
    #[serde(rename = "p")]
    pub(crate) provider: Option<String>,
    /// The version of the status.
    #[serde(rename = "v", default)]
    pub(crate) version: Option<i64>,
}

/// The item of an event in the timeline. An order may have ten thousand, so attributes have one letter.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EntryItem {
    /// The type of the event, such as `domain.connected`.
    #[serde(rename = "t")]
    pub(crate) kind: String,
    /// When it happened, unchanged.
    #[serde(rename = "a")]
    pub(crate) at: String,
    /// The domain, for an event about one.
    #[serde(rename = "d", skip_serializing_if = "Option::is_none")]
    pub(crate) domain: Option<String>,
}

/// The full order in the item that holds it.
pub(crate) fn read_full_order(item: Item) -> Result<Option<FullOrder>, StoreError> {
    let item: DocumentItem = from_item(item)?;
    let order = unpack(&item.doc).and_then(|json| serde_json::from_str(&json).ok());
    Ok(order.map(|order| FullOrder { order, truncated: item.truncated }))
}

/// Replaces the status of one domain, unless a newer one is stored. A refusal returns the stored domain.
pub(crate) fn domain_update(key: Key, status: String, provider: Option<String>, version: i64) -> Update {
    let update = Update::of(key).set("s", status).set("v", version).only_if(newer_than("v", version));
    let update = update.returning_refused_item();
    match provider {
        Some(provider) => update.set("p", provider),
        None => update,
    }
}

/// Replaces the packed value in `attribute`, unless a newer one is stored.
fn packed_update(key: Key, attribute: &str, packed: &Packed, version: i64) -> Update {
    Update::of(key)
        .set(attribute, packed.bytes.clone())
        .set("version", version)
        .set("truncated", packed.truncated)
        .only_if(newer_than("version", version))
}

/// Replaces the full text under `key`, unless a newer one is stored.
pub(crate) fn document_update(key: Key, document: &Packed, version: i64) -> Update {
    packed_update(key, "doc", document, version)
}

/// Replaces the inboxes under `key`, unless newer ones are stored.
pub(crate) fn inboxes_update(key: Key, inboxes: &Packed, version: i64) -> Update {
    packed_update(key, "addresses", inboxes, version)
}

/// Puts the order into the list of `customer`.
pub(crate) fn customer_update(id: &OrderId, customer: &str, created_at: &str) -> Update {
    Update::of(Key::order_customer(id, customer)).set("customer", customer).set_once("created_at", created_at)
}

/// Sets when the personal data of an order are removed.
pub(crate) fn end_update(id: &OrderId, due: Timestamp) -> Update {
    let shard = Queue::Retention.shard_of(id.as_str());
    Update::of(Key::order_end_of_personal_data(id)).set("open_shard", shard).set("open_due", due)
}

/// Sets when the personal data of an order are removed, unless that is set already.
pub(crate) fn first_end_update(id: &OrderId, due: Timestamp) -> Update {
    let shard = Queue::Retention.shard_of(id.as_str());
    Update::of(Key::order_end_of_personal_data(id)).set_once("open_shard", shard).set_once("open_due", due)
}
