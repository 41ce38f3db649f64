//! How bytes reach upstream: over the network, or, in the simulator, straight into the sandbox.

use crate::network::Network;
use aws_smithy_types::body::SdkBody;
use axum::http::{HeaderValue, Request, Response, header};
use bytes::Bytes;
use futures::future::BoxFuture;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper_util::client::legacy::Error;
use std::fmt;
use std::time::Duration;

/// Bytes of an answer that are read: a page of 100 full orders is far below.
const MAX_ANSWER: usize = 8 * 1024 * 1024;
/// Who calls, as upstream reads it.
const USER_AGENT: HeaderValue = HeaderValue::from_static(concat!("peeker-checkout/", env!("CARGO_PKG_VERSION")));

/// No answer came. What matters is whether the request may have arrived.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// No connection: nothing was sent.
    #[error("no connection")]
    NotSent(#[source] Cause),
    /// Sent, and the connection broke.
    #[error("the connection broke")]
    Broken(#[source] Cause),
    /// Sent, and the time ran out.
    #[error("the time ran out")]
    TimedOut(#[source] Cause),
    /// An answer that is too large to read.
    #[error("the answer is too large")]
    TooLarge,
}

/// What a transport reports underneath.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Sends one request once and reads the whole answer.
pub trait Transport: fmt::Debug + Send + Sync {
    /// The answer, whatever its status.
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>>;
}

impl Transport for Network {
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let exchange = async move {
            match tokio::time::timeout(timeout, exchange(self, request)).await {
                Ok(outcome) => outcome,
                Err(elapsed) => Err(TransportError::TimedOut(elapsed.into())),
            }
        };
        Box::pin(exchange)
    }
}

async fn exchange(network: &Network, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
    if request.uri().authority().is_none() {
        return Err(TransportError::NotSent("the address names no host".into()));
    }
    request.headers_mut().insert(header::USER_AGENT, USER_AGENT);
    let answer = network.send(request.map(SdkBody::from)).await.map_err(failed)?;
    let (parts, body) = answer.into_parts();
    match Limited::new(body, MAX_ANSWER).collect().await {
        Ok(body) => Ok(Response::from_parts(parts, body.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => Err(TransportError::TooLarge),
        Err(error) => Err(TransportError::Broken(error)),
    }
}

fn failed(error: Error) -> TransportError {
    if error.is_connect() { TransportError::NotSent(error.into()) } else { TransportError::Broken(error.into()) }
}
