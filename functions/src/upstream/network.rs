//! The transport over the network: reqwest with HTTP/1.1 and TLS by ring. It sends each request once: it follows no
//! redirects, repeats nothing, and uses no proxy, whatever the environment says.

use crate::upstream::transport::{Transport, TransportError};
use axum::http::{Request, Response};
use bytes::{Bytes, BytesMut};
use futures::future::BoxFuture;
use reqwest::redirect;
use reqwest::retry;
use std::time::Duration;

/// Longest wait for a connection, the TLS handshake included: the other side is on the same continent, or unreachable.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Bytes of an answer that are read: a page of 100 full orders is far smaller.
const MAX_ANSWER: usize = 8 * 1024 * 1024;
/// Our name in upstream's log.
const USER_AGENT: &str = concat!("peeker-checkout/", env!("CARGO_PKG_VERSION"));

/// A client with its pool of connections. Clones share the pool.
#[derive(Debug, Clone)]
pub struct Network(reqwest::Client);

/// This machine cannot make TLS connections: usually it has no root certificates.
#[derive(Debug, thiserror::Error)]
#[error("no TLS connections can be made from this machine. Are its root certificates installed (ca-certificates)?")]
pub struct NetworkError(#[source] pub(crate) reqwest::Error);

impl Network {
    /// Prepares a client; nothing is sent yet.
    ///
    /// # Errors
    /// [`NetworkError`].
    pub fn new() -> Result<Self, NetworkError> {
        // An error means that the process has a provider already, which can only be ring.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .http1_only()
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(redirect::Policy::none())
            // hyper still takes another connection for a request of which not a byte was written. Nothing arrives
            // twice.
            .retry(retry::never())
            .no_proxy()
            .build()
            .map_err(NetworkError)?;
        Ok(Self(client))
    }

    async fn exchange(&self, request: Request<Bytes>, timeout: Duration) -> Result<Response<Bytes>, TransportError> {
        let mut request = reqwest::Request::try_from(request).map_err(classify)?;
        *request.timeout_mut() = Some(timeout);
        let mut response = self.0.execute(request).await.map_err(classify)?;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(classify)? {
            if body.len().saturating_add(chunk.len()) > MAX_ANSWER {
                return Err(TransportError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let mut answer = Response::new(body.freeze());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        Ok(answer)
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

/// Whether the request may have arrived.
fn classify(error: reqwest::Error) -> TransportError {
    // The URL may name a customer, and causes are logged.
    let error = error.without_url();
    if error.is_builder() || error.is_connect() {
        TransportError::NotSent(error.into())
    } else if error.is_timeout() {
        TransportError::TimedOut(error.into())
    } else {
        TransportError::Broken(error.into())
    }
}
