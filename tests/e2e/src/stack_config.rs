//! The configuration of a stack.

use functions::config::{AllSettings, ApprovalSettings};
use functions::store::spend_counter::Limit;
use sandbox::{ClockMode, ImportReading, Readings, Sandbox, SandboxConfig};
use std::path::PathBuf;
use std::time::Duration;

/// Makes a stack the live stage next to a running test stage. Both use one sandbox with separate environments.
#[derive(Clone)]
pub struct Beside {
    /// The sandbox of the test stage.
    pub sandbox: Sandbox,
    /// URL of the test stage, to which deliveries of the test environment are forwarded.
    pub test_stage: String,
    /// Secret that signs events of the test environment.
    pub test_secret: String,
}

impl std::fmt::Debug for Beside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Beside").field("test_stage", &self.test_stage).finish_non_exhaustive()
    }
}

/// Key of the sandbox's live environment in tests of two stages.
pub const LIVE_KEY: &str = "pk_live_of_two_stages";
/// Secret that signs the sandbox's live events in tests of two stages.
pub const LIVE_SECRET: &str = "whsec_live_of_two_stages";

/// The configuration of a stack.
#[derive(Debug, Clone)]
pub struct StackConfig {
    /// Port of the functions; 0 picks a free one, as for the next two.
    pub api_port: u16,
    /// Port of the sandbox.
    pub sandbox_port: u16,
    /// Port of the database.
    pub database_port: u16,
    /// Allowed page origins.
    pub origins: Vec<String>,
    /// Directory that keeps orders and keys across restarts.
    pub data: Option<PathBuf>,
    /// The sandbox's clock. If it is paused, the functions use the same time.
    pub clock: ClockMode,
    /// Seconds by which the functions' clock is ahead of a sandbox clock that is paused or accelerated.
    pub clock_ahead: i64,
    /// Provisioning time on the sandbox's clock.
    pub provisioning: Duration,
    /// Whether the sandbox's receipts contain only an `id`.
    pub minimal_receipts: bool,
    /// Whether new orders are accepted.
    pub orders_enabled: bool,
    /// Maximum number of upstream calls per session.
    pub session_calls: u64,
    /// TLDs on offer.
    pub tlds: Vec<String>,
    /// Daily limit of one customer.
    pub customer_daily: Limit,
    /// Daily limit of all customers together.
    pub partner_daily: Limit,
    /// Upstream's rate limit per minute.
    pub rate_limit_per_minute: u32,
    /// The rate of the functions' upstream calls per minute; `None` means unlimited.
    pub calls_per_minute: Option<u32>,
    /// Days for which drafts and payloads are kept.
    pub keep_personal_days: i64,
    /// Seconds between two reads of an import.
    pub import_poll_seconds: u32,
    /// Virtual time until customers set nameservers; `None` means until a test does.
    pub import_switch: Option<Duration>,
    /// The sandbox's meaning of `completed` in its first response to an import.
    pub import_reading: ImportReading,
    /// Whether the sandbox signs retries of a delivery again.
    pub resign_retries: bool,
    /// The sandbox's interpretation of other undocumented behaviour.
    pub readings: Readings,
    /// How orders are approved.
    pub approvals: ApprovalSettings,
    /// Whether late deliveries with a valid signature are accepted.
    pub accepts_late: bool,
    /// Whether rejected deliveries are stored.
    pub captures: bool,
    /// Whether the sandbox also has a live environment, with the key [`LIVE_KEY`].
    pub has_live_world: bool,
    /// The stage's price list as JSON; `None` means none.
    pub default_pricing: Option<String>,
    /// The stage's link to an order, for notifications.
    pub order_link: Option<String>,
    /// Names and addresses of the endpoints of notifications.
    pub endpoints: Vec<(String, String)>,
    /// The test stage next to this live stage; `None` for a test stage alone.
    pub beside: Option<Beside>,
}

impl Default for StackConfig {
    fn default() -> Self {
        let AllSettings { upstream, shop, .. } = AllSettings::default();
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
            orders_enabled: shop.orders_enabled,
            session_calls: shop.session_calls,
            tlds: ["com", "net", "org", "co", "io"].map(str::to_owned).to_vec(),
            customer_daily: shop.customer_daily,
            partner_daily: shop.partner_daily,
            rate_limit_per_minute: 600,
            calls_per_minute: upstream.calls_per_minute,
            keep_personal_days: 30,
            import_poll_seconds: shop.import_poll_seconds,
            import_switch: Some(Duration::from_secs(30)),
            import_reading: ImportReading::Connected,
            resign_retries: true,
            readings: Readings::default(),
            approvals: ApprovalSettings::default(),
            accepts_late: false,
            captures: false,
            has_live_world: false,
            default_pricing: None,
            order_link: None,
            endpoints: Vec::new(),
            beside: None,
        }
    }
}

impl StackConfig {
    /// Configuration for suites: time is paused until a test advances it.
    pub fn paused() -> Self {
        // While time is paused, the rate limiter never recovers.
        Self { clock: ClockMode::Paused { start: 1_778_241_600 }, calls_per_minute: None, ..Self::default() }
    }

    /// The same configuration on a sandbox that interprets undocumented behaviour in the most demanding way.
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
