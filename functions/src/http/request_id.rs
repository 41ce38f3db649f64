//! `Checkout-Request-Id` on every answer and every log line.

use crate::clock::Random;
use crate::trace::{self, Trace};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

/// The header.
pub const HEADER: HeaderName = trace::REQUEST_ID;

/// Gives the request an id, logs how it went, and writes the id on the answer.
pub async fn attach(request: Request, next: Next) -> Response {
    let id = Random::system().id("creq_").unwrap_or_else(|| "creq_none".to_owned());
    let trace = Trace::of(request.headers(), &id);
    let span = tracing::info_span!("request", request.id = %id, trace.id = trace.id(), http.method = %request.method());
    let path = request.extensions().get::<axum::extract::MatchedPath>().map(|path| path.as_str().to_owned());
    let started = std::time::Instant::now();
    let mut response = trace.during(next.run(request).instrument(span.clone())).await;
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| {
        tracing::info!(
            http.route = path.as_deref().unwrap_or("unmatched"),
            http.status = response.status().as_u16(),
            duration_ms,
            "request completed"
        );
    });
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}
