//! What the table could not do.

use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use std::fmt;

/// The table did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// DynamoDB refused or did not answer, after its SDK's own tries.
    #[error("DynamoDB: {code}: {cause}")]
    Call {
        /// DynamoDB's word for it, or `no_answer`.
        code: String,
        /// The whole chain of causes.
        cause: String,
    },
    /// An item is not in the form that we write.
    #[error("the item lacks {0}")]
    Item(&'static str),
    /// The SDK would not build the call.
    #[error("the call cannot be built: {0}")]
    Build(String),
    /// Other writers were faster each time.
    #[error("the item is written by too many at once")]
    Contended,
}

impl StoreError {
    /// What the SDK reports.
    pub fn from_sdk<E, R>(error: SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: fmt::Debug,
    {
        let code = error.as_service_error().and_then(ProvideErrorMetadata::code).unwrap_or("no_answer").to_owned();
        Self::Call { code, cause: DisplayErrorContext(&error).to_string() }
    }

    /// What the SDK's builders report.
    pub fn from_build(error: impl fmt::Display) -> Self {
        Self::Build(error.to_string())
    }
}

/// Whether a conditional update was written. That its condition did not hold is an answer, and no error.
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
