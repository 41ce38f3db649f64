//! The origins of pages that may call: those of the deployment, narrowed by the token's own.

use crate::failure::Failure;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use shared::origin::normalise_origin;
use std::sync::Arc;
use std::time::Duration;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How long a browser may remember a preflight: Chrome's own maximum.
const PREFLIGHT_SECONDS: u64 = 7_200;

/// The page origins that a deployment serves, such as `https://app.acme.com`.
#[derive(Debug, Clone, Default)]
pub struct Origins(Arc<Vec<String>>);

impl Origins {
    /// Exactly these origins; each is normalised as browsers write it.
    pub fn new(origins: Vec<String>) -> Self {
        let normalised = |origin: String| normalise_origin(&origin).unwrap_or(origin);
        Self(Arc::new(origins.into_iter().map(normalised).collect()))
    }

    /// Whether a page of `origin` may call.
    pub fn allow(&self, origin: &str) -> bool {
        self.0.iter().any(|known| known == origin)
    }

    /// The layer that answers preflights and marks answers for these origins alone.
    pub fn layer(&self) -> CorsLayer {
        let origins = self.clone();
        let allowed = AllowOrigin::predicate(move |origin: &HeaderValue, _| {
            origin.to_str().is_ok_and(|origin| origins.allow(origin))
        });
        CorsLayer::new()
            .allow_origin(allowed)
            .allow_methods([Method::GET, Method::POST])
            .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_NONE_MATCH])
            .expose_headers([header::ETAG, header::RETRY_AFTER, HeaderName::from_static("checkout-request-id")])
            .max_age(Duration::from_secs(PREFLIGHT_SECONDS))
    }
}

/// The origin of the calling page, from browsers. Other programs send none, and are authenticated by the token.
pub fn origin_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok())
}

/// Turns away requests of foreign pages before anything is done for them.
pub async fn refuse_foreign(State(origins): State<Origins>, request: Request, next: Next) -> Response {
    let has_origin = request.headers().contains_key(header::ORIGIN);
    let known = origin_of(request.headers()).is_some_and(|origin| origins.allow(origin));
    if has_origin && !known {
        return Failure::OriginNotAllowed.into_response();
    }
    next.run(request).await
}
