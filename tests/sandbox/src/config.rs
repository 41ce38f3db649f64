//! The configuration of a sandbox, with defaults that are safe for demos.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::SandboxError;
use crate::readings::Readings;

/// Permissions of a key, named as upstream.
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

/// The source of the sandbox's time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ClockMode {
    /// Real time, `speed` times as fast from the start on.
    Real {
        /// Virtual seconds per real second, above zero.
        speed: f64,
    },
    /// A paused clock, advanced by hand.
    Paused {
        /// Start time, Unix seconds.
        start: i64,
    },
}

/// The meaning of `completed` in the first response to `POST /domains/import`: docs/upstream.md#import-status.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportReading {
    /// The domain is connected; while its nameservers are missing, the job is `in_progress`.
    #[default]
    Connected,
    /// The import is prepared: every response says `completed` with the nameservers to set, and the domain enters the
    /// inventory once they are set. Asynchronous jobs are `in_progress` until then.
    Prepared,
}

/// The settings of one sandbox.
#[derive(Clone)]
pub struct SandboxConfig {
    /// Address to listen on; port 0 picks a free port.
    pub address: SocketAddr,
    /// Key of the test environment, `pk_test_…`, with every permission.
    pub test_key: String,
    /// Key of the live environment, `pk_live_…`, with every permission.
    pub live_key: Option<String>,
    /// Additional keys; the prefix determines the environment.
    pub extra_keys: Vec<(String, Preset)>,
    /// The partner's webhook URL; without one, events are recorded and not sent.
    pub webhook_url: Option<String>,
    /// Secret that signs events of the test environment.
    pub webhook_secret: String,
    /// Secret that signs events of the live environment.
    pub live_webhook_secret: String,
    /// Base string of the signature: one of `{timestamp}.{body}`, `{event_id}.{timestamp}.{body}`, `{timestamp}{body}`,
    /// `{body}`. Upstream does not document it.
    pub signature_template: String,
    /// The source of time.
    pub clock: ClockMode,
    /// Seed that makes every id predictable.
    pub seed: Option<u64>,
    /// Virtual time from accepting an order to completing it.
    pub provisioning: Duration,
    /// Virtual time until the nameservers of an import switch; `None` waits for the control call.
    pub import_switch: Option<Duration>,
    /// The meaning of `completed` in the first response to an import.
    pub import_reading: ImportReading,
    /// File that keeps the state across restarts.
    pub data_file: Option<PathBuf>,
    /// Requests per minute and key; 0 means no limit. Default: docs/upstream.md#rate-limit.
    pub rate_limit_per_minute: u32,
    /// Factor of the delays between delivery attempts; 0.001 turns two hours into seven seconds.
    pub retry_factor: f64,
    /// Whether a retry has a new signature or repeats the first one: docs/upstream.md#delivery.
    pub resign_retries: bool,
    /// Whether receipts, in responses and lists, contain only an `id`; the full order has the rest.
    pub minimal_receipts: bool,
    /// The interpretation of other unknowns of docs/upstream.md#editions-and-marks.
    pub readings: Readings,
    /// Real time limit for a webhook receiver. Default: docs/upstream.md#delivery.
    pub delivery_timeout: Duration,
    /// Maximum number of recorded requests; the oldest are dropped first; 0 records none.
    pub received_limit: usize,
    /// Maximum number of kept events that were delivered or given up; the oldest are dropped first.
    pub events_limit: usize,
}

/// Requests per minute and key: docs/upstream.md#rate-limit.
pub(crate) const RATE_LIMIT: u32 = 600;
/// Time limit of a webhook receiver: docs/upstream.md#delivery.
pub(crate) const DELIVERY_TIMEOUT: Duration = Duration::from_secs(15);
/// The four base strings that a receiver may have to support.
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

/// Hides keys and secrets.
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
    /// Settings for tests: a clock paused at 2026-01-01, and predictable ids.
    pub fn for_tests() -> Self {
        Self { clock: ClockMode::Paused { start: 1_767_225_600 }, seed: Some(1), ..Self::default() }
    }

    /// The same settings, with each unknown of docs/upstream.md#editions-and-marks in its most demanding form: imports
    /// are `completed` once prepared, retries repeat the first signature, receipts have only an `id`, and
    /// [`Readings::strictest`].
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

    /// Refuses settings that would fail later with a less clear error.
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
