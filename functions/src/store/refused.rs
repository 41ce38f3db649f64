//! The end of a placement from which no order came.

use crate::clock::Timestamp;
use crate::model::placement::{Phase, Placement};
use crate::store::error::was_written;
use crate::store::item::text;
use crate::store::placement::placement_key;
use crate::store::{Store, StoreError};

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
        let updated = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(placement_key(&refused.session)))
            .update_expression("REMOVE open_shard, open_due")
            // The session may have been claimed again.
            .condition_expression("claim = :claim AND phase = :refused")
            .expression_attribute_values(":claim", text(&refused.claim))
            .expression_attribute_values(":refused", text(Phase::Refused.as_str()))
            .send()
            .await;
        was_written(updated).map(drop)
    }
}
