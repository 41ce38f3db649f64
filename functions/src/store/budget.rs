//! How much a session may still ask of upstream: one counter, added to atomically.

use crate::clock::Timestamp;
use crate::store::error::was_written;
use crate::store::item::{key, number};
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use shared::ids::SessionId;

impl Store {
    /// Takes `calls` from the session's budget of `limit`. `false`: they are not there, and nothing was taken.
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
        let updated = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(format!("SESSION#{session}"), "BUDGET")))
            .update_expression("ADD calls :calls SET expires_at = :expires")
            .condition_expression("attribute_not_exists(calls) OR calls <= :room")
            .expression_attribute_values(":calls", number(calls))
            .expression_attribute_values(":room", number(room))
            .expression_attribute_values(":expires", number(expires_at))
            .send()
            .await;
        was_written(updated)
    }

    /// Adds `calls` to the session's count, whatever the limit.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_calls(&self, session: &SessionId, calls: u64, expires_at: Timestamp) -> Result<(), StoreError> {
        let update = self.counted(session, i128::from(calls), expires_at);
        update.send().await.map(drop).map_err(StoreError::from_sdk)
    }

    /// Takes `calls` off the session's count, at most once.
    ///
    /// # Errors
    /// [`StoreError`]; it is not known then whether they were taken off.
    pub async fn give_calls_back(
        &self,
        session: &SessionId,
        calls: u64,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let update = self.counted(session, i128::from(calls).saturating_neg(), expires_at);
        self.take_off(update).await.map(drop)
    }

    fn counted(&self, session: &SessionId, calls: i128, expires_at: Timestamp) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(format!("SESSION#{session}"), "BUDGET")))
            .update_expression("ADD calls :calls SET expires_at = :expires")
            .expression_attribute_values(":calls", number(calls))
            .expression_attribute_values(":expires", number(expires_at))
    }
}
