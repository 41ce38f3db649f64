//! Settles a placement with upstream's receipt: its own order, or one that another session has placed with the same bytes.

use crate::failure::Failure;
use crate::metrics::{self, OrderOutcome};
use crate::model::placement::Placement;
use crate::placement::desk::Desk;
use crate::placement::place::Outcome;
use crate::store::StoreError;
use crate::store::order_view::OrderHead;
use crate::upstream::orders::SeenReceipt;
use shared::answers::PlacedOrder;
use shared::order::{OrderStatus, Receipt};

const FAILED_BEFORE: &str = "This same order failed or was cancelled before, and nothing was ordered now. Change the order, \
                             or place it again after 24 hours.";

impl Desk {
    /// Upstream has the order. When the table cannot be told, looking upstream will find it again.
    ///
    /// Upstream answers the same bytes for 24 hours with the order of the first time (docs/upstream.md#duplicate-orders).
    /// If another session has placed that one, nothing is ordered now.
    ///
    /// # Errors
    /// `409 order_failed_before` when the order of the first time came to nothing.
    pub(super) async fn settle(&self, placement: &Placement, seen: SeenReceipt) -> Result<Outcome, Failure> {
        let SeenReceipt { receipt, at } = seen;
        let earlier = match self.placed_by_another(placement, &receipt).await {
            Ok(earlier) => earlier,
            Err(error) => {
                tracing::warn!(session.id = %placement.session, error.cause = %error, "not settled yet");
                return Ok(Outcome::Placing);
            }
        };
        if earlier.as_ref().is_some_and(|head| came_to_nothing(head, &receipt)) {
            tracing::info!(session.id = %placement.session, order.id = %receipt.id, "the same order came to nothing before");
            return self.give_back(placement, Failure::Conflict("order_failed_before", FAILED_BEFORE)).await;
        }
        let guards = self.guards.of(&placement.customer);
        match self.store.settle(placement, &receipt, at, guards, self.clock.now()).await {
            Ok(()) => {
                tracing::info!(session.id = %placement.session, order.id = %receipt.id, "placed");
                metrics::order(OrderOutcome::Placed);
                Ok(Outcome::Placed(PlacedOrder { receipt, replayed: earlier.is_some() }))
            }
            Err(error) => {
                tracing::error!(
                    session.id = %placement.session,
                    order.id = %receipt.id,
                    error.cause = %error,
                    "placed, and not recorded yet"
                );
                Ok(Outcome::Placing)
            }
        }
    }

    /// What is known of the order, if it is recorded for other sessions and not for this one.
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

/// Whether an order that was placed before has failed or was cancelled, by our records or by upstream's receipt.
pub(super) fn came_to_nothing(head: &OrderHead, receipt: &Receipt) -> bool {
    let is_nothing = |status: &OrderStatus| matches!(status, OrderStatus::Failed | OrderStatus::Cancelled);
    is_nothing(&head.status) || is_nothing(&receipt.status)
}
