//! Starts everything on loopback sockets, wires it together, and stops it again.

use crate::database;
use crate::{LIVE_KEY, LIVE_SECRET, StackConfig, Values};
use aws_credential_types::Credentials;
use functions::clock::{Clock, Random};
use functions::gateway;
use functions::http::cors::Origins;
use functions::needs::Need;
use functions::order_proxy::{Offer, Proxy};
use functions::reconciler::Reconciler;
use functions::secrets::{Secrets, StageKind};
use functions::session::Keys;
use functions::status::Window;
use functions::store::{Store, StoreConfig};
use functions::upstream::network::{Network, NetworkError};
use functions::upstream::{Upstream, UpstreamConfig};
use functions::vault::{Source, Vault};
use functions::webhook::Receiver;
use functions::webhook::capture::Capture;
use functions::webhook::forward::OtherStage;
use functions::webhook::signature::{BaseString, DEFAULT_TOLERANCE, SigningSettings};
use sandbox::{ClockMode, Sandbox, SandboxConfig, SandboxError};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The table's name on one machine.
pub const TABLE: &str = "peeker-checkout";
/// The audience that session tokens of a stack name: each stack is a stage for tests.
pub const SESSION_AUDIENCE: &str = "peeker-checkout/test";
/// Names another DynamoDB to run against, such as `http://127.0.0.1:4566`; each stack has a table of its own there.
pub const OTHER_DYNAMODB: &str = "E2E_DYNAMODB_ENDPOINT";

/// Why a stack does not start.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// Somebody else has the port.
    #[error("port {0} is taken. Stop what uses it, or choose another port.")]
    PortTaken(u16),
    /// The port cannot be had for another reason.
    #[error("port {0} cannot be opened: {1}")]
    Port(u16, std::io::Error),
    /// The sandbox would not start.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The database would not start.
    #[error("the database cannot be opened: {0}")]
    Database(String),
    /// The functions cannot use the database.
    #[error(transparent)]
    Store(#[from] functions::store::StoreError),
    /// The functions cannot use the network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A file of the data directory is unusable.
    #[error("{0}: {1}")]
    Data(PathBuf, String),
    /// The keys are not in their form.
    #[error("{0}")]
    Secrets(String),
    /// The machine has no randomness.
    #[error("the machine gives no random numbers")]
    Randomness,
}

/// A running stack. Dropping it stops what it can; [`Stack::stop`] waits until all has ended.
pub struct Stack {
    /// Peeker's stand-in.
    pub sandbox: Sandbox,
    /// The keys of this stack.
    pub values: Values,
    /// Where the functions answer, such as `http://127.0.0.1:8788`.
    pub api: String,
    /// Where the database answers.
    pub database_url: String,
    /// The table's name there.
    pub table: String,
    /// The table, as the functions see it.
    pub store: Store,
    /// The keys as the functions read them: change them to rotate.
    pub secrets: Arc<Mutex<BTreeMap<String, String>>>,
    /// Repairs what was missed: by itself when the clock runs, when told to when it is paused.
    pub reconciler: Reconciler,
    config: StackConfig,
    schedule: Option<JoinHandle<()>>,
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

/// Opens a loopback port.
///
/// # Errors
/// [`StackError::PortTaken`], [`StackError::Port`].
pub async fn listen(port: u16) -> Result<TcpListener, StackError> {
    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => StackError::PortTaken(port),
        _ => StackError::Port(port, error),
    })
}

fn url_of(listener: &TcpListener) -> Result<String, StackError> {
    let address = listener.local_addr().map_err(|error| StackError::Port(0, error))?;
    Ok(format!("http://{address}"))
}

