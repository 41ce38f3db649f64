//! The placement's states and what each allows: pure, so that every path can be walked in a test.
//!
//! ```text
//! claimed ──► sent ──► placed
//!    │         │ ╲──► unknown ──► placed | refused
//!    ╰► refused ◄╯
//! ```

use crate::clock::Timestamp;
use crate::model::approval::KeptApproval;
use crate::model::sale::{Prices, Sale, SaleLabels};
use serde::{Deserialize, Serialize};
use shared::draft::CheckedOrder;
use shared::ids::{OrderId, QuoteId, SessionId};
use shared::order::Receipt;
use shared::plan::PlanChoice;

/// Seconds that a claim is valid until the order is sent: the checks before take at most 20.
pub const CLAIM_LEASE: Timestamp = 40;
/// Seconds that a sent order may take to be answered: upstream's time limit is 15.
pub const SENT_LEASE: Timestamp = 25;
/// Seconds that one attempt to resolve an unknown order may take.
pub const RESOLVE_LEASE: Timestamp = 40;
/// Seconds on upstream's clock from a search that does not find the order, or from sending it again, until the same
/// bytes may go out: upstream may still be at work on those sent before.
pub const RESEND_AFTER: Timestamp = 30;
/// Seconds after which the same bytes may be a new order (docs/upstream.md#duplicate-orders), less an hour for safety.
pub const RESEND_UNTIL: Timestamp = 23 * 60 * 60;
/// Seconds after which an order that upstream does not list, and that cannot be sent again, was never placed.
pub const LOOK_UNTIL: Timestamp = 60 * 60;

/// How far the placement is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// One request owns it; nothing was sent.
    Claimed,
    /// The order was sent, and the response is awaited.
    Sent,
    /// It was sent, and the answer is not known.
    Unknown,
    /// Upstream accepted the order.
    Placed(Receipt),
    /// Upstream certainly does not have the order; the customer may change it and order again.
    Refused,
}

impl Phase {
    /// The table's value for [`Phase::Placed`], for use without a receipt.
    pub const PLACED: &'static str = "placed";

    /// The value in the table.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Sent => "sent",
            Self::Unknown => "unknown",
            Self::Placed(_) => Self::PLACED,
            Self::Refused => "refused",
        }
    }
}

/// Our record of placing one order. It contains no secret: the body is rebuilt from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The session that orders.
    pub session: SessionId,
    /// Names the request that owns it; every write names the claim that it builds on.
    pub claim: String,
    /// How far it is.
    pub phase: Phase,
    /// Until when the owner is left alone.
    pub lease_until: Timestamp,
    /// When it was claimed first for this order: look-ups upstream start here.
    pub claimed_at: Timestamp,
    /// Recognises the order by its content: a keyed hash that outlives the draft.
    pub content: String,
    /// What its session carried.
    pub labels: SaleLabels,
    /// What it is sold for, once that was checked; with the same labels.
    pub sale: Option<Sale>,
    /// When the order was sent, and from when the same bytes may be sent again.
    pub sent: Option<Sent>,
    /// The customer's key in our table: the token's `sub` in lower case.
    pub customer: String,
    /// The token's `sub` as it was given, which is what upstream gets.
    pub user: String,
    /// The token's plan.
    pub plan: PlanChoice,
    /// The token's Smartlead client.
    pub client_id: Option<u64>,
    /// The newest approval that came with the session's order, or that was asked for.
    pub approval: Option<KeptApproval>,
}

impl Placement {
    /// The resulting order, once it is known.
    pub fn order_id(&self) -> Option<OrderId> {
        match &self.phase {
            Phase::Placed(receipt) => Some(receipt.id.clone()),
            _ => None,
        }
    }
}

/// The order as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// When it was sent.
    pub at: Timestamp,
    /// When, on upstream's clock, the same bytes may be sent again; set by the first search that does not find the order.
    /// The functions that search and that sent may have different clocks, and both may be wrong.
    pub resend_after: Option<Timestamp>,
    /// Keyed hash of the body: shows whether a rebuilt body has the same bytes.
    pub fingerprint: String,
    /// The amount counted against the day's limits.
    pub counted: Counted,
    /// The data that the body is built from.
    pub order: CheckedOrder,
    /// The prices that the customer was shown, if the order has a quote.
    pub quote: Option<KeptQuote>,
    /// The domains of the order that the customer owned.
    pub owned: Vec<String>,
}

/// The quote of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptQuote {
    /// Our quote id, `quo_…`.
    pub id: QuoteId,
    /// Its lines and totals.
    pub prices: Prices,
}

/// The amount that was counted against the day's limits before an order was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Cost of its domains, in cents; the cost of licences is known from the receipt only.
    pub cents: u64,
    /// Determines the day.
    pub at: Timestamp,
}

/// The next step for a request that finds a placement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Claim it: nothing was sent, or the order was refused.
    Claim,
    /// Another request is working on it.
    Wait,
    /// Find out its outcome.
    Resolve,
    /// The order is placed.
    Done(Receipt),
}

/// The next step for `placement` at `now`.
pub fn next_step(placement: Option<&Placement>, now: Timestamp) -> Step {
    let Some(placement) = placement else {
        return Step::Claim;
    };
    let leased = now < placement.lease_until;
    match &placement.phase {
        Phase::Refused => Step::Claim,
        Phase::Placed(receipt) => Step::Done(receipt.clone()),
        Phase::Claimed | Phase::Sent | Phase::Unknown if leased => Step::Wait,
        Phase::Claimed => Step::Claim,
        Phase::Sent | Phase::Unknown => Step::Resolve,
    }
}

/// The next step for an order that upstream does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Upstream may still be working on it, until then on its own clock.
    WaitUntil(Timestamp),
    /// Send the same bytes again: upstream recognises duplicates by them.
    Resend,
    /// The same bytes cannot be made any more; keep looking.
    LookAgain,
    /// It was never placed.
    GiveUp,
}

/// What to do at `now` about `sent`, which upstream did not list `at` this time of its own clock, when `same_bytes`
/// says whether the body can still be made.
pub fn when_missing(sent: &Sent, at: Timestamp, now: Timestamp, same_bytes: bool) -> Missing {
    let age = now.saturating_sub(sent.at);
    let resend_after = sent.resend_after.unwrap_or(at.saturating_add(RESEND_AFTER));
    if at < resend_after {
        return Missing::WaitUntil(resend_after);
    }
    match same_bytes {
        true if age < RESEND_UNTIL => Missing::Resend,
        false if age < LOOK_UNTIL => Missing::LookAgain,
        _ => Missing::GiveUp,
    }
}
