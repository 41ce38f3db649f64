//! How bytes reach upstream: over the network, or, in the simulator, straight into the sandbox.

use axum::http::{Request, Response};
use bytes::Bytes;
use futures::future::BoxFuture;
use std::fmt;
use std::time::Duration;

/// No response. The variants say whether the request may have arrived.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// There was no connection, so nothing was sent.
    #[error("no connection")]
    NotSent(#[source] Cause),
    /// The request may have arrived, and the connection broke.
    #[error("the connection broke")]
    Broken(#[source] Cause),
    /// The request may have arrived, and the time ran out.
    #[error("the time ran out")]
    TimedOut(#[source] Cause),
    /// The request arrived, and its answer is too large to read.
    #[error("the answer is too large")]
    TooLarge,
}

/// The error of the library underneath.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Sends requests.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends one request once and reads the whole answer, whatever its status, within `timeout`.
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>>;
}
