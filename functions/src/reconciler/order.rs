//! Compares one open order with upstream, and writes what upstream says.

use crate::failure::Failure;
use crate::metrics;
use crate::reconciler::Reconciler;
use crate::upstream::UpstreamError;
use axum::http::StatusCode;
use serde_json::Value;
use shared::ids::OrderId;
use shared::order::OrderStatus;

impl Reconciler {
    /// `true` when the stored status was not upstream's.
    pub(super) async fn order(&self, id: &OrderId) -> Result<bool, Failure> {
        let seen = match self.desk.upstream.observe(id).await {
            Ok(seen) => seen,
            Err(UpstreamError::Refused { status: StatusCode::NOT_FOUND, .. }) => {
                tracing::error!(alarm = "order_unknown_upstream", order.id = %id, "upstream does not know the order");
                return Ok(self.desk.store.close(id, self.clock.now()).await.map(|()| false)?);
            }
            Err(error) => return Err(error.into()),
        };
        let status = seen.order.get("status").and_then(Value::as_str).unwrap_or("in_progress").to_owned();
        let status = OrderStatus::from(status);
        let now = self.clock.now();
        if status.is_final() {
            self.desk.store.keep_full_order(id, &seen.order, seen.at.unwrap_or(now)).await?;
        }
        let drifted = self.desk.store.observe(id, &status, seen.at.unwrap_or(now), now).await?;
        if drifted {
            tracing::warn!(order.id = %id, order.status = status.as_str(), "events were missed");
            metrics::drift();
        }
        Ok(drifted)
    }
}
