//! What waits to be delivered: notifications that were not handed to every endpoint, and the deliveries to each endpoint.

use crate::clock::Timestamp;
use crate::model::notification::NotificationId;
use crate::store::condition::has;
use crate::store::dynamo::item::key_of;
use crate::store::dynamo::query::{Direction, IndexQuery, Sort};
use crate::store::dynamo::update::Update;
use crate::store::dynamo::value::IntoValue;
use crate::store::key::Key;
use crate::store::key::index::{Queue, deliveries_to};
use crate::store::key::notification::notification_of_partition;
use crate::store::table::BY_OPEN_SHARD;
use crate::store::{Store, StoreError};

/// The notification that the notifier has to look at when the stream says that an item with this key was written.
pub fn started_by(pk: &str, sk: &str) -> Option<NotificationId> {
    Key { pk: pk.to_owned(), sk: sk.to_owned() }.started_notification()
}

impl Store {
    /// Up to `limit` notifications of a shard that are due by `until` and were not handed to every endpoint, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn due_notifications(
        &self,
        shard: u64,
        until: Timestamp,
        limit: i32,
    ) -> Result<Vec<NotificationId>, StoreError> {
        self.due_in(&Queue::Notifications.shard(shard), until, limit).await
    }

    /// Up to `limit` notifications of a shard of which a delivery to `endpoint` is due by `until`, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn due_deliveries(
        &self,
        endpoint: &str,
        shard: u64,
        until: Timestamp,
        limit: i32,
    ) -> Result<Vec<NotificationId>, StoreError> {
        self.due_in(&deliveries_to(endpoint, shard), until, limit).await
    }

    /// Notes that every endpoint has a delivery of the notification: from now on the deliveries are what waits.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn handed_out(&self, id: &NotificationId) -> Result<(), StoreError> {
        let update =
            Update::of(Key::notification(id)).remove("open_shard").remove("open_due").only_if(has("open_shard"));
        self.update(update).await.map(drop)
    }

    async fn due_in(&self, shard: &str, until: Timestamp, limit: i32) -> Result<Vec<NotificationId>, StoreError> {
        let page = self
            .index_page(IndexQuery {
                index: BY_OPEN_SHARD,
                partition: shard,
                sort: Sort::UpTo(until.into_value()),
                direction: Direction::Ascending,
                after: None,
                limit,
            })
            .await?;
        let ids = page.rows.iter().map(|item| Ok(notification_of_partition(&key_of(item)?.pk)));
        ids.filter_map(Result::transpose).collect()
    }
}
