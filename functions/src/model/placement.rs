//! The placement's states and what each allows: pure, so that every path can be walked in a test.
//!
//! ```text
//! claimed ──► sent ──► placed
//!    │         │ ╲──► unknown ──► placed | refused
//!    ╰► refused ◄╯
//! ```

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};
use shared::draft::CheckedOrder;
use shared::ids::{OrderId, QuoteId, SessionId};
use shared::order::Receipt;
use shared::plan::PlanChoice;
use shared::quote::Quote;

/// Seconds that a claim holds while nothing is sent: the checks before it take at most 20.
pub const CLAIM_LEASE: Timestamp = 40;
/// Seconds that a sent order may take to be answered: upstream's time limit is 15.
pub const SENT_LEASE: Timestamp = 25;
/// Seconds that one attempt to resolve an unknown order may take.
pub const RESOLVE_LEASE: Timestamp = 40;
/// Seconds on upstream's clock from a look that does not find the order, or from sending it again, until the same bytes
/// may go out: upstream may still be at work on those sent before.
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
    /// The order is on its way, or its answer is.
    Sent,
    /// It was sent, and the answer is not known.
    Unknown,
    /// Upstream has it.
    Placed(Receipt),
    /// Upstream does not have it, for certain; the customer may mend and order again.
    Refused,
}

impl Phase {
    /// The word of [`Phase::Placed`] in the table, where there is no receipt at hand.
    pub const PLACED: &'static str = "placed";

    /// The word in the table.
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

/// Our record of placing one order. It holds no secret: the body is built anew from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// Whose session.
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
}

impl Placement {
    /// The order that came of it, once that is known.
    pub fn order_id(&self) -> Option<OrderId> {
        match &self.phase {
            Phase::Placed(receipt) => Some(receipt.id.clone()),
            _ => None,
        }
    }
}

/// What was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// When.
    pub at: Timestamp,
    /// From when, on upstream's clock, the same bytes may go out again; set by the first look that does not find it.
    /// Whoever looks may have another clock than whoever sent, and both may be wrong.
    pub resend_after: Option<Timestamp>,
    /// Tells whether a body built anew has the same bytes.
    pub fingerprint: String,
    /// What was counted against the day's limits.
    pub counted: Counted,
    /// What the body is built from.
    pub order: CheckedOrder,
    /// What the customer was shown for it, when the order came with a quote.
    pub quote: Option<KeptQuote>,
    /// Which of its domains were the customer's own.
    pub owned: Vec<String>,
}

/// The quote that an order came with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptQuote {
    /// Our `quo_…`.
    pub id: QuoteId,
    /// Its lines and totals.
    pub quote: Quote,
}

/// What was counted against the day's limits before an order was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// What its domains cost; licences are known from the receipt only.
    pub cents: u64,
    /// Names the day.
    pub at: Timestamp,
}

/// What a request may do with the placement that it finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Claim it: nothing was sent, or nothing came of it.
    Claim,
    /// Somebody is at it.
    Wait,
    /// Find out what became of it.
    Resolve,
    /// It is placed.
    Done(Receipt),
}

/// What to do with `placement` at `now`.
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

/// What to do about an order that upstream does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Upstream may still be working on it, until then on its own clock.
    WaitUntil(Timestamp),
    /// Send the very same bytes again: upstream tells duplicates by them.
    Resend,
    /// The same bytes cannot be made any more; keep looking.
    LookAgain,
    /// It was never placed.
    GiveUp,
}

/// What to do at `now` about `sent`, which upstream did not list `at` this time of its own clock, when `same_bytes` tells
/// whether the body can still be made.
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
