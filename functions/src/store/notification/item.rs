//! The item of a notification, as it is written with its fact.

use crate::clock::{Timestamp, to_iso};
use crate::model::notification::catalogue::Event;
use crate::model::notification::{KEEP_NOTIFICATIONS, Notification, NotificationId};
use crate::store::condition::not_exists;
use crate::store::dynamo::item::{Json, is_false, json_text};
use crate::store::dynamo::write::Put;
use crate::store::key::Key;
use crate::store::key::index::{Queue, list_position, notifications_about, notifications_of_day};
use crate::store::{Store, StoreError};
use serde::{Deserialize, Serialize};

/// Seconds after which the schedule hands out a notification that the stream has not handed out.
const STREAM_IS_LATE: Timestamp = 60;

/// Attribute of a notification whose customer was erased.
pub(super) const ERASED: &str = "erased";
/// The attribute of one in which nothing is left to erase.
pub(super) const CLEARED: &str = "cleared";

/// The item of a notification.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FactItem {
    /// When it happened.
    at: Timestamp,
    event: Json<Event>,
    #[serde(default, skip_serializing_if = "is_false")]
    test: bool,
    /// Whether it was requested again for every endpoint.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) to_all: bool,
    /// Whether nothing of an erased customer is left in it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) cleared: bool,
    expires_at: Timestamp,
    /// Partition and sort key of `list-index`.
    #[serde(skip_deserializing)]
    list: String,
    #[serde(skip_deserializing)]
    list_at: String,
    /// Partition and sort key of `customer-index`: by these the notifications of a customer are found.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    customer: Option<String>,
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    /// Partition and sort key of `open-index`, until it was handed to every endpoint.
    #[serde(skip_deserializing)]
    open_shard: String,
    #[serde(skip_deserializing)]
    open_due: Timestamp,
}

impl FactItem {
    fn new(notification: &Notification, now: Timestamp) -> Self {
        let Notification { id, event, .. } = notification;
        let about = event.about_id().filter(|_| !notification.test);
        Self {
            at: notification.at,
            event: Json(event.clone()),
            test: notification.test,
            to_all: false,
            cleared: false,
            expires_at: now.saturating_add(KEEP_NOTIFICATIONS),
            // By the time of writing: a reader who continues where it stopped misses none that came late.
            list: notifications_of_day(now),
            list_at: list_position(now, id.as_str()),
            customer: about.map(notifications_about),
            created_at: about.map(|_| to_iso(now)),
            open_shard: Queue::Notifications.shard_of(id.as_str()),
            open_due: now.saturating_add(STREAM_IS_LATE),
        }
    }

    /// The notification `id`, and when it was recorded; `None` when it has expired: DynamoDB deletes an expired item days
    /// later.
    pub(super) fn read(self, id: &NotificationId, now: Timestamp) -> Option<(Notification, Timestamp)> {
        let Self { at, event, test, expires_at, .. } = self;
        let notification = Notification { id: id.clone(), at, event: event.0, test };
        (expires_at > now).then(|| (notification, expires_at.saturating_sub(KEEP_NOTIFICATIONS)))
    }
}

impl FactItem {
    /// Its event without reference and metadata, as JSON.
    pub(super) fn event_without_labels(self) -> Result<String, StoreError> {
        let mut event = self.event.0;
        event.forget_labels();
        json_text(&event)
    }
}

/// Writes `notification` unless it was written before, as a part of the transaction of its fact.
pub(crate) fn notification_put(notification: &Notification, now: Timestamp) -> Result<Put, StoreError> {
    let put = Put::new(&Key::notification(&notification.id), &FactItem::new(notification, now))?;
    Ok(put.only_if(not_exists()))
}

impl Store {
    /// Writes a notification that has no other record: about an endpoint, or for a test. `false`: it was written before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn write_notification(&self, notification: &Notification, now: Timestamp) -> Result<bool, StoreError> {
        self.put_if(notification_put(notification, now)?).await
    }
}
