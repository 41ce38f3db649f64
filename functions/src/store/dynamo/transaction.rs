//! Transactions with a label on each write, so that a refusal names its write instead of an index.

use crate::store::dynamo::item::Item;
use crate::store::dynamo::retry::{CONDITION_FAILED, is_busy};
use crate::store::dynamo::write::Write;
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use std::fmt::Debug;

/// Writes that DynamoDB carries out together or not at all. `L` is what a caller calls them by.
#[derive(Debug, Clone)]
pub(crate) struct Transaction<L> {
    writes: Vec<(L, Write)>,
}

impl<L> Transaction<L> {
    pub(crate) const fn new() -> Self {
        Self { writes: Vec::new() }
    }

    /// Adds a write. One transaction may write an item once, and has at most 100 writes.
    pub(crate) fn push(&mut self, label: L, write: impl Into<Write>) {
        self.writes.push((label, write.into()));
    }

    /// Adds all writes of another transaction.
    pub(crate) fn extend(&mut self, other: Self) {
        self.writes.extend(other.writes);
    }
}

/// A write whose condition failed.
#[derive(Debug)]
pub(crate) struct Refusal<L> {
    /// The write.
    pub(crate) label: L,
    /// The item as it is, where the write asks for it.
    pub(crate) item: Option<Item>,
}

impl Store {
    /// Carries out all writes or none. Empty: all. Otherwise: those whose condition failed.
    ///
    /// # Errors
    /// [`StoreError::Contended`] when other writers were faster each time; then nothing was written.
    pub(crate) async fn transact<L: Copy>(&self, transaction: Transaction<L>) -> Result<Vec<Refusal<L>>, StoreError> {
        let labels: Vec<L> = transaction.writes.iter().map(|(label, _)| *label).collect();
        let writes = transaction.writes.into_iter().map(|(_, write)| write.into_sdk(&self.table));
        let writes = writes.collect::<Result<Vec<_>, _>>()?;
        match self.client.transact_write_items().set_transact_items(Some(writes)).send().await {
            Ok(_) => Ok(Vec::new()),
            Err(error) => refusals(labels, error),
        }
    }

    /// Carries out all writes or none. `false`: a condition did not hold.
    ///
    /// # Errors
    /// As [`Store::transact`].
    pub(crate) async fn transact_all<L: Copy>(&self, transaction: Transaction<L>) -> Result<bool, StoreError> {
        Ok(self.transact(transaction).await?.is_empty())
    }
}

/// The writes whose condition failed: DynamoDB reports one reason for each write, in their order.
fn refusals<L, R: Debug + 'static>(
    labels: Vec<L>,
    error: SdkError<TransactWriteItemsError, R>,
) -> Result<Vec<Refusal<L>>, StoreError> {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error() else {
        return Err(StoreError::from_sdk(error));
    };
    if is_busy(cancelled) {
        return Err(StoreError::Contended);
    }
    let reasons = labels.into_iter().zip(cancelled.cancellation_reasons());
    let refused: Vec<Refusal<L>> = reasons
        .filter(|(_, reason)| reason.code() == Some(CONDITION_FAILED))
        .map(|(label, reason)| Refusal { label, item: reason.item().cloned() })
        .collect();
    if refused.is_empty() { Err(StoreError::from_sdk(error)) } else { Ok(refused) }
}