impl Stack {
    /// Starts the sandbox, the database and the functions.
    ///
    /// # Errors
    /// [`StackError`]; nothing is left running then.
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
        if let Some(file) = &values_file {
            values.keep_in(file)?;
        }
        let secrets = Arc::new(Mutex::new(secrets));
        let (router, reconciler) = wire(&config, Arc::clone(&secrets), &store, &sandbox).await?;
        let schedule = match config.clock {
            ClockMode::Real { speed } => Some(tokio::spawn(repeat(reconciler.clone(), speed))),
            ClockMode::Paused { .. } => None,
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
            config,
            schedule,
            stops,
            tasks,
        })
    }

    /// Another copy of the functions on the same table, as Lambda starts them beside each other: with connections and a
    /// memory of its own, and without a socket. It reaches the table at `database`.
    ///
    /// # Errors
    /// [`StackError::Secrets`].
    pub async fn another(&self, database: &str) -> Result<(axum::Router, Reconciler), StackError> {
        let store = store(database, &self.table, self.config.keep_personal_days);
        wire(&self.config, Arc::clone(&self.secrets), &store, &self.sandbox).await
    }

    /// The small bundle: 3 Google domains and 1 Microsoft domain.
    pub fn bundle_id(&self) -> &str {
        self.values.bundles.first().map_or("", |(_, id)| id)
    }

    /// Ends everything and waits for it.
    pub async fn stop(self) {
        if let Some(schedule) = self.schedule {
            schedule.abort();
        }
        self.sandbox.stop().await;
        for stop in self.stops {
            let _ = stop.send(());
        }
        for task in self.tasks {
            // A browser may hold its connection open for minutes; everything answered is written by now.
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

/// Pause between two runs; on AWS the schedule has minutes, here a person is watching.
const RECONCILE_EVERY: Duration = Duration::from_secs(5);
/// Upstream calls of one run.
const RECONCILE_CALLS: u64 = 50;

async fn repeat(reconciler: Reconciler, speed: f64) {
    loop {
        tokio::time::sleep(RECONCILE_EVERY.div_f64(speed.max(1.0))).await;
        // What failed stays open, and is in the log.
        let _ = reconciler.run().await;
    }
}

async fn wire(
    config: &StackConfig,
    secrets: Arc<Mutex<BTreeMap<String, String>>>,
    store: &Store,
    sandbox: &Sandbox,
) -> Result<(axum::Router, Reconciler), StackError> {
    let (sandbox_time, ahead) = (sandbox.clone(), config.clock_ahead);
    let clock = match config.clock {
        ClockMode::Real { speed: 1.0 } => Clock::system(),
        // Everybody tells the time of the one clock that is paused or runs faster.
        ClockMode::Real { .. } | ClockMode::Paused { .. } => {
            Clock::from_fn(move || sandbox_time.now().saturating_add(ahead))
        }
    };
    let stage = if config.beside.is_some() { StageKind::Live } else { StageKind::Test };
    let source: Source = Arc::new(move || {
        let secrets = secrets.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Box::pin(async move { Ok(Secrets::read(&|name| secrets.get(name).cloned())) })
    });
    let vault = Vault::open(source, Need::ALL, clock.clone()).await.map_err(StackError::Secrets)?;
    let network = Arc::new(Network::new()?);
    let upstream_config = UpstreamConfig {
        base_url: sandbox.base_url(),
        vault: vault.clone(),
        availability_batch: 50,
        calls_per_minute: config.calls_per_minute,
        clock: clock.clone(),
        random: Random::system(),
    };
    let upstream = Upstream::over(network.clone(), upstream_config).sharing(store.rate(stage.name()));
    let keys = Keys { vault: vault.clone(), clock: clock.clone(), stage };
    let proxy = Proxy {
        store: store.clone(),
        upstream: upstream.clone(),
        keys: keys.clone(),
        offer: Offer {
            tlds: Arc::new(config.tlds.clone()),
            orders_enabled: config.orders_enabled,
            session_calls: config.session_calls,
            customer_daily: config.customer_daily,
            partner_daily: config.partner_daily,
            import_poll_seconds: config.import_poll_seconds,
        },
        clock: clock.clone(),
        random: Random::system(),
    };
    let window = Window { store: store.clone(), keys, upstream };
    let signing = SigningSettings {
        base_string: BaseString::TimestampBody,
        tolerance: DEFAULT_TOLERANCE,
        accepts_late: config.accepts_late,
    };
    let other = match &config.beside {
        Some(beside) => {
            let other = OtherStage::over(network, &beside.test_stage, stage.other().name());
            Some(other.map_err(|problems| StackError::Secrets(problems.join(", ")))?)
        }
        None => None,
    };
    let capture = config.captures.then(Capture::default);
    let receiver = Receiver { store: store.clone(), clock: clock.clone(), vault, signing, other, capture };
    let reconciler = Reconciler { desk: proxy.desk(), clock, calls: RECONCILE_CALLS };
    Ok((gateway::whole(proxy, window, receiver, &Origins::new(config.origins.clone())), reconciler))
}
