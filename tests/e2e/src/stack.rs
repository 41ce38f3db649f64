//! Starts the sandbox, the database and the functions on loopback sockets, and stops them.

use crate::database;
use crate::error::StackError;
use crate::port::listen;
use crate::stack_config::{LIVE_KEY, LIVE_SECRET, StackConfig};
use crate::values::Values;
use aws_credential_types::Credentials;
use functions::clock::{Clock, Random};
use functions::config::{AllSettings, UpstreamSettings};
use functions::http::cors::Origins;
use functions::notifier::network::Network as EndpointNetwork;
use functions::notifier::outside::Outside;
use functions::notifier::{Notifier, Ways};
use functions::order_proxy::ShopConfig;
use functions::reconciler::Reconciler;
use functions::secret_kind::SecretKind;
use functions::secret_store::{SecretStore, Source};
use functions::secrets::{Secrets, StageKind};
use functions::store::{Store, StoreConfig};
use functions::upstream::network::Network;
use functions::upstream::transport::Transport;
use functions::webhook::forward::{OtherStage, WebhookUrl};
use functions::wiring::parts::{self, AllFunctions};
use functions::wiring::resources::Resources;
use sandbox::{ClockMode, Sandbox, SandboxConfig};
use shared::endpoint::Hosts;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Name of the table.
pub const TABLE: &str = "peeker-checkout";
/// The audience of session tokens: each stack is a test stage.
pub const SESSION_AUDIENCE: &str = "peeker-checkout/test";
/// Environment variable with the endpoint of another DynamoDB, such as `http://127.0.0.1:4566`; each stack creates its
/// own table there.
pub const OTHER_DYNAMODB: &str = "E2E_DYNAMODB_ENDPOINT";

/// A running stack. Dropping it aborts its tasks; [`Stack::stop`] also waits for them.
pub struct Stack {
    /// The emulator of Peeker.
    pub sandbox: Sandbox,
    /// The keys of this stack.
    pub values: Values,
    /// URL of the functions, such as `http://127.0.0.1:8788`.
    pub api: String,
    /// URL of the database.
    pub database_url: String,
    /// Name of the table.
    pub table: String,
    /// The store that the functions use.
    pub store: Store,
    /// The secrets that the functions read; change them to rotate.
    pub secrets: Arc<Mutex<BTreeMap<String, String>>>,
    /// Repairs missed updates: periodically while the clock runs, on request while it is paused.
    pub reconciler: Reconciler,
    /// Delivers notifications: all the time while the clock runs, on request while it is paused.
    pub notifier: Notifier,
    config: StackConfig,
    schedules: Vec<JoinHandle<()>>,
    stops: Vec<oneshot::Sender<()>>,
    tasks: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Stack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stack")
            .field("api", &self.api)
            .field("database_url", &self.database_url)
            .finish_non_exhaustive()
    }
}

fn url_of(listener: &TcpListener) -> Result<String, StackError> {
    let address = listener.local_addr().map_err(|error| StackError::Port(0, error))?;
    Ok(format!("http://{address}"))
}

