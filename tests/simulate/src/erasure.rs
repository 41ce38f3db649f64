//! Customers who leave for good: the partner has them erased, and from then on no data may name them.

use crate::diary::Diary;
use crate::dice::Dice;
use crate::erasures::UnderWay;
use crate::fleet::{Answer, Fleet, Heard, ask};
use crate::time::pause;
use crate::visitors::Leaving;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

/// Milliseconds within which every earlier request of a customer ends: the longest way to the functions, their timeout,
/// and the longest delay of a write to the table after it.
const UNDER_WAY: u64 = 65_000;
/// Milliseconds from leaving to erasure: immediately, or within half an hour.
const WAITS: [(u64, (u64, u64)); 2] = [(60, (0, 500)), (40, (500, 1_800_000))];
/// Milliseconds after which a customer leaves who has not ordered.
const NEVER_ORDERED: u64 = 60 * 60 * 1_000;
/// Milliseconds between two attempts.
const AGAIN: (u64, u64) = (2_000, 60_000);
/// Maximum number of attempts of one erasure.
const TRIES: u32 = 200;

/// The customer of `diary` leaves at its time, and the partner has it erased.
pub(crate) async fn leave(fleet: Fleet, diary: Diary, leaving: Leaving, dice: Dice) {
    match leaving {
        Leaving::AfterOrdering(after) => {
            // A customer who never orders leaves at some time, too.
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
    // A request sent earlier that writes after the erasure belongs to a new customer. An order that has already claimed
    // its session is pending, and is forgotten when it settles.
    let under_way = fleet.shop.erasures.under_way(&customer);
    let open = erase(&fleet, &customer, &dice).await;
    let is_on_its_way = under_way == UnderWay { orders: 1, others: 0 } && open > 0;
    if under_way != UnderWay::default() && !is_on_its_way {
        pause(UNDER_WAY.saturating_add(fleet.shop.clocks_differ())).await;
        erase(&fleet, &customer, &dice).await;
    }
}

/// Repeats the request until it is complete. Returns the number of orders that were pending then.
async fn erase(fleet: &Fleet, customer: &str, dice: &Dice) -> u64 {
    for _ in 0..TRIES {
        let key = fleet.shop.values.partner_key().to_owned();
        let body = json!({ "customer": customer });
        let heard = ask(fleet, "the partner", Method::POST, "/v1/customers/forget", &key, Some(body)).await;
        if let Heard::Answer(Answer { status: StatusCode::OK, body, .. }) = heard {
            let is_complete = body.pointer("/data/complete").and_then(Value::as_bool).unwrap_or(false);
            if is_complete {
                fleet.shop.tally.count("erasures");
                let open = body.pointer("/data/open").and_then(Value::as_u64).unwrap_or(0);
                if open > 0 {
                    fleet.shop.tally.count("erasures: while an order was pending");
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
