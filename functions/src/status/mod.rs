//! Serves the status of orders: one read by key for one order, pages of an index for lists.

mod actions;
mod amounts;
mod api;
mod docs;
mod events;
mod ledger;
mod ledger_csv;
mod ledger_sums;
mod list;
mod notification_docs;
mod notifications;
mod order;
mod redelivery;
mod rejected;

pub use api::StatusApi;

use crate::http::route::{Routes, get, post};
use axum::Router;

/// The routes, to be served or to be described.
pub fn list<R: Routes<StatusApi>>(routes: R) -> R {
    routes
        .route("/v1/orders", get(list::orders, docs::orders))
        .route("/v1/orders/{id}", get(order::order, docs::order))
        .route("/v1/ledger", get(ledger::ledger, docs::ledger))
        .route("/v1/events", get(events::events, docs::events))
        .route("/v1/notifications", get(notifications::notifications, notification_docs::list))
        .route("/v1/notifications/redeliver", post(redelivery::since, notification_docs::redeliver_since))
        .route("/v1/notifications/test", post(redelivery::test, notification_docs::test))
        .route("/v1/notifications/{id}/redeliver", post(redelivery::one, notification_docs::redeliver))
        .route("/v1/webhooks/rejected", get(rejected::rejected, docs::rejected))
}

/// The routes, served.
pub fn routes(status_api: StatusApi) -> Router {
    list(Router::new()).with_state(status_api)
}
