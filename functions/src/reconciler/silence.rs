//! Whether events arrive at all. Counted per minute or in percent, a lost event shows only where many orders are
//! placed; one order that differs while nothing has arrived for a day shows it in the smallest shop.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::reconciler::Reconciler;

const DAY: Timestamp = 24 * 60 * 60;

impl Reconciler {
    /// Whether no event of the last day is stored.
    ///
    /// # Errors
    /// [`Failure::Store`] when the events cannot be listed.
    pub(super) async fn is_silent(&self, now: Timestamp) -> Result<bool, Failure> {
        let today = now.saturating_sub(now.rem_euclid(DAY));
        // Each day of events is a separate list, and the last 24 hours span two. Upstream's clock may be ahead.
        for from in [today, now.saturating_sub(DAY)] {
            let page = self.order_placement.store.list_events(from, now.saturating_add(DAY), None, 1).await?;
            if !page.places.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
