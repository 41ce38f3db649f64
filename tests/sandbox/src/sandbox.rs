//! The handle: stopping, and the one lock around the state.

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

/// A running sandbox. Clones are handles of the same one.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    address: Option<SocketAddr>,
    /// Delivers over HTTP; absent without a socket.
    http: Option<Deliverer>,
    callback: Mutex<Option<Deliverer>>,
    /// Held by whoever moves time, so that two do not run the queue at once.
    driving: tokio::sync::Mutex<()>,
    changed: Notify,
    stopped: AtomicBool,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Sandbox {
    /// A sandbox that nothing drives yet.
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

    /// The base URL for clients, in June's form: docs/upstream.md#base-url.
    pub fn base_url(&self) -> String {
        format!("{}/partner/v1", self.origin())
    }

    /// Where the control surface is.
    pub fn control_url(&self) -> String {
        format!("{}/_sandbox", self.origin())
    }

    pub(crate) fn origin(&self) -> String {
        match self.0.address {
            Some(address) => format!("http://{address}"),
            None => "http://sandbox.invalid".to_owned(),
        }
    }

    /// Replaces the delivery of webhooks over HTTP, e.g. by a function of the same process.
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

    /// Ends the server and the deliveries. Open connections are closed.
    pub async fn stop(&self) {
        self.0.stopped.store(true, Ordering::SeqCst);
        let tasks = std::mem::take(&mut *lock(&self.0.tasks));
        for task in tasks {
            task.abort();
            // An aborted task ends with an error; it only matters that it has ended.
            let _ = task.await;
        }
        self.with(|state| state.dirty = true);
    }

    pub(crate) fn stopped(&self) -> bool {
        self.0.stopped.load(Ordering::SeqCst)
    }

    /// Runs something on the state, and saves it when it changed and there is a data file.
    pub(crate) fn with<T>(&self, run: impl FnOnce(&mut State) -> T) -> T {
        let mut state = lock(&self.0.state);
        let answer = run(&mut state);
        if std::mem::take(&mut state.dirty)
            && let Some(path) = &state.settings.data_file
            && let Err(error) = snapshot::write(&state, path)
        {
            let path = path.display();
            // There is nobody to answer to, and a broken pipe is no reason to stop.
            let _ = writeln!(std::io::stderr(), "sandbox: cannot write {path}: {error}");
        }
        answer
    }

    pub(crate) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.0.driving.lock().await
    }

    /// Tells the driver that something may have come due earlier than it thinks.
    pub(crate) fn wake(&self) {
        self.0.changed.notify_one();
    }

    pub(crate) async fn woken(&self) {
        self.0.changed.notified().await;
    }
}

/// A poisoned lock is taken over: the state is only ever changed in steps that keep it whole.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Says where it listens and nothing that it holds.
impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("address", &self.0.address).finish_non_exhaustive()
    }
}
