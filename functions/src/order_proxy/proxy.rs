//! Everything that the order proxy needs, and the configuration of the shop.

use crate::clock::{Clock, Random};
use crate::placement::{Approvals, OrderPlacement, SpendLimits};
use crate::session::Keys;
use crate::store::Store;
use crate::store::spend_counter::Limit;
use crate::upstream::Upstream;
use axum::extract::FromRef;
use std::sync::Arc;

/// Everything that the order proxy needs.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// The table.
    pub store: Store,
    /// Upstream.
    pub upstream: Upstream,
    /// Keys that authenticate callers.
    pub keys: Keys,
    /// The configuration of the shop.
    pub shop: ShopConfig,
    /// How orders are approved.
    pub approvals: Approvals,
    /// The clock.
    pub clock: Clock,
    /// Source of ids.
    pub random: Random,
}

/// The configuration of a shop: what it sells, and its limits.
#[derive(Debug, Clone)]
pub struct ShopConfig {
    /// Endings that names are sold under, without their dot. Empty: whatever upstream sells.
    pub tlds: Arc<Vec<String>>,
    /// Whether new orders are taken. The switch in the table stops them too, without a deployment.
    pub orders_enabled: bool,
    /// Upstream calls that one session may cause, beside ten checks of its whole plan.
    pub session_calls: u64,
    /// Daily limit of one customer.
    pub customer_daily: Limit,
    /// Daily limit of all customers together.
    pub partner_daily: Limit,
    /// Polling interval of an import upstream, in seconds.
    pub import_poll_seconds: u32,
}

impl Proxy {
    /// The part that places and resolves its orders.
    pub fn order_placement(&self) -> OrderPlacement {
        let spend_limits = SpendLimits {
            tlds: Arc::clone(&self.shop.tlds),
            customer: self.shop.customer_daily,
            partner: self.shop.partner_daily,
            orders_enabled: self.shop.orders_enabled,
            session_calls: self.shop.session_calls,
        };
        let secret_store = self.keys.secret_store.clone();
        let (clock, random) = (self.clock.clone(), self.random.clone());
        let (store, upstream) = (self.store.clone(), self.upstream.clone());
        let placement = OrderPlacement::new(store, upstream, secret_store, spend_limits, (clock, random));
        OrderPlacement { approvals: self.approvals.clone(), ..placement }
    }
}

impl FromRef<Proxy> for Keys {
    fn from_ref(proxy: &Proxy) -> Self {
        proxy.keys.clone()
    }
}
