//! The order proxy: the only function that places orders, and the only door to upstream for a browser.

mod approval_bodies;
mod approvals;
mod availability;
mod bodies;
mod bundle_bodies;
mod bundles;
mod cancel;
mod claims;
mod customers;
mod docs;
mod import_again;
mod import_rows;
mod import_start;
mod import_view;
mod imports;
mod orders;
mod price_list_body;
mod proxy;
mod quotes;
mod session_body;
mod sessions;

pub use proxy::{Proxy, ShopConfig};

use crate::http::route::{Routes, delete, get, patch, post};
use axum::Router;

/// The proxy's routes, to be served or to be described.
pub fn list<R: Routes<Proxy>>(routes: R) -> R {
    use docs::{
        approvals as approval_docs, bundles as bundle_docs, domains, orders as order_docs, sessions as session_docs,
    };
    routes
        .route("/v1/sessions", post(sessions::mint, session_docs::mint))
        .route("/v1/session", get(sessions::show, session_docs::show))
        .route("/v1/domains/availability", post(availability::check, domains::check))
        .route("/v1/domains/import", post(imports::start, domains::start))
        .route("/v1/domains/import", get(imports::find, domains::find))
        .route("/v1/domains/import/{id}", get(imports::show, domains::show))
        .route("/v1/domains/import/{id}/release", post(imports::release, domains::release_import))
        .route("/v1/domains/claims", get(claims::list, domains::claims))
        .route("/v1/domains/claims/release", post(claims::release, domains::release))
        .route("/v1/quotes", post(quotes::quote, order_docs::quote))
        .route("/v1/approvals", post(approvals::make, approval_docs::make))
        .route("/v1/approvals", get(approvals::list, approval_docs::list))
        .route("/v1/orders", post(orders::place, order_docs::place))
        .route("/v1/orders/{id}/cancel", post(cancel::cancel, order_docs::cancel))
        .route("/v1/bundles", get(bundles::list, bundle_docs::list))
        .route("/v1/bundles", post(bundles::create, bundle_docs::create))
        .route("/v1/bundles/{id}", get(bundles::show, bundle_docs::show))
        .route("/v1/bundles/{id}", patch(bundles::change, bundle_docs::change))
        .route("/v1/bundles/{id}", delete(bundles::delete, bundle_docs::delete))
        .route("/v1/customers/forget", post(customers::forget, session_docs::forget))
}

/// The proxy's routes, served.
pub fn routes(proxy: Proxy) -> Router {
    list(Router::new()).with_state(proxy)
}
