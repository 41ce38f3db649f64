//! The parts that every route shares: limits, request ids, the origins that may call, and the shape of bodies.

pub mod address;
pub mod cors;
pub mod describe;
pub mod envelope;
pub mod example;
pub mod fields;
pub mod id;
pub mod json;
pub mod page;
pub mod query;
pub mod reply;
pub mod request_id;
pub mod route;
pub mod tidy;

use crate::failure::Failure;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use tower_http::catch_panic::CatchPanicLayer;

/// Bytes of a public body: 1,000 names of 253 characters, with room to spare.
pub const MAX_PUBLIC_BODY: usize = 512 * 1024;
/// Bytes of an order: 1,000 domains with a redirect of 2,048 characters each are 2.4 MB, some more with escapes.
pub const MAX_ORDER_BODY: usize = 4 * 1024 * 1024;
/// Maximum bytes of a webhook body: Lambda's own limit, because size is no reason to reject an event.
pub const MAX_WEBHOOK_BODY: usize = 6 * 1024 * 1024;

/// Puts the shared layers around `routes`: unknown paths, body limit, panics, the envelope. Request ids come last,
/// around all.
pub fn finish<S: Clone + Send + Sync + 'static>(routes: Router<S>, max_body: usize) -> Router<S> {
    routes
        .fallback(async || Failure::RouteNotFound)
        .method_not_allowed_fallback(async || Failure::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(max_body))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(axum::middleware::map_response(envelope::wrap))
}

/// A panic is a bug: the customer sees a plain refusal, the log sees where.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    Failure::Internal("a handler panicked".into()).into_response()
}
