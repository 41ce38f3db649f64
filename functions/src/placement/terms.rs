//! What an order comes with beside its draft, its quote and its approval, and how it is refused for them.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::model::approval::{Amount, Approval, ApprovalMode, KeptApproval, State, Step};
use crate::model::placement::{Phase, Placement};
use crate::placement::quoted::Quoted;
use crate::session::approval;
use crate::session::quote::NamedQuote;
use shared::ids::QuoteId;
use shared::problem::{Details, Problem, QuoteDetail};

/// What an order comes with beside its draft.
#[derive(Debug)]
pub(super) struct Terms {
    /// The quote that the order names.
    pub(super) named: Option<NamedQuote>,
    /// The prices that the customer was shown.
    pub(super) quoted: Option<Quoted>,
    /// How it has to be approved.
    pub(super) mode: ApprovalMode,
    /// The approval that came with it.
    pub(super) presented: Option<Approval>,
    /// What the customer pays; `None` where no amounts are shown.
    pub(super) amount: Option<Amount>,
    /// Whether it is known what the customer was shown.
    pub(super) is_known: bool,
}

impl Terms {
    /// Whether its quote has ended, also for an approval that extends it.
    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        let extended = self.presented.as_ref().is_some_and(|approval| now < approval.expires_at);
        self.quoted.as_ref().is_some_and(|quoted| !self.is_known || (quoted.expired && !extended))
    }

    /// Whether an approval came with the order.
    pub(super) const fn is_presented(&self) -> bool {
        self.presented.is_some()
    }

    /// The approval to claim the session with: the one that came, or the one that was given before for the same quote.
    pub(super) fn kept(&self, found: Option<&Placement>, now: Timestamp) -> Option<KeptApproval> {
        if let Some(approval) = &self.presented {
            return Some(KeptApproval::new(approval.clone(), State::Open));
        }
        found.and_then(|found| found.approval.as_ref()).filter(|kept| kept.allows(now)).cloned()
    }

    /// Whether `kept` approves this order.
    pub(super) fn is_approved_by(&self, kept: &KeptApproval) -> bool {
        let is_quote = self.named.as_ref().is_some_and(|named| named.id == kept.approval.quote);
        kept.state == State::Open && is_quote && kept.approval.amount == self.amount
    }
}

/// Why an order is not sent.
#[derive(Debug)]
pub(super) enum NotApproved {
    /// It is refused, and this placement is given back.
    Refused(Box<Placement>, Failure),
    /// Another request owns the session now.
    TakenOver,
}

/// Whether `found` was left by a request that had asked, and did not live to hear the answer.
pub(super) fn is_lost_question(found: &Placement) -> bool {
    let is_asking = found.approval.as_ref().is_some_and(|kept| kept.state == State::Asking);
    is_asking && found.phase == Phase::Claimed
}

/// The refusal that a request hears which has waited for the one with `claim`, when the partner said no to that.
pub(super) fn refused_meanwhile(found: Option<&Placement>, claim: Option<&str>) -> Option<Failure> {
    let found = found.filter(|found| found.phase == Phase::Refused && Some(found.claim.as_str()) == claim)?;
    let kept = found.approval.as_ref().filter(|kept| kept.state == State::Void)?;
    Some(not_approved(kept.message.clone()))
}

/// The placement as it is sent: what was asked for is allowed now.
pub(super) fn allowed(placement: &Placement) -> Option<KeptApproval> {
    let kept = placement.approval.clone()?;
    Some(match kept.state {
        State::Asking => KeptApproval { state: Step::Allowed.to(), ..kept },
        _ => kept,
    })
}

/// The refusal of an order that has to be approved, and comes without a quote.
pub(super) fn quote_required() -> Failure {
    let message = "An order that is approved needs a quote: request one first, and send its token.";
    Failure::bad_field("quote_required", "quote", message)
}

/// The refusal of an approval where the partner's backend is asked.
pub(super) fn not_taken() -> Failure {
    let message = "The shop itself is asked whether this order is approved: leave out approval.";
    Failure::bad_field("approval_not_taken", "approval", message)
}

/// The refusal of an order without an approval, with what has to be approved.
pub(super) fn required(named: &NamedQuote, amount: Option<&Amount>) -> Failure {
    let Amount { cents, currency } = amount.cloned().unwrap_or_default();
    let details = Details {
        quote: Some(QuoteDetail::Id(named.id.clone())),
        amount_cents: amount.map(|_| cents),
        currency: amount.map(|_| currency),
        ..Details::default()
    };
    let message = "This order has to be paid or approved first. Nothing was ordered.";
    Failure::PaymentRequired(Box::new(Problem { details, ..Problem::new("approval_required", message) }))
}

/// The same as the documentation shows it.
pub(super) fn approval_required() -> Failure {
    let amount = Amount { cents: 5_200, currency: "usd".to_owned() };
    QuoteId::parse("quo_1")
        .map_or(Failure::OrderNotFound, |id| required(&NamedQuote { id, expires_at: 0 }, Some(&amount)))
}

/// The refusal of an order with an approval that has ended, or was for something else.
pub(super) fn used_before() -> Failure {
    approval::wrong("jti", "The approval was used for something else before, or has ended.")
}

/// The refusal of an order that the partner's backend did not approve, in its words.
pub(super) fn not_approved(message: Option<String>) -> Failure {
    let message = message.unwrap_or_else(|| "The order was not approved. Nothing was ordered.".to_owned());
    Failure::PaymentRequired(Box::new(Problem::new("approval_refused", message)))
}
