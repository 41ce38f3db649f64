//! The keys of notifications, and of the imports that the partner hears of.
//!
//! ```text
//! NOTIFICATION#<ntf> / NOTIFICATION      the fact; a new one starts the notifier
//!                    / REDELIVERY        that it is to be delivered again; it starts the notifier, too
//!                    / TO#<endpoint>     how its delivery to one endpoint stands
//!                    / TRY#<endpoint>#<number>  one attempt
//! ```

use crate::model::notification::NotificationId;
use crate::store::key::{IMPORT, IMPORT_ITEM, Key};
use shared::ids::ImportId;

const NOTIFICATION: &str = "NOTIFICATION";
const PARTITION: &str = "NOTIFICATION#";
const REDELIVERY: &str = "REDELIVERY";
const DELIVERIES: &str = "TO#";
const ATTEMPTS: &str = "TRY#";

/// What an item in the partition of a notification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotificationItem<'k> {
    Fact,
    /// The delivery to this endpoint.
    Delivery(&'k str),
    Attempt,
}

impl Key {
    /// The names of the endpoints of notifications.
    pub(crate) fn endpoints() -> Self {
        Self::new("ENDPOINTS", "ENDPOINTS")
    }

    /// How an endpoint of notifications is doing.
    pub(crate) fn endpoint(name: &str) -> Self {
        Self::new(format!("ENDPOINT#{name}"), "ENDPOINT")
    }

    pub(crate) fn notification(id: &NotificationId) -> Self {
        Self::new(notification_partition(id), NOTIFICATION)
    }

    /// That a notification is to be delivered again.
    pub(crate) fn redelivery(id: &NotificationId) -> Self {
        Self::new(notification_partition(id), REDELIVERY)
    }

    /// How the delivery of a notification to `endpoint` stands.
    pub(crate) fn notification_delivery(id: &NotificationId, endpoint: &str) -> Self {
        Self::new(notification_partition(id), format!("{DELIVERIES}{endpoint}"))
    }

    /// Attempt `number` to deliver a notification to `endpoint`.
    pub(crate) fn notification_attempt(id: &NotificationId, endpoint: &str, number: u32) -> Self {
        Self::new(notification_partition(id), format!("{ATTEMPTS}{endpoint}#{number:05}"))
    }

    /// The notification in the partition `pk`.
    pub(crate) fn notification_at(pk: &str) -> Self {
        Self::new(pk, NOTIFICATION)
    }

    /// What this item of a notification is.
    pub(crate) fn notification_item(&self) -> Option<NotificationItem<'_>> {
        if self.sk == NOTIFICATION {
            return Some(NotificationItem::Fact);
        }
        let delivery = self.sk.strip_prefix(DELIVERIES).map(NotificationItem::Delivery);
        delivery.or_else(|| self.sk.starts_with(ATTEMPTS).then_some(NotificationItem::Attempt))
    }

    /// The import that the reconciler looks at.
    pub(crate) fn open_import(&self) -> Option<ImportId> {
        (self.sk == IMPORT_ITEM).then(|| ImportId::parse(self.pk.strip_prefix(IMPORT)?)).flatten()
    }

    /// The notification that starts the notifier when an item with this key is written.
    pub(crate) fn started_notification(&self) -> Option<NotificationId> {
        let starts = matches!(self.sk.as_str(), NOTIFICATION | REDELIVERY);
        starts.then(|| notification_of_partition(&self.pk)).flatten()
    }
}

pub(super) fn notification_partition(id: &NotificationId) -> String {
    format!("{PARTITION}{id}")
}

/// The notification in the partition `pk`.
pub(crate) fn notification_of_partition(pk: &str) -> Option<NotificationId> {
    NotificationId::parse(pk.strip_prefix(PARTITION)?)
}
