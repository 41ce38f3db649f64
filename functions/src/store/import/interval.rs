//! Limits how often upstream is polled: of many requests, one per interval sends the call.

use crate::clock::Timestamp;
use crate::store::condition::at_most;
use crate::store::dynamo::update::Update;
use crate::store::key::Key;
use crate::store::{Store, StoreError};
use shared::ids::ImportId;

impl Store {
    /// Claims the right to poll upstream about the import. `false`: another request did so within the last `pace` seconds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_poll(&self, id: &ImportId, now: Timestamp, pace: Timestamp) -> Result<bool, StoreError> {
        self.claim_interval("polled_at", Key::import(id), now, pace).await
    }

    /// Claims the right to search the inventory for the domains of the import, in the same way.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_listing(&self, id: &ImportId, now: Timestamp, pace: Timestamp) -> Result<bool, StoreError> {
        self.claim_interval("listed_at", Key::import(id), now, pace).await
    }

    /// Claims the right to repeat imports for claims of `customer` without a job, in the same way.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_asking(&self, customer: &str, now: Timestamp, pace: Timestamp) -> Result<bool, StoreError> {
        self.claim_interval("asked_at", Key::claims_lock(customer), now, pace).await
    }

    async fn claim_interval(
        &self,
        attribute: &'static str,
        key: Key,
        now: Timestamp,
        pace: Timestamp,
    ) -> Result<bool, StoreError> {
        let is_free = at_most(attribute, now.saturating_sub(pace));
        self.update(Update::of(key).set(attribute, now).only_if(is_free)).await
    }
}
