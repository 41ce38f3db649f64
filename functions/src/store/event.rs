//! Events in the table: the event and what it says of its entity, both or neither.

use crate::clock::{Timestamp, from_iso};
use crate::store::item::{Item, key, number, text};
use crate::store::list::{events_of_day, order_place, place};
use crate::store::order::{DOMAIN_PREFIX, SILENT_AFTER, TIMELINE_PREFIX};
use crate::store::redact::Kept;
use crate::store::table::Waits;
use crate::store::{Store, StoreError};
use crate::webhook::projection::{Entity, Fact, Projection};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use shared::event::Event;
use std::collections::HashMap;

/// Tries when writers of one entity meet: DynamoDB cancels one of them.
pub(crate) const CONFLICT_TRIES: u32 = 4;

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// Stored, and its entity moved.
    New,
    /// Stored, and its entity was further already.
    Stale,
    /// Seen before: nothing was written.
    Duplicate,
}

impl Store {
    /// Stores `event` and applies `projection`, if it speaks of anything known.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was written, and upstream should deliver again.
    pub async fn record(
        &self,
        event: &Event,
        projection: Option<&Projection>,
        environment: &str,
        now: Timestamp,
    ) -> Result<Recorded, StoreError> {
        let mut doc = projection.and_then(|projection| Some((projection, projection.doc.as_deref()?)));
        let mut guarded = true;
        let mut conflicts = 0;
        while conflicts < CONFLICT_TRIES {
            let mut writes =
                vec![TransactWriteItem::builder().put(self.event_put(event, projection, environment, now)?).build()];
            if let Some(projection) = projection {
                let update = self.entity_update(event, projection, guarded, now)?;
                writes.push(TransactWriteItem::builder().update(update).build());
            }
            if let Some((projection, doc)) = doc {
                let update = self.doc_update(projection, doc)?;
                writes.push(TransactWriteItem::builder().update(update).build());
            }
            let outcome = self.client.transact_write_items().set_transact_items(Some(writes)).send().await;
            match outcome.map_err(|error| refusals(&error).ok_or_else(|| StoreError::from_sdk(error))) {
                Ok(_) if guarded => return Ok(Recorded::New),
                Ok(_) => return Ok(Recorded::Stale),
                Err(Ok(refused)) if refused.contains(&0) => return Ok(Recorded::Duplicate),
                Err(Ok(refused)) if refused.is_empty() => {
                    conflicts += 1;
                    tokio::task::yield_now().await;
                }
                Err(Ok(refused)) => {
                    // The entity is further: the event still belongs on its timeline.
                    guarded = guarded && !refused.contains(&1);
                    // Its whole text is of a later moment already.
                    doc = doc.filter(|_| !refused.contains(&2));
                }
                Err(Err(error)) => return Err(error),
            }
        }
        Err(StoreError::Contended)
    }

    fn event_put(
        &self,
        event: &Event,
        projection: Option<&Projection>,
        environment: &str,
        now: Timestamp,
    ) -> Result<Put, StoreError> {
        let happened = from_iso(&event.created_at).unwrap_or(now);
        let (list, list_at) = (events_of_day(happened), place(happened, event.id.as_str()));
        let mut item: Item = key(format!("EVENT#{}", event.id), "EVENT")
            .into_iter()
            .chain([
                ("type".to_owned(), text(&event.kind)),
                ("happened_at".to_owned(), text(&event.created_at)),
                ("received_at".to_owned(), number(now)),
                ("environment".to_owned(), text(environment)),
                ("entity".to_owned(), text(Kept::without_credentials(&event.entity).json())),
                ("list".to_owned(), text(list)),
                ("list_at".to_owned(), text(list_at)),
            ])
            .collect();
        // The payload of an order's event ends with the order; this is for an order that never does.
        let of_order = projection.is_some_and(|projection| matches!(projection.entity, Entity::Order(_)));
        let end = if of_order { self.latest_end(now) } else { self.end_of_personal(now) };
        item.insert("expires_at".to_owned(), number(end));
        if let Some(projection) = projection {
            item.insert("about".to_owned(), text(projection.entity.pk()));
        }
        Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(StoreError::from_build)
    }

    /// The update of the entity: always its timeline, and when `guarded` what the event says, if that is newer.
    fn entity_update(
        &self,
        event: &Event,
        projection: &Projection,
        guarded: bool,
        now: Timestamp,
    ) -> Result<Update, StoreError> {
        let mut change = Change::default();
        let mut entry = HashMap::from([
            ("type".to_owned(), text(&event.kind)),
            ("at".to_owned(), text(&event.created_at)),
            ("version".to_owned(), number(projection.version)),
        ]);
        // What only some events know stays with the event; a reader takes it from the newest one that knows.
        if let Fact::Order { customer, created_at, domain_count, costs, .. } = &projection.fact {
            entry.extend(domain_count.map(|count| ("domain_count".to_owned(), number(count))));
            if let Some(costs) = costs {
                entry.insert("total_cents".to_owned(), number(costs.total_cents));
                entry.insert("currency".to_owned(), text(&costs.currency));
            }
            // These never change, so whoever comes first may write them.
            if let Some(customer) = customer {
                change.set("customer = if_not_exists(customer, :customer)", ":customer", text(customer));
            }
            if let Some(created_at) = created_at {
                change.set("created_at = if_not_exists(created_at, :created)", ":created", text(created_at));
                if let Some((list, list_at)) = order_place(projection.entity.pk().as_str(), created_at) {
                    change.name("#list", "list");
                    change.set("#list = if_not_exists(#list, :list)", ":list", text(list));
                    change.set("list_at = if_not_exists(list_at, :list_at)", ":list_at", text(list_at));
                }
            }
        }
        if let Fact::Domain { name, .. } = &projection.fact {
            entry.insert("domain".to_owned(), text(name.as_str()));
        }
        change.name("#entry", format!("{TIMELINE_PREFIX}{}", event.id));
        change.set("#entry = :entry", ":entry", AttributeValue::M(entry));
        let end = self.end_of_personal(now);
        if guarded {
            change.add_fact(projection, now, end);
        }
        if matches!(projection.entity, Entity::Order(_)) {
            change.add = Some("event_count :one");
            change.values.insert(":one".to_owned(), number(1));
        }
        if let (Entity::Order(id), false) = (&projection.entity, change.moves_order()) {
            // What comes after the end of the order's personal data has an end of its own.
            change.set(
                "open_shard = if_not_exists(open_shard, :shard)",
                ":shard",
                text(Waits::Ends.shard_of(id.as_str())),
            );
            change.set("open_due = if_not_exists(open_due, :due)", ":due", number(end));
        }
        change.build(&self.table, projection)
    }

