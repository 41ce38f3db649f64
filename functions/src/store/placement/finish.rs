//! What is left to do when a placement has ended: no order came of it, or its customer was forgotten meanwhile.

use crate::clock::Timestamp;
use crate::model::approval::{KeptApproval, State};
use crate::model::notification::Notification;
use crate::model::notification::parts::BelowFloorPart;
use crate::model::placement::{Phase, Placement};
use crate::store::condition::claim_in_phase;
use crate::store::dynamo::update::Update;
use crate::store::key::Key;
use crate::store::notification::of_placement::{below_floor, given_up};
use crate::store::placement::approved::Moved;
use crate::store::{Store, StoreError};
use shared::customer::is_pseudonym;
use shared::ids::OrderId;

impl Store {
    /// Ends the placement as refused: the customer hears so, and may order again. `false`: another request has changed it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn refuse(&self, placement: &Placement, now: Timestamp) -> Result<bool, StoreError> {
        self.end_refused(placement, None, now).await
    }

    /// The same for an order whose charge does not cover its cost, and tells the partner so: once, however often the
    /// customer tries.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn refuse_below_floor(
        &self,
        placement: &Placement,
        below: BelowFloorPart,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.end_refused(placement, Some(below_floor(placement, below, now)), now).await
    }

    /// Ends the placement as refused after it was on its way, and tells the partner that no order came of it. `false`:
    /// another request has changed it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn give_up(&self, placement: &Placement, now: Timestamp) -> Result<bool, StoreError> {
        self.end_refused(placement, Some(given_up(placement, now)), now).await
    }

    async fn end_refused(
        &self,
        placement: &Placement,
        told: Option<Notification>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let refused = refused(placement, now);
        let is_mine = self.move_telling(Some(placement), &refused, told, now).await? == Moved::Done;
        // The refusal is written. What is left to do does not change it, and stays in the open work.
        if is_mine && let Err(error) = self.finish_refused(&refused, now).await {
            tracing::warn!(
                session.id = %refused.session,
                error.cause = %error,
                "refused placement not finished; the reconciler retries"
            );
        }
        Ok(is_mine)
    }

    /// Removes the draft of a refused placement, forgets its customer if that was requested while the order was on its
    /// way, and removes the placement from the open work.
    ///
    /// # Errors
    /// [`StoreError`]; then the reconciler tries again.
    pub(crate) async fn finish_refused(&self, refused: &Placement, now: Timestamp) -> Result<(), StoreError> {
        self.drop_draft(refused).await;
        if let Some(pseudonym) = self.pseudonym(&refused.customer, refused.claimed_at).await? {
            self.forget_ended(refused, &pseudonym, now).await?;
        }
        self.leave_open_work(refused, Phase::Refused.as_str()).await
    }

    /// Removes a customer who was forgotten while the order was on its way, and removes the placement from the open work.
    ///
    /// # Errors
    /// [`StoreError`]; then the reconciler tries again.
    pub(crate) async fn forget_placed(
        &self,
        placed: &Placement,
        order: &OrderId,
        pseudonym: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.forget_ended(placed, pseudonym, now).await?;
        // An event may have come in the meantime.
        self.forget_known_order(order, pseudonym).await?;
        self.leave_open_work(placed, Phase::PLACED).await
    }

    /// The same for a placement that was found in the open work.
    ///
    /// # Errors
    /// As [`Store::forget_placed`].
    pub(crate) async fn finish_placed(
        &self,
        placed: &Placement,
        order: &OrderId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let pseudonym = match is_pseudonym(&placed.customer) {
            true => Some(placed.customer.clone()),
            false => self.pseudonym(&placed.customer, placed.claimed_at).await?,
        };
        match pseudonym {
            Some(pseudonym) => self.forget_placed(placed, order, &pseudonym, now).await,
            None => self.leave_open_work(placed, Phase::PLACED).await,
        }
    }

    /// Removes a placement that has ended from the open work, unless its session was claimed again.
    async fn leave_open_work(&self, ended: &Placement, phase: &str) -> Result<(), StoreError> {
        let update = Update::of(Key::placement(&ended.session))
            .remove("open_shard")
            .remove("open_due")
            .only_if(claim_in_phase(&ended.claim, phase));
        self.update(update).await.map(drop)
    }
}

fn refused(placement: &Placement, now: Timestamp) -> Placement {
    // Whoever ends a placement ends its question, too. An open approval may be used again.
    let approval = placement.approval.clone().map(|kept| match kept.state {
        State::Asking => KeptApproval { state: State::Void, ..kept },
        _ => kept,
    });
    Placement { phase: Phase::Refused, lease_until: now, approval, ..placement.clone() }
}
