//! What is listed over all customers: orders by month, newest first; events by day, oldest first. No scans.

use crate::clock::{Timestamp, from_iso, to_iso};
use crate::store::buckets::{events_of_day, placements_of};
use crate::store::item::{Item, get_bytes, get_flag, get_i64, get_text, text};
use crate::store::order_items::{BY, HEAD};
use crate::store::pack::unpack;
use crate::store::table::{CUSTOMER_INDEX, LIST_INDEX};
use crate::store::{Store, StoreError};
use serde::{Deserialize, Serialize};
use shared::customer::customer_key;
use shared::ids::{EventId, MAX_ID_LENGTH, OrderId};

/// Bytes of [`place`]: a time, and the longest id.
const MAX_PLACE: usize = 32 + MAX_ID_LENGTH;

/// Where a page ended: the next one begins behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The bucket, when the list has several.
    pub bucket: String,
    /// Sort key of the index.
    pub at: String,
    /// The item's partition.
    pub pk: String,
}

impl Mark {
    /// The time of the row at which the page ended; `None` for what is longer than any sort key of ours.
    pub fn time(&self) -> Option<Timestamp> {
        let at = Some(self.at.as_str()).filter(|at| at.len() <= MAX_PLACE)?;
        from_iso(at.split('#').next()?)
    }
}

/// One row of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The item's partition.
    pub pk: String,
    /// Sort key of the index.
    pub at: String,
}

impl Place {
    /// The mark of a page that ends here.
    pub fn mark(&self, bucket: impl Into<String>) -> Mark {
        Mark { bucket: bucket.into(), at: self.at.clone(), pk: self.pk.clone() }
    }
}

/// What a page of an index holds.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its rows, in the order of the index.
    pub places: Vec<Place>,
    /// Where it ended, unless the bucket did.
    pub end: Option<Mark>,
}

/// Events with what upstream sent.
#[derive(Debug, Clone, Default)]
pub struct EventRows {
    /// Those that were asked for and fit.
    pub rows: Vec<StoredEvent>,
    /// How many places were gone through: fewer than given when the room was used up.
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

    /// Whether `bytes` fit, which are gone then. The first ones always do, so that a list goes on.
    fn takes(&mut self, bytes: usize) -> bool {
        let fits = self.is_untouched || bytes <= self.left;
        if fits {
            self.is_untouched = false;
            self.left = self.left.saturating_sub(bytes);
        }
        fits
    }
}

/// Events whose items are read at once: each may have 350 KB.
const READ_AT_ONCE: usize = 10;
/// Bytes of a row beside its payload.
const ROW_BYTES: usize = 512;

/// A stored event with what upstream sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredEvent {
    /// Upstream's `evt_…`.
    pub id: String,
    /// Such as `order.completed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened, as it came.
    pub created_at: String,
    /// When it reached us first.
    pub received_at: String,
    /// `live` or `test`.
    pub environment: String,
    /// What may be kept of the entity; `null` once it was forgotten, or has ended with its order's personal data.
    pub data: serde_json::Value,
    /// Whether long texts and lists in `data` were cut.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
    /// Whether it was kept and not understood, so that it moved nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unknown: bool,
}

