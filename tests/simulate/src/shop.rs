//! The real functions, wired as they are deployed, over the simulated outside.

use crate::dice::Dice;
use crate::direct::Direct;
use crate::erasures::Erasures;
use crate::features::Features;
use crate::ledger::Ledger;
use crate::life;
use crate::options::Sabotage;
use crate::peeker::Peeker;
use crate::table::Wire;
use crate::tally::Tally;
use crate::time::Timeline;
use crate::values::{Known, TABLE, Values};
use crate::weather::Weather;
use crate::witness::Witness;
use aws_credential_types::Credentials;
use axum::Router;
use dynoxide::Database;
use functions::clock::{Clock, Random};
use functions::gateway;
use functions::http::cors::Origins;
use functions::needs::Need;
use functions::order_proxy::{Offer, Proxy};
use functions::reconciler::Reconciler;
use functions::secrets::StageKind;
use functions::session::Keys;
use functions::status::Window;
use functions::store::guard::Limit;
use functions::store::{Store, StoreConfig};
use functions::upstream::{Upstream, UpstreamConfig};
use functions::vault::{Source, Vault};
use functions::webhook::Receiver;
use functions::webhook::forward::OtherStage;
use functions::webhook::signature::{BaseString, DEFAULT_TOLERANCE, SigningSettings};
use futures::FutureExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Upstream calls of one session.
const SESSION_CALLS: u64 = 300;
/// Calls that upstream lets the key make in a minute, all copies together.
const CALLS_PER_MINUTE: u32 = 600;
/// Upstream calls of one run of the reconciler.
const RECONCILE_CALLS: u64 = 200;
/// Orders of one customer in a day, where days are limited: more than anybody here wants.
const CUSTOMER_DAILY: u64 = 500;
/// Cents of all customers in a day, where days are limited.
const PARTNER_DAILY_CENTS: u64 = 100_000_000;

/// Readings of the secrets, of 1,000, that fail.
const SECRETS_FAIL: u64 = 100;

/// Counts the worlds of this process. The SDK keeps its retry budgets per region for as long as the process lives, so
/// each world is a region of its own: what one does must not reach another.
static REGIONS: AtomicU64 = AtomicU64::new(0);

/// Everything that outlives a function.
#[derive(Debug, Clone)]
pub(crate) struct Shop {
    pub(crate) values: Values,
    pub(crate) peeker: Peeker,
    pub(crate) weather: Weather,
    pub(crate) timeline: Timeline,
    pub(crate) tally: Tally,
    pub(crate) witness: Witness,
    pub(crate) features: Features,
    pub(crate) erasures: Erasures,
    pub(crate) ledger: Ledger,
    wire: Wire,
    region: Arc<str>,
    dice: Dice,
    /// Seconds by which all the functions' clocks are off.
    skew: i64,
    /// Seconds that each clock is off by itself.
    jitter: u64,
    /// Whether days are limited.
    guarded: bool,
    /// Seconds that personal data are kept of a final order.
    keep_personal: i64,
    role: Role,
    sabotage: Option<Sabotage>,
}

/// What a stage has to do with that of upstream's other environment.
#[derive(Debug, Clone)]
pub(crate) enum Role {
    /// Nothing: it does not know the secret of the other one.
    Alone,
    /// It passes on what is signed for the other one.
    PassesOn(OtherStage),
    /// It is the other one.
    Other,
}

/// What a shop is opened with.
#[derive(Clone)]
pub(crate) struct Opening<'o> {
    pub(crate) values: &'o Values,
    pub(crate) peeker: &'o Peeker,
    pub(crate) weather: &'o Weather,
    pub(crate) timeline: Timeline,
    pub(crate) tally: &'o Tally,
    pub(crate) database: &'o Database,
    pub(crate) dice: Dice,
    pub(crate) skew: i64,
    pub(crate) jitter: u64,
    pub(crate) guarded: bool,
    pub(crate) keep_personal: i64,
    pub(crate) features: Features,
    pub(crate) role: Role,
    pub(crate) sabotage: Option<Sabotage>,
}

/// One running copy of the functions.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) router: Router,
    pub(crate) reconciler: Reconciler,
    pub(crate) store: Store,
}

impl Shop {
    pub(crate) fn open(opening: Opening<'_>) -> Self {
        let region = format!("sim-{}", REGIONS.fetch_add(1, Ordering::Relaxed));
        let ledger = Ledger::default();
        let wire = Wire::new(opening.database.clone(), opening.weather.clone(), ledger.clone(), opening.sabotage);
        Self {
            values: opening.values.clone(),
            peeker: opening.peeker.clone(),
            weather: opening.weather.clone(),
            timeline: opening.timeline,
            tally: opening.tally.clone(),
            witness: Witness::new(opening.database, opening.timeline),
            features: opening.features,
            role: opening.role,
            erasures: Erasures::default(),
            ledger,
            wire,
            region: region.into(),
            dice: opening.dice,
            skew: opening.skew,
            jitter: opening.jitter,
            guarded: opening.guarded,
            keep_personal: opening.keep_personal,
            sabotage: opening.sabotage,
        }
    }

