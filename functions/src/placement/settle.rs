//! Settles a placement with upstream's receipt: its own order, or one that another session has placed with the same
//! bytes.

use crate::failure::Failure;
use crate::metrics::{self, OrderOutcome};
use crate::model::placement::Placement;
use crate::placement::order_placement::OrderPlacement;
use crate::placement::place::Outcome;
use crate::store::StoreError;
use crate::store::order::OrderHead;
use crate::store::placement::Ending;
use crate::upstream::orders::SeenReceipt;
use shared::answers::PlacedOrder;
use shared::order::{OrderStatus, Receipt};

/// The error for an order that failed or was cancelled before.
pub(super) const FAILED_BEFORE: Failure = Failure::Conflict(
    "order_failed_before",
    "This same order failed or was cancelled before, and nothing was ordered now. Change the order, or place it again \
     after 24 hours.",
);

impl OrderPlacement {
    /// Upstream has the order. If the write to the table fails, a later search upstream finds the order again.
    ///
    /// Upstream answers the same bytes for 24 hours with the order of the first time
    /// (docs/upstream.md#duplicate-orders). If another session has placed that one, nothing is ordered now.
    ///
    /// # Errors
    /// `409 order_failed_before` if the first order failed or was cancelled.
    pub(super) async fn settle(&self, placement: &Placement, seen: SeenReceipt) -> Result<Outcome, Failure> {
        let SeenReceipt { receipt, at } = seen;
        let charge = placement.sale.as_ref().and_then(|sale| sale.charge.clone()).map(Box::new);
        let receipt = Receipt { charge, ..receipt };
        let earlier = match self.placed_by_another(placement, &receipt).await {
            Ok(earlier) => earlier,
            Err(error) => {
                tracing::warn!(session.id = %placement.session, error.cause = %error, "receipt not stored");
                return Ok(Outcome::Placing);
            }
        };
        if earlier.as_ref().is_some_and(|head| ended_without_order(head, &receipt)) {
            tracing::info!(session.id = %placement.session, order.id = %receipt.id, "duplicate of a failed order");
            return self.give_back(placement, FAILED_BEFORE).await;
        }
        let spend_limits = self.spend_limits.of(&placement.customer);
        // Nothing is ordered a second time, so nothing is paid a second time.
        let ending = if earlier.is_some() { Ending::Void } else { Ending::Capture };
        match self.store.settle(placement, &receipt, at, spend_limits, ending, self.clock.now()).await {
            Ok(()) => {
                tracing::info!(session.id = %placement.session, order.id = %receipt.id, "order placed");
                metrics::order(OrderOutcome::Placed);
                Ok(Outcome::Placed(PlacedOrder { receipt, replayed: earlier.is_some() }))
            }
            Err(error) => {
                tracing::error!(
                    session.id = %placement.session,
                    order.id = %receipt.id,
                    error.cause = %error,
                    "order placed, receipt not stored"
                );
                Ok(Outcome::Placing)
            }
        }
    }

    /// The known facts of the order, if it is recorded for other sessions and not for this one.
    async fn placed_by_another(
        &self,
        placement: &Placement,
        receipt: &Receipt,
    ) -> Result<Option<OrderHead>, StoreError> {
        let head = self.store.order_head(&receipt.id).await?;
        let is_anothers = |head: &OrderHead| {
            !head.sessions.is_empty() && head.sessions.iter().all(|id| id != placement.session.as_str())
        };
        Ok(head.filter(is_anothers))
    }
}

/// Whether the order has failed or was cancelled, according to our records or upstream.s receipt.
pub(super) fn ended_without_order(head: &OrderHead, receipt: &Receipt) -> bool {
    let has_ended = |status: &OrderStatus| matches!(status, OrderStatus::Failed | OrderStatus::Cancelled);
    has_ended(&head.status) || has_ended(&receipt.status)
}
