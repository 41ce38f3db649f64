//! The item of an event: when it happened, what it is about, and what may be kept of it.

use crate::clock::{Timestamp, from_iso};
use crate::model::projection::{Entity, Fact, Projection};
use crate::model::redact::Kept;
use crate::store::buckets::{events_of_day, place};
use crate::store::item::{Item, bytes, key, number, short, text};
use crate::store::order_facts::LONGEST_WORD;
use crate::store::pack::{Packed, pack};
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::{AttributeValue, Put};
use shared::event::Event;

/// The item of an event, with what may be kept of its payload.
#[derive(Debug)]
pub(crate) struct EventItem<'e> {
    event: &'e Event,
    environment: &'e str,
    payload: Option<Packed>,
}

impl<'e> EventItem<'e> {
    pub(crate) fn new(event: &'e Event, projection: Option<&Projection>, environment: &'e str) -> Self {
        // Only an order needs people, and only an order's events are found when its customer is forgotten.
        let kept = match is_about_an_order(projection) {
            true => Kept::with_people(&event.entity),
            false => Kept::without_people(&event.entity),
        };
        Self { event, environment, payload: Some(pack(&kept.json())) }
    }

    /// Leaves out the payload.
    pub(crate) fn strip(&mut self) {
        self.payload = None;
    }

    pub(crate) fn id(&self) -> &str {
        self.event.id.as_str()
    }

    pub(crate) fn kind(&self) -> &str {
        &self.event.kind
    }

    /// When it happened, as it came; a time is no longer than a word.
    pub(crate) fn happened_at(&self) -> String {
        short(&self.event.created_at, LONGEST_WORD)
    }

    pub(crate) fn put(
        &self,
        store: &Store,
        projection: Option<&Projection>,
        now: Timestamp,
    ) -> Result<Put, StoreError> {
        let happened = from_iso(&self.event.created_at).unwrap_or(now);
        let mut item: Item = key(format!("EVENT#{}", self.id()), "EVENT");
        let mut set = |name: &str, value: AttributeValue| drop(item.insert(name.to_owned(), value));
        set("type", text(self.kind()));
        set("happened_at", text(self.happened_at()));
        set("received_at", number(now));
        set("environment", text(self.environment));
        set("list", text(events_of_day(happened)));
        set("list_at", text(place(happened, self.id())));
        if let Some(payload) = &self.payload {
            set("entity", bytes(payload.bytes.clone()));
            if payload.truncated {
                set("truncated", AttributeValue::Bool(true));
            }
        }
        // The payload of an order's event names people and ends with the order; this is for an order that never does.
        let end = match is_about_an_order(projection) {
            true => store.latest_end(now),
            false => store.end_of_personal(now),
        };
        set("expires_at", number(end));
        match projection {
            Some(projection) => set("about", text(projection.entity.pk())),
            None => set("unknown", AttributeValue::Bool(true)),
        }
        Put::builder()
            .table_name(&store.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(StoreError::from_build)
    }
}

/// Whether it is about a whole order. Those about a domain of one name nobody.
fn is_about_an_order(projection: Option<&Projection>) -> bool {
    projection.is_some_and(|projection| {
        matches!((&projection.entity, &projection.fact), (Entity::Order(_), Fact::Order { .. }))
    })
}
