//! The one client of upstream: it holds the key, sends, and turns every way to fail into [`UpstreamError`].

mod actions;
pub mod availability;
mod block;
pub mod bundles;
pub mod envelope;
mod error;
pub mod imports;
pub mod inventory;
pub mod meter;
pub mod order_body;
pub mod orders;
mod pace;
mod paging;
pub mod plan;
mod rate;
pub mod receipt;
pub mod transport;

pub use error::UpstreamError;

use crate::clock::{Clock, Random};
use crate::metrics;
use crate::network::Network;
use crate::query_string;
use crate::secret::Secret;
use crate::times;
use crate::trace;
use crate::vault::{Vault, note_use};
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use bytes::Bytes;
use envelope::Envelope;
use pace::Pace;
use rate::Urgency;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use transport::{Transport, TransportError};

/// Waiting for an answer to a look-up.
const READ_TIMEOUT: Duration = Duration::from_secs(8);
/// Waiting for an order to be taken. API Gateway gives up at 30 s, and the look-ups before need some of it.
const ORDER_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest wait that upstream may ask for while a customer looks on.
const MAX_WAIT_SECONDS: u32 = 2;
/// Up to a second more than upstream asks for, as it advises: docs/upstream.md#rate-limit.
const RETRY_JITTER_MS: u64 = 1_000;
/// Pause before a look-up that failed is repeated.
const RETRY_PAUSE_MS: u64 = 250;

/// Where upstream is and how to be let in.
#[derive(Debug, Clone)]
pub struct UpstreamConfig {
    /// Such as `https://api.peeker.ai/partner/v1`.
    pub base_url: String,
    /// Holds the key, `pk_live_…` or `pk_test_…`.
    pub vault: Vault,
    /// Names per availability call: docs/upstream.md#availability-batch.
    pub availability_batch: usize,
    /// Calls a minute that upstream allows: docs/upstream.md#rate-limit. `None` is no limit.
    pub calls_per_minute: Option<u32>,
    /// Tells when calls may go out.
    pub clock: Clock,
    /// Spreads those that wait.
    pub random: Random,
}

/// A client with its connections.
#[derive(Debug, Clone)]
pub struct Upstream {
    transport: Arc<dyn Transport>,
    base_url: String,
    vault: Vault,
    clock: Clock,
    availability_batch: usize,
    calls: Arc<AtomicU64>,
    pace: Arc<Pace>,
    plans: Arc<plan::Plans>,
    actions: Arc<actions::Recent>,
    /// Whom calls are charged to; calls for the partner are charged to nobody.
    meter: Option<Arc<dyn meter::Meter>>,
    /// Whether calls may use the part of the rate that is kept for orders.
    urgency: Urgency,
    /// Whether calls are made even when their budget is spent.
    unrefusable: bool,
}

impl Upstream {
    /// Prepares a client over the network; nothing is sent yet.
    pub fn new(config: UpstreamConfig) -> Self {
        Self::over(Arc::new(Network::new()), config)
    }

    /// The same over another transport.
    pub fn over(transport: Arc<dyn Transport>, config: UpstreamConfig) -> Self {
        let base_url = config.base_url.trim_end_matches('/').to_owned();
        let availability_batch = config.availability_batch.max(1);
        Self {
            transport,
            base_url,
            vault: config.vault,
            clock: config.clock.clone(),
            availability_batch,
            calls: Arc::default(),
            pace: Arc::new(Pace::new(config.clock, config.random, config.calls_per_minute)),
            plans: Arc::default(),
            actions: Arc::default(),
            meter: None,
            urgency: Urgency::LookUp,
            unrefusable: false,
        }
    }

    /// The same client, taking its calls from `bucket` together with the other processes that use the key.
    #[must_use]
    pub fn sharing(self, bucket: Arc<dyn crate::model::rate::Bucket>) -> Self {
        Self { pace: Arc::new(self.pace.sharing(bucket)), ..self }
    }

