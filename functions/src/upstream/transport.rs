//! How bytes reach upstream: over the network, or, in the simulator, straight into the sandbox.

use axum::http::{Request, Response};
use bytes::Bytes;
use futures::future::BoxFuture;
use std::fmt;
use std::time::Duration;

/// Bytes of an answer that are read: a page of 100 full orders is far below.
const MAX_ANSWER: usize = 8 * 1024 * 1024;
/// Waiting for a connection: upstream is in the same continent, or unreachable.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

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

/// The network.
#[derive(Debug)]
pub struct Network(reqwest::Client);

impl Network {
    /// Prepares connections; nothing is sent yet.
    ///
    /// # Errors
    /// When the TLS library cannot be set up.
    pub fn new() -> Result<Self, reqwest::Error> {
        // Another client of the process may have chosen the provider already; they choose the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("peeker-checkout/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self(client))
    }

    async fn exchange(&self, request: Request<Bytes>, timeout: Duration) -> Result<Response<Bytes>, TransportError> {
        let mut request = reqwest::Request::try_from(request).map_err(failed)?;
        *request.timeout_mut() = Some(timeout);
        let mut answer = self.0.execute(request).await.map_err(failed)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_ANSWER {
                return Err(TransportError::TooLarge);
            }
        }
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

impl Transport for Network {
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(self.exchange(request, timeout))
    }
}

fn failed(error: reqwest::Error) -> TransportError {
    // The URL may carry a customer's address, and errors are logged.
    let error = error.without_url();
    if error.is_connect() || error.is_builder() {
        TransportError::NotSent(error.into())
    } else if error.is_timeout() {
        TransportError::TimedOut(error.into())
    } else {
        TransportError::Broken(error.into())
    }
}