impl Stack {
    /// Starts the sandbox, the database and the functions.
    ///
    /// # Errors
    /// [`StackError`]; everything is stopped then.
    pub async fn start(config: StackConfig) -> Result<Self, StackError> {
        let values_file = config.data.as_ref().map(|data| data.join("values.json"));
        let mut values = match &values_file {
            Some(file) => Values::kept_in(file)?,
            None => Values::fresh()?,
        };
        let api_listener = listen(config.api_port).await?;
        let api = url_of(&api_listener)?;
        let (stop_api, stopped) = oneshot::channel::<()>();
        let mut stops = vec![stop_api];
        let mut tasks = Vec::new();
        let (database_url, table) = match std::env::var(OTHER_DYNAMODB) {
            Ok(other) => (other, format!("{TABLE}-{}", Values::fresh()?.session_kid)),
            Err(_) => {
                let listener = listen(config.database_port).await?;
                let url = url_of(&listener)?;
                let file = config.data.as_ref().map(|data| data.join("dynamodb.sqlite"));
                let (stop, database) = database::serve(listener, file.as_deref())?;
                stops.push(stop);
                tasks.push(database);
                (url, TABLE.to_owned())
            }
        };
        let store = store(&database_url, &table, config.keep_personal_days);
        store.create_table().await?;
        let mut secrets = values.secrets();
        let sandbox = match &config.beside {
            None => start_sandbox(&config, &values, &api).await?,
            Some(beside) => {
                values.be_live(LIVE_KEY, LIVE_SECRET);
                secrets = values.secrets();
                secrets.insert("webhook_secrets_live".to_owned(), LIVE_SECRET.to_owned());
                secrets.insert("webhook_secrets_test".to_owned(), beside.test_secret.clone());
                beside.sandbox.set_webhook_url(Some(format!("{api}/v1/webhooks/peeker")));
                beside.sandbox.clone()
            }
        };
        if values.bundles.is_empty() && config.beside.is_none() {
            for (name, volume) in [("Starter: 5,000 emails a month", 5_000), ("Growth: 25,000 emails a month", 25_000)]
            {
                values.bundles.push((name.to_owned(), sandbox.create_bundle(name, volume)));
            }
        }
        let endpoints = values.endpoints(&config.endpoints)?;
        secrets.insert("notification_endpoints".to_owned(), endpoints);
        if let Some(file) = &values_file {
            values.keep_in(file)?;
        }
        secrets.extend(config.default_pricing.clone().map(|list| ("default_pricing".to_owned(), list)));
        let secrets = Arc::new(Mutex::new(secrets));
        let wired = wire(&config, Arc::clone(&secrets), &store, &sandbox).await?;
        let (AllFunctions { router, reconciler }, notifier) = wired;
        let schedules = match config.clock {
            ClockMode::Real { speed } => {
                let serving = notifier.clone();
                let deliveries = tokio::spawn(async move { serving.serve(NOTIFY_EVERY).await });
                vec![tokio::spawn(repeat(reconciler.clone(), speed)), deliveries]
            }
            ClockMode::Paused { .. } => Vec::new(),
        };
        let functions = tokio::spawn(async move {
            let until = async {
                let _ = stopped.await;
            };
            let _ = axum::serve(api_listener, router).with_graceful_shutdown(until).await;
        });
        tasks.push(functions);
        Ok(Self {
            sandbox,
            values,
            api,
            database_url,
            table,
            store,
            secrets,
            reconciler,
            notifier,
            config,
            schedules,
            stops,
            tasks,
        })
    }

    /// Another instance of the functions on the same table, as Lambda runs several at a time: with its own connections
    /// and memory, and without a socket. `database` is the URL of the table.
    ///
    /// # Errors
    /// [`StackError::Secrets`].
    pub async fn another(&self, database: &str) -> Result<(axum::Router, Reconciler), StackError> {
        let (AllFunctions { router, reconciler }, _) = self.rewired(database).await?;
        Ok((router, reconciler))
    }

    /// Another notifier on the same table.
    ///
    /// # Errors
    /// [`StackError::Secrets`].
    pub async fn another_notifier(&self, database: &str) -> Result<Notifier, StackError> {
        Ok(self.rewired(database).await?.1)
    }

    async fn rewired(&self, database: &str) -> Result<(AllFunctions, Notifier), StackError> {
        let store = store(database, &self.table, self.config.keep_personal_days);
        wire(&self.config, Arc::clone(&self.secrets), &store, &self.sandbox).await
    }

    /// The small bundle: 3 Google domains and 1 Microsoft domain.
    pub fn bundle_id(&self) -> &str {
        self.values.bundles.first().map_or("", |(_, id)| id)
    }

    /// Names and addresses of the endpoints of notifications.
    pub fn endpoints(&self) -> &[(String, String)] {
        &self.config.endpoints
    }

    /// Stops every task and waits for it.
    pub async fn stop(self) {
        for schedule in &self.schedules {
            schedule.abort();
        }
        self.sandbox.stop().await;
        for stop in self.stops {
            let _ = stop.send(());
        }
        for task in self.tasks {
            // A browser may keep its connection open for minutes; every response is written by now.
            if tokio::time::timeout(Duration::from_millis(500), task).await.is_err() {
                break;
            }
        }
    }
}

fn store(endpoint: &str, table: &str, keep_personal_days: i64) -> Store {
    Store::new(StoreConfig {
        table: table.to_owned(),
        region: "eu-central-1".to_owned(),
        endpoint: Some(endpoint.to_owned()),
        credentials: Credentials::new("local", "local", None, None, "one machine"),
        keep_personal: keep_personal_days * 24 * 60 * 60,
    })
}