impl Store {
    /// Up to `limit` orders of the month's bucket, newest first, behind `after`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_orders(&self, bucket: &str, after: Option<&Mark>, limit: i32) -> Result<Page, StoreError> {
        let index = (LIST_INDEX, "list", "list_at", HEAD);
        self.page(index, bucket, None, after, limit, false).await
    }

    /// Up to `limit` orders of `customer`, by whatever it is known, newest first, behind `after`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_orders_of(&self, customer: &str, after: Option<&Mark>, limit: i32) -> Result<Page, StoreError> {
        let customer = customer_key(customer);
        let sk = format!("{BY}{customer}");
        self.page((CUSTOMER_INDEX, "customer", "created_at", &sk), &customer, None, after, limit, false).await
    }

    /// Up to `limit` placements of `customer`, newest first, behind `after`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn list_placements_of(
        &self,
        customer: &str,
        after: Option<&Mark>,
        limit: i32,
    ) -> Result<Page, StoreError> {
        let bucket = placements_of(customer);
        let index = (CUSTOMER_INDEX, "customer", "created_at", "PLACEMENT");
        self.page(index, &bucket, None, after, limit, false).await
    }

    /// Up to `limit` events of the day of `from` that happened from then on and before `to`, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_events(
        &self,
        from: Timestamp,
        to: Timestamp,
        after: Option<&Mark>,
        limit: i32,
    ) -> Result<Page, StoreError> {
        let index = (LIST_INDEX, "list", "list_at", "EVENT");
        self.page(index, &events_of_day(from), Some((to_iso(from), to_iso(to))), after, limit, true).await
    }

    async fn page(
        &self,
        (index, hash, range, sk): (&str, &str, &str, &str),
        bucket: &str,
        between: Option<(String, String)>,
        after: Option<&Mark>,
        limit: i32,
        forward: bool,
    ) -> Result<Page, StoreError> {
        let mut query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(index)
            .scan_index_forward(forward)
            .limit(limit)
            .expression_attribute_names("#hash", hash)
            .expression_attribute_values(":hash", text(bucket));
        query = match between {
            None => query.key_condition_expression("#hash = :hash"),
            // Both ends carry an id behind the second, so a bare second is before all of its own.
            Some((from, to)) => query
                .key_condition_expression("#hash = :hash AND #range BETWEEN :from AND :to")
                .expression_attribute_names("#range", range)
                .expression_attribute_values(":from", text(from))
                .expression_attribute_values(":to", text(to)),
        };
        if let Some(mark) = after {
            let start: [(&str, &str); 4] = [(hash, bucket), (range, &mark.at), ("pk", &mark.pk), ("sk", sk)];
            for (name, value) in start {
                query = query.exclusive_start_key(name, text(value));
            }
        }
        let page = query.send().await.map_err(StoreError::from_sdk)?;
        let place =
            |item: &Item| Some(Place { pk: get_text(item, "pk")?.to_owned(), at: get_text(item, range)?.to_owned() });
        let places = page.items().iter().filter_map(place).collect();
        let end = page.last_evaluated_key().and_then(place).map(|place| place.mark(bucket));
        Ok(Page { places, end })
    }

    /// The events at `places`, in that order, those of type `kind` if one is given, as long as their payloads fit into
    /// `room`. What has expired since is left out.
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
            let wanted = chunk.iter().map(|place| crate::store::item::key(&place.pk, "EVENT")).collect();
            let items = self.read_batch(wanted).await?;
            for place in chunk {
                let item = items.iter().find(|item| get_text(item, "pk") == Some(&place.pk));
                let item = item.filter(|item| kind.is_none_or(|kind| get_text(item, "type") == Some(kind)));
                let json = item.and_then(|item| get_bytes(item, "entity")).and_then(unpack);
                let size = json.as_ref().map_or(0, String::len).saturating_add(ROW_BYTES);
                if let Some(row) = item.and_then(|item| read(item, json.as_deref(), now)) {
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

/// The order's id in the partition key of a page.
pub fn order_of(pk: &str) -> Option<OrderId> {
    OrderId::parse(pk.strip_prefix("ORDER#")?)
}

/// The event's id in the partition key of a page.
pub fn event_of(pk: &str) -> Option<EventId> {
    EventId::parse(pk.strip_prefix("EVENT#")?)
}

fn read(item: &Item, json: Option<&str>, now: Timestamp) -> Option<StoredEvent> {
    // DynamoDB deletes what has expired days later.
    if get_i64(item, "expires_at").is_some_and(|at| at <= now) {
        return None;
    }
    let id = event_of(get_text(item, "pk")?)?;
    Some(StoredEvent {
        id: id.to_string(),
        kind: get_text(item, "type")?.to_owned(),
        created_at: get_text(item, "happened_at")?.to_owned(),
        received_at: to_iso(get_i64(item, "received_at")?),
        environment: get_text(item, "environment").unwrap_or_default().to_owned(),
        data: json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default(),
        truncated: get_flag(item, "truncated"),
        unknown: get_flag(item, "unknown"),
    })
}
