//! The endpoints of the stage as they are configured now, and how each is doing.

use crate::clock::Timestamp;
use crate::model::endpoint_health::{Change, Health, Verdict};
use crate::model::notification::Notification;
use crate::model::notification::catalogue::Event;
use crate::model::notification::data::{EndpointDisabled, EndpointRecovered};
use crate::model::notification::parts::{AboutSale, EndpointPart};
use crate::secret_store::SecretStore;
use crate::store::endpoint::KnownHealth;
use crate::store::{Store, StoreError};
use sha2::{Digest, Sha256};
use shared::endpoint::{Destination, Endpoint};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// How long a health that was read is believed: in a burst each is read once, not for each notification.
const BELIEVED: Duration = Duration::from_secs(1);
/// Attempts to one endpoint at the same time, as soon as notifications are written: as many as a batch of the stream has.
const AT_THE_SAME_TIME: usize = 100;
/// Attempts to write a health while other notifiers write it, too.
const WRITES: usize = 5;
/// An endpoint that has failed for this long raises an alarm.
const FAILING: Timestamp = 60 * 60;

/// The endpoints.
#[derive(Debug, Clone)]
pub(super) struct Endpoints {
    store: Store,
    secret_store: SecretStore,
    believed: Arc<Mutex<HashMap<String, (Instant, KnownHealth)>>>,
    /// What is left of the attempts at the same time, by endpoint.
    places: Arc<Mutex<HashMap<String, Arc<Semaphore>>>>,
    /// The names that were written last.
    written: Arc<Mutex<Option<Vec<String>>>>,
}

impl Endpoints {
    pub(super) fn new(store: Store, secret_store: SecretStore) -> Self {
        Self { store, secret_store, believed: Arc::default(), places: Arc::default(), written: Arc::default() }
    }

    /// Reads the document again, at most once a minute. A document that is wrong is not used, and raises an alarm.
    pub(super) async fn refresh(&self) {
        self.secret_store.refresh().await;
    }

    /// All endpoints.
    pub(super) fn all(&self) -> Arc<[Endpoint]> {
        Arc::clone(&self.secret_store.secrets().endpoints)
    }

    /// Writes the names of all endpoints when they are new, for those who may not read the document.
    pub(super) async fn write_names(&self) -> Result<(), StoreError> {
        let names: Vec<String> = self.all().iter().map(|endpoint| endpoint.name.clone()).collect();
        if self.written().as_ref() != Some(&names) {
            self.store.set_endpoint_names(names.clone()).await?;
            *self.written() = Some(names);
        }
        Ok(())
    }

    fn written(&self) -> MutexGuard<'_, Option<Vec<String>>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The endpoint `name`.
    pub(super) fn named(&self, name: &str) -> Option<Endpoint> {
        self.all().iter().find(|endpoint| endpoint.name == name).cloned()
    }

    /// A place among the attempts to `endpoint` at the same time; `None`: there are too many.
    pub(super) fn place(&self, endpoint: &Endpoint) -> Option<OwnedSemaphorePermit> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let places = places.entry(endpoint.name.clone()).or_insert_with(|| Arc::new(Semaphore::new(AT_THE_SAME_TIME)));
        Arc::clone(places).try_acquire_owned().ok()
    }

    /// How `endpoint` was doing up to a second ago.
    pub(super) async fn health(&self, endpoint: &Endpoint) -> Result<Health, StoreError> {
        let believed = self.lock().get(&endpoint.name).filter(|(at, _)| at.elapsed() < BELIEVED).cloned();
        match believed {
            Some((_, known)) => Ok(known.health),
            None => Ok(self.read(endpoint).await?.health),
        }
    }

    async fn read(&self, endpoint: &Endpoint) -> Result<KnownHealth, StoreError> {
        let known = self.store.endpoint_health(&endpoint.name, &fingerprint(endpoint)).await?;
        self.lock().insert(endpoint.name.clone(), (Instant::now(), known.clone()));
        Ok(known)
    }

    /// Notes what an attempt told about `endpoint`.
    pub(super) async fn note(
        &self,
        endpoint: &Endpoint,
        (verdict, milliseconds): (Verdict, u64),
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let before = self.health(endpoint).await?;
        let (after, _) = before.after(verdict, milliseconds, at);
        if verdict == Verdict::Failed && after.failing_since.is_some_and(|since| at.saturating_sub(since) >= FAILING) {
            tracing::error!(alarm = "endpoint_failing", endpoint = endpoint.name, "an endpoint has failed for an hour");
        }
        if after == before {
            return Ok(());
        }
        for _ in 0..WRITES {
            let known = self.read(endpoint).await?;
            let (next, change) = known.health.after(verdict, milliseconds, at);
            if next == known.health {
                return Ok(());
            }
            let told = change.map(|change| notification(endpoint, &next, change, at));
            let of = (endpoint.name.as_str(), fingerprint(endpoint));
            let told_at = told.as_ref().map(|notification| (notification, at));
            if self.store.set_endpoint_health((of.0, &of.1), &known, next, told_at).await? {
                self.lock().remove(&endpoint.name);
                change.inspect(|change| log(endpoint, *change));
                return Ok(());
            }
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Instant, KnownHealth)>> {
        self.believed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn log(endpoint: &Endpoint, change: Change) {
    match change {
        Change::Disabled(reason) => {
            let why = reason.as_str();
            tracing::error!(alarm = "endpoint_disabled", endpoint = endpoint.name, why, "an endpoint was disabled");
        }
        Change::Recovered => tracing::info!(endpoint = endpoint.name, "an endpoint takes notifications again"),
    }
}

/// The notification of a change. It goes to every other endpoint, and into the list.
fn notification(endpoint: &Endpoint, health: &Health, change: Change, at: Timestamp) -> Notification {
    let part = EndpointPart { id: endpoint.name.clone(), url: shown(endpoint) };
    let since = health.failing_since.unwrap_or(at);
    let event = match change {
        Change::Disabled(reason) => Event::EndpointDisabled(EndpointDisabled {
            endpoint: part,
            reason: reason.as_str().to_owned(),
            failing_since: crate::clock::to_iso(since),
            sale: AboutSale::default(),
        }),
        Change::Recovered => Event::EndpointRecovered(EndpointRecovered { endpoint: part, sale: AboutSale::default() }),
    };
    Notification::of_fact(event, &[&endpoint.name, &at.to_string()], at)
}

/// The address as it is shown: its query may hold a key of the partner's.
fn shown(endpoint: &Endpoint) -> String {
    match &endpoint.destination {
        Destination::Http { url, .. } => url.split('?').next().unwrap_or_default().to_owned(),
        Destination::Bus { arn } => arn.clone(),
    }
}

/// What tells one address from another, without the address.
fn fingerprint(endpoint: &Endpoint) -> String {
    let address = match &endpoint.destination {
        Destination::Http { url, .. } => url,
        Destination::Bus { arn } => arn,
    };
    hex::encode(Sha256::digest(address))
}