async fn start_sandbox(config: &StackConfig, values: &Values, api: &str) -> Result<Sandbox, StackError> {
    let sandbox = Sandbox::start(SandboxConfig {
        address: SocketAddr::from((Ipv4Addr::LOCALHOST, config.sandbox_port)),
        test_key: values.peeker_key.clone(),
        webhook_url: Some(format!("{api}/v1/webhooks/peeker")),
        live_key: config.has_live_world.then(|| LIVE_KEY.to_owned()),
        live_webhook_secret: LIVE_SECRET.to_owned(),
        webhook_secret: values.webhook_secret.clone(),
        clock: config.clock,
        provisioning: config.provisioning,
        data_file: config.data.as_ref().map(|data| data.join("sandbox.json")),
        rate_limit_per_minute: config.rate_limit_per_minute,
        import_switch: config.import_switch,
        minimal_receipts: config.minimal_receipts,
        import_reading: config.import_reading,
        resign_retries: config.resign_retries,
        readings: config.readings,
        ..SandboxConfig::default()
    });
    Ok(sandbox.await?)
}

/// Pause between two runs; minutes on AWS, seconds here, because a person is watching.
const RECONCILE_EVERY: Duration = Duration::from_secs(5);
/// Pause between two looks for notifications; the table is on this machine.
const NOTIFY_EVERY: Duration = Duration::from_millis(200);
/// Maximum number of upstream calls of one run.
const RECONCILE_CALLS: u64 = 50;
/// Names per availability call: what the newer edition of upstream's documentation allows.
const AVAILABILITY_BATCH: usize = 50;

async fn repeat(reconciler: Reconciler, speed: f64) {
    loop {
        tokio::time::sleep(RECONCILE_EVERY.div_f64(speed.max(1.0))).await;
        // Failures stay open for the next run, and are logged.
        let _ = reconciler.run().await;
    }
}

async fn wire(
    config: &StackConfig,
    secrets: Arc<Mutex<BTreeMap<String, String>>>,
    store: &Store,
    sandbox: &Sandbox,
) -> Result<(AllFunctions, Notifier), StackError> {
    let (sandbox_time, ahead) = (sandbox.clone(), config.clock_ahead);
    let clock = match config.clock {
        ClockMode::Real { speed: 1.0 } => Clock::system(),
        // All parts use the same clock if it is paused or accelerated.
        ClockMode::Real { .. } | ClockMode::Paused { .. } => {
            Clock::from_fn(move || sandbox_time.now().saturating_add(ahead))
        }
    };
    let stage = if config.beside.is_some() { StageKind::Live } else { StageKind::Test };
    let source: Source = Arc::new(move || {
        let secrets = secrets.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Box::pin(async move { Ok(Secrets::read(&|name| secrets.get(name).cloned())) })
    });
    let secret_store = SecretStore::open(source, SecretKind::ALL, clock.clone()).await.map_err(StackError::Secrets)?;
    let network: Arc<dyn Transport> = Arc::new(Network::new()?);
    let other = match &config.beside {
        Some(beside) => {
            let url =
                WebhookUrl::parse(&beside.test_stage).map_err(|problems| StackError::Secrets(problems.join(", ")))?;
            Some(OtherStage::over(Arc::clone(&network), url, stage.other().name()))
        }
        None => None,
    };
    let resources = Resources { stage, store: store.clone(), secret_store, clock, random: Random::system() };
    // Receivers have the real clock, however fast that of the stack is.
    let of_receivers =
        if matches!(config.clock, ClockMode::Real { .. }) { Clock::system() } else { resources.clock.clone() };
    let courier = EndpointNetwork::new(Hosts::AndThisMachine, of_receivers.clone())?;
    let ways = Ways { courier: Arc::new(Outside { network: courier, buses: None }), later: None };
    let settings = settings(config, sandbox);
    let upstream = parts::upstream(&resources, Arc::clone(&network), &settings.upstream);
    let notifier = parts::notifier(&resources, ways).linking(config.order_link.clone());
    let notifier = notifier.sending_at(of_receivers).asking(upstream);
    Ok((parts::all(&resources, network, settings, other), notifier))
}

/// The settings of the functions; what the stack's own do not decide is at its default.
fn settings(config: &StackConfig, sandbox: &Sandbox) -> AllSettings {
    let mut receiver = AllSettings::default().receiver;
    receiver.captures = config.captures;
    receiver.signing.accepts_late = config.accepts_late;
    AllSettings {
        origins: Origins::new(config.origins.clone()),
        upstream: UpstreamSettings {
            base_url: sandbox.base_url(),
            availability_batch: AVAILABILITY_BATCH,
            calls_per_minute: config.calls_per_minute,
        },
        shop: ShopConfig {
            tlds: Arc::new(config.tlds.clone()),
            orders_enabled: config.orders_enabled,
            session_calls: config.session_calls,
            customer_daily: config.customer_daily,
            partner_daily: config.partner_daily,
            import_poll_seconds: config.import_poll_seconds,
        },
        approvals: config.approvals.clone(),
        receiver,
        reconciler_calls: RECONCILE_CALLS,
        order_link: config.order_link.clone(),
    }
}
