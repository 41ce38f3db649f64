//! What is listed over all customers: orders by month, newest first; events by day, oldest first. No scans.

use crate::clock::{Timestamp, from_iso, to_iso};
use crate::store::item::{Item, get_i64, get_text, text};
use crate::store::table::{CUSTOMER_INDEX, LIST_INDEX};
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};
use shared::ids::{EventId, OrderId};

/// The bucket of the events of a day.
pub(crate) fn events_of_day(at: Timestamp) -> String {
    format!("EVENTS#{}", to_iso(at).chars().take(10).collect::<String>())
}

/// The bucket of the orders of a month.
pub fn orders_of_month(at: Timestamp) -> String {
    format!("ORDERS#{}", to_iso(at).chars().take(7).collect::<String>())
}

/// Where in its bucket something stands: by time, and by id within a second.
pub(crate) fn place(at: Timestamp, id: &str) -> String {
    format!("{}#{id}", to_iso(at))
}

/// Bucket and place of an order; `None` when its time cannot be read.
pub(crate) fn order_place(pk: &str, created_at: &str) -> Option<(String, String)> {
    let at = from_iso(created_at)?;
    Some((orders_of_month(at), place(at, pk.trim_start_matches("ORDER#"))))
}

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

/// What a page of an index holds.
#[derive(Debug, Clone)]
pub struct Page {
    /// Partition keys, in the order of the index.
    pub keys: Vec<String>,
    /// Where it ended, unless the bucket did.
    pub end: Option<Mark>,
}

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
    /// The entity, without credentials; `null` once it was forgotten, or has ended with its order's personal data.
    pub data: serde_json::Value,
}

impl Store {
    /// Up to `limit` orders of the month's bucket, newest first, behind `after`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_orders(&self, bucket: &str, after: Option<&Mark>, limit: i32) -> Result<Page, StoreError> {
        let index = (LIST_INDEX, "list", "list_at", "ORDER");
        self.page(index, bucket, None, after, limit, false).await
    }

    /// Up to `limit` orders of `customer`, newest first, behind `after`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_orders_of(&self, customer: &str, after: Option<&Mark>, limit: i32) -> Result<Page, StoreError> {
        let index = (CUSTOMER_INDEX, "customer", "created_at", "ORDER");
        self.page(index, customer, None, after, limit, false).await
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
        let keys = page.items().iter().filter_map(|item| get_text(item, "pk")).map(str::to_owned).collect();
        let end = page.last_evaluated_key().and_then(|key| mark(key, bucket, range));
        Ok(Page { keys, end })
    }

    /// The events behind `keys` of a page, in that order; what has expired since is left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn events(&self, keys: &[String], now: Timestamp) -> Result<Vec<StoredEvent>, StoreError> {
        let wanted = keys.iter().map(|pk| crate::store::item::key(pk, "EVENT")).collect();
        let items = self.read_batch(wanted).await?;
        let of =
            |pk: &String| items.iter().find(|item| get_text(item, "pk") == Some(pk)).and_then(|item| read(item, now));
        Ok(keys.iter().filter_map(of).collect())
    }
}

/// The order's id in the partition key of a page.
pub fn order_of(pk: &str) -> Option<OrderId> {
    OrderId::parse(pk.strip_prefix("ORDER#")?)
}

fn mark(key: &std::collections::HashMap<String, AttributeValue>, bucket: &str, range: &str) -> Option<Mark> {
    Some(Mark { bucket: bucket.to_owned(), at: get_text(key, range)?.to_owned(), pk: get_text(key, "pk")?.to_owned() })
}

fn read(item: &Item, now: Timestamp) -> Option<StoredEvent> {
    // DynamoDB deletes what has expired days later.
    if get_i64(item, "expires_at").is_some_and(|at| at <= now) {
        return None;
    }
    let id = EventId::parse(get_text(item, "pk")?.strip_prefix("EVENT#")?)?;
    Some(StoredEvent {
        id: id.to_string(),
        kind: get_text(item, "type")?.to_owned(),
        created_at: get_text(item, "happened_at")?.to_owned(),
        received_at: to_iso(get_i64(item, "received_at")?),
        environment: get_text(item, "environment").unwrap_or_default().to_owned(),
        data: get_text(item, "entity").and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default(),
    })
}
