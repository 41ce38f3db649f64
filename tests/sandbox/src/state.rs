//! The state of a sandbox, behind one lock.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;

use crate::clock::{Clock, millis};
use crate::config::{ImportReading, Preset, SandboxConfig};
use crate::error::SandboxError;
use crate::events::EventLog;
use crate::fault::Faults;
use crate::ids::Ids;
use crate::outcome::DomainOutcome;
use crate::queue::DueQueue;
use crate::readings::Readings;
use crate::received::ReceivedLog;
use crate::world::{Environment, Worlds};

/// The settings needed at run time.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) webhook_url: Option<String>,
    pub(crate) test_secret: String,
    pub(crate) live_secret: String,
    pub(crate) template: String,
    pub(crate) provisioning_ms: i64,
    pub(crate) import_switch_ms: Option<i64>,
    pub(crate) import_reading: ImportReading,
    pub(crate) rate_limit: u32,
    pub(crate) retry_factor: f64,
    pub(crate) resign_retries: bool,
    pub(crate) minimal_receipts: bool,
    pub(crate) readings: Readings,
    pub(crate) events_limit: usize,
    pub(crate) data_file: Option<PathBuf>,
}

/// Deliveries of one order are sequential; those of different orders are concurrent.
pub(crate) type Lanes = HashMap<String, VecDeque<(String, u32)>>;

/// The state of a sandbox.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(crate) keys: HashMap<String, (Environment, Preset)>,
    /// The number of requests of each key in the current minute.
    pub(crate) buckets: HashMap<String, (i64, u32)>,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) partner_id: String,
    pub(crate) worlds: Worlds,
    pub(crate) queue: DueQueue,
    pub(crate) events: EventLog,
    pub(crate) lanes: Lanes,
    pub(crate) hold: bool,
    /// Deliveries that became due while webhooks were held.
    pub(crate) held: Vec<(String, u32)>,
    pub(crate) outcomes: HashMap<String, DomainOutcome>,
    pub(crate) faults: Faults,
    pub(crate) received: ReceivedLog,
    /// Whether there are changes to save.
    pub(crate) dirty: bool,
}

impl State {
    pub(crate) fn new(config: &SandboxConfig) -> Result<Self, SandboxError> {
        let seed = match config.seed {
            Some(seed) => seed,
            None => getrandom::u64().map_err(|_| SandboxError::Randomness)?,
        };
        let mut ids = Ids::new(seed);
        let partner_id = ids.mint("org");
        let full = [Some(&config.test_key), config.live_key.as_ref()];
        let full = full.into_iter().flatten().map(|key| (key, Preset::Full));
        let extra = config.extra_keys.iter().map(|(key, preset)| (key, *preset));
        let keys =
            full.chain(extra).filter_map(|(key, preset)| Some((key.clone(), (Environment::of_key(key)?, preset))));
        Ok(Self {
            settings: Settings {
                webhook_url: config.webhook_url.clone(),
                test_secret: config.webhook_secret.clone(),
                live_secret: config.live_webhook_secret.clone(),
                template: config.signature_template.clone(),
                provisioning_ms: millis(config.provisioning),
                import_switch_ms: config.import_switch.map(millis),
                import_reading: config.import_reading,
                rate_limit: config.rate_limit_per_minute,
                retry_factor: config.retry_factor,
                resign_retries: config.resign_retries,
                minimal_receipts: config.minimal_receipts,
                readings: config.readings,
                events_limit: config.events_limit,
                data_file: config.data_file.clone(),
            },
            keys: keys.collect(),
            buckets: HashMap::new(),
            clock: Clock::new(config.clock),
            ids,
            partner_id,
            worlds: Worlds::default(),
            queue: DueQueue::default(),
            events: EventLog::default(),
            lanes: Lanes::new(),
            hold: false,
            held: Vec::new(),
            outcomes: HashMap::new(),
            faults: Faults::default(),
            received: ReceivedLog::new(config.received_limit),
            dirty: false,
        })
    }

    /// Virtual time, Unix seconds.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now_ms().div_euclid(1000)
    }

    /// Clears all records. Keys, clock and webhook settings stay, and ids are never reused.
    pub(crate) fn reset(&mut self) {
        self.worlds = Worlds::default();
        self.queue.clear();
        self.events.clear();
        self.lanes.clear();
        self.hold = false;
        self.held.clear();
        self.outcomes.clear();
        self.faults.clear();
        self.received.clear();
        self.buckets.clear();
        self.dirty = true;
    }
}
