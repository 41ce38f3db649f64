//! A notification to the partner's backend: one fact, its id, and the body that every endpoint receives. Pure.

pub mod catalogue;
pub mod data;
pub mod examples;
pub mod id;
pub mod labels;
pub mod parts;
pub mod schema;
pub mod words;

pub use id::NotificationId;

use crate::clock::{Timestamp, to_iso};
use crate::model::notification::catalogue::Event;
use crate::model::notification::labels::Labels;
use serde::{Deserialize, Serialize};

/// The version of all bodies: it grows when a field changes its meaning. Fields that are added do not count.
pub const BODY_VERSION: u32 = 1;
/// Seconds that a notification, and the record of its deliveries, is kept.
pub const KEEP_NOTIFICATIONS: Timestamp = 30 * 24 * 60 * 60;

/// One fact, for the partner's backend.
#[derive(Debug, Clone, PartialEq)]
pub struct Notification {
    /// Its id, which `webhook-id` carries.
    pub id: NotificationId,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
    /// Whether it was made for a test, and nothing has happened.
    pub test: bool,
}

/// The body of a notification, as it is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// `type` and `data`.
    #[serde(flatten)]
    pub event: Event,
    /// When it happened, ISO 8601 in UTC.
    pub timestamp: String,
    /// The version of the body, [`BODY_VERSION`].
    pub version: u32,
    /// `true` for a notification that was made for a test; absent otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub test: bool,
}

impl Notification {
    /// The fact `event`, which happened `at`. `fact` names it among all of its type.
    pub fn of_fact(event: Event, fact: &[&str], at: Timestamp) -> Self {
        Self { id: NotificationId::of_fact(event.kind(), fact), at, event, test: false }
    }

    /// A fact about an order: `version` is the one of the statement that it follows from.
    pub fn of_order(mut event: Event, fact: &[&str], version: i64, at: Timestamp) -> Self {
        let id = NotificationId::of_fact(event.kind(), fact);
        event.set_sequence(id.sequence(version));
        Self { id, at, event, test: false }
    }

    /// A notification for a test, with `random` bytes as its id.
    pub fn synthetic(event: Event, random: [u8; 16], at: Timestamp) -> Self {
        Self { id: NotificationId::of_random(random), at, event, test: true }
    }

    /// Adds what the record of the order says of its sale. `order_link` is the stage's link to an order.
    pub fn complete(&mut self, labels: &Labels, order_link: Option<&str>) {
        self.event.complete(labels, order_link);
    }

    /// Its body.
    pub fn body(&self) -> Body {
        Body { event: self.event.clone(), timestamp: to_iso(self.at), version: BODY_VERSION, test: self.test }
    }
}
