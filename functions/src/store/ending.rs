//! The end of an order's personal data: a while after it is final, its draft and the payloads of its events go.

use crate::clock::Timestamp;
use crate::store::error::was_written;
use crate::store::item::{Item, get_i64, get_text, key, number, text};
use crate::store::order::{EVENT_COUNT, TIMELINE_PREFIX, order_key, sessions_of};
use crate::store::table::Waits;
use crate::store::{Store, StoreError};
use shared::ids::OrderId;

/// Seconds that an order may take until it is final and its personal data wait for that: half a year. What takes longer
/// waits for somebody who has gone.
const LONGEST_OPEN: Timestamp = 180 * 24 * 60 * 60;
/// Seconds in which upstream may deliver an event again: it tries for 24 hours (reference, 6.2), twice that for safety.
const DELIVERED_AGAIN: Timestamp = 2 * 24 * 60 * 60;

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
        let read = self.client.get_item().table_name(&self.table).set_key(Some(order_key(id))).consistent_read(true);
        let Some(item) = read.send().await.map_err(StoreError::from_sdk)?.item else {
            return Ok(false);
        };
        let shard = Waits::Ends.shard_of(id.as_str());
        let due = get_i64(&item, "open_due").filter(|due| *due <= now);
        let Some(due) = due.filter(|_| get_text(&item, "open_shard") == Some(shard.as_str())) else {
            return Ok(false);
        };
        let sessions = sessions_of(&item);
        for session in sessions {
            self.end_draft(&session, now).await?;
        }
        for event in item.keys().filter_map(|name| name.strip_prefix(TIMELINE_PREFIX)) {
            self.end_payload(event, now).await?;
        }
        // Last, so that what failed above is done the next time; and not if an event has come in since.
        let mut done = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(order_key(id)))
            .update_expression("REMOVE open_shard, open_due")
            .expression_attribute_names("#events", EVENT_COUNT)
            .expression_attribute_values(":shard", text(shard))
            .expression_attribute_values(":due", number(due));
        let same_events = match get_i64(&item, EVENT_COUNT) {
            None => "attribute_not_exists(#events)",
            Some(events) => {
                done = done.expression_attribute_values(":events", number(events));
                "#events = :events"
            }
        };
        let unchanged = format!("open_shard = :shard AND open_due = :due AND {same_events}");
        was_written(done.condition_expression(unchanged).send().await)
    }

    /// The event stays known for as long as upstream may deliver it again.
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
