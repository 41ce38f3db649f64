//! Open work: a sparse index of what is not finished, in shards, by the time at which it should be looked at. Orders
//! that are live stand beside it, in shards of their own, and so do personal data until they end.

use crate::clock::{Timestamp, from_iso};
use crate::model::projection::version;
use crate::store::error::was_written;
use crate::store::item::{Item, get_text, key, number, text};
use crate::store::order_facts::{OrderFacts, status_facts};
use crate::store::order_items::{ENDS, HEAD, head_key};
use crate::store::order_view::OrderHead;
use crate::store::order_write::HeadChange;
use crate::store::table::{OPEN_INDEX, Waits};
use crate::store::transact::update;
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use shared::ids::{OrderId, SessionId};
use shared::order::OrderStatus;
use std::fmt;

/// Seconds of silence after which an order that is not final is looked up: upstream usually takes hours.
pub const SILENT_AFTER: Timestamp = 60 * 60;
/// Seconds until an item that could not be looked at is due again.
const POSTPONE: Timestamp = 60;
/// Seconds until an order that waits for somebody is looked at again.
const ACTION_AFTER: Timestamp = 10 * 60;
/// Seconds between two looks at an order that is live, and from the last one before it renews until then.
const WEEK: Timestamp = 7 * 24 * 60 * 60;

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
    /// An order, or its personal data.
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

    /// Lets an order wait a little, wherever it waits.
    async fn postpone_order(&self, id: &OrderId, now: Timestamp) -> Result<(), StoreError> {
        self.update_open_head(id, "SET open_due = :at", None, now.saturating_add(POSTPONE)).await
    }

    /// Has the order looked at an hour after `at`, when something takes effect that has no event, unless it is not looked
    /// at any more. Looks before that keep to it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn look_after(&self, id: &OrderId, at: Timestamp) -> Result<(), StoreError> {
        self.update_open_head(id, "SET takes_effect = :at", None, at).await?;
        let due = at.saturating_add(SILENT_AFTER);
        self.update_open_head(id, "SET open_due = :at", Some("open_due > :at"), due).await
    }

    /// Changes the head of an order that is in the open work, where `also` holds; nothing happens to any other.
    async fn update_open_head(
        &self,
        id: &OrderId,
        expression: &str,
        also: Option<&str>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let is_open = "attribute_exists(open_shard)";
        let condition = also.map_or_else(|| is_open.to_owned(), |also| format!("{is_open} AND {also}"));
        let updated = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(head_key(id)))
            .update_expression(expression)
            .condition_expression(condition)
            .expression_attribute_values(":at", number(at))
            .send()
            .await;
        was_written(updated).map(drop)
    }

    /// Takes the order out of the open work, as one that upstream does not know at `now`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn close(&self, id: &OrderId, now: Timestamp) -> Result<(), StoreError> {
        let change = HeadChange {
            next_look: Some(None),
            plain: vec![("gone", AttributeValue::Bool(true))],
            ..HeadChange::default()
        };
        let ends = self.ends_update(id, self.end_of_personal(now), true)?;
        self.transact(vec![update(change.build(&self.table, id)?), update(ends)]).await.map(drop)
    }

    /// Writes how the order stands, which upstream said with its dates in `order` at `at` (on upstream's clock). `true`: the
    /// table said something else.
    ///
    /// An event that was newer than `at` wins; then nothing drifted, and nothing is written but the next due time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn observe(
        &self,
        id: &OrderId,
        status: &OrderStatus,
        order: &Value,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let found = self.order_head(id).await?;
        let facts = OrderFacts::of(order, now);
        let date = |pick: fn(&OrderHead) -> Option<&String>| found.as_ref().and_then(pick).and_then(|at| from_iso(at));
        let renews_at = facts.renews_at.or_else(|| date(|head| head.renews_at.as_ref()));
        let cancels_at = facts.cancels_at.or_else(|| date(|head| head.cancels_at.as_ref()));
        let takes_effect = found.as_ref().and_then(|head| head.takes_effect);
        let next = next_look(status, renews_at, cancels_at, takes_effect, now);
        let version = version(at, status.rank());
        let change = HeadChange {
            facts: status_facts(status),
            version,
            next_look: Some(next),
            plain: vec![("seen_at", number(now))],
            ..HeadChange::default()
        };
        let mut writes = vec![update(change.build(&self.table, id)?)];
        if status.is_final() && !found.as_ref().is_some_and(|head| head.has_ended) {
            writes.push(update(self.ends_update(id, self.end_of_personal(now), true)?));
        }
        if !self.transact(writes).await?.is_empty() {
            return self.postpone_order(id, now).await.map(|()| false);
        }
        Ok(found.is_some_and(|head| head.version.is_some() && head.status != *status))
    }
}

/// When an order that is `status` is to be looked at again: soon while it is being made, slowly once it is live, and not
/// any more once it is over.
pub(crate) fn next_look(
    status: &OrderStatus,
    renews_at: Option<Timestamp>,
    cancels_at: Option<Timestamp>,
    takes_effect: Option<Timestamp>,
    now: Timestamp,
) -> Option<(Waits, Timestamp)> {
    match status {
        OrderStatus::Failed | OrderStatus::Cancelled => None,
        OrderStatus::ActionRequired => Some((Waits::Open, now.saturating_add(ACTION_AFTER))),
        OrderStatus::CancelScheduled if cancels_at.is_some_and(|at| at <= now) => {
            Some((Waits::Slow, now.saturating_add(SILENT_AFTER)))
        }
        OrderStatus::Completed | OrderStatus::CancelScheduled => {
            let before = renews_at.map(|at| at.saturating_sub(WEEK));
            let after = takes_effect.map(|at| at.saturating_add(SILENT_AFTER));
            let dates = [before, renews_at, cancels_at, after, Some(now.saturating_add(WEEK))];
            let next = dates.into_iter().flatten().filter(|at| *at > now).min();
            next.map(|at| (Waits::Slow, at))
        }
        OrderStatus::InProgress | OrderStatus::Other(_) => Some((Waits::Open, now.saturating_add(SILENT_AFTER))),
    }
}

fn read(item: &Item, shard: &str) -> Option<OpenItem> {
    let (pk, sk) = (get_text(item, "pk")?.to_owned(), get_text(item, "sk")?.to_owned());
    let work = match (pk.split_once('#')?, sk.as_str()) {
        (("SESSION", id), "PLACEMENT") => OpenWork::Placement(SessionId::parse(id)?),
        (("ORDER", id), HEAD | ENDS) => OpenWork::Order(OrderId::parse(id)?),
        _ => return None,
    };
    Some(OpenItem { pk, sk, shard: shard.to_owned(), work })
}