    /// The same client for what an order waits for: its calls may use the part of the rate that is kept for orders.
    #[must_use]
    pub fn for_order(&self) -> Self {
        Self { urgency: Urgency::Order, ..self.clone() }
    }

    /// The same client for an order that may be on its way: its calls are counted, and made even when the budget of the
    /// session is spent.
    #[must_use]
    pub fn for_sent_order(&self) -> Self {
        Self { urgency: Urgency::Order, unrefusable: true, ..self.clone() }
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
        self.send_safely(Method::GET, path, query, None, READ_TIMEOUT).await
    }

    /// Sends what may be sent twice: once more after a failure that came quickly, or a short wait that upstream asks
    /// for. What ran out of time has used up the caller's, too.
    async fn send_safely(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<Bytes>,
        timeout: Duration,
    ) -> Result<Envelope, UpstreamError> {
        let answer = self.send(method.clone(), path, query, body.clone(), timeout).await;
        let pause = match &answer {
            Err(UpstreamError::Unreachable(_) | UpstreamError::Failed { .. }) => self.pace.jitter(RETRY_PAUSE_MS),
            Err(UpstreamError::NoAnswer(TransportError::Broken(_))) => self.pace.jitter(RETRY_PAUSE_MS),
            Err(error) => match error.retry_after() {
                Some(seconds) if seconds <= MAX_WAIT_SECONDS => {
                    Duration::from_secs(u64::from(seconds)).saturating_add(self.pace.jitter(RETRY_JITTER_MS))
                }
                _ => return answer,
            },
            Ok(_) => return answer,
        };
        tokio::time::sleep(pause).await;
        self.send(method, path, query, body, timeout).await
    }

    /// Sends one request, once it is its turn. Only a refused key makes it go out again, with the next one: nothing was
    /// done then.
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
        let url = format!("{}{path}{}", self.base_url, query_string::write(query));
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
        let is_order = path == "/orders" && request.method() == Method::POST;
        let urgency = if is_order { Urgency::Order } else { self.urgency };
        self.pace.take(urgency).await.map_err(|retry_after| UpstreamError::Busy { retry_after })?;
        if let Some(meter) = &self.meter {
            meter.take(!(is_order || self.unrefusable)).await?;
        }
        self.calls.fetch_add(1, Ordering::Relaxed);
        let response = self.transport.send(request, timeout).await.inspect_err(|error| {
            tracing::warn!(upstream.path = path, error.cause = %error, "upstream gave no answer");
        })?;
        let status = response.status();
        let text = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let request_id = text("peeker-request-id").filter(|id| shared::ids::is_id(id)).map(str::to_owned);
        // A clock that cannot be right dates nothing.
        let date = times::believable(text("date").and_then(times::from_http_date), self.clock.now());
        let bytes = response.body();
        if status.is_success() {
            tracing::debug!(upstream.path = path, upstream.status = status.as_u16(), upstream.request_id = request_id);
        } else {
            // The answer's own words may name people: its code is in the error.
            tracing::info!(
                upstream.path = path,
                upstream.status = status.as_u16(),
                upstream.request_id = request_id,
                "upstream did not do it"
            );
        }
        let answer = Envelope::read(status, request_id, bytes).map(|envelope| Envelope { date, ..envelope });
        if let Err(error @ UpstreamError::Refused { status: StatusCode::TOO_MANY_REQUESTS, .. }) = &answer
            // Imports have their own limit (docs/upstream.md#import-capacity): the key's rate is not used up.
            && !path.starts_with("/domains/import")
        {
            self.pace.silence(error.retry_after().unwrap_or(0)).await;
        }
        answer
    }
}

fn is_key_refused(answer: &Result<Envelope, UpstreamError>) -> bool {
    matches!(answer, Err(UpstreamError::Refused { status: StatusCode::UNAUTHORIZED, .. }))
}
