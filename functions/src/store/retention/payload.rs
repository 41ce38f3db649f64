//! Removal of drafts and of the payloads of events, which name people: for an order that is over, and for a customer who is
//! forgotten.

use crate::clock::Timestamp;
use crate::store::condition::{exists, has, has_no};
use crate::store::dynamo::concurrent::{Work, at_once};
use crate::store::dynamo::query::RangeQuery;
use crate::store::dynamo::update::Update;
use crate::store::key::range::KeyRange;
use crate::store::key::{Key, OrderItem};
use crate::store::{Store, StoreError};
use shared::ids::{OrderId, SessionId};

/// Seconds in which upstream may deliver an event again: twice the 24 hours of docs/upstream.md#delivery.
const DELIVERED_AGAIN: Timestamp = 2 * 24 * 60 * 60;

/// Why payloads are removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// The order is over at this time. Its events expire once upstream cannot deliver them again.
    OrderIsOver(Timestamp),
    /// The customer is forgotten.
    CustomerForgotten,
}

/// Removes the draft of a placement.
pub(super) fn draft_removal(session: &SessionId) -> Update {
    Update::of(Key::placement(session)).remove("draft").remove("sent_at")
}

fn payload_removal(event: &str, reason: Reason) -> Update {
    let update = Update::of(Key::event(event)).remove("entity");
    match reason {
        Reason::OrderIsOver(now) => {
            update.set("expires_at", now.saturating_add(DELIVERED_AGAIN)).only_if(has("entity"))
        }
        Reason::CustomerForgotten => update.only_if(exists()),
    }
}

impl Store {
    /// The events about the whole order, after `after`: those with a payload that may name people.
    pub(super) async fn order_events(&self, id: &OrderId, after: Option<&str>) -> Result<Vec<String>, StoreError> {
        let query = RangeQuery { range: KeyRange::order_events(id, after), filter: Some(has_no("d")) };
        let keys = self.range_keys(query).await?;
        let events = keys.iter().filter_map(|key| match key.order_item() {
            Some(OrderItem::Event(event)) => Some(event),
            _ => None,
        });
        Ok(events.filter(|event| after != Some(*event)).map(str::to_owned).collect())
    }

    /// Removes the payloads of `events`.
    pub(super) async fn remove_payloads(&self, events: &[String], reason: Reason) -> Result<(), StoreError> {
        let mut work: Vec<Work<'_>> = Vec::new();
        for event in events {
            work.push(Box::pin(async move { self.update(payload_removal(event, reason)).await.map(drop) }));
        }
        at_once(work).await
    }
}
