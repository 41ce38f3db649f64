//! Requests to deliver a notification again: under the same id, with new attempts.

use crate::clock::Timestamp;
use crate::model::notification::{KEEP_NOTIFICATIONS, NotificationId};
use crate::store::condition::exists;
use crate::store::dynamo::concurrent::{Work, at_once};
use crate::store::dynamo::update::Update;
use crate::store::key::Key;
use crate::store::key::index::Queue;
use crate::store::notification::delivery::{Delivery, delivery_update, due_at};
use crate::store::notification::read::StoredNotification;
use crate::store::{Store, StoreError};

impl Store {
    /// Delivers `found` again, to `endpoint` or to every endpoint; the write starts the notifier.
    ///
    /// # Errors
    /// [`StoreError`]; a repetition continues.
    pub async fn redeliver(
        &self,
        found: &StoredNotification,
        endpoint: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let id = found.id();
        match endpoint {
            Some(endpoint) => self.request(id, &found.delivery_to(endpoint), now).await?,
            None => {
                for delivery in &found.deliveries {
                    self.request(id, delivery, now).await?;
                }
                // An endpoint that is new since has no delivery yet.
                let open = Update::of(Key::notification(id))
                    .set("open_shard", Queue::Notifications.shard_of(id.as_str()))
                    .set("open_due", now)
                    .set("to_all", true)
                    .only_if(exists());
                self.update(open).await?;
            }
        }
        let start =
            Update::of(Key::redelivery(id)).set("at", now).set("expires_at", now.saturating_add(KEEP_NOTIFICATIONS));
        self.update(start).await.map(drop)
    }

    /// The same for all of `found`, several at once.
    ///
    /// # Errors
    /// [`StoreError`]; a repetition continues.
    pub async fn redeliver_all(
        &self,
        found: &[StoredNotification],
        endpoint: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut work: Vec<Work<'_>> = Vec::new();
        for found in found {
            work.push(Box::pin(self.redeliver(found, endpoint, now)));
        }
        at_once(work).await
    }

    /// Makes `delivery` due. One that got an attempt since it was read is being delivered anyway.
    async fn request(&self, id: &NotificationId, delivery: &Delivery, now: Timestamp) -> Result<(), StoreError> {
        let update = delivery_update(id, delivery)
            .set("attempts", delivery.attempts)
            .set("attempts_before", delivery.attempts)
            .set("requested_at", now)
            .set("expires_at", now.saturating_add(KEEP_NOTIFICATIONS));
        self.update(due_at(update, id, &delivery.endpoint, now)).await.map(drop)
    }
}