    fn doc_update(&self, projection: &Projection, doc: &str) -> Result<Update, StoreError> {
        Update::builder()
            .table_name(&self.table)
            .set_key(Some(key(projection.entity.pk(), "DOC")))
            .update_expression("SET doc = :doc, version = :version")
            .condition_expression("attribute_not_exists(version) OR version < :version")
            .expression_attribute_values(":doc", text(doc))
            .expression_attribute_values(":version", number(projection.version))
            .build()
            .map_err(StoreError::from_build)
    }
}

/// One update expression in the making.
#[derive(Default)]
struct Change {
    sets: Vec<&'static str>,
    add: Option<&'static str>,
    condition: Option<&'static str>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Change {
    fn name(&mut self, placeholder: &str, attribute: impl Into<String>) {
        self.names.insert(placeholder.to_owned(), attribute.into());
    }

    fn set(&mut self, expression: &'static str, placeholder: &str, value: AttributeValue) {
        self.sets.push(expression);
        self.values.insert(placeholder.to_owned(), value);
    }

    /// Whether it says when the order is to be looked at.
    fn moves_order(&self) -> bool {
        self.values.contains_key(":due")
    }

    fn add_fact(&mut self, projection: &Projection, now: Timestamp, end: Timestamp) {
        match &projection.fact {
            Fact::Order { status, .. } => {
                self.condition = Some("attribute_not_exists(version) OR version < :version");
                self.set("version = :version", ":version", number(projection.version));
                self.name("#status", "status");
                self.set("#status = :status", ":status", text(status.as_str()));
                let (waits, due) = match (status.is_final(), &projection.doc) {
                    (true, Some(_)) => (Waits::Ends, end),
                    // A thin event of the end leaves the order open until the reconciler has read the whole of it.
                    (true, None) => (Waits::Open, now),
                    (false, _) => (Waits::Open, now.saturating_add(SILENT_AFTER)),
                };
                self.set("open_shard = :shard", ":shard", text(waits.shard_of(shard_id(&projection.entity))));
                self.set("open_due = :due", ":due", number(due));
            }
            Fact::Domain { name, status, provider } => {
                self.condition = Some("attribute_not_exists(#domain) OR #domain.version < :version");
                self.values.insert(":version".to_owned(), number(projection.version));
                let mut row = HashMap::from([
                    ("status".to_owned(), text(status)),
                    ("version".to_owned(), number(projection.version)),
                ]);
                if let Some(provider) = provider {
                    row.insert("provider".to_owned(), text(provider));
                }
                self.name("#domain", format!("{DOMAIN_PREFIX}{name}"));
                self.set("#domain = :domain", ":domain", AttributeValue::M(row));
            }
            Fact::Status(status) => {
                self.condition = Some("attribute_not_exists(version) OR version < :version");
                self.set("version = :version", ":version", number(projection.version));
                self.name("#status", "status");
                self.set("#status = :status", ":status", text(status));
            }
        }
    }

    fn build(self, table: &str, projection: &Projection) -> Result<Update, StoreError> {
        let add = self.add.map(|add| format!(" ADD {add}")).unwrap_or_default();
        Update::builder()
            .table_name(table)
            .set_key(Some(key(projection.entity.pk(), projection.entity.sk())))
            .update_expression(format!("SET {}{add}", self.sets.join(", ")))
            .set_condition_expression(self.condition.map(str::to_owned))
            .set_expression_attribute_names(Some(self.names))
            .set_expression_attribute_values(Some(self.values))
            .build()
            .map_err(StoreError::from_build)
    }
}

fn shard_id(entity: &Entity) -> &str {
    match entity {
        Entity::Order(id) => id.as_str(),
        Entity::Import(id) => id.as_str(),
        Entity::Swap(id) | Entity::Forwarding(id) => id,
        Entity::Domain(name) => name.as_str(),
    }
}

/// The places of the writes whose condition did not hold; none when writers met, which is worth another try.
pub(crate) fn refusals<R>(error: &SdkError<TransactWriteItemsError, R>) -> Option<Vec<usize>> {
    match error.as_service_error()? {
        TransactWriteItemsError::TransactionCanceledException(exception) => {
            let codes: Vec<&str> =
                exception.cancellation_reasons().iter().map(|reason| reason.code().unwrap_or("None")).collect();
            let failed = codes.iter().enumerate().filter(|(_, code)| **code == "ConditionalCheckFailed");
            let failed: Vec<usize> = failed.map(|(place, _)| place).collect();
            (!failed.is_empty() || codes.contains(&"TransactionConflict")).then_some(failed)
        }
        TransactWriteItemsError::TransactionInProgressException(_) => Some(Vec::new()),
        _ => None,
    }
}
