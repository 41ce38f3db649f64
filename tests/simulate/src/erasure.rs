//! Customers who leave for good: the partner has them erased, and from then on nothing may name them.

use crate::crowd::Leaving;
use crate::diary::Diary;
use crate::dice::Dice;
use crate::fleet::{Answer, Fleet, Heard, ask};
use crate::time::pause;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Milliseconds within which every request ends that a customer made before it left: the functions' time limit, and the
/// longest that a write to the table is still carried out after that.
const UNDER_WAY: u64 = 45_000;
/// Milliseconds from a customer's leaving to its erasure: at once, or within half an hour.
const WAITS: [(u64, (u64, u64)); 2] = [(60, (0, 500)), (40, (500, 1_800_000))];
/// Milliseconds after which somebody leaves who has not ordered.
const NEVER_ORDERED: u64 = 60 * 60 * 1_000;
/// Milliseconds between two tries.
const AGAIN: (u64, u64) = (2_000, 60_000);
/// Tries of one erasure.
const TRIES: u32 = 200;

/// One customer who left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Erasure {
    /// Milliseconds since the world began; the customer asks for nothing after it.
    pub(crate) left: u64,
    /// When the partner was told that all was done.
    pub(crate) done: Option<u64>,
}

/// Requests of one customer that the functions are at work on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct UnderWay {
    orders: u32,
    others: u32,
}

/// All of them, by address.
#[derive(Debug, Clone, Default)]
pub(crate) struct Erasures {
    left: Arc<Mutex<BTreeMap<String, Erasure>>>,
    under_way: Arc<Mutex<BTreeMap<String, UnderWay>>>,
}

impl Erasures {
    fn change(&self, customer: &str, change: impl FnOnce(&mut Erasure)) {
        let mut erasures = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        change(erasures.entry(customer.to_owned()).or_default());
    }

    fn under_way(&self, customer: &str) -> UnderWay {
        let under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.get(customer).copied().unwrap_or_default()
    }

    /// A request of `customer` begins, and ends when the answer is dropped.
    pub(crate) fn begin(&self, customer: &str, is_order: bool) -> Request {
        let request = Request { erasures: self.clone(), customer: customer.to_owned(), is_order };
        request.count(1);
        request
    }

    /// Whether `customer` has left.
    pub(crate) fn has_left(&self, customer: &str) -> bool {
        self.left.lock().unwrap_or_else(PoisonError::into_inner).contains_key(customer)
    }

    /// Everybody who has left.
    pub(crate) fn all(&self) -> BTreeMap<String, Erasure> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A request that the functions are at work on.
#[derive(Debug)]
pub(crate) struct Request {
    erasures: Erasures,
    customer: String,
    is_order: bool,
}

impl Request {
    fn count(&self, by: i32) {
        let mut under_way = self.erasures.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = under_way.entry(self.customer.clone()).or_default();
        let count = if self.is_order { &mut counted.orders } else { &mut counted.others };
        *count = count.saturating_add_signed(by);
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.count(-1);
    }
}

/// The customer of `diary` leaves when it is time, and the partner has it erased.
pub(crate) async fn leave(fleet: Fleet, diary: Diary, leaving: Leaving, dice: Dice) {
    match leaving {
        Leaving::AfterOrdering(after) => {
            // Who never orders leaves at some time, too.
            let _ = tokio::time::timeout(Duration::from_millis(NEVER_ORDERED), diary.has_ordered()).await;
            pause(after).await;
        }
        Leaving::At(at) => pause(at).await,
    }
    let customer = diary.open().customer.clone();
    let left = fleet.shop.timeline.millis();
    fleet.shop.erasures.change(&customer, |erasure| erasure.left = left);
    let (shortest, longest) = dice.weighted(&WAITS).unwrap_or_default();
    pause(dice.between(shortest, longest)).await;
    // What a request writes that was sent before and comes to it after the erasure is a new customer's. An order that has
    // claimed its session by then is on its way, and ends forgotten by itself.
    let under_way = fleet.shop.erasures.under_way(&customer);
    let open = erase(&fleet, &customer, &dice).await;
    let is_on_its_way = under_way == UnderWay { orders: 1, others: 0 } && open > 0;
    if under_way != UnderWay::default() && !is_on_its_way {
        pause(UNDER_WAY.saturating_add(fleet.shop.clocks_differ())).await;
        erase(&fleet, &customer, &dice).await;
    }
}

/// Asks until all is done. How many orders were on their way then.
async fn erase(fleet: &Fleet, customer: &str, dice: &Dice) -> u64 {
    for _ in 0..TRIES {
        let key = fleet.shop.values.partner_key().to_owned();
        let body = json!({ "customer": customer });
        let heard = ask(fleet, "the partner", Method::POST, "/v1/customers/forget", &key, Some(body)).await;
        if let Heard::Answer(Answer { status: StatusCode::OK, body }) = heard {
            let is_complete = body.pointer("/data/complete").and_then(Value::as_bool).unwrap_or(false);
            if is_complete {
                fleet.shop.tally.count("erasures");
                let open = body.pointer("/data/open").and_then(Value::as_u64).unwrap_or(0);
                if open > 0 {
                    fleet.shop.tally.count("erasures: while an order was on its way");
                }
                let now = fleet.shop.timeline.millis();
                fleet.shop.erasures.change(customer, |erasure| erasure.done = Some(now));
                return open;
            }
        }
        pause(dice.between(AGAIN.0, AGAIN.1)).await;
    }
    0
}
