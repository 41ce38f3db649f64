//! The handle of a running sandbox, and the lock around its state.

use std::fmt;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{MutexGuard, Notify};
use tokio::task::JoinHandle;

use crate::config::SandboxConfig;
use crate::deliverer::Deliverer;
use crate::error::SandboxError;
use crate::snapshot;
use crate::state::State;

/// A running sandbox. Clones share the same state.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    address: Option<SocketAddr>,
    /// Delivers over HTTP; absent without a socket.
    http: Option<Deliverer>,
    callback: Mutex<Option<Deliverer>>,
    /// Locked while time advances, so that the queue is not run concurrently.
    driving: tokio::sync::Mutex<()>,
    changed: Notify,
    stopped: AtomicBool,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Sandbox {
    /// Creates a sandbox without a background driver.
    pub(crate) fn build(
        config: &SandboxConfig,
        address: Option<SocketAddr>,
        http: Option<Deliverer>,
    ) -> Result<Self, SandboxError> {
        let mut state = State::new(config)?;
        if let Some(path) = &config.data_file {
            snapshot::read(&mut state, path)?;
        }
        Ok(Self(Arc::new(Inner {
            state: Mutex::new(state),
            address,
            http,
            callback: Mutex::new(None),
            driving: tokio::sync::Mutex::new(()),
            changed: Notify::new(),
            stopped: AtomicBool::new(false),
            tasks: Mutex::new(Vec::new()),
        })))
    }

    /// Keeps tasks until the sandbox stops.
    pub(crate) fn keep(&self, tasks: impl IntoIterator<Item = JoinHandle<()>>) {
        lock(&self.0.tasks).extend(tasks);
    }

    /// The base URL for clients, in the form of the June edition: docs/upstream.md#base-url.
    pub fn base_url(&self) -> String {
        format!("{}/partner/v1", self.origin())
    }

    /// The URL of the control surface.
    pub fn control_url(&self) -> String {
        format!("{}/_sandbox", self.origin())
    }

    pub(crate) fn origin(&self) -> String {
        match self.0.address {
            Some(address) => format!("http://{address}"),
            None => "http://sandbox.invalid".to_owned(),
        }
    }

    /// Replaces delivery over HTTP, for example by a function in the same process.
    pub fn set_deliverer(&self, deliverer: Deliverer) {
        *lock(&self.0.callback) = Some(deliverer);
    }

    pub(crate) fn has_callback(&self) -> bool {
        lock(&self.0.callback).is_some()
    }

    pub(crate) fn deliverer(&self) -> Deliverer {
        let callback = lock(&self.0.callback).clone();
        callback.or_else(|| self.0.http.clone()).unwrap_or_else(|| Arc::new(|_| Box::pin(std::future::ready(None))))
    }

    /// Stops the server and deliveries. Open connections are closed.
    pub async fn stop(&self) {
        self.0.stopped.store(true, Ordering::SeqCst);
        let tasks = std::mem::take(&mut *lock(&self.0.tasks));
        for task in tasks {
            task.abort();
            // An aborted task returns an error; only its end matters.
            let _ = task.await;
        }
        self.with(|state| state.dirty = true);
    }

    pub(crate) fn stopped(&self) -> bool {
        self.0.stopped.load(Ordering::SeqCst)
    }

    /// Runs a function on the state, and saves changes if there is a data file.
    pub(crate) fn with<T>(&self, run: impl FnOnce(&mut State) -> T) -> T {
        let mut state = lock(&self.0.state);
        let answer = run(&mut state);
        if std::mem::take(&mut state.dirty)
            && let Some(path) = &state.settings.data_file
            && let Err(error) = snapshot::write(&state, path)
        {
            let path = path.display();
            // There is no caller to inform, and a broken pipe is no reason to stop.
            let _ = writeln!(std::io::stderr(), "sandbox: cannot write {path}: {error}");
        }
        answer
    }

    pub(crate) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.0.driving.lock().await
    }

    /// Wakes the driver, because a job may be due earlier.
    pub(crate) fn wake(&self) {
        self.0.changed.notify_one();
    }

    pub(crate) async fn woken(&self) {
        self.0.changed.notified().await;
    }
}

/// Ignores poisoning: every change leaves the state consistent.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shows the address and no content.
impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("address", &self.0.address).finish_non_exhaustive()
    }
}
