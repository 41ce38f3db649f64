//! Spend guards: how much was ordered today, by customer and by all; and the switch that stops new orders.

use crate::clock::{Timestamp, to_iso};
use crate::model::placement::Counted;
use crate::store::error::was_written;
use crate::store::item::{get_text, key, number};
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::{AttributeValue, Update};
use shared::customer::customer_key;
use shared::order::Costs;

/// Seconds that a day's counter outlives its day.
pub(crate) const KEEP_COUNTERS: Timestamp = 7 * 24 * 60 * 60;

/// What one day may see. `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Orders.
    pub orders: Option<u64>,
    /// Cents that they cost: domains before an order is sent, licences as soon as its receipt tells.
    pub cents: Option<u64>,
}

impl Limit {
    const fn is_none(&self) -> bool {
        self.orders.is_none() && self.cents.is_none()
    }
}

/// Whose counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guarded<'g> {
    /// One customer's.
    Customer(&'g str),
    /// All of the partner's.
    Partner,
}

impl Guarded<'_> {
    pub(crate) fn counter(self, now: Timestamp) -> String {
        let day: String = to_iso(now).chars().take(10).collect();
        match self {
            Self::Customer(customer) => format!("GUARD#{day}#CUSTOMER#{}", customer_key(customer)),
            Self::Partner => format!("GUARD#{day}#PARTNER"),
        }
    }
}

impl Store {
    /// Counts an order on its day, if `limit` has room for it. `false`: it has not, and nothing was counted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reserve(&self, whose: Guarded<'_>, limit: Limit, counted: Counted) -> Result<bool, StoreError> {
        let Counted { cents, at: now } = counted;
        if limit.is_none() {
            return Ok(true);
        }
        let mut update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(whose.counter(now), "GUARD")))
            .update_expression("ADD orders :one, cents :cents SET expires_at = :expires")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":cents", number(cents))
            .expression_attribute_values(":expires", number(now.saturating_add(KEEP_COUNTERS)));
        let mut conditions = Vec::new();
        if let Some(orders) = limit.orders {
            let Some(room) = orders.checked_sub(1) else {
                return Ok(false);
            };
            conditions.push("(attribute_not_exists(orders) OR orders <= :orders_room)");
            update = update.expression_attribute_values(":orders_room", number(room));
        }
        if let Some(most) = limit.cents {
            let Some(room) = most.checked_sub(cents) else {
                return Ok(false);
            };
            conditions.push("(attribute_not_exists(cents) OR cents <= :cents_room)");
            update = update.expression_attribute_values(":cents_room", number(room));
        }
        was_written(update.condition_expression(conditions.join(" AND ")).send().await)
    }

    /// Takes back what [`Store::reserve`] counted, because nothing was ordered. Should this fail, the day's counter
    /// is too high by one order, which errs on the side that costs nothing.
    pub async fn release(&self, whose: Guarded<'_>, limit: Limit, counted: Counted) {
        if limit.is_none() {
            return;
        }
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(whose.counter(counted.at), "GUARD")))
            .update_expression("ADD orders :one, cents :cents")
            .condition_expression("orders >= :least")
            .expression_attribute_values(":one", AttributeValue::N("-1".to_owned()))
            .expression_attribute_values(":cents", AttributeValue::N(format!("-{}", counted.cents)))
            .expression_attribute_values(":least", number(1));
        if let Err(error) = self.take_off(update).await {
            tracing::warn!(error.cause = %error, "a spend counter may stay too high");
        }
    }

    /// Brings a counter from what the domains cost to what the order costs; `None` when cents are not limited, or the
    /// two are the same. It belongs into the transaction that records the receipt: then it is counted exactly once.
    pub(crate) fn correction(
        &self,
        (whose, limit): (Guarded<'_>, Limit),
        counted: Counted,
        costs: &Costs,
    ) -> Result<Option<Update>, StoreError> {
        let difference = i128::from(costs.total_cents).saturating_sub(i128::from(counted.cents));
        if limit.cents.is_none() || difference == 0 {
            return Ok(None);
        }
        Update::builder()
            .table_name(&self.table)
            .set_key(Some(key(whose.counter(counted.at), "GUARD")))
            .update_expression("ADD cents :difference SET expires_at = if_not_exists(expires_at, :expires)")
            .expression_attribute_values(":difference", number(difference))
            .expression_attribute_values(":expires", number(counted.at.saturating_add(KEEP_COUNTERS)))
            .build()
            .map(Some)
            .map_err(StoreError::from_build)
    }

    /// Whether new orders are stopped: the item `SWITCH` / `ORDERS` says `state = "stopped"`. Read each time, so that
    /// it works at once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn orders_stopped(&self) -> Result<bool, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key("SWITCH", "ORDERS")))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        Ok(found.item.as_ref().and_then(|item| get_text(item, "state")) == Some("stopped"))
    }
}