    /// Milliseconds by which the clocks of two functions may differ.
    pub(crate) fn clocks_differ(&self) -> u64 {
        self.jitter.saturating_mul(1_000)
    }

    /// Starts a copy of the functions, with nothing in its memory.
    pub(crate) fn start(&self) -> Instance {
        let jitter = i64::try_from(self.dice.between(0, self.jitter)).unwrap_or(0);
        let clock = self.timeline.clock(self.skew.saturating_add(jitter));
        let store = self.store();
        let vault = self.vault(&clock);
        let upstream = self.upstream(&vault, &clock, &store);
        let keys = Keys { vault: vault.clone(), clock: clock.clone(), stage: StageKind::Test };
        let proxy = Proxy {
            store: store.clone(),
            upstream: upstream.clone(),
            keys: keys.clone(),
            offer: Offer {
                tlds: Arc::new(self.tlds()),
                orders_enabled: true,
                session_calls: SESSION_CALLS,
                customer_daily: Limit { orders: self.guarded.then_some(CUSTOMER_DAILY), cents: None },
                partner_daily: Limit { orders: None, cents: self.guarded.then_some(PARTNER_DAILY_CENTS) },
                import_poll_seconds: 60,
            },
            clock: clock.clone(),
            random: self.random(),
        };
        let signing = SigningSettings {
            base_string: BaseString::TimestampBody,
            tolerance: DEFAULT_TOLERANCE,
            accepts_late: self.features.accepts_late,
        };
        let other = match &self.role {
            Role::PassesOn(other) => Some(other.clone()),
            Role::Alone | Role::Other => None,
        };
        let receiver = Receiver { store: store.clone(), clock: clock.clone(), vault, signing, other, capture: None };
        let window = Window { store: store.clone(), keys, upstream };
        // Its budget counts its own calls, as that of a function of its own does.
        let desk = proxy.desk().over(self.upstream(&proxy.keys.vault, &clock, &store));
        let reconciler = Reconciler { desk, clock, calls: RECONCILE_CALLS };
        let router = gateway::whole(proxy, window, receiver, &Origins::default());
        Instance { router, reconciler, store }
    }

    /// The endings that the functions are told to offer.
    fn tlds(&self) -> Vec<String> {
        match self.sabotage {
            Some(Sabotage::AnyEnding) => Vec::new(),
            _ => self.features.tlds.clone(),
        }
    }

    /// The secrets as they are now; later ones are read when something no longer fits, unless that fails.
    fn vault(&self, clock: &Clock) -> Vault {
        let (values, weather) = (self.values.clone(), self.weather.clone());
        let known = match (self.sabotage, &self.role) {
            (Some(Sabotage::SharedSecret), _) => Known::BothAsOwn,
            (_, Role::Alone) => Known::Own,
            (_, Role::PassesOn(_)) => Known::Both,
            (_, Role::Other) => Known::Others,
        };
        let source: Source = Arc::new(move || {
            // A copy that cannot read them at its start does not start: only later readings fail here.
            let failed = life::is_alive() && weather.also(SECRETS_FAIL, "secrets: could not be read");
            let secrets = if failed { Err("the weather".to_owned()) } else { Ok(values.secrets(known).into()) };
            Box::pin(std::future::ready(secrets))
        });
        let opened = Vault::open(source, Need::ALL, clock.clone()).now_or_never();
        opened.and_then(Result::ok).unwrap_or_else(|| Vault::fixed(self.values.secrets(known)))
    }

    fn upstream(&self, vault: &Vault, clock: &Clock, store: &Store) -> Upstream {
        let direct = Direct::new(self.peeker.clone(), self.weather.clone(), self.ledger.clone(), self.sabotage);
        let base_url = self.peeker.sandbox().base_url();
        let upstream = Upstream::over(
            Arc::new(direct),
            UpstreamConfig {
                base_url,
                vault: vault.clone(),
                availability_batch: 25,
                calls_per_minute: Some(CALLS_PER_MINUTE),
                clock: clock.clone(),
                random: self.random(),
            },
        );
        upstream.sharing(store.rate(StageKind::Test.name()))
    }

    fn store(&self) -> Store {
        let config = StoreConfig {
            table: TABLE.to_owned(),
            region: self.region.to_string(),
            endpoint: Some("http://table.invalid".to_owned()),
            credentials: Credentials::new("simulated", "simulated", None, None, "simulation"),
            keep_personal: self.keep_personal,
        };
        Store::with_http_client(config, self.wire.clone())
    }

    fn random(&self) -> Random {
        let dice = self.dice.clone();
        Random::from_fn(move || Some(dice.bytes()))
    }
}
