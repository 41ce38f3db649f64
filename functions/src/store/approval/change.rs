//! The writes that move an approval on. Each has the condition that its step can happen, so that an approval ends once.

use crate::clock::{Timestamp, to_iso};
use crate::model::approval::{Approval, KeptApproval, State, Step};
use crate::model::placement::{Phase, Placement};
use crate::model::sale::SaleLabels;
use crate::store::approval::item::{KEEP, StoredApproval};
use crate::store::condition::{approval_allows, claim_is, equals, has, not_exists, presented_again};
use crate::store::dynamo::transaction::Transaction;
use crate::store::dynamo::update::Update;
use crate::store::dynamo::write::{Check, Put};
use crate::store::key::Key;
use crate::store::key::index::{Queue, approvals_of, approvals_of_month, list_position};
use crate::store::notification::item::notification_put;
use crate::store::notification::of_placement::{paid_later, void_of};
use crate::store::{Store, StoreError};
use serde::Serialize;
use shared::ids::{ApprovalId, OrderId, SessionId};

/// The item in the partition of an order with the approval that it is paid with.
#[derive(Debug, Serialize)]
struct OrderApprovalItem<'a> {
    approval: &'a ApprovalId,
}

/// Makes `approval` the one that `order` is paid with: an order is paid once.
pub(crate) fn order_approval(order: &OrderId, approval: &ApprovalId) -> Result<Put, StoreError> {
    let put = Put::new(&Key::order_approval(order), &OrderApprovalItem { approval })?;
    Ok(put.only_if(not_exists().or(equals("approval", approval.as_str()))))
}

/// Ends an approval with `order`.
pub(crate) fn capture(id: &ApprovalId, order: &OrderId, now: Timestamp) -> Update {
    step_to(id, Step::Placed, now).set("order", order.as_str())
}

/// Ends an approval without an order, because of `step`.
pub(crate) fn void(id: &ApprovalId, step: Step, now: Timestamp) -> Update {
    step_to(id, step, now)
}

/// Moves the approval of `placement` on, together with it.
pub(crate) fn with_placement(kept: &KeptApproval, step: Step, placement: &Placement, now: Timestamp) -> Update {
    match step {
        Step::Presented | Step::Asked => made(kept, step, placement, now),
        Step::Allowed => step_to(&kept.approval.id, step, now).set("open_due", kept.approval.expires_at),
        _ => step_to(&kept.approval.id, step, now),
    }
}

/// Makes an approval known, or notes that it was presented again.
fn made(kept: &KeptApproval, step: Step, placement: &Placement, now: Timestamp) -> Update {
    let due = match step.to() {
        State::Asking => placement.lease_until,
        _ => kept.approval.expires_at,
    };
    let update = described(&kept.approval, step, (&placement.session, &placement.customer), now)
        .set("open_shard", Queue::Unfinished.shard_of(kept.approval.id.as_str()))
        .set("open_due", due);
    update.only_if(match step {
        Step::Presented => not_exists().or(presented_again(&placement.session, &kept.approval)),
        _ => not_exists(),
    })
}

/// What is written of an approval of this session and customer when it becomes known.
fn described(approval: &Approval, step: Step, (session, customer): (&SessionId, &str), now: Timestamp) -> Update {
    let Approval { id, quote, amount, expires_at } = approval;
    let update = Update::of(Key::approval(id))
        .set("state", step.to().as_str())
        .set("session", session.as_str())
        .set("quote", quote.as_str())
        .set("usable_until", *expires_at)
        .set("expires_at", now.saturating_add(KEEP))
        .set("customer", approvals_of(customer))
        .set_once("created_at", to_iso(now))
        .set_once("at", now)
        .set_once("list", approvals_of_month(now))
        .set_once("list_at", list_position(now, id.as_str()));
    match amount {
        Some(amount) => update.set("amount_cents", amount.cents).set("currency", &amount.currency),
        None => update,
    }
}

/// Moves a known approval on.
fn step_to(id: &ApprovalId, step: Step, now: Timestamp) -> Update {
    let update = Update::of(Key::approval(id))
        .set("state", step.to().as_str())
        .set("at", now)
        .set("list", approvals_of_month(now))
        .set("list_at", list_position(now, id.as_str()))
        .set("expires_at", now.saturating_add(KEEP))
        .only_if(approval_allows(step));
    match step.to().is_live() {
        true => update,
        false => update.remove("open_shard").remove("open_due"),
    }
}

/// The writes of the end of an approval that no request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Approval,
    Placement,
    Notification,
}

impl Store {
    /// Records an approval for a session of a customer, which no order comes of, as void, and tells the partner so, unless
    /// it is known. `false`: it is. The session carried `labels`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn void_left_over(
        &self,
        approval: &Approval,
        (session, customer): (&SessionId, &str),
        labels: &SaleLabels,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = described(approval, Step::LeftOver, (session, customer), now);
        let mut transaction = Transaction::new();
        transaction.push(Part::Approval, update.only_if(not_exists()));
        transaction.push(Part::Notification, notification_put(&void_of(session, approval, labels, now), now)?);
        self.transact_all(transaction).await
    }

    /// Ends `approval`, as long as its session's `placement` is as given. `false`: something has changed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_approval(
        &self,
        approval: &StoredApproval,
        step: Step,
        placement: Option<&Placement>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let id = &approval.approval.id;
        let end = match placement.and_then(Placement::order_id).filter(|_| step == Step::Placed) {
            Some(order) => capture(id, &order, now),
            None => void(id, step, now),
        };
        // Without the customer from the start, if that is known: nobody comes back to an approval that has ended.
        let is_forgotten = self.is_forgotten_since(approval).await?;
        let mut transaction = Transaction::new();
        transaction.push(Part::Approval, if is_forgotten { end.remove("customer") } else { end });
        let condition = placement.map_or_else(not_exists, claim_is);
        transaction.push(Part::Placement, Check { key: Key::placement(&approval.session), condition });
        let told = match placement.map(|placement| (placement, &placement.phase)) {
            Some((placement, Phase::Placed(receipt))) if step == Step::Placed => {
                paid_later(placement, receipt, &approval.approval, now)
            }
            placement => {
                let labels = placement.map(|(placement, _)| placement.labels.clone()).unwrap_or_default();
                void_of(&approval.session, &approval.approval, &labels, now)
            }
        };
        transaction.push(Part::Notification, notification_put(&told, now)?);
        let is_ended = self.transact_all(transaction).await?;
        if is_ended {
            self.drop_approval_if_forgotten(approval, told.id).await?;
        }
        Ok(is_ended)
    }

    /// Makes an approval without an end due at `due`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn approval_waits(&self, id: &ApprovalId, due: Timestamp) -> Result<(), StoreError> {
        let update = Update::of(Key::approval(id)).set("open_due", due);
        self.update(update.only_if(has("open_shard"))).await.map(drop)
    }
}
