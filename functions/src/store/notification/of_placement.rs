//! The notifications of a placement and of its approvals: exactly one at the end of each, and one of a price that does not
//! cover the cost.

use crate::clock::Timestamp;
use crate::model::approval::Approval;
use crate::model::notification::Notification;
use crate::model::notification::catalogue::Event;
use crate::model::notification::data::{MarginBelowFloor, OrderNotPlaced, OrderPlaced};
use crate::model::notification::parts::{AboutOrder, AboutSale, ApprovalPart, BelowFloorPart};
use crate::model::placement::Placement;
use crate::model::projection::version;
use crate::model::sale::SaleLabels;
use crate::times;
use shared::ids::SessionId;
use shared::order::Receipt;

/// The order of `placement` was placed, and is paid with `paid`.
pub(crate) fn placed(
    placement: &Placement,
    receipt: &Receipt,
    paid: Option<&Approval>,
    now: Timestamp,
) -> Notification {
    let at = times::read_text(&receipt.created_at).unwrap_or(now);
    let AboutSale { reference, metadata } = sale_of(&placement.labels);
    let about = AboutOrder { reference, metadata, ..AboutOrder::of(receipt.id.as_str(), receipt.status.as_str()) };
    let session = placement.session.to_string();
    let event = Event::OrderPlaced(OrderPlaced { about, session: session.clone(), approval: paid.map(part) });
    // Nothing else can be said of the order before this.
    Notification::of_order(event, &[receipt.id.as_str(), &session], version(at, 0), at)
}

/// The order of `placement` was placed, and what it is paid with became known later.
pub(crate) fn paid_later(placement: &Placement, receipt: &Receipt, paid: &Approval, now: Timestamp) -> Notification {
    let Notification { event, at, .. } = placed(placement, receipt, Some(paid), now);
    let fact = [receipt.id.as_str(), placement.session.as_str(), paid.id.as_str()];
    Notification::of_order(event, &fact, version(at, 0), at)
}

/// `placement` was given up, and no order came of it. An approval that is still open can be used again.
pub(crate) fn given_up(placement: &Placement, now: Timestamp) -> Notification {
    not_placed(&placement.session, None, &placement.labels, (placement.claim.as_str(), now))
}

/// `approval` of a session that carried `labels` is void.
pub(crate) fn void_of(session: &SessionId, approval: &Approval, labels: &SaleLabels, now: Timestamp) -> Notification {
    not_placed(session, Some(approval), labels, (approval.id.as_str(), now))
}

/// The order of `placement` is refused, because its charge does not cover its cost. The same order is the same fact.
pub(crate) fn below_floor(placement: &Placement, below: BelowFloorPart, now: Timestamp) -> Notification {
    let (session, sale) = (placement.session.to_string(), sale_of(&placement.labels));
    let event = Event::MarginBelowFloor(MarginBelowFloor { session: session.clone(), below, sale });
    Notification::of_fact(event, &[&session, &placement.content], now)
}

fn not_placed(
    session: &SessionId,
    approval: Option<&Approval>,
    labels: &SaleLabels,
    (fact, now): (&str, Timestamp),
) -> Notification {
    let (approval, sale) = (approval.map(part), sale_of(labels));
    let event = Event::OrderNotPlaced(OrderNotPlaced { session: session.to_string(), approval, sale });
    Notification::of_fact(event, &[session.as_str(), fact], now)
}

fn part(approval: &Approval) -> ApprovalPart {
    let amount = approval.amount.as_ref();
    ApprovalPart {
        id: approval.id.to_string(),
        amount_cents: amount.map(|amount| amount.cents),
        currency: amount.map(|amount| amount.currency.clone()),
    }
}

fn sale_of(labels: &SaleLabels) -> AboutSale {
    AboutSale { reference: labels.reference.clone(), metadata: labels.metadata.clone() }
}
