//! Writes that meet others: one place that waits and tries again, with pauses that grow and are cut at random.

use crate::store::item::Item;
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::config::interceptors::InterceptorContext;
use aws_sdk_dynamodb::config::retry::{ClassifyRetry, RetryAction, RetryConfig, RetryPartition, TokenBucket};
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, TransactWriteItem, Update};
use std::time::Duration;

/// Tries of one call. With the pauses below they take up to 6 s, about 3 on average: a hundred writers of one order
/// have their turn in that time.
const ATTEMPTS: u32 = 12;
/// The longest first pause; each further one may be twice as long. A transaction takes about 10 ms.
const FIRST_PAUSE: Duration = Duration::from_millis(25);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Why DynamoDB cancels a transaction that can be carried out a moment later.
const BUSY: [&str; 4] =
    ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"];
/// DynamoDB's word for a condition that did not hold.
const CONDITION: &str = "ConditionalCheckFailed";

/// How calls are repeated. The SDK does it, with exponential pauses and full jitter.
pub(super) fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(FIRST_PAUSE)
        .with_max_backoff(LONGEST_PAUSE)
}

/// The SDK's own allowance of repeats is for all calls of a process together: busy items would use up that of others.
pub(super) fn allowance() -> RetryPartition {
    RetryPartition::custom("table").token_bucket(TokenBucket::unlimited()).build()
}

/// Tells the SDK that writers who meet should try again, which it does for throttling only.
#[derive(Debug)]
pub(super) struct Busy;

impl ClassifyRetry for Busy {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let Some(Err(error)) = context.output_or_error() else {
            return RetryAction::NoActionIndicated;
        };
        let Some(error) = error.as_operation_error() else {
            return RetryAction::NoActionIndicated;
        };
        let single = |code: Option<&str>| code == Some("TransactionConflictException");
        let is_busy = if let Some(error) = error.downcast_ref::<TransactWriteItemsError>() {
            match error {
                TransactWriteItemsError::TransactionCanceledException(cancelled) => is_busy(cancelled),
                _ => false,
            }
        } else if let Some(error) = error.downcast_ref::<UpdateItemError>() {
            single(error.code())
        } else if let Some(error) = error.downcast_ref::<PutItemError>() {
            single(error.code())
        } else if let Some(error) = error.downcast_ref::<DeleteItemError>() {
            single(error.code())
        } else {
            false
        };
        if is_busy { RetryAction::throttling_error() } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "writers who meet"
    }
}

fn codes(cancelled: &TransactionCanceledException) -> impl Iterator<Item = &str> {
    cancelled.cancellation_reasons().iter().map(|reason| reason.code().unwrap_or("None"))
}

fn is_busy(cancelled: &TransactionCanceledException) -> bool {
    codes(cancelled).any(|code| BUSY.contains(&code)) && codes(cancelled).all(|code| code != CONDITION)
}

/// A write whose condition did not hold.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// Its place in the transaction.
    pub(crate) place: usize,
    /// The item as it is, where the write asked for it.
    pub(crate) item: Option<Item>,
}

impl Store {
    /// Carries out all of `writes` or none. Empty: all. Else: those whose condition did not hold.
    ///
    /// # Errors
    /// [`StoreError::Contended`] when others were faster each time; nothing was written then.
    pub(crate) async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<Vec<Refusal>, StoreError> {
        match self.client.transact_write_items().set_transact_items(Some(writes)).send().await {
            Ok(_) => Ok(Vec::new()),
            Err(error) => refusals(error),
        }
    }
}

/// The writes whose condition did not hold.
pub(crate) fn refusals<R: std::fmt::Debug + 'static>(
    error: SdkError<TransactWriteItemsError, R>,
) -> Result<Vec<Refusal>, StoreError> {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error() else {
        return Err(StoreError::from_sdk(error));
    };
    if is_busy(cancelled) {
        return Err(StoreError::Contended);
    }
    let reasons = cancelled.cancellation_reasons().iter().enumerate();
    let refused = reasons.filter(|(_, reason)| reason.code() == Some(CONDITION));
    let refused: Vec<Refusal> =
        refused.map(|(place, reason)| Refusal { place, item: reason.item().cloned() }).collect();
    if refused.is_empty() { Err(StoreError::from_sdk(error)) } else { Ok(refused) }
}

pub(crate) fn put(put: Put) -> TransactWriteItem {
    TransactWriteItem::builder().put(put).build()
}

pub(crate) fn update(update: Update) -> TransactWriteItem {
    TransactWriteItem::builder().update(update).build()
}

pub(crate) fn delete(delete: Delete) -> TransactWriteItem {
    TransactWriteItem::builder().delete(delete).build()
}

pub(crate) fn check(check: ConditionCheck) -> TransactWriteItem {
    TransactWriteItem::builder().condition_check(check).build()
}
