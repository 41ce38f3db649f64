//! The one client of upstream: it holds the key, sends, and turns every way to fail into [`UpstreamError`].

pub mod availability;
pub mod envelope;
mod error;
pub mod imports;
pub mod order_body;
pub mod orders;
pub mod plan;
pub mod transport;

pub use error::UpstreamError;

use crate::clock::from_http_date;
use crate::metrics;
use crate::secret::Secret;
use crate::trace;
use crate::vault::{Vault, note_use};
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use bytes::Bytes;
use envelope::Envelope;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use transport::{Network, Transport};

/// Waiting for an answer to a look-up.
const READ_TIMEOUT: Duration = Duration::from_secs(8);
/// Waiting for an order to be taken. API Gateway gives up at 30 s, and the look-ups before need some of it.
const ORDER_TIMEOUT: Duration = Duration::from_secs(15);
/// Where upstream is and how to be let in.
#[derive(Debug, Clone)]
pub struct UpstreamConfig {
    /// Such as `https://api.peeker.ai/partner/v1`.
    pub base_url: String,
    /// Holds the key, `pk_live_…` or `pk_test_…`.
    pub vault: Vault,
    /// Names per availability call: 25 suits both editions, 50 is June's limit.
    pub availability_batch: usize,
}

/// A client with its connections.
#[derive(Debug, Clone)]
pub struct Upstream {
    transport: Arc<dyn Transport>,
    base_url: String,
    vault: Vault,
    availability_batch: usize,
    calls: Arc<AtomicU64>,
    plans: Arc<plan::Plans>,
}

impl Upstream {
    /// Prepares a client over the network; nothing is sent yet.
    ///
    /// # Errors
    /// When the TLS library cannot be set up.
    pub fn new(config: UpstreamConfig) -> Result<Self, reqwest::Error> {
        Ok(Self::over(Arc::new(Network::new()?), config))
    }

    /// The same over another transport.
    pub fn over(transport: Arc<dyn Transport>, config: UpstreamConfig) -> Self {
        let base_url = config.base_url.trim_end_matches('/').to_owned();
        let availability_batch = config.availability_batch.max(1);
        Self {
            transport,
            base_url,
            vault: config.vault,
            availability_batch,
            calls: Arc::default(),
            plans: Arc::default(),
        }
    }

    /// Calls made so far by this client and its clones.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Opens the connection and asks who the key belongs to: `test` or `live`.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn environment(&self) -> Result<String, UpstreamError> {
        let answer = self.read("/me", &[]).await?;
        let environment = answer.data.pointer("/api_key/environment").and_then(|word| word.as_str());
        Ok(environment.unwrap_or("unknown").to_owned())
    }

    async fn read(&self, path: &str, query: &[(&str, &str)]) -> Result<Envelope, UpstreamError> {
        self.send(Method::GET, path, query, None, READ_TIMEOUT).await
    }

    /// Sends one request. Only a refused key makes it go out again, with the next one: nothing was done then.
    async fn send(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<Bytes>,
        timeout: Duration,
    ) -> Result<Envelope, UpstreamError> {
        let mut answer = self.try_keys(&method, path, query, body.as_ref(), timeout).await;
        if is_key_refused(&answer) && self.vault.refresh().await {
            answer = self.try_keys(&method, path, query, body.as_ref(), timeout).await;
        }
        if let Err(error) = &answer {
            metrics::upstream_error(error.code());
        }
        answer
    }

    async fn try_keys(
        &self,
        method: &Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Bytes>,
        timeout: Duration,
    ) -> Result<Envelope, UpstreamError> {
        let secrets = self.vault.secrets();
        let mut answer = Err(UpstreamError::Misconfigured("there is no upstream key"));
        for (index, key) in secrets.peeker.iter().enumerate() {
            answer = self.send_as(key, method.clone(), path, query, body.cloned(), timeout).await;
            if !is_key_refused(&answer) {
                note_use(index, "peeker_key");
                break;
            }
        }
        answer
    }

    async fn send_as(
        &self,
        key: &Secret,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<Bytes>,
        timeout: Duration,
    ) -> Result<Envelope, UpstreamError> {
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", key.expose()))
            .map_err(|_| UpstreamError::Misconfigured("the upstream key is not a header value"))?;
        authorization.set_sensitive(true);
        let url = format!("{}{path}{}", self.base_url, query_string(query));
        let mut request = Request::builder().method(method).uri(url).header(header::AUTHORIZATION, authorization);
        for (name, value) in trace::headers() {
            request = request.header(name, value);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let request = request
            .body(body.unwrap_or_default())
            .map_err(|_| UpstreamError::Misconfigured("the upstream address is not a URL"))?;
        self.calls.fetch_add(1, Ordering::Relaxed);
        let response = self.transport.send(request, timeout).await?;
        let status = response.status();
        let text = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let request_id = text("peeker-request-id").filter(|id| shared::ids::is_id(id)).map(str::to_owned);
        let date = text("date").and_then(from_http_date);
        let bytes = response.body();
        tracing::debug!(upstream.path = path, upstream.status = status.as_u16(), upstream.request_id = request_id);
        Envelope::read(status, request_id, bytes).map(|envelope| Envelope { date, ..envelope })
    }
}

fn is_key_refused(answer: &Result<Envelope, UpstreamError>) -> bool {
    matches!(answer, Err(UpstreamError::Refused { status: StatusCode::UNAUTHORIZED, .. }))
}

/// `?a=b&c=d`, percent-encoded; empty for no pairs.
fn query_string(pairs: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for (index, (key, value)) in pairs.iter().enumerate() {
        out.push(if index == 0 { '?' } else { '&' });
        out.push_str(key);
        out.push('=');
        out.push_str(&percent_encode(value));
    }
    out
}

/// Keeps the unreserved characters of RFC 3986, 2.3; encodes the rest.
fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
