//! The real functions, wired as in a deployment, with simulated table and upstream.

use crate::backend::document::document;
use crate::backend::receiving::Backend;
use crate::dice::Dice;
use crate::direct::Direct;
use crate::erasures::Erasures;
use crate::fates::Fates;
use crate::fault_injection::FaultInjector;
use crate::features::Features;
use crate::ledger::Ledger;
use crate::life;
use crate::notifying::Starter;
use crate::observer::Observer;
use crate::options::Sabotage;
use crate::partner::{self, Partner};
use crate::peeker::Peeker;
use crate::table::Wire;
use crate::tally::Tally;
use crate::time::Timeline;
use crate::values::{Known, TABLE, Values};
use aws_credential_types::Credentials;
use axum::Router;
use dynoxide::Database;
use functions::clock::{Clock, Random};
use functions::config::{AllSettings, ApprovalSettings};
use functions::notifier::{Notifier, Ways};
use functions::placement::ApprovalUrl;
use functions::reconciler::Reconciler;
use functions::secret_kind::SecretKind;
use functions::secret_store::{SecretStore, Source};
use functions::secrets::{Secrets, StageKind};
use functions::store::spend_counter::Limit;
use functions::store::{Store, StoreConfig};
use functions::webhook::forward::OtherStage;
use functions::wiring::parts::{self, AllFunctions};
use functions::wiring::resources::Resources;
use futures::FutureExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Daily order limit of one customer, if limits apply: above any demand here.
const CUSTOMER_DAILY: u64 = 500;
/// Daily limit of all customers in cents, if limits apply.
const PARTNER_DAILY_CENTS: u64 = 100_000_000;

/// Reads of the secrets per 1,000 that fail.
const SECRETS_FAIL: u64 = 100;

/// Counts the worlds of this process. The SDK keeps its retry budgets per region for the life of the process, so each
/// world has its own region and cannot affect another one.
static REGIONS: AtomicU64 = AtomicU64::new(0);

/// The parts of a world that outlive a function.
#[derive(Debug, Clone)]
pub(crate) struct Shop {
    pub(crate) values: Values,
    pub(crate) peeker: Peeker,
    pub(crate) faults: FaultInjector,
    pub(crate) timeline: Timeline,
    pub(crate) tally: Tally,
    pub(crate) observer: Observer,
    pub(crate) features: Features,
    pub(crate) erasures: Erasures,
    pub(crate) ledger: Ledger,
    pub(crate) partner: Partner,
    pub(crate) fates: Fates,
    pub(crate) backend: Backend,
    pub(crate) starter: Starter,
    wire: Wire,
    region: Arc<str>,
    dice: Dice,
    /// Seconds by which all functions' clocks are off.
    skew: i64,
    /// Maximum number of seconds by which each clock is off in addition.
    jitter: u64,
    /// Whether daily limits apply.
    guarded: bool,
    /// Seconds for which personal data of a final order are kept.
    keep_personal: i64,
    role: Role,
    sabotage: Option<Sabotage>,
}

/// The relation of a stage to that of upstream's other environment.
#[derive(Debug, Clone)]
pub(crate) enum Role {
    /// None: it does not have the secret of the other one.
    Alone,
    /// It forwards deliveries for the other one.
    PassesOn(OtherStage),
    /// It is the other one.
    Other,
}

/// The options of a shop.
#[derive(Clone)]
pub(crate) struct Opening<'o> {
    pub(crate) values: &'o Values,
    pub(crate) peeker: &'o Peeker,
    pub(crate) faults: &'o FaultInjector,
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

/// One running instance of the functions.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) router: Router,
    pub(crate) reconciler: Reconciler,
    pub(crate) notifier: Notifier,
    pub(crate) store: Store,
}

