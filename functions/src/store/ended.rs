//! What is left to do when a placement has ended: no order came of it, or its customer was forgotten meanwhile.

use crate::clock::Timestamp;
use crate::model::placement::{Phase, Placement};
use crate::store::error::was_written;
use crate::store::item::text;
use crate::store::placement::placement_key;
use crate::store::{Store, StoreError};
use shared::customer::is_pseudonym;
use shared::ids::OrderId;

impl Store {
    /// Ends as refused. `false`: somebody else has moved it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn refuse(&self, placement: &Placement, now: Timestamp) -> Result<bool, StoreError> {
        let refused = Placement { phase: Phase::Refused, lease_until: now, ..placement.clone() };
        let is_mine = self.move_placement(placement, &refused).await?;
        // The refusal is written: what is left to do does not change it, and stays in the open work.
        if is_mine && let Err(error) = self.finish_refused(&refused, now).await {
            tracing::warn!(session.id = %refused.session, error.cause = %error, "a refused order is finished later");
        }
        Ok(is_mine)
    }

    /// Removes the draft of a refused placement, forgets its customer if that was asked for while the order was on its
    /// way, and takes it out of the open work.
    ///
    /// # Errors
    /// [`StoreError`]; then the reconciler comes back to it.
    pub(crate) async fn finish_refused(&self, refused: &Placement, now: Timestamp) -> Result<(), StoreError> {
        self.drop_draft(refused).await;
        if let Some(pseudonym) = self.pseudonym(&refused.customer, refused.claimed_at).await? {
            self.forget_ended(refused, &pseudonym, now).await?;
        }
        self.leave_open_work(refused, Phase::Refused.as_str()).await
    }

    /// Forgets the customer of a placed order that was forgotten while it was on its way, and takes the placement out of
    /// the open work.
    ///
    /// # Errors
    /// [`StoreError`]; then the reconciler comes back to it.
    pub(crate) async fn forget_placed(
        &self,
        placed: &Placement,
        order: &OrderId,
        pseudonym: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.forget_ended(placed, pseudonym, now).await?;
        // An event may have come in between.
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

    /// Takes a placement that has ended out of the open work, unless its session was claimed again.
    async fn leave_open_work(&self, ended: &Placement, phase: &str) -> Result<(), StoreError> {
        let updated = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(placement_key(&ended.session)))
            .update_expression("REMOVE open_shard, open_due")
            // The session may have been claimed again.
            .condition_expression("claim = :claim AND phase = :ended")
            .expression_attribute_values(":claim", text(&ended.claim))
            .expression_attribute_values(":ended", text(phase))
            .send()
            .await;
        was_written(updated).map(drop)
    }
}
