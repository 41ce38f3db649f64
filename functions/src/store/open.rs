//! Open work: the sparse `open-index` has what is not finished, in shards, by the time of its next look. Live orders,
//! and orders with personal data, are in shards of their own.

use crate::clock::Timestamp;
use crate::store::condition::equals;
use crate::store::dynamo::item::{Item, key_of};
use crate::store::dynamo::query::{Direction, IndexQuery, Sort};
use crate::store::dynamo::update::Update;
use crate::store::dynamo::value::IntoValue;
use crate::store::key::Key;
use crate::store::key::index::Queue;
use crate::store::table::BY_OPEN_SHARD;
use crate::store::{Store, StoreError};
use shared::ids::{ApprovalId, ImportId, OrderId, SessionId};
use std::fmt;

/// Seconds until an item that could not be checked is due again.
pub(crate) const POSTPONE: Timestamp = 60;

/// One item of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenItem {
    key: Key,
    shard: String,
    /// What it is.
    pub work: OpenWork,
}

/// What can be open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenWork {
    /// A placement without a known end.
    Placement(SessionId),
    /// An approval without an end.
    Approval(ApprovalId),
    /// An order, or its personal data.
    Order(OrderId),
    /// An import that the partner hears of.
    Import(ImportId),
}

impl fmt::Display for OpenItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key.pk)
    }
}

impl OpenItem {
    fn read(item: &Item, shard: &str) -> Option<Self> {
        let key = key_of(item).ok()?;
        let placement = key.placement_session().map(OpenWork::Placement);
        let approval = || key.open_approval().map(OpenWork::Approval);
        let order = || key.open_order().map(OpenWork::Order);
        let import = || key.open_import().map(OpenWork::Import);
        let work = placement.or_else(approval).or_else(order).or_else(import)?;
        Some(Self { key, shard: shard.to_owned(), work })
    }
}

impl Store {
    /// Up to `limit` items of a shard that are due at `now`, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn due(&self, queue: Queue, shard: u64, now: Timestamp, limit: i32) -> Result<Vec<OpenItem>, StoreError> {
        let shard = queue.shard(shard);
        let page = self
            .index_page(IndexQuery {
                index: BY_OPEN_SHARD,
                partition: &shard,
                sort: Sort::UpTo(now.into_value()),
                direction: Direction::Ascending,
                after: None,
                limit,
            })
            .await?;
        Ok(page.rows.iter().filter_map(|item| OpenItem::read(item, &shard)).collect())
    }

    /// Postpones `item` a little.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn postpone(&self, item: &OpenItem, now: Timestamp) -> Result<(), StoreError> {
        self.wait_until(item, now.saturating_add(POSTPONE)).await
    }

    /// Makes `item` due at `due`, unless it has left its queue.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn wait_until(&self, item: &OpenItem, due: Timestamp) -> Result<(), StoreError> {
        // An item that was finished in the meantime must not come back.
        let is_open = equals("open_shard", &item.shard);
        self.update(Update::of(item.key.clone()).set("open_due", due).only_if(is_open)).await.map(drop)
    }
}