impl Shop {
    pub(crate) fn open(opening: Opening<'_>) -> Self {
        let region = format!("sim-{}", REGIONS.fetch_add(1, Ordering::Relaxed));
        let ledger = Ledger::default();
        let fates = Fates::default();
        let Features { streams, endpoints, .. } = opening.features;
        let starter = Starter::new(opening.faults.clone(), streams);
        let backend = Backend::new(opening.faults.clone(), opening.values.clone(), opening.timeline, endpoints);
        let backend = backend.with_mistake(opening.sabotage);
        let noted = (ledger.clone(), fates.clone(), starter.clone());
        let wire = Wire::new(opening.database.clone(), opening.faults.clone(), noted, opening.sabotage);
        Self {
            values: opening.values.clone(),
            peeker: opening.peeker.clone(),
            faults: opening.faults.clone(),
            timeline: opening.timeline,
            tally: opening.tally.clone(),
            observer: Observer::new(opening.database, opening.timeline),
            features: opening.features,
            role: opening.role,
            erasures: Erasures::default(),
            ledger,
            partner: Partner::new(opening.faults.clone()),
            fates,
            backend,
            starter,
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

    /// The deliberate mistake of this world, if there is one.
    pub(crate) const fn sabotage(&self) -> Option<Sabotage> {
        self.sabotage
    }

    /// Maximum difference of the clocks of two functions in milliseconds.
    pub(crate) fn clocks_differ(&self) -> u64 {
        self.jitter.saturating_mul(1_000)
    }

    /// Starts an instance of the functions with empty memory.
    pub(crate) fn start(&self) -> Instance {
        let jitter = i64::try_from(self.dice.between(0, self.jitter)).unwrap_or(0);
        let clock = self.timeline.clock(self.skew.saturating_add(jitter));
        let resources = Resources {
            stage: StageKind::Test,
            store: self.store(),
            secret_store: self.secret_store(&clock),
            clock,
            random: self.random(),
        };
        let direct = Direct::new(self.peeker.clone(), self.faults.clone(), self.ledger.clone(), self.sabotage);
        let other = match &self.role {
            Role::PassesOn(other) => Some(other.clone()),
            Role::Alone | Role::Other => None,
        };
        let AllFunctions { router, reconciler } =
            parts::all_asking(&resources, Arc::new(direct), Arc::new(self.partner.clone()), self.settings(), other);
        let (courier, later) = (Arc::new(self.backend.clone()), Arc::new(self.starter.clone()));
        let notifier = parts::notifier(&resources, Ways { courier, later: Some(later) });
        Instance { router, reconciler, notifier, store: resources.store }
    }

    /// The declared defaults, except for the settings of this shop.
    fn settings(&self) -> AllSettings {
        let mut settings = AllSettings::default();
        settings.upstream.base_url = self.peeker.sandbox().base_url();
        settings.receiver.signing.accepts_late = self.features.accepts_late;
        settings.approvals = self.approvals();
        settings.shop.tlds = Arc::new(self.tlds());
        settings.shop.customer_daily = Limit { orders: self.guarded.then_some(CUSTOMER_DAILY), cents: None };
        settings.shop.partner_daily = Limit { orders: None, cents: self.guarded.then_some(PARTNER_DAILY_CENTS) };
        settings
    }

    /// How the functions have orders approved.
    fn approvals(&self) -> ApprovalSettings {
        match self.sabotage {
            Some(Sabotage::Unpaid) => ApprovalSettings::default(),
            _ => ApprovalSettings { least: self.features.approval, url: ApprovalUrl::parse(partner::URL) },
        }
    }

    /// The TLDs that the functions offer.
    fn tlds(&self) -> Vec<String> {
        match self.sabotage {
            Some(Sabotage::AnyEnding) => Vec::new(),
            _ => self.features.tlds.clone(),
        }
    }

    /// A store with the current secrets; later ones are read after a rejection, unless that read fails.
    fn secret_store(&self, clock: &Clock) -> SecretStore {
        let faults = self.faults.clone();
        let known = match (self.sabotage, &self.role) {
            (Some(Sabotage::SharedSecret), _) => Known::BothAsOwn,
            (_, Role::Alone) => Known::Own,
            (_, Role::PassesOn(_)) => Known::Both,
            (_, Role::Other) => Known::Others,
        };
        let endpoints = match self.role {
            Role::Other => 0,
            Role::Alone | Role::PassesOn(_) => self.features.endpoints,
        };
        let values = self.values.clone();
        let all = move || Secrets { endpoints: document(&values, endpoints), ..values.secrets(known) };
        let fixed = all.clone();
        let source: Source = Arc::new(move || {
            // An instance that cannot read them at its start does not start: only later reads fail here.
            let failed = life::is_alive() && faults.happens(SECRETS_FAIL, "secrets: could not be read");
            let secrets = if failed { Err("an injected fault".to_owned()) } else { Ok(all().into()) };
            Box::pin(std::future::ready(secrets))
        });
        let opened = SecretStore::open(source, SecretKind::ALL, clock.clone()).now_or_never();
        opened.and_then(Result::ok).unwrap_or_else(|| SecretStore::fixed(fixed()))
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
