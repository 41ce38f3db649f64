//! Pages of lists: of all orders by month, of the orders and placements of a customer. Events are in `event/list.rs`.

use crate::clock::{Timestamp, to_iso};
use crate::model::notification::NotificationId;
use crate::store::dynamo::item::{Item, key_item, key_of};
use crate::store::dynamo::query::{Direction, Index, IndexQuery, Sort};
use crate::store::dynamo::value::IntoValue;
use crate::store::key::index::{placements_of, time_of_position};
use crate::store::key::notification::notification_of_partition;
use crate::store::key::{Key, approval_of_partition, event_of_partition, order_of_partition};
use crate::store::table::{BY_CUSTOMER, BY_LIST};
use crate::store::{Store, StoreError};
use serde::{Deserialize, Serialize};
use shared::customer::customer_key;
use shared::ids::{ApprovalId, EventId, MAX_ID_LENGTH, OrderId, SessionId};

/// Most bytes of a sort key of an index: a time, and the longest id.
const MAX_POSITION: usize = 32 + MAX_ID_LENGTH;

/// Where a page ended: the next one starts after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    /// The partition of the index, when the list has several.
    pub bucket: String,
    /// The sort key in the index.
    pub at: String,
    /// The partition key of the item.
    pub pk: String,
}

impl Cursor {
    /// The time of the row at which the page ended; `None` for a text that is no sort key of ours.
    pub fn time(&self) -> Option<Timestamp> {
        time_of_position(Some(self.at.as_str()).filter(|at| at.len() <= MAX_POSITION)?)
    }

    /// The order at which the page ended.
    pub fn order_id(&self) -> Option<OrderId> {
        order_of_partition(&self.pk)
    }

    /// The event at which the page ended.
    pub fn event_id(&self) -> Option<EventId> {
        event_of_partition(&self.pk)
    }

    /// The notification at which the page ended.
    pub fn notification_id(&self) -> Option<NotificationId> {
        notification_of_partition(&self.pk)
    }

    /// The approval at which the page ended.
    pub fn approval_id(&self) -> Option<ApprovalId> {
        approval_of_partition(&self.pk)
    }
}

/// One row of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    key: Key,
    /// The sort key in the index.
    at: String,
}

impl Place {
    fn read(item: &Item, index: Index) -> Option<Self> {
        Some(Self { key: key_of(item).ok()?, at: item.get(index.sort)?.as_s().ok()?.clone() })
    }

    /// The end of a page with this as its last row.
    pub fn cursor(&self, bucket: impl Into<String>) -> Cursor {
        Cursor { bucket: bucket.into(), at: self.at.clone(), pk: self.key.pk.clone() }
    }

    /// The order, in a list of orders.
    pub fn order_id(&self) -> Option<OrderId> {
        order_of_partition(&self.key.pk)
    }

    /// The event, in a list of events.
    pub fn event_id(&self) -> Option<EventId> {
        event_of_partition(&self.key.pk)
    }

    /// The notification, in a list of notifications.
    pub fn notification_id(&self) -> Option<NotificationId> {
        notification_of_partition(&self.key.pk)
    }

    /// The approval, in a list of approvals.
    pub fn approval_id(&self) -> Option<ApprovalId> {
        approval_of_partition(&self.key.pk)
    }

    /// The session, in a list of placements.
    pub(crate) fn session(&self) -> Option<SessionId> {
        self.key.placement_session()
    }

    /// The key of the item.
    pub(crate) const fn key(&self) -> &Key {
        &self.key
    }
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its rows, in the order of the index.
    pub places: Vec<Place>,
    /// Where it ended, unless the partition ended with it.
    pub end: Option<Cursor>,
}

/// The parameters of a page of a list.
#[derive(Debug)]
pub(crate) struct ListQuery<'q> {
    pub(crate) index: Index,
    pub(crate) partition: &'q str,
    pub(crate) sort: Sort,
    pub(crate) direction: Direction,
    /// Where the page before ended, with the key of the item there.
    pub(crate) after: Option<(&'q Cursor, Key)>,
    /// Most rows of the page.
    pub(crate) limit: i32,
}

impl Store {
    /// Up to `limit` orders of a month's partition, newest first, after `after`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_orders(&self, month: &str, after: Option<&Cursor>, limit: i32) -> Result<Page, StoreError> {
        let after = after.map(|cursor| (cursor, Key::order_at(&cursor.pk)));
        self.list(newest_first(BY_LIST, month, after, limit)).await
    }

    /// Up to `limit` orders of `customer`, by any of its names, newest first, after `after`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_orders_of(&self, customer: &str, after: Option<&Cursor>, limit: i32) -> Result<Page, StoreError> {
        let customer = customer_key(customer);
        let after = after.map(|cursor| (cursor, Key::order_customer_at(&cursor.pk, &customer)));
        self.list(newest_first(BY_CUSTOMER, &customer, after, limit)).await
    }

    /// Up to `limit` placements of `customer`, newest first, after `after`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn list_placements_of(
        &self,
        customer: &str,
        after: Option<&Cursor>,
        limit: i32,
    ) -> Result<Page, StoreError> {
        let after = after.map(|cursor| (cursor, Key::placement_at(&cursor.pk)));
        self.list(newest_first(BY_CUSTOMER, &placements_of(customer), after, limit)).await
    }

    /// A page of a list.
    pub(crate) async fn list(&self, query: ListQuery<'_>) -> Result<Page, StoreError> {
        let ListQuery { index, partition, sort, direction, after, limit } = query;
        let after = after.map(|(cursor, key)| {
            let mut row = key_item(&key);
            row.insert(index.partition.to_owned(), partition.into_value());
            row.insert(index.sort.to_owned(), cursor.at.as_str().into_value());
            row
        });
        let page = self.index_page(IndexQuery { index, partition, sort, direction, after, limit }).await?;
        Ok(Page {
            places: page.rows.iter().filter_map(|item| Place::read(item, index)).collect(),
            end: page.last.and_then(|item| Place::read(&item, index)).map(|place| place.cursor(partition)),
        })
    }
}

/// The rows of a day's or month's partition from the first time on and before the second, oldest first.
pub(super) fn oldest_first<'q>(
    partition: &'q str,
    (from, to): (Timestamp, Timestamp),
    after: Option<(&'q Cursor, Key)>,
    limit: i32,
) -> ListQuery<'q> {
    // Sort keys have an id after the second, so a bare second sorts before all keys of that second.
    let sort = Sort::Between(to_iso(from).into_value(), to_iso(to).into_value());
    ListQuery { index: BY_LIST, partition, sort, direction: Direction::Ascending, after, limit }
}

pub(super) fn newest_first<'q>(
    index: Index,
    partition: &'q str,
    after: Option<(&'q Cursor, Key)>,
    limit: i32,
) -> ListQuery<'q> {
    ListQuery { index, partition, sort: Sort::All, direction: Direction::Descending, after, limit }
}
