//! Events in the table: the event and what it says of its order, both or neither.

use crate::clock::Timestamp;
use crate::store::item::{Item, key, number, text, without_credentials};
use crate::store::order::{DOMAIN_PREFIX, SILENT_AFTER, TIMELINE_PREFIX, order_key};
use crate::store::table::open_shard;
use crate::store::{Store, StoreError};
use crate::webhook::projection::{Fact, Projection};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use shared::event::Event;
use std::collections::HashMap;

/// Seconds that an event is remembered: senders of this kind retry for up to 8 days, so 30 are plenty.
pub const KEEP_EVENTS: Timestamp = 30 * 24 * 60 * 60;
/// Tries when writers of one order meet: DynamoDB cancels one of them.
const CONFLICT_TRIES: u32 = 4;

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// Stored, and its order moved.
    New,
    /// Stored, and its order was further already.
    Stale,
    /// Seen before: nothing was written.
    Duplicate,
}

enum Cancelled {
    Duplicate,
    Stale,
    Conflict,
}

impl Store {
    /// Stores `event` and applies `projection`, if it speaks of an order.
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
        let put = self.event_put(event, environment, now)?;
        let mut guarded = true;
        for _ in 0..CONFLICT_TRIES {
            let mut writes = vec![TransactWriteItem::builder().put(put.clone()).build()];
            if let Some(projection) = projection {
                let update = self.order_update(event, projection, guarded, now)?;
                writes.push(TransactWriteItem::builder().update(update).build());
            }
            let outcome = self.client.transact_write_items().set_transact_items(Some(writes)).send().await;
            match outcome.map_err(|error| cancelled(&error).ok_or_else(|| StoreError::from_sdk(error))) {
                Ok(_) if guarded => return Ok(Recorded::New),
                Ok(_) => return Ok(Recorded::Stale),
                Err(Ok(Cancelled::Duplicate)) => return Ok(Recorded::Duplicate),
                // The order is further: the event still belongs on its timeline.
                Err(Ok(Cancelled::Stale)) => guarded = false,
                Err(Ok(Cancelled::Conflict)) => tokio::task::yield_now().await,
                Err(Err(error)) => return Err(error),
            }
        }
        Err(StoreError::Contended)
    }

    fn event_put(&self, event: &Event, environment: &str, now: Timestamp) -> Result<Put, StoreError> {
        let entity = without_credentials(serde_json::Value::Object(event.entity.clone()));
        let item: Item = key(format!("EVENT#{}", event.id), "EVENT")
            .into_iter()
            .chain([
                ("type".to_owned(), text(&event.kind)),
                ("happened_at".to_owned(), text(&event.created_at)),
                ("received_at".to_owned(), number(now)),
                ("environment".to_owned(), text(environment)),
                ("entity".to_owned(), text(entity.to_string())),
                ("expires_at".to_owned(), number(now.saturating_add(KEEP_EVENTS))),
            ])
            .collect();
        Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(StoreError::from_build)
    }

    /// The update of the order: always its timeline, and when `guarded` what the event says, if that is newer.
    fn order_update(
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
            }
        }
        change.name("#entry", format!("{TIMELINE_PREFIX}{}", event.id));
        change.set("#entry = :entry", ":entry", AttributeValue::M(entry));
        if guarded {
            change.add_fact(projection, now);
        }
        change.build(&self.table, projection)
    }
}

/// One update expression in the making.
#[derive(Default)]
struct Change {
    sets: Vec<&'static str>,
    removes: Vec<&'static str>,
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

    fn add_fact(&mut self, projection: &Projection, now: Timestamp) {
        match &projection.fact {
            Fact::Order { status, .. } => {
                self.condition = Some("attribute_not_exists(version) OR version < :version");
                self.set("version = :version", ":version", number(projection.version));
                self.name("#status", "status");
                self.set("#status = :status", ":status", text(status.as_str()));
                if status.is_final() {
                    self.removes.extend(["open_shard", "open_due"]);
                } else {
                    self.set("open_shard = :shard", ":shard", text(open_shard(projection.order.as_str())));
                    self.set("open_due = :due", ":due", number(now.saturating_add(SILENT_AFTER)));
                }
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
        }
    }

    fn build(self, table: &str, projection: &Projection) -> Result<Update, StoreError> {
        let mut expression = format!("SET {}", self.sets.join(", "));
        if !self.removes.is_empty() {
            expression.push_str(" REMOVE ");
            expression.push_str(&self.removes.join(", "));
        }
        Update::builder()
            .table_name(table)
            .set_key(Some(order_key(&projection.order)))
            .update_expression(expression)
            .set_condition_expression(self.condition.map(str::to_owned))
            .set_expression_attribute_names(Some(self.names))
            .set_expression_attribute_values(Some(self.values))
            .build()
            .map_err(StoreError::from_build)
    }
}

/// Why the transaction was cancelled, if its reasons tell: the first is the event's, the second the order's.
fn cancelled<R>(error: &SdkError<TransactWriteItemsError, R>) -> Option<Cancelled> {
    match error.as_service_error()? {
        TransactWriteItemsError::TransactionCanceledException(exception) => {
            let codes: Vec<&str> =
                exception.cancellation_reasons().iter().map(|reason| reason.code().unwrap_or("None")).collect();
            match codes.as_slice() {
                ["ConditionalCheckFailed", ..] => Some(Cancelled::Duplicate),
                [_, "ConditionalCheckFailed"] => Some(Cancelled::Stale),
                codes if codes.contains(&"TransactionConflict") => Some(Cancelled::Conflict),
                _ => None,
            }
        }
        TransactWriteItemsError::TransactionInProgressException(_) => Some(Cancelled::Conflict),
        _ => None,
    }
}
