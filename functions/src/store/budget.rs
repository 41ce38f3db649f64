//! The upstream calls of a session: one counter, which DynamoDB adds to atomically.

use crate::clock::Timestamp;
use crate::store::condition::at_most;
use crate::store::dynamo::update::Update;
use crate::store::key::Key;
use crate::store::{Store, StoreError};
use shared::ids::SessionId;

impl Store {
    /// Takes `calls` from the session's budget of `limit`. `false`: the budget has fewer left, and nothing was taken.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn spend(
        &self,
        session: &SessionId,
        calls: u64,
        limit: u64,
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let Some(room) = limit.checked_sub(calls) else {
            return Ok(false);
        };
        self.update(counted(session, i128::from(calls), expires_at).only_if(at_most("calls", room))).await
    }

    /// Adds `calls` to the session's count, whatever the limit.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_calls(&self, session: &SessionId, calls: u64, expires_at: Timestamp) -> Result<(), StoreError> {
        self.update(counted(session, i128::from(calls), expires_at)).await.map(drop)
    }

    /// Subtracts `calls` from the session's count, at most once.
    ///
    /// # Errors
    /// [`StoreError`]; then it is unknown whether they were subtracted.
    pub async fn give_calls_back(
        &self,
        session: &SessionId,
        calls: u64,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let update = counted(session, i128::from(calls).saturating_neg(), expires_at);
        self.update_at_most_once(update).await.map(drop)
    }
}

fn counted(session: &SessionId, calls: i128, expires_at: Timestamp) -> Update {
    Update::of(Key::budget(session)).add("calls", calls).set("expires_at", expires_at)
}
