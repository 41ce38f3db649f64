//! Spend counters: what one customer and what all customers ordered on a day; and the switch that stops new orders.

use crate::clock::Timestamp;
use crate::model::placement::Counted;
use crate::store::condition::{at_least, at_most};
use crate::store::dynamo::update::Update;
use crate::store::key::Key;
use crate::store::{Store, StoreError};
use serde::Deserialize;
use shared::order::Costs;

/// Seconds that the counter of a day is kept.
pub(crate) const KEEP_COUNTERS: Timestamp = 7 * 24 * 60 * 60;

/// The limits of one day. `None`: no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Most orders.
    pub orders: Option<u64>,
    /// Most cents that they cost: domains before an order is sent, licences once the receipt has them.
    pub cents: Option<u64>,
}

impl Limit {
    const fn is_none(&self) -> bool {
        self.orders.is_none() && self.cents.is_none()
    }
}

/// A counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpendCounter<'g> {
    /// Of one customer.
    Customer(&'g str),
    /// Of all customers.
    Partner,
}

impl SpendCounter<'_> {
    /// The item of this counter on the day of `at`.
    pub(crate) fn key(self, at: Timestamp) -> Key {
        match self {
            Self::Customer(customer) => Key::customer_counter(customer, at),
            Self::Partner => Key::partner_counter(at),
        }
    }
}

/// The item of the switch.
#[derive(Debug, Deserialize)]
struct SwitchItem {
    /// `stopped`, or any other word.
    #[serde(default)]
    state: String,
}

impl Store {
    /// Counts an order on its day, if `limit` has room for it. `false`: it has not, and nothing was counted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reserve(&self, counter: SpendCounter<'_>, limit: Limit, counted: Counted) -> Result<bool, StoreError> {
        let Counted { cents, at: now } = counted;
        if limit.is_none() {
            return Ok(true);
        }
        let mut update = Update::of(counter.key(now))
            .add("orders", 1_u64)
            .add("cents", cents)
            .set("expires_at", now.saturating_add(KEEP_COUNTERS));
        if let Some(orders) = limit.orders {
            let Some(room) = orders.checked_sub(1) else {
                return Ok(false);
            };
            update = update.only_if(at_most("orders", room));
        }
        if let Some(most) = limit.cents {
            let Some(room) = most.checked_sub(cents) else {
                return Ok(false);
            };
            update = update.only_if(at_most("cents", room));
        }
        self.update(update).await
    }

    /// Subtracts what [`Store::reserve`] counted, because nothing was ordered. If this fails, the counter of the day is too
    /// high by one order, which costs nothing.
    pub async fn release(&self, counter: SpendCounter<'_>, limit: Limit, counted: Counted) {
        if limit.is_none() {
            return;
        }
        let update = Update::of(counter.key(counted.at))
            .add("orders", -1_i64)
            .add("cents", i128::from(counted.cents).saturating_neg())
            .only_if(at_least("orders", 1_u64));
        if let Err(error) = self.update_at_most_once(update).await {
            tracing::warn!(error.cause = %error, "spend counter not decremented");
        }
    }

    /// Whether new orders are stopped: the item of the switch has `state = "stopped"`. It is read each time, so that it
    /// works at once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn orders_stopped(&self) -> Result<bool, StoreError> {
        let switch: Option<SwitchItem> = self.get(&Key::order_switch()).await?;
        Ok(switch.is_some_and(|switch| switch.state == "stopped"))
    }
}

/// Changes a counter from what the domains cost to what the order costs; `None` when cents are not limited, or both are
/// equal. It belongs in the transaction that records the receipt, so that it happens exactly once.
pub(crate) fn correction(
    (counter, limit): (SpendCounter<'_>, Limit),
    counted: Counted,
    costs: &Costs,
) -> Option<Update> {
    let difference = i128::from(costs.total_cents).saturating_sub(i128::from(counted.cents));
    if limit.cents.is_none() || difference == 0 {
        return None;
    }
    let update = Update::of(counter.key(counted.at)).add("cents", difference);
    Some(update.set_once("expires_at", counted.at.saturating_add(KEEP_COUNTERS)))
}
