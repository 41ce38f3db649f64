//! Compares one open order with upstream, and stores upstream's state.

use crate::clock::{Timestamp, from_iso};
use crate::failure::Failure;
use crate::metrics;
use crate::reconciler::Reconciler;
use crate::store::open::OpenItem;
use crate::store::order::Observation;
use crate::upstream::UpstreamError;
use crate::upstream::receipt;
use axum::http::StatusCode;
use shared::answers::OrderView;
use shared::ids::OrderId;
use shared::order::OrderStatus;

const MINUTE: Timestamp = 60;
const HOUR: Timestamp = 60 * MINUTE;
const DAY: Timestamp = 24 * HOUR;

impl Reconciler {
    /// `true` when the stored status was not upstream's.
    pub(super) async fn order(&self, item: &OpenItem, id: &OrderId) -> Result<bool, Failure> {
        let seen = match self.order_placement.upstream.observe(id).await {
            Ok(seen) => seen,
            Err(UpstreamError::Refused { status: StatusCode::NOT_FOUND, is_documented: true, .. }) => {
                tracing::error!(alarm = "order_unknown_upstream", order.id = %id, "order not found upstream");
                return Ok(self.order_placement.store.close(id, self.clock.now()).await.map(|()| false)?);
            }
            Err(error) => return Err(error.into()),
        };
        let Some(status) = receipt::status_of(&seen.order) else {
            // The stored value is better than a guess.
            return Err(UpstreamError::Unreadable { status: StatusCode::OK, request_id: None }.into());
        };
        let now = self.clock.now();
        let at = seen.at.unwrap_or(now);
        // The status first: whatever becomes of the text, it is what the customer waits for.
        let observation = Observation { status: &status, order: &seen.order, at, is_our_doing: false };
        let drifted = self.order_placement.store.observe(id, observation, now).await?;
        if (status.is_final() || status == OrderStatus::CancelScheduled)
            && let Err(error) = self.order_placement.store.keep_full_order(id, &seen.order, at).await
        {
            tracing::warn!(order.id = %id, error.cause = %error, "full order not stored");
        }
        if drifted {
            tracing::warn!(
                order.id = %id,
                order.status = status.as_str(),
                "order differs from upstream; events missed"
            );
            metrics::drift();
        }
        if status == OrderStatus::ActionRequired {
            let since =
                self.order_placement.store.order(id).await?.and_then(|order| last_event(&order.view)).unwrap_or(now);
            self.order_placement.store.wait_until(item, now.saturating_add(pause(now.saturating_sub(since)))).await?;
        }
        Ok(drifted)
    }
}

/// When something has last happened to the order.
fn last_event(view: &OrderView) -> Option<Timestamp> {
    let event = view.timeline.last().and_then(|entry| from_iso(&entry.at));
    event.or_else(|| view.created_at.as_deref().and_then(from_iso))
}

/// Seconds until the next check of an order with actions pending for `waited` seconds: each pause is as long as
/// all before it, up to six hours, and after two days a day. Who comes back sends an event anyway.
fn pause(waited: Timestamp) -> Timestamp {
    match waited {
        days if days >= 2 * DAY => DAY,
        hours => hours.clamp(10 * MINUTE, 6 * HOUR),
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY, HOUR, MINUTE, pause};

    #[test]
    fn pauses_double_up_to_six_hours_then_last_days() {
        let mut looks = Vec::new();
        let mut waited = 0;
        while waited < 5 * DAY {
            waited += pause(waited);
            looks.push(waited);
        }
        let first = [10, 20, 40, 80, 160, 320].map(|minutes| minutes * MINUTE);
        assert_eq!(looks.get(..6), Some(&first[..]));
        let pauses: Vec<i64> = looks.windows(2).filter_map(|pair| Some(pair.get(1)? - pair.first()?)).collect();
        assert!(pauses.is_sorted() && pauses.contains(&(6 * HOUR)) && pauses.last() == Some(&DAY), "{pauses:?}");
        assert!(looks.len() < 20, "{looks:?}");
    }
}
