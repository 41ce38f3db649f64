//! The item of an event: when it happened, what it is about, and what may be stored of its payload.

use crate::clock::{Timestamp, from_iso};
use crate::model::projection::{Entity, Fact, Projection};
use crate::model::redact::Redacted;
use crate::store::dynamo::item::{is_false, short};
use crate::store::key::Key;
use crate::store::key::index::{events_of_day, list_position};
use crate::store::order::facts::LONGEST_WORD;
use crate::store::pack::pack;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use shared::event::Event;

/// The item of an event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct EventItem {
    /// Such as `order.completed`.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// When it happened, unchanged.
    pub(super) happened_at: String,
    pub(super) received_at: Timestamp,
    /// `live` or `test`.
    #[serde(default)]
    pub(super) environment: String,
    /// The payload, redacted and packed, until it is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) entity: Option<ByteBuf>,
    /// Whether the payload was cut.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) truncated: bool,
    /// Whether its type is unknown.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) unknown: bool,
    #[serde(default)]
    pub(super) expires_at: Option<Timestamp>,
    /// The partition of its entity.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    /// Partition and sort key of `list-index`.
    #[serde(skip_deserializing)]
    list: String,
    #[serde(skip_deserializing)]
    list_at: String,
}

impl EventItem {
    /// The item of `event`, which was received `now` and expires at `expires_at`.
    pub(super) fn new(
        event: &Event,
        projection: Option<&Projection>,
        environment: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Self {
        let happened = from_iso(&event.created_at).unwrap_or(now);
        // Only an order needs people, and only the events of an order are found when its customer is forgotten.
        let kept = match is_about_whole_order(projection) {
            true => Redacted::with_people(&event.entity),
            false => Redacted::without_people(&event.entity),
        };
        let payload = pack(&kept.json());
        Self {
            kind: event.kind.clone(),
            // A time is no longer than a word.
            happened_at: short(&event.created_at, LONGEST_WORD),
            received_at: now,
            environment: environment.to_owned(),
            entity: Some(ByteBuf::from(payload.bytes)),
            truncated: payload.truncated,
            unknown: projection.is_none(),
            expires_at: Some(expires_at),
            about: projection.map(|projection| Key::entity(&projection.entity).pk),
            list: events_of_day(happened),
            list_at: list_position(happened, event.id.as_str()),
        }
    }

    /// Leaves out the payload.
    pub(super) fn strip(&mut self) {
        self.entity = None;
        self.truncated = false;
    }
}

/// Whether an event is about a whole order. An event about one domain of an order does not name people.
pub(super) fn is_about_whole_order(projection: Option<&Projection>) -> bool {
    projection.is_some_and(|projection| {
        matches!((&projection.entity, &projection.fact), (Entity::Order(_), Fact::Order { .. }))
    })
}
