//! What a stack is started with.

use functions::store::guard::Limit;
use sandbox::{ClockMode, ImportReading, Readings, Sandbox, SandboxConfig};
use std::path::PathBuf;
use std::time::Duration;

/// Makes a stack the live stage beside a test stage that runs: both have one sandbox, with a world each.
#[derive(Clone)]
pub struct Beside {
    /// The sandbox of the test stage.
    pub sandbox: Sandbox,
    /// The test stage's address, which deliveries of the test world are passed on to.
    pub test_stage: String,
    /// Signs the test world's events.
    pub test_secret: String,
}

impl std::fmt::Debug for Beside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Beside").field("test_stage", &self.test_stage).finish_non_exhaustive()
    }
}

/// Opens the sandbox's live world in tests of two stages.
pub const LIVE_KEY: &str = "pk_live_of_two_stages";
/// Signs the sandbox's live events in tests of two stages.
pub const LIVE_SECRET: &str = "whsec_live_of_two_stages";

/// What a stack is started with.
#[derive(Debug, Clone)]
pub struct StackConfig {
    /// Port of the functions; 0 takes a free one, as for the next two.
    pub api_port: u16,
    /// Port of the sandbox.
    pub sandbox_port: u16,
    /// Port of the database.
    pub database_port: u16,
    /// Page origins that may call.
    pub origins: Vec<String>,
    /// Keeps orders and keys over restarts.
    pub data: Option<PathBuf>,
    /// The sandbox's clock. When it is paused, the functions tell the same time.
    pub clock: ClockMode,
    /// Seconds by which the functions' clock is ahead of a sandbox's clock that is paused or runs faster.
    pub clock_ahead: i64,
    /// How long provisioning takes, on the sandbox's clock.
    pub provisioning: Duration,
    /// Whether the sandbox's receipts have an `id` only.
    pub minimal_receipts: bool,
    /// Whether new orders are taken.
    pub orders_enabled: bool,
    /// Upstream calls that one session may cause.
    pub session_calls: u64,
    /// Endings on offer.
    pub tlds: Vec<String>,
    /// What one customer may order in a day.
    pub customer_daily: Limit,
    /// What all customers together may order in a day.
    pub partner_daily: Limit,
    /// What upstream lets through per minute.
    pub rate_limit_per_minute: u32,
    /// The rate at which the functions ask upstream; `None`: as fast as they can.
    pub calls_per_minute: Option<u32>,
    /// Days that drafts and payloads are kept.
    pub keep_personal_days: i64,
    /// Seconds between two looks at an import.
    pub import_poll_seconds: u32,
    /// How long customers take to set nameservers, on the sandbox's clock; `None`: until a test does.
    pub import_switch: Option<Duration>,
    /// What the sandbox means by `completed` in its first answer to an import.
    pub import_reading: ImportReading,
    /// Whether the sandbox signs retries of a delivery afresh.
    pub resign_retries: bool,
    /// What else the sandbox does where upstream's documentation leaves room.
    pub readings: Readings,
    /// Whether late deliveries with a correct signature are taken.
    pub accepts_late: bool,
    /// Whether deliveries that are refused are kept.
    pub captures: bool,
    /// Whether the sandbox has a live world, too, which [`LIVE_KEY`] opens.
    pub has_live_world: bool,
    /// The test stage that this one is the live stage beside; `None`: a test stage by itself.
    pub beside: Option<Beside>,
}

impl Default for StackConfig {
    fn default() -> Self {
        Self {
            api_port: 0,
            sandbox_port: 0,
            database_port: 0,
            origins: vec!["http://127.0.0.1:8787".to_owned()],
            data: None,
            clock: ClockMode::Real { speed: 1.0 },
            clock_ahead: 0,
            provisioning: Duration::from_secs(6),
            minimal_receipts: false,
            orders_enabled: true,
            session_calls: 300,
            tlds: ["com", "net", "org", "co", "io"].map(str::to_owned).to_vec(),
            customer_daily: Limit { orders: Some(20), cents: None },
            partner_daily: Limit { orders: None, cents: None },
            rate_limit_per_minute: 600,
            calls_per_minute: Some(600),
            keep_personal_days: 30,
            import_poll_seconds: 60,
            import_switch: Some(Duration::from_secs(30)),
            import_reading: ImportReading::Connected,
            resign_retries: true,
            readings: Readings::default(),
            accepts_late: false,
            captures: false,
            has_live_world: false,
            beside: None,
        }
    }
}

impl StackConfig {
    /// For suites: time stands still until a test advances it.
    pub fn paused() -> Self {
        // While time stands still, no rate comes back.
        Self { clock: ClockMode::Paused { start: 1_778_241_600 }, calls_per_minute: None, ..Self::default() }
    }

    /// The same on a sandbox that asks most of a client wherever upstream's documentation leaves room.
    #[must_use]
    pub fn strictest(self) -> Self {
        let sandbox = SandboxConfig::default().strictest();
        Self {
            minimal_receipts: sandbox.minimal_receipts,
            import_reading: sandbox.import_reading,
            resign_retries: sandbox.resign_retries,
            readings: sandbox.readings,
            ..self
        }
    }
}
