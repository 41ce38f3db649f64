//! Pending actions upstream: what an order waits for, row by row, whatever a row lacks.

use crate::model::pending_action;
use crate::upstream::{Upstream, UpstreamError};
use futures::{StreamExt, TryStreamExt};
use shared::answers::PendingAction;
use shared::ids::OrderId;
use std::pin::pin;

/// Pages that are read: 10 × 100 rows, and an order has at most 1,000 domains.
const MAX_PAGES: usize = 10;

impl Upstream {
    /// The order's pending actions; a response is reused for ten seconds.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn pending_actions(&self, id: &OrderId) -> Result<Vec<PendingAction>, UpstreamError> {
        if let Some(actions) = self.actions.find(id, &self.clock) {
            return Ok(actions);
        }
        self.pending_actions_now(id).await
    }

    /// The order's pending actions as they are now.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn pending_actions_now(&self, id: &OrderId) -> Result<Vec<PendingAction>, UpstreamError> {
        let mut actions = Vec::new();
        let of_order = vec![("order_id".to_owned(), id.to_string())];
        let mut pages = pin!(self.pages("/orders/pending", of_order).take(MAX_PAGES));
        while let Some(page) = pages.try_next().await? {
            actions.extend(page.rows.iter().filter_map(pending_action::read));
        }
        self.actions.keep(id, self.clock.now(), &actions);
        Ok(actions)
    }
}
