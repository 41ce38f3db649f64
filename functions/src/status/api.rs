//! What the status endpoints are made of.

use crate::clock::Random;
use crate::session::Keys;
use crate::store::Store;
use crate::upstream::Upstream;
use axum::extract::FromRef;

/// Everything that the status endpoints need.
#[derive(Debug, Clone)]
pub struct StatusApi {
    /// The table.
    pub store: Store,
    /// Keys that authenticate callers.
    pub keys: Keys,
    /// Called only for the pending actions of an order.
    pub upstream: Upstream,
    /// Makes ids of notifications for a test.
    pub random: Random,
    /// The stage's link to an order, an address with `{id}` in it.
    pub order_link: Option<String>,
}

impl FromRef<StatusApi> for Keys {
    fn from_ref(status_api: &StatusApi) -> Self {
        status_api.keys.clone()
    }
}
