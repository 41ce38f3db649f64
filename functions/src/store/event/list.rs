//! Events by day, oldest first.

use crate::clock::{Timestamp, to_iso};
use crate::store::dynamo::item::from_item;
use crate::store::event::item::EventItem;
use crate::store::key::Key;
use crate::store::key::index::events_of_day;
use crate::store::list::{Cursor, Page, Place, oldest_first};
use crate::store::pack::unpack;
use crate::store::{Store, StoreError};
use schemars::JsonSchema;
use serde::Serialize;
use shared::schema::{Id, Time};

/// Event items read in parallel: each may have 350 KB.
const READ_AT_ONCE: usize = 10;
/// Bytes of a row besides its payload.
const ROW_BYTES: usize = 512;

/// Events with what upstream sent.
#[derive(Debug, Clone, Default)]
pub struct EventRows {
    /// The requested events that match.
    pub rows: Vec<StoredEvent>,
    /// How many places were read: fewer than given when the room was used up.
    pub read: usize,
}

/// The bytes that are left in an answer.
#[derive(Debug)]
pub struct Room {
    left: usize,
    is_untouched: bool,
}

impl Room {
    /// Room for `bytes`.
    pub const fn new(bytes: usize) -> Self {
        Self { left: bytes, is_untouched: true }
    }

    /// Takes `bytes`, if they fit. The first ones always do, so that a list continues.
    fn takes(&mut self, bytes: usize) -> bool {
        let fits = self.is_untouched || bytes <= self.left;
        if fits {
            self.is_untouched = false;
            self.left = self.left.saturating_sub(bytes);
        }
        fits
    }
}

/// A stored upstream event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Event")]
pub struct StoredEvent {
    /// Upstream's `evt_…`.
    #[schemars(with = "Id")]
    pub id: String,
    /// Type of the event, such as `order.completed`; `unknown` if it has none.
    #[serde(rename = "type")]
    pub kind: String,
    /// When the event happened, ISO 8601.
    pub created_at: String,
    /// When the event was first received, ISO 8601 in UTC.
    #[schemars(with = "Time")]
    pub received_at: String,
    /// `live` or `test`.
    pub environment: String,
    /// The entity without fields that must not be stored; `null` once its personal data were erased.
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    pub data: serde_json::Value,
    /// `true` if long texts and lists in `data` were truncated; absent otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
    /// `true` if the type is unknown and the event changed nothing; absent otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unknown: bool,
}

impl EventItem {
    /// The event `id`; `None` when it has expired: DynamoDB deletes an expired item days later.
    fn row(self, id: &str, json: Option<&str>, now: Timestamp) -> Option<StoredEvent> {
        if self.expires_at.is_some_and(|at| at <= now) {
            return None;
        }
        Some(StoredEvent {
            id: id.to_owned(),
            kind: self.kind,
            created_at: self.happened_at,
            received_at: to_iso(self.received_at),
            environment: self.environment,
            data: json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default(),
            truncated: self.truncated,
            unknown: self.unknown,
        })
    }
}

impl Store {
    /// Up to `limit` events of the day of `from` that happened from then on and before `to`, oldest first, after
    /// `after`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_events(
        &self,
        from: Timestamp,
        to: Timestamp,
        after: Option<&Cursor>,
        limit: i32,
    ) -> Result<Page, StoreError> {
        let after = after.map(|cursor| (cursor, Key::event_at(&cursor.pk)));
        self.list(oldest_first(&events_of_day(from), (from, to), after, limit)).await
    }

    /// The events at `places`, in that order, those of type `kind` if one is given, as long as their payloads fit into
    /// `room`. Events that have expired since are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn events(
        &self,
        places: &[Place],
        kind: Option<&str>,
        room: &mut Room,
        now: Timestamp,
    ) -> Result<EventRows, StoreError> {
        let mut found = EventRows::default();
        for chunk in places.chunks(READ_AT_ONCE) {
            let mut items = self.get_batch(chunk.iter().map(|place| place.key().clone()).collect()).await?;
            for place in chunk {
                let item: Option<EventItem> = items.remove(place.key()).map(from_item).transpose()?;
                let item = item.filter(|item| kind.is_none_or(|kind| item.kind == kind));
                let json = item.as_ref().and_then(|item| unpack(item.entity.as_deref()?));
                let size = json.as_ref().map_or(0, String::len).saturating_add(ROW_BYTES);
                let id = place.event_id();
                let row = item.zip(id).and_then(|(item, id)| item.row(id.as_str(), json.as_deref(), now));
                if let Some(row) = row {
                    if !room.takes(size) {
                        return Ok(found);
                    }
                    found.rows.push(row);
                }
                found.read = found.read.saturating_add(1);
            }
        }
        Ok(found)
    }
}
