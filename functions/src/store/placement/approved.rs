//! Writes of placements that move approvals on, too: all in one transaction, so that neither happens without the other.

use crate::clock::Timestamp;
use crate::model::approval::{State, Step};
use crate::model::approval_due::{Changes, changes};
use crate::model::notification::Notification;
use crate::model::placement::Placement;
use crate::store::approval::change::{void, with_placement};
use crate::store::condition::{claim_is, not_exists};
use crate::store::dynamo::transaction::{Refusal, Transaction};
use crate::store::notification::item::notification_put;
use crate::store::notification::of_placement::void_of;
use crate::store::placement::record::is_ours;
use crate::store::{Store, StoreError};

/// Transactions of one write: an approval that was to be replaced may have ended by itself.
const ATTEMPTS: usize = 4;

/// The outcome of such a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// It is written.
    Done,
    /// Another request has changed the placement.
    Lost,
    /// The approval has ended, or was used for something else.
    ApprovalEnded,
}

/// The writes of the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Placement,
    Replaced,
    Approval,
    /// What the partner is told besides.
    Told,
    /// That an approval is void.
    Void,
}

impl Store {
    /// Replaces `old`, or nothing, by `new`, and moves the approvals on that this changes.
    ///
    /// # Errors
    /// [`StoreError`]; it may be written all the same.
    pub async fn move_with_approval(
        &self,
        old: Option<&Placement>,
        new: &Placement,
        now: Timestamp,
    ) -> Result<Moved, StoreError> {
        self.move_telling(old, new, None, now).await
    }

    /// The same with a notification to the partner, unless that was told before, besides those of approvals that are void.
    ///
    /// # Errors
    /// As [`Store::move_with_approval`].
    pub(super) async fn move_telling(
        &self,
        old: Option<&Placement>,
        new: &Placement,
        mut told: Option<Notification>,
        now: Timestamp,
    ) -> Result<Moved, StoreError> {
        let mut changes = changes(old, new);
        for _ in 0..ATTEMPTS {
            if changes.replaced.is_none() && changes.step.is_none() && told.is_none() {
                let is_done = self.claim(new, old).await?;
                return Ok(if is_done { Moved::Done } else { Moved::Lost });
            }
            let put = self.placement_put(new).await?.only_if(old.map_or_else(not_exists, claim_is));
            let mut transaction = Transaction::new();
            transaction.push(Part::Placement, put.returning_refused_item());
            if let Some(replaced) = &changes.replaced {
                transaction.push(Part::Replaced, void(replaced, Step::Replaced, now));
            }
            if let Some((step, kept)) = changes.step.zip(new.approval.as_ref()) {
                transaction.push(Part::Approval, with_placement(kept, step, new, now));
            }
            if let Some(told) = &told {
                transaction.push(Part::Told, notification_put(told, now)?);
            }
            for void in void_approvals(&changes, old, new, now) {
                transaction.push(Part::Void, notification_put(&void, now)?);
            }
            let refused = self.transact(transaction).await?;
            let of = |part: Part| refused.iter().find(|refusal| refusal.label == part);
            match (of(Part::Placement), of(Part::Approval)) {
                // The SDK retries after a lost answer: then it is our own write that exists already.
                (Some(Refusal { item: Some(found), .. }), _) if is_ours(found, new)? => return Ok(Moved::Done),
                (Some(_), _) => return Ok(Moved::Lost),
                (None, Some(_)) => return Ok(Moved::ApprovalEnded),
                (None, None) if refused.is_empty() => return Ok(Moved::Done),
                (None, None) => {}
            }
            // What was to be told was told before; what was to be replaced has ended already.
            if of(Part::Told).is_some() {
                told = None;
            }
            if of(Part::Replaced).or(of(Part::Void)).is_some() {
                changes.replaced = None;
            }
        }
        Err(StoreError::Contended)
    }
}

/// That the approvals which this makes void are void.
fn void_approvals(changes: &Changes, old: Option<&Placement>, new: &Placement, now: Timestamp) -> Vec<Notification> {
    let before = old.filter(|_| changes.replaced.is_some());
    let replaced = before.and_then(|old| Some((old, old.approval.as_ref()?)));
    let denied = new.approval.as_ref().filter(|_| changes.step.is_some_and(|step| step.to() == State::Void));
    let ended = replaced.into_iter().chain(denied.map(|kept| (new, kept)));
    ended.map(|(placement, kept)| void_of(&placement.session, &kept.approval, &placement.labels, now)).collect()
}
