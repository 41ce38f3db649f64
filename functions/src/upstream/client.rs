//! The client: where upstream is, the key for it, and what its clones share.

use crate::clock::{Clock, Random};
use crate::secret_store::SecretStore;
use crate::upstream::call::Call;
use crate::upstream::error::UpstreamError;
use crate::upstream::meter::Meter;
use crate::upstream::pace::Pace;
use crate::upstream::plan_cache::Plans;
use crate::upstream::rate::Urgency;
use crate::upstream::recent_actions::Recent;
use crate::upstream::transport::Transport;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where upstream is, the key for it, and how fast it may be called.
#[derive(Debug, Clone)]
pub struct UpstreamConfig {
    /// Such as `https://api.peeker.ai/partner/v1`.
    pub base_url: String,
    /// Holds the key, `pk_live_…` or `pk_test_…`.
    pub secret_store: SecretStore,
    /// Names per availability call: docs/upstream.md#availability-batch.
    pub availability_batch: usize,
    /// Upstream's rate limit in calls per minute: docs/upstream.md#rate-limit. `None` means no limit.
    pub calls_per_minute: Option<u32>,
    /// Decides when calls may be sent.
    pub clock: Clock,
    /// Spreads those that wait.
    pub random: Random,
}

/// A client with its connections.
#[derive(Debug, Clone)]
pub struct Upstream {
    pub(super) transport: Arc<dyn Transport>,
    pub(super) base_url: String,
    pub(super) secret_store: SecretStore,
    pub(super) clock: Clock,
    pub(super) availability_batch: usize,
    pub(super) calls: Arc<AtomicU64>,
    pub(super) pace: Arc<Pace>,
    pub(super) plans: Arc<Plans>,
    pub(super) actions: Arc<Recent>,
    /// Counts calls against the budget of a session; `None` for calls that no session makes.
    pub(super) meter: Option<Arc<dyn Meter>>,
    /// How urgent calls are at least.
    pub(super) urgency: Urgency,
}

impl Upstream {
    /// Prepares a client that sends over `transport`; nothing is sent yet.
    pub fn over(transport: Arc<dyn Transport>, config: UpstreamConfig) -> Self {
        let base_url = config.base_url.trim_end_matches('/').to_owned();
        let availability_batch = config.availability_batch.max(1);
        Self {
            transport,
            base_url,
            secret_store: config.secret_store,
            clock: config.clock.clone(),
            availability_batch,
            calls: Arc::default(),
            pace: Arc::new(Pace::new(config.clock, config.random, config.calls_per_minute)),
            plans: Arc::default(),
            actions: Arc::default(),
            meter: None,
            urgency: Urgency::LookUp,
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
        Self { urgency: Urgency::BeforeOrder, ..self.clone() }
    }

    /// The same client for an order that may have been sent: its calls are counted, and made even when the budget of
    /// the session is spent.
    #[must_use]
    pub fn for_sent_order(&self) -> Self {
        Self { urgency: Urgency::Order, ..self.clone() }
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
        let answer = self.call(&Call::get("/me")).await?;
        let environment = answer.data.pointer("/api_key/environment").and_then(|word| word.as_str());
        Ok(environment.unwrap_or("unknown").to_owned())
    }

    /// The same client, charging its calls to `meter`.
    #[must_use]
    pub fn charging(&self, meter: Arc<dyn Meter>) -> Self {
        Self { meter: Some(meter), ..self.clone() }
    }
}
