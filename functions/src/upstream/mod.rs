//! The one client of upstream: it holds the key, makes calls, and turns every way to fail into [`UpstreamError`].

mod actions;
pub mod availability;
mod block;
pub mod bundles;
mod call;
pub mod envelope;
mod error;
pub mod imports;
pub mod inventory;
pub mod meter;
pub mod network;
pub mod order_body;
pub mod orders;
mod pace;
mod paging;
pub mod plan;
mod rate;
pub mod receipt;
mod send;
pub mod transport;

pub use error::{UNKNOWN_CODE, UpstreamError};

use crate::clock::{Clock, Random};
use crate::vault::Vault;
use call::Call;
use pace::Pace;
use rate::Urgency;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use transport::Transport;

/// Where upstream is, the key for it, and how fast it may be called.
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
    /// Counts calls against the budget of a session; `None` for calls that no session makes.
    meter: Option<Arc<dyn meter::Meter>>,
    /// How urgent calls are at least.
    urgency: Urgency,
}

impl Upstream {
    /// Prepares a client that sends over `transport`; nothing is sent yet.
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

    /// The same client for an order that may have been sent: its calls are counted, and made even when the budget of the
    /// session is spent.
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
}
