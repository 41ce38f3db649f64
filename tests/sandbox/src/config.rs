//! What a sandbox is started with, and the demo-safe values that stand in for what is left out.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::SandboxError;
use crate::readings::Readings;

/// What a key may do. The names are upstream's.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Reads and writes everything.
    Full,
    /// Reads everything and checks availability.
    Limited,
    /// Reads only.
    Read,
}

/// Where the sandbox's time comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ClockMode {
    /// The machine's time, running `speed` times as fast from the moment of the start.
    Real {
        /// Virtual seconds per real second, above zero.
        speed: f64,
    },
    /// A clock that stands still until it is advanced by hand.
    Paused {
        /// Unix seconds at the start.
        start: i64,
    },
}

/// What `completed` means in the first answer to `POST /domains/import`: docs/upstream.md#import-status.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportReading {
    /// The domain is connected; while its nameservers are not set, the job says `in_progress`.
    #[default]
    Connected,
    /// The import is prepared: the answer and every later one say `completed`, with the nameservers to set, and the
    /// domain enters the inventory once they are set. Asynchronous jobs say `in_progress` until then.
    Prepared,
}

/// The settings of one sandbox.
#[derive(Clone)]
pub struct SandboxConfig {
    /// Where to listen; port 0 picks a free one.
    pub address: SocketAddr,
    /// The key of the test world, `pk_test_…`, with every permission.
    pub test_key: String,
    /// The key of the live world, `pk_live_…`, with every permission.
    pub live_key: Option<String>,
    /// Further keys; their prefix says which world they belong to.
    pub extra_keys: Vec<(String, Preset)>,
    /// The partner's one webhook URL; without it events are recorded and not sent.
    pub webhook_url: Option<String>,
    /// Signs the events of the test world.
    pub webhook_secret: String,
    /// Signs the events of the live world.
    pub live_webhook_secret: String,
    /// What is signed: one of `{timestamp}.{body}`, `{event_id}.{timestamp}.{body}`,
    /// `{timestamp}{body}`, `{body}`. Upstream does not publish it.
    pub signature_template: String,
    /// Where time comes from.
    pub clock: ClockMode,
    /// Makes every identifier predictable.
    pub seed: Option<u64>,
    /// Virtual time from the acceptance of an order to its completion.
    pub provisioning: Duration,
    /// Virtual time after which the customer's nameservers count as switched; `None` waits for the
    /// control call.
    pub import_switch: Option<Duration>,
    /// What `completed` means in the first answer to an import.
    pub import_reading: ImportReading,
    /// Keeps the state across restarts.
    pub data_file: Option<PathBuf>,
    /// Requests a minute and key; 0 means no limit. Default: docs/upstream.md#rate-limit.
    pub rate_limit_per_minute: u32,
    /// Multiplies the waits between delivery attempts; 0.001 turns two hours into seven seconds.
    pub retry_factor: f64,
    /// Whether a retry is signed afresh or repeats the first signature: docs/upstream.md#delivery.
    pub resign_retries: bool,
    /// Whether receipts, in answers and in lists, have an `id` and nothing else: only the full order says the rest.
    pub minimal_receipts: bool,
    /// How other unknowns of docs/upstream.md#editions-and-marks are read.
    pub readings: Readings,
    /// Real time that a webhook receiver has to answer. Default: docs/upstream.md#delivery.
    pub delivery_timeout: Duration,
    /// How many received requests are kept, the oldest going first; 0 keeps none.
    pub received_limit: usize,
    /// How many events are kept once they are delivered or given up, the oldest going first.
    pub events_limit: usize,
}

/// Requests per minute and key: docs/upstream.md#rate-limit.
pub(crate) const RATE_LIMIT: u32 = 600;
/// Time limit of a webhook receiver: docs/upstream.md#delivery.
pub(crate) const DELIVERY_TIMEOUT: Duration = Duration::from_secs(15);
/// The four base strings that a receiver may have to understand.
pub(crate) const TEMPLATES: [&str; 4] =
    ["{timestamp}.{body}", "{event_id}.{timestamp}.{body}", "{timestamp}{body}", "{body}"];

impl Default for SandboxConfig {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            test_key: "pk_test_sandbox".to_owned(),
            live_key: None,
            extra_keys: Vec::new(),
            webhook_url: None,
            webhook_secret: "whsec_sandbox_test".to_owned(),
            live_webhook_secret: "whsec_sandbox_live".to_owned(),
            signature_template: "{timestamp}.{body}".to_owned(),
            clock: ClockMode::Real { speed: 1.0 },
            seed: None,
            provisioning: Duration::from_secs(6),
            import_switch: Some(Duration::from_secs(30)),
            import_reading: ImportReading::Connected,
            data_file: None,
            rate_limit_per_minute: RATE_LIMIT,
            retry_factor: 1.0,
            resign_retries: true,
            minimal_receipts: false,
            readings: Readings::default(),
            delivery_timeout: DELIVERY_TIMEOUT,
            received_limit: 10_000,
            events_limit: 100_000,
        }
    }
}

/// Leaves the keys and secrets out.
impl std::fmt::Debug for SandboxConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SandboxConfig")
            .field("address", &self.address)
            .field("clock", &self.clock)
            .field("provisioning", &self.provisioning)
            .finish_non_exhaustive()
    }
}

impl SandboxConfig {
    /// Settings for tests: a clock that stands at 2026-01-01 and predictable identifiers.
    pub fn for_tests() -> Self {
        Self { clock: ClockMode::Paused { start: 1_767_225_600 }, seed: Some(1), ..Self::default() }
    }

    /// The same with each unknown of docs/upstream.md#editions-and-marks read in the way that asks most of a client:
    /// imports are `completed` once they are prepared, retries repeat the first signature, receipts have an `id` only,
    /// and [`Readings::strictest`].
    #[must_use]
    pub fn strictest(self) -> Self {
        Self {
            import_reading: ImportReading::Prepared,
            resign_retries: false,
            minimal_receipts: true,
            readings: Readings::strictest(),
            ..self
        }
    }

    /// Refuses what would only fail later and less clearly.
    pub(crate) fn check(&self) -> Result<(), SandboxError> {
        let setting = |name, hint| Err(SandboxError::Setting { name, hint });
        if !self.test_key.starts_with("pk_test_") {
            return setting("test_key", "a sandbox key starts with pk_test_");
        }
        if self.live_key.as_ref().is_some_and(|key| !key.starts_with("pk_live_")) {
            return setting("live_key", "a live key starts with pk_live_");
        }
        let known = |key: &str| key.starts_with("pk_test_") || key.starts_with("pk_live_");
        if self.extra_keys.iter().any(|(key, _)| !known(key)) {
            return setting("extra_keys", "a key starts with pk_test_ or pk_live_");
        }
        if !TEMPLATES.contains(&self.signature_template.as_str()) {
            return setting(
                "signature_template",
                "choose {timestamp}.{body}, {event_id}.{timestamp}.{body}, {timestamp}{body} or {body}",
            );
        }
        if let ClockMode::Real { speed } = self.clock
            && !(speed.is_finite() && speed > 0.0)
        {
            return setting("clock", "the speed is a number above zero; pause the clock to stop it");
        }
        if !(self.retry_factor.is_finite() && self.retry_factor >= 0.0) {
            return setting("retry_factor", "a number of zero or more");
        }
        Ok(())
    }
}
