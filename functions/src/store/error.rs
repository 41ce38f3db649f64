//! Errors of the table.

use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use std::fmt;

/// Why a call to the table failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// DynamoDB refused the call or did not answer, after the retries of its SDK.
    #[error("DynamoDB: {code}: {cause}")]
    Call {
        /// The error code of DynamoDB, or `no_answer`.
        code: String,
        /// All causes, outermost first.
        cause: String,
    },
    /// An item is not in the form that we write. The error names the struct only, because an item may name people.
    #[error("an item cannot be read as {0}")]
    Item(&'static str),
    /// The SDK cannot build the call.
    #[error("the call cannot be built: {0}")]
    Build(String),
    /// Other writers were faster each time.
    #[error("too many writers at once")]
    Contended,
}

impl StoreError {
    /// An error of a call.
    pub fn from_sdk<E, R>(error: SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: fmt::Debug,
    {
        let code = error.as_service_error().and_then(ProvideErrorMetadata::code).unwrap_or("no_answer").to_owned();
        Self::Call { code, cause: DisplayErrorContext(&error).to_string() }
    }

    /// An error of a builder, or of a serializer.
    pub fn from_build(error: impl fmt::Display) -> Self {
        Self::Build(error.to_string())
    }
}

/// Whether a conditional update was written. A condition that does not hold is a result, not an error.
pub(crate) fn was_written<T, R>(updated: Result<T, SdkError<UpdateItemError, R>>) -> Result<bool, StoreError>
where
    R: fmt::Debug,
{
    match updated {
        Ok(_) => Ok(true),
        Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => Ok(false),
        Err(error) => Err(StoreError::from_sdk(error)),
    }
}
