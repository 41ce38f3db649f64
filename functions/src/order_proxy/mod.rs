//! The order proxy: the only function that places orders, and the only door to upstream for a browser.

mod availability;
mod bundles;
mod cancel;
mod claims;
mod customers;
mod import_again;
mod import_rows;
mod import_start;
mod import_view;
mod imports;
mod orders;
mod quotes;
mod sessions;

use crate::clock::{Clock, Random};
use crate::http::MAX_ORDER_BODY;
use crate::placement::{Desk, Guards};
use crate::session::Keys;
use crate::store::Store;
use crate::store::guard::Limit;
use crate::upstream::Upstream;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::routing::{get, post};
use std::sync::Arc;

/// What the proxy needs.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// The table.
    pub store: Store,
    /// Upstream.
    pub upstream: Upstream,
    /// Who may call.
    pub keys: Keys,
    /// What it offers.
    pub offer: Offer,
    /// Time.
    pub clock: Clock,
    /// Ids.
    pub random: Random,
}

/// What a deployment offers.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Endings that names are sold under, without their dot. Empty: whatever upstream sells.
    pub tlds: Arc<Vec<String>>,
    /// Whether new orders are taken. The switch in the table stops them too, without a deployment.
    pub orders_enabled: bool,
    /// Upstream calls that one session may cause, beside ten checks of its whole plan.
    pub session_calls: u64,
    /// What one customer may order in a day.
    pub customer_daily: Limit,
    /// What all customers together may order in a day.
    pub partner_daily: Limit,
    /// Seconds between two looks at an import upstream.
    pub import_poll_seconds: u32,
}

impl Proxy {
    /// What places and resolves its orders.
    pub fn desk(&self) -> Desk {
        let guards = Guards {
            tlds: Arc::clone(&self.offer.tlds),
            customer: self.offer.customer_daily,
            partner: self.offer.partner_daily,
            orders_enabled: self.offer.orders_enabled,
            session_calls: self.offer.session_calls,
        };
        let vault = self.keys.vault.clone();
        let (clock, random) = (self.clock.clone(), self.random.clone());
        Desk::new(self.store.clone(), self.upstream.clone(), vault, guards, (clock, random))
    }
}

impl FromRef<Proxy> for Keys {
    fn from_ref(proxy: &Proxy) -> Self {
        proxy.keys.clone()
    }
}

/// The proxy's routes.
pub fn routes(proxy: Proxy) -> Router {
    Router::new()
        .route("/v1/sessions", post(sessions::mint))
        .route("/v1/session", get(sessions::show))
        .route("/v1/domains/availability", post(availability::check))
        .route("/v1/domains/import", post(imports::start).get(imports::find))
        .route("/v1/domains/import/{id}", get(imports::show))
        .route("/v1/domains/import/{id}/release", post(imports::release))
        .route("/v1/domains/claims", get(claims::list))
        .route("/v1/domains/claims/release", post(claims::release))
        .route("/v1/quotes", post(quotes::quote))
        .route("/v1/orders", post(orders::place).layer(DefaultBodyLimit::max(MAX_ORDER_BODY)))
        .route("/v1/orders/{id}/cancel", post(cancel::cancel))
        .route("/v1/bundles", get(bundles::list).post(bundles::create))
        .route("/v1/bundles/{id}", get(bundles::show).patch(bundles::change).delete(bundles::delete))
        .route("/v1/customers/forget", post(customers::forget))
        .with_state(proxy)
}
