//! Retries of calls that conflict with others: pauses grow, and are random.

use aws_sdk_dynamodb::config::interceptors::InterceptorContext;
use aws_sdk_dynamodb::config::retry::{ClassifyRetry, RetryAction, RetryConfig, RetryPartition, TokenBucket};
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use std::time::Duration;

/// Attempts of one call. With the pauses below they take up to 6 s, about 3 on average: enough for a hundred writers of
/// one order.
const ATTEMPTS: u32 = 12;
/// The longest first pause; each later one may be twice as long. A transaction takes about 10 ms.
const FIRST_PAUSE: Duration = Duration::from_millis(25);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Codes of DynamoDB for a transaction that may succeed a moment later.
const BUSY: [&str; 4] =
    ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"];
/// Code of DynamoDB for a condition that did not hold.
pub(super) const CONDITION_FAILED: &str = "ConditionalCheckFailed";

/// How the SDK retries calls: with exponential pauses and full jitter.
pub(in crate::store) fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(FIRST_PAUSE)
        .with_max_backoff(LONGEST_PAUSE)
}

/// The SDK limits the retries of all calls of a process together, so calls to busy items would use up those of others.
pub(in crate::store) fn allowance() -> RetryPartition {
    RetryPartition::custom("table").token_bucket(TokenBucket::unlimited()).build()
}

/// Makes the SDK retry conflicts between transactions, as it does throttled calls.
#[derive(Debug)]
pub(in crate::store) struct Busy;

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
        "transaction conflicts"
    }
}

fn codes(cancelled: &TransactionCanceledException) -> impl Iterator<Item = &str> {
    cancelled.cancellation_reasons().iter().map(|reason| reason.code().unwrap_or("None"))
}

/// Whether a transaction was cancelled for nothing but conflicts and throttling.
pub(super) fn is_busy(cancelled: &TransactionCanceledException) -> bool {
    codes(cancelled).any(|code| BUSY.contains(&code)) && codes(cancelled).all(|code| code != CONDITION_FAILED)
}
