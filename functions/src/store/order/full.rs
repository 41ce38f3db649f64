//! Stores what upstream answers about an order: the full text, and all facts in it.

use crate::clock::{Timestamp, to_iso};
use crate::model::projection::version;
use crate::model::redact::Redacted;
use crate::store::dynamo::item::from_item;
use crate::store::dynamo::transaction::{Refusal, Transaction};
use crate::store::key::Key;
use crate::store::order::change::{HeadChange, OrderCustomer};
use crate::store::order::documents::{customer_update, document_update, inboxes_update};
use crate::store::order::facts::OrderFacts;
use crate::store::order::head::HeadItem;
use crate::store::order::inboxes;
use crate::store::pack::pack;
use crate::store::retention::tombstone::{not_forgotten, read_tombstone};
use crate::store::{Store, StoreError};
use serde_json::Value;
use shared::ids::OrderId;
use shared::order::OrderStatus;

/// Attempts for one change of a head: each leaves out at least one fact that is known already.
const ATTEMPTS: usize = 8;

/// The writes of one change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Head,
    Customer,
    ForgottenCheck,
}

impl Store {
    /// Stores the full order as upstream answered it at `at`, unless a newer one is stored: its text, its inboxes, its
    /// price and dates, and its customer.
    ///
    /// # Errors
    /// [`StoreError`]; what was written stays, and a repetition continues.
    pub async fn keep_full_order(&self, id: &OrderId, order: &Value, at: Timestamp) -> Result<(), StoreError> {
        let status = order.get("status").and_then(Value::as_str).unwrap_or_default().to_owned();
        let version = version(at, OrderStatus::from(status).rank());
        let facts = OrderFacts::of(order, at);
        let mut change = HeadChange {
            facts: facts.changing.clone(),
            version,
            created_at: facts.created.map(to_iso),
            customer: OrderCustomer::of(&facts),
            unless_forgotten: true,
            ..HeadChange::default()
        };
        let document = pack(&Redacted::without_people(order).json());
        self.update(document_update(Key::order_document(id), &document, version)).await?;
        let forgotten = self.write_head(id, &mut change, facts.created).await?;
        let found = inboxes::find(order);
        if !found.is_empty() && !forgotten {
            self.update(inboxes_update(Key::order_inboxes(id), &inboxes::packed(&found)?, version)).await?;
            self.drop_inboxes_if_forgotten(id).await?;
        }
        Ok(())
    }

    /// Stores the dates that upstream answered for the order at `at`, when it was `status`: each unless a newer one is
    /// stored.
    ///
    /// # Errors
    /// [`StoreError`]; a repetition continues.
    pub async fn keep_dates(
        &self,
        id: &OrderId,
        status: &OrderStatus,
        order: &Value,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let facts = OrderFacts::of(order, at).dates();
        let mut change = HeadChange { facts, version: version(at, status.rank()), ..HeadChange::default() };
        if change.is_empty() {
            return Ok(());
        }
        self.write_head(id, &mut change, None).await.map(drop)
    }

    /// Writes the new facts of `change`. `true`: the customer of the order was erased.
    async fn write_head(
        &self,
        id: &OrderId,
        change: &mut HeadChange,
        created: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let mut forgotten = false;
        for _ in 0..ATTEMPTS {
            let mut transaction = Transaction::new();
            transaction.push(Part::Head, change.update(id));
            if let (Some(created_at), Some(since)) = (&change.created_at, created) {
                for customer in &change.customer.names {
                    transaction.push(Part::Customer, customer_update(id, customer, created_at));
                    if change.customer.pseudonym.is_none() {
                        transaction.push(Part::ForgottenCheck, not_forgotten(customer, since));
                    }
                }
            }
            let refused = self.transact(transaction).await?;
            if refused.is_empty() {
                return Ok(forgotten);
            }
            for refusal in refused {
                forgotten |= leave_out(change, refusal)?;
            }
            if change.is_empty() {
                return Ok(forgotten);
            }
        }
        Err(StoreError::Contended)
    }
}

/// Leaves out what a refusal shows to be outdated. `true`: the customer of the order was forgotten.
fn leave_out(change: &mut HeadChange, refusal: Refusal<Part>) -> Result<bool, StoreError> {
    let Some(found) = refusal.item else {
        return Ok(false);
    };
    if refusal.label == Part::ForgottenCheck {
        change.customer.replace_by(&read_tombstone(found)?.pseudonym);
        return Ok(true);
    }
    if change.unless_forgotten && from_item::<HeadItem>(found.clone())?.forgotten {
        change.unless_forgotten = false;
        change.customer = OrderCustomer::default();
        return Ok(true);
    }
    change.leave_out_older(&found);
    Ok(false)
}
