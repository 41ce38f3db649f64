//! How many orders of a customer are on their way: sent to upstream, and without a receipt yet.

use crate::store::item::{get_text, key};
use crate::store::{Store, StoreError};
use futures::{StreamExt, TryStreamExt};

/// Newest placements of a customer that are looked at: one that is on its way is hours old at most.
const LOOKED_AT: i32 = 50;
/// Reads at once.
const AT_ONCE: usize = 10;

impl Store {
    /// How many of the customer's newest placements are sent, or of unknown fate.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_placing(&self, customer: &str) -> Result<usize, StoreError> {
        let page = self.list_placements_of(customer, None, LOOKED_AT).await?;
        let phases = futures::stream::iter(page.places)
            .map(|place| async move { self.phase_at(&place.pk).await })
            .buffer_unordered(AT_ONCE);
        let phases: Vec<Option<String>> = phases.try_collect().await?;
        Ok(phases.iter().flatten().filter(|phase| matches!(phase.as_str(), "sent" | "unknown")).count())
    }

    /// The phase of the placement in the partition `pk`, without the draft beside it.
    async fn phase_at(&self, pk: &str) -> Result<Option<String>, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key(pk, "PLACEMENT")))
            .projection_expression("phase")
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        Ok(found.item.as_ref().and_then(|item| get_text(item, "phase")).map(str::to_owned))
    }
}
