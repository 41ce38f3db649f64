//! Open work: a sparse index of what is not finished, in shards, by the time at which it should be looked at. Final
//! orders stand beside it, in shards of their own, until their personal data end.

use crate::clock::Timestamp;
use crate::store::error::was_written;
use crate::store::item::{Item, get_text, key, number, text};
use crate::store::order::{SILENT_AFTER, order_key};
use crate::store::table::{OPEN_INDEX, Waits};
use crate::store::{Store, StoreError};
use crate::webhook::projection::version;
use aws_sdk_dynamodb::types::ReturnValue;
use shared::ids::{OrderId, SessionId};
use shared::order::OrderStatus;
use std::fmt;

/// Seconds until an item that could not be looked at is due again.
const POSTPONE: Timestamp = 60;
/// Seconds until an order that waits for somebody is looked at again.
const ACTION_AFTER: Timestamp = 10 * 60;

/// One item of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenItem {
    pk: String,
    sk: String,
    shard: String,
    /// What it is.
    pub work: OpenWork,
}

/// What can be open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenWork {
    /// A placement whose end is not known.
    Placement(SessionId),
    /// An order: not final, or final and with personal data.
    Order(OrderId),
}

impl fmt::Display for OpenItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.pk)
    }
}

impl Store {
    /// Up to `limit` items of `shard` that wait so and are due at `now`, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn due(&self, waits: Waits, shard: u64, now: Timestamp, limit: i32) -> Result<Vec<OpenItem>, StoreError> {
        let shard = waits.shard(shard);
        let page = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(OPEN_INDEX)
            .key_condition_expression("open_shard = :shard AND open_due <= :now")
            .expression_attribute_values(":shard", text(&shard))
            .expression_attribute_values(":now", number(now))
            .limit(limit)
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        Ok(page.items().iter().filter_map(|item| read(item, &shard)).collect())
    }

    /// Lets `item` wait a little.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn postpone(&self, item: &OpenItem, now: Timestamp) -> Result<(), StoreError> {
        self.wait_until(item, now.saturating_add(POSTPONE)).await
    }

    /// Lets `item` wait until `due`, unless it waits for something else by now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn wait_until(&self, item: &OpenItem, due: Timestamp) -> Result<(), StoreError> {
        let updated = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(&item.pk, &item.sk)))
            .update_expression("SET open_due = :due")
            // An item that was finished meanwhile must not come back.
            .condition_expression("open_shard = :shard")
            .expression_attribute_values(":shard", text(&item.shard))
            .expression_attribute_values(":due", number(due))
            .send()
            .await;
        was_written(updated).map(drop)
    }

    /// Takes the order out of the open work, as one that is final at `now`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn close(&self, id: &OrderId, now: Timestamp) -> Result<(), StoreError> {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(order_key(id)))
            .update_expression("SET open_shard = :shard, open_due = :due")
            .expression_attribute_values(":shard", text(Waits::Ends.shard_of(id.as_str())))
            .expression_attribute_values(":due", number(self.end_of_personal(now)))
            .send()
            .await
            .map(|_| ())
            .map_err(StoreError::from_sdk)
    }

    /// Writes what upstream said of the order at `at` (on upstream's clock). `true`: the table said something else.
    ///
    /// An event that was newer than `at` wins; then nothing drifted, and nothing is written but the next due time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn observe(
        &self,
        id: &OrderId,
        status: &OrderStatus,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (waits, due) = match status {
            status if status.is_final() => (Waits::Ends, self.end_of_personal(now)),
            OrderStatus::ActionRequired => (Waits::Open, now.saturating_add(ACTION_AFTER)),
            _ => (Waits::Open, now.saturating_add(SILENT_AFTER)),
        };
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(order_key(id)))
            .condition_expression("attribute_not_exists(version) OR version < :version")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":status", text(status.as_str()))
            .expression_attribute_values(":version", number(version(at, status.rank())))
            .expression_attribute_values(":seen", number(now))
            .update_expression(
                "SET #status = :status, version = :version, seen_at = :seen, open_shard = :shard, open_due = :due",
            )
            .expression_attribute_values(":shard", text(waits.shard_of(id.as_str())))
            .expression_attribute_values(":due", number(due))
            .return_values(ReturnValue::UpdatedOld);
        match update.send().await {
            Ok(updated) => {
                let before = updated.attributes().and_then(|old| get_text(old, "status"));
                Ok(before.is_some_and(|before| before != status.as_str()))
            }
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                let (pk, sk) = (format!("ORDER#{id}"), "ORDER".to_owned());
                let shard = Waits::Open.shard_of(id.as_str());
                let item = OpenItem { pk, sk, shard, work: OpenWork::Order(id.clone()) };
                self.postpone(&item, now).await.map(|()| false)
            }
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }
}

fn read(item: &Item, shard: &str) -> Option<OpenItem> {
    let (pk, sk) = (get_text(item, "pk")?.to_owned(), get_text(item, "sk")?.to_owned());
    let work = match (pk.split_once('#')?, sk.as_str()) {
        (("SESSION", id), "PLACEMENT") => OpenWork::Placement(SessionId::parse(id)?),
        (("ORDER", id), "ORDER") => OpenWork::Order(OrderId::parse(id)?),
        _ => return None,
    };
    Some(OpenItem { pk, sk, shard: shard.to_owned(), work })
}
