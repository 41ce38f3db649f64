//! What upstream shows of an order when it is asked: the full text, and all that can be read from it.

use crate::clock::{Timestamp, to_iso};
use crate::model::projection::version;
use crate::model::redact::Kept;
use crate::store::forgotten::pseudonym_of;
use crate::store::item::{get_flag, key};
use crate::store::order_facts::OrderFacts;
use crate::store::order_items::{INBOXES, order_pk};
use crate::store::order_write::{Belongs, HeadChange, belongs};
use crate::store::pack::pack;
use crate::store::transact::{check, update};
use crate::store::{Store, StoreError, inboxes};
use serde_json::Value;
use shared::ids::OrderId;
use shared::order::OrderStatus;

/// Tries of one change of a head: each leaves out at least one fact that is known already.
const MOST_TRIES: usize = 8;

impl Store {
    /// Keeps the full order as upstream said it at `at`, unless something newer is kept: its text, its inboxes, its price
    /// and dates, and whose it is.
    ///
    /// # Errors
    /// [`StoreError`]; what was written stays, and doing it again goes on.
    pub async fn keep_full_order(&self, id: &OrderId, order: &Value, at: Timestamp) -> Result<(), StoreError> {
        let status = order.get("status").and_then(Value::as_str).unwrap_or_default().to_owned();
        let version = version(at, OrderStatus::from(status).rank());
        let facts = OrderFacts::of(order, at);
        let mut change = HeadChange {
            facts: facts.changing.clone(),
            version,
            created_at: facts.created.map(to_iso),
            belongs: belongs(&facts),
            unless_forgotten: true,
            ..HeadChange::default()
        };
        let doc = pack(&Kept::without_people(order).json());
        self.write_if(self.doc_update(order_pk(id), &doc, version)?).await?;
        let forgotten = self.write_head(id, &mut change, facts.created).await?;
        let found = inboxes::find(order);
        if !found.is_empty() && !forgotten {
            let packed = inboxes::packed(&found)?;
            let inboxes = self.packed_update(key(order_pk(id), INBOXES), "addresses", &packed, version)?;
            self.write_if(inboxes).await?;
            self.drop_inboxes_if_forgotten(id).await?;
        }
        Ok(())
    }

    /// Keeps the dates in what upstream said of the order at `at`, when it was `status`: each unless a newer one is kept.
    ///
    /// # Errors
    /// [`StoreError`]; doing it again goes on.
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

    /// Writes what is new in `change`. `true`: the order's customer was forgotten.
    async fn write_head(
        &self,
        id: &OrderId,
        change: &mut HeadChange,
        created: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let mut forgotten = false;
        for _ in 0..MOST_TRIES {
            let mut writes = vec![update(change.build(&self.table, id)?)];
            if let (Some(created_at), Some(since)) = (&change.created_at, created) {
                for customer in &change.belongs.customers {
                    writes.push(update(self.alias_update(id, customer, created_at)?));
                    if change.belongs.pseudonym.is_none() {
                        writes.push(check(self.not_forgotten(customer, since)?));
                    }
                }
            }
            let refused = self.transact(writes).await?;
            if refused.is_empty() {
                return Ok(forgotten);
            }
            for refusal in refused {
                let found = refusal.item.unwrap_or_default();
                if refusal.place > 0 {
                    if let Some(pseudonym) = pseudonym_of(Some(&found)) {
                        change.belongs.replace_by(&pseudonym);
                        forgotten = true;
                    }
                } else if change.unless_forgotten && get_flag(&found, "forgotten") {
                    change.unless_forgotten = false;
                    change.belongs = Belongs::default();
                    forgotten = true;
                } else {
                    change.leave_out_older(&found);
                }
            }
            if change.is_empty() {
                return Ok(forgotten);
            }
        }
        Err(StoreError::Contended)
    }
}
