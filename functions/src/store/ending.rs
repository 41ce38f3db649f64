//! The end of an order's personal data: a while after it is final, its draft and the payloads of its events go.

use crate::clock::Timestamp;
use crate::store::error::was_written;
use crate::store::item::{Item, get_i64, get_text, key, number, text};
use crate::store::order_items::{ENDS, EVENTS, order_pk};
use crate::store::order_write::HeadChange;
use crate::store::transact::{delete, update};
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::{AttributeValue, Delete};
use futures::StreamExt;
use futures::future::BoxFuture;
use shared::ids::OrderId;

/// Items that are changed at once when one call changes many: a part of the connections of a process.
const AT_ONCE: usize = 16;
/// Seconds that an order may take until it is final and its personal data wait for that: half a year. What takes longer
/// waits for somebody who has gone.
const LONGEST_OPEN: Timestamp = 180 * 24 * 60 * 60;
/// Seconds in which upstream may deliver an event again: twice the 24 hours of docs/upstream.md#delivery.
const DELIVERED_AGAIN: Timestamp = 2 * 24 * 60 * 60;

/// One change of many.
pub(crate) type Work<'w> = BoxFuture<'w, Result<(), StoreError>>;

/// Carries out all of `work`, several at once.
pub(crate) async fn at_once(work: Vec<Work<'_>>) -> Result<(), StoreError> {
    let mut work = futures::stream::iter(work).buffer_unordered(AT_ONCE);
    while let Some(done) = work.next().await {
        done?;
    }
    Ok(())
}

impl Store {
    /// When personal data end of what is final at `now`.
    pub(super) fn end_of_personal(&self, now: Timestamp) -> Timestamp {
        now.saturating_add(self.keep_personal)
    }

    /// When they end at the latest of what is written at `now`, whatever becomes of the order.
    pub(super) fn latest_end(&self, now: Timestamp) -> Timestamp {
        self.end_of_personal(now).saturating_add(LONGEST_OPEN)
    }

    /// Removes the drafts and payloads of an order whose time has come; it may be repeated. `false`: it is not time, as
    /// something has happened to the order since it was found.
    ///
    /// # Errors
    /// [`StoreError`]; the order is found again then.
    pub async fn end_personal(&self, id: &OrderId, now: Timestamp) -> Result<bool, StoreError> {
        let ends = key(order_pk(id), ENDS);
        let ends = self.client.get_item().table_name(&self.table).set_key(Some(ends)).consistent_read(true);
        let ends = ends.send().await.map_err(StoreError::from_sdk)?.item;
        let Some(due) = ends.and_then(|item| get_i64(&item, "open_due")).filter(|due| *due <= now) else {
            return Ok(false);
        };
        let head = self.order_head(id).await?;
        let is_over = head.as_ref().is_none_or(|head| head.is_gone || head.status.is_final());
        if is_over {
            for session in head.iter().flat_map(|head| &head.sessions) {
                self.end_draft(session, now).await?;
            }
            self.end_payloads(id, now).await?;
        }
        // Last, so that what failed above is done the next time; and not if an event has come in since.
        let mut done = vec![delete(self.end_of_ends(id, due)?)];
        if let Some(head) = head.filter(|_| is_over) {
            let change = HeadChange {
                plain: vec![("ended", AttributeValue::Bool(true))],
                events_so_far: Some(head.event_count),
                ..HeadChange::default()
            };
            done.push(update(change.build(&self.table, id)?));
        }
        Ok(self.transact(done).await?.is_empty() && is_over)
    }

    fn end_of_ends(&self, id: &OrderId, due: Timestamp) -> Result<Delete, StoreError> {
        Delete::builder()
            .table_name(&self.table)
            .set_key(Some(key(order_pk(id), ENDS)))
            .condition_expression("open_due = :due")
            .expression_attribute_values(":due", number(due))
            .build()
            .map_err(StoreError::from_build)
    }

    /// Events stay known for as long as upstream may deliver them again.
    async fn end_payloads(&self, id: &OrderId, now: Timestamp) -> Result<(), StoreError> {
        let events = self.order_events(id, None).await?;
        let mut work: Vec<Work<'_>> = Vec::new();
        for event in &events {
            work.push(Box::pin(self.end_payload(event, now)));
        }
        at_once(work).await
    }

    async fn end_payload(&self, event: &str, now: Timestamp) -> Result<(), StoreError> {
        let dropped = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(format!("EVENT#{event}"), "EVENT")))
            .update_expression("SET expires_at = :end REMOVE entity")
            .condition_expression("attribute_exists(entity)")
            .expression_attribute_values(":end", number(now.saturating_add(DELIVERED_AGAIN)))
            .send()
            .await;
        was_written(dropped).map(drop)
    }

    /// The events about the whole order, behind `after`: those whose payloads may name somebody.
    pub(crate) async fn order_events(&self, id: &OrderId, after: Option<&str>) -> Result<Vec<String>, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
            .filter_expression("attribute_not_exists(d)")
            .projection_expression("sk")
            .expression_attribute_values(":pk", text(order_pk(id)))
            .expression_attribute_values(":from", text(format!("{EVENTS}{}", after.unwrap_or_default())))
            // Ids are ASCII, which all stands before this.
            .expression_attribute_values(":to", text(format!("{EVENTS}\u{7f}")));
        let items = query.into_paginator().items().send().collect::<Result<Vec<Item>, _>>().await;
        let items = items.map_err(StoreError::from_sdk)?;
        let ids = items.iter().filter_map(|item| get_text(item, "sk")?.strip_prefix(EVENTS));
        Ok(ids.filter(|event| after != Some(*event)).map(str::to_owned).collect())
    }

    /// The session is long over: nobody asks for its placement any more.
    async fn end_draft(&self, session: &str, now: Timestamp) -> Result<(), StoreError> {
        let placement: Item = key(format!("SESSION#{session}"), "PLACEMENT");
        let dropped = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(placement))
            .update_expression("SET expires_at = :now REMOVE draft, sent_at")
            .condition_expression("phase = :placed")
            .expression_attribute_values(":now", number(now))
            .expression_attribute_values(":placed", text("placed"))
            .send()
            .await;
        was_written(dropped).map(drop)
    }
}
