//! Everything that placing an order needs, in one value.

use crate::clock::{Clock, Random};
use crate::placement::approvals::Approvals;
use crate::placement::spend_limits::SpendLimits;
use crate::secret_store::SecretStore;
use crate::session::meter::SessionMeter;
use crate::store::Store;
use crate::upstream::Upstream;
use std::sync::Arc;

/// Everything that placing an order needs.
#[derive(Debug, Clone)]
pub struct OrderPlacement {
    /// The table.
    pub store: Store,
    /// Upstream.
    pub upstream: Upstream,
    /// The login that is added to orders, and the key of their fingerprints.
    pub secret_store: SecretStore,
    /// The endings for sale, and the limits of a day and of a session.
    pub spend_limits: SpendLimits,
    /// Which orders need the partner's approval, and who is asked for it. The reconciler finishes what was approved.
    pub approvals: Approvals,
    /// The session that upstream calls are charged to.
    pub meter: Option<Arc<SessionMeter>>,
    /// Clock for leases and ages.
    pub clock: Clock,
    /// Source of claim ids.
    pub random: Random,
}

impl OrderPlacement {
    /// A copy whose upstream calls are not charged to a session: for the reconciler, or as the base of a charged copy.
    pub fn new(
        store: Store,
        upstream: Upstream,
        secret_store: SecretStore,
        spend_limits: SpendLimits,
        (clock, random): (Clock, Random),
    ) -> Self {
        Self {
            store,
            upstream,
            secret_store,
            spend_limits,
            approvals: Approvals::default(),
            meter: None,
            clock,
            random,
        }
    }
}
