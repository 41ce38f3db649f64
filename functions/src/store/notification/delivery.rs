//! How the delivery of a notification to one endpoint stands. One notifier at a time works on it: it takes the delivery for
//! a while, and the schedule finds one that was taken and not finished.

use crate::clock::Timestamp;
use crate::model::notification::{KEEP_NOTIFICATIONS, NotificationId};
use crate::store::condition::{at_most, is_still};
use crate::store::dynamo::update::Update;
use crate::store::key::Key;
use crate::store::key::index::delivery_shard;
use crate::store::{Store, StoreError};
use serde::{Deserialize, Serialize};

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Another attempt follows.
    Pending,
    /// The endpoint has taken it.
    Delivered,
    /// No attempt follows: all of them failed, or the endpoint does not want it.
    GivenUp,
}

impl DeliveryState {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
        }
    }
}

/// The delivery of a notification to one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The id of the endpoint.
    pub endpoint: String,
    /// How it stands.
    pub state: DeliveryState,
    /// Attempts so far.
    pub attempts: u32,
    /// Attempts before it was last requested again: the schedule of attempts starts from there.
    pub attempts_before: u32,
    /// When the next attempt is due, or when the one that is under way has to be over.
    pub due: Option<Timestamp>,
    /// Whether it was requested, and not attempted since: an endpoint that is disabled gets it, too.
    pub is_requested: bool,
    /// When that was stored.
    pub(super) requested_at: Option<Timestamp>,
    /// Whether the table has it.
    is_stored: bool,
}

impl Delivery {
    /// A delivery of which no attempt was made.
    pub fn new(endpoint: &str) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            state: DeliveryState::Pending,
            attempts: 0,
            attempts_before: 0,
            due: None,
            is_requested: false,
            requested_at: None,
            is_stored: false,
        }
    }

    /// The same, requested or not.
    #[must_use]
    pub fn requested(self, is_requested: bool) -> Self {
        Self { is_requested, ..self }
    }

    /// The same after it was taken until `until`.
    #[must_use]
    pub fn taken(self, until: Timestamp) -> Self {
        Self { due: Some(until), is_stored: true, ..self }
    }

    /// Attempts since it was last requested.
    pub const fn tries(&self) -> u32 {
        self.attempts.saturating_sub(self.attempts_before)
    }
}

/// The item of a delivery.
#[derive(Debug, Deserialize)]
pub(super) struct DeliveryItem {
    state: DeliveryState,
    attempts: u32,
    #[serde(default)]
    attempts_before: u32,
    #[serde(default)]
    open_due: Option<Timestamp>,
    #[serde(default)]
    requested_at: Option<Timestamp>,
}

impl DeliveryItem {
    pub(super) fn read(self, endpoint: &str) -> Delivery {
        let Self { state, attempts, attempts_before, open_due: due, requested_at } = self;
        let (endpoint, is_requested) = (endpoint.to_owned(), requested_at.is_some());
        Delivery { endpoint, state, attempts, attempts_before, due, is_requested, requested_at, is_stored: true }
    }
}

/// An update of `delivery` as it was read: it does nothing when an attempt was recorded since.
pub(super) fn delivery_update(id: &NotificationId, delivery: &Delivery) -> Update {
    let known = delivery.is_stored.then_some(delivery.attempts);
    Update::of(Key::notification_delivery(id, &delivery.endpoint)).only_if(is_still("attempts", known))
}

/// The same, due at `due`.
pub(super) fn due_at(update: Update, id: &NotificationId, endpoint: &str, due: Timestamp) -> Update {
    update
        .set("state", DeliveryState::Pending.as_str())
        .set("open_shard", delivery_shard(endpoint, id.as_str()))
        .set("open_due", due)
}

impl Store {
    /// Takes `delivery` for `lease` seconds from `now`. `false`: another notifier has it, or has recorded an attempt since
    /// it was read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_delivery(
        &self,
        id: &NotificationId,
        delivery: &Delivery,
        now: Timestamp,
        lease: Timestamp,
    ) -> Result<bool, StoreError> {
        let until = now.saturating_add(lease);
        let update = delivery_update(id, delivery).only_if(at_most("lease_until", now));
        let update = update
            .set("attempts", delivery.attempts)
            .set("lease_until", until)
            .set("expires_at", now.saturating_add(KEEP_NOTIFICATIONS));
        self.update(due_at(update, id, &delivery.endpoint, until)).await
    }

    /// Notes that `delivery` waits until `due`, without an attempt: its endpoint is disabled, or busy. `false`: an attempt
    /// was recorded since it was read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delay_delivery(
        &self,
        id: &NotificationId,
        delivery: &Delivery,
        due: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = delivery_update(id, delivery)
            .set("attempts", delivery.attempts)
            .set("expires_at", now.saturating_add(KEEP_NOTIFICATIONS));
        // What was requested for every endpoint is requested of this one, also when it is read again.
        let update = if delivery.is_requested && delivery.requested_at.is_none() {
            update.set("requested_at", now)
        } else {
            update
        };
        self.update(due_at(update, id, &delivery.endpoint, due)).await
    }

    /// Ends `delivery` without an attempt: its endpoint does not exist any more. `false`: an attempt was recorded since it
    /// was read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn drop_delivery(
        &self,
        id: &NotificationId,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = delivery_update(id, delivery)
            .set("attempts", delivery.attempts)
            .set("state", DeliveryState::GivenUp.as_str())
            .set("expires_at", now.saturating_add(KEEP_NOTIFICATIONS))
            .remove("open_shard")
            .remove("open_due");
        self.update(update).await
    }
}
