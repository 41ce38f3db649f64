//! Everything that the notifier needs.

use crate::clock::{Clock, Random, Timestamp};
use crate::notifier::courier::Courier;
use crate::notifier::endpoints::Endpoints;
use crate::notifier::later::Later;
use crate::secret_store::SecretStore;
use crate::store::Store;
use crate::upstream::Upstream;
use std::sync::Arc;

/// Notifications and attempts of one invocation that are worked on at the same time.
pub(super) const AT_ONCE: usize = 50;

/// Everything that the notifier needs.
#[derive(Debug, Clone)]
pub struct Notifier {
    /// The table.
    pub store: Store,
    /// The endpoints, and how they are doing.
    pub(super) endpoints: Endpoints,
    /// How letters leave.
    pub courier: Arc<dyn Courier>,
    /// Brings attempts back later; `None`: the schedule alone makes them.
    pub later: Option<Arc<dyn Later>>,
    /// The clock.
    pub clock: Clock,
    /// The time of sending, which receivers compare with their own clocks.
    sending: Clock,
    /// Upstream, which is asked what somebody has to do; `None`: nobody is asked.
    pub(super) upstream: Option<Upstream>,
    /// Randomness.
    pub random: Random,
    /// The stage's link to an order, with `{id}` in it.
    pub(super) order_link: Option<String>,
}

/// How letters leave, and how attempts come back.
#[derive(Debug, Clone)]
pub struct Ways {
    /// How letters leave.
    pub courier: Arc<dyn Courier>,
    /// Brings attempts back later; `None`: the schedule alone makes them.
    pub later: Option<Arc<dyn Later>>,
}

impl Notifier {
    /// The notifier of a stage. The endpoints are in `secret_store`.
    pub fn new(store: Store, secret_store: SecretStore, ways: Ways, (clock, random): (Clock, Random)) -> Self {
        let endpoints = Endpoints::new(store.clone(), secret_store);
        let Ways { courier, later } = ways;
        Self {
            store,
            endpoints,
            courier,
            later,
            sending: clock.clone(),
            upstream: None,
            clock,
            random,
            order_link: None,
        }
    }

    /// The same for a stage whose clock is not that of its receivers: `sending` is.
    #[must_use]
    pub fn sending_at(self, sending: Clock) -> Self {
        Self { sending, ..self }
    }

    /// The same, which asks upstream what somebody has to do.
    #[must_use]
    pub fn asking(self, upstream: Upstream) -> Self {
        Self { upstream: Some(upstream), ..self }
    }

    /// When a letter that is written now is sent.
    pub(super) fn sent_at(&self) -> Timestamp {
        self.sending.now()
    }

    /// The same with the stage's link to an order, which has `{id}` in it.
    #[must_use]
    pub fn linking(self, order_link: Option<String>) -> Self {
        Self { order_link, ..self }
    }
}
