//! What placing an order needs, in one value that is handed on.

use crate::clock::{Clock, Random};
use crate::placement::guards::Guards;
use crate::session::meter::SessionMeter;
use crate::store::Store;
use crate::upstream::Upstream;
use crate::vault::Vault;
use std::sync::Arc;

/// What placing needs.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The table.
    pub store: Store,
    /// Upstream.
    pub upstream: Upstream,
    /// Holds the login that is added to orders, and the keys of their fingerprints.
    pub vault: Vault,
    /// What is on offer, and what a day and a session may see.
    pub guards: Guards,
    /// Whom upstream calls are charged to.
    pub meter: Option<Arc<SessionMeter>>,
    /// Leases and ages.
    pub clock: Clock,
    /// Names claims.
    pub random: Random,
}

impl Desk {
    /// A desk whose calls are charged to nobody: for the reconciler, and to be charged to a session.
    pub fn new(
        store: Store,
        upstream: Upstream,
        vault: Vault,
        guards: Guards,
        (clock, random): (Clock, Random),
    ) -> Self {
        Self { store, upstream, vault, guards, meter: None, clock, random }
    }

    /// The same desk over another client of upstream.
    #[must_use]
    pub fn over(self, upstream: Upstream) -> Self {
        Self { upstream, ..self }
    }
}
