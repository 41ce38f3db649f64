//! How many orders of a customer are on their way: sent to upstream, and without a receipt yet.

use crate::store::dynamo::item::from_item;
use crate::store::key::Key;
use crate::store::{Store, StoreError};
use futures::{StreamExt, TryStreamExt};
use serde::Deserialize;

/// Newest placements of a customer that are read: one that is on its way is a few hours old at most.
const LOOKED_AT: i32 = 50;
/// Parallel reads.
const AT_ONCE: usize = 10;

/// The one attribute that is read.
#[derive(Debug, Deserialize)]
struct PhaseItem {
    phase: String,
}

impl Store {
    /// How many of the customer's newest placements are sent, or have an unknown result.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_placing(&self, customer: &str) -> Result<usize, StoreError> {
        let page = self.list_placements_of(customer, None, LOOKED_AT).await?;
        let phases = futures::stream::iter(page.places)
            .map(|row| async move { self.phase_at(row.key()).await })
            .buffer_unordered(AT_ONCE);
        let phases: Vec<Option<String>> = phases.try_collect().await?;
        Ok(phases.iter().flatten().filter(|phase| matches!(phase.as_str(), "sent" | "unknown")).count())
    }

    /// The phase of the placement under `key`, without the draft.
    async fn phase_at(&self, key: &Key) -> Result<Option<String>, StoreError> {
        let call = self.get_call(key).projection_expression("phase").consistent_read(true);
        let found = call.send().await.map_err(StoreError::from_sdk)?.item;
        let found: Option<PhaseItem> = found.map(from_item).transpose()?;
        Ok(found.map(|found| found.phase))
    }
}
