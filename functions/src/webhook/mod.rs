//! Takes upstream's events: raw bytes → signature → event → one transaction → `204`.

pub mod capture;
mod credentials;
pub mod delivery;
mod docs;
pub mod forward;
pub mod moment;
mod receive;
pub mod signature;

pub use receive::Receiver;

use crate::http::route::{Routes, post};
use axum::Router;

/// The route, to be served or to be described.
pub fn list<R: Routes<Receiver>>(routes: R) -> R {
    routes.route("/v1/webhooks/peeker", post(receive::receive, docs::receive))
}

/// The route, served.
pub fn routes(receiver: Receiver) -> Router {
    list(Router::new()).with_state(receiver)
}
