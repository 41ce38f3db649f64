//! Which pages may call: the origins of the deployment, narrowed by the token's own.

use crate::failure::Failure;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use shared::domain_name::MAX_NAME_LENGTH;
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

/// `text` as a browser writes an origin: scheme and host in lower case, no default port, no slash at the end.
/// `None` when it is not an origin: it has a path, a query, user information, or another scheme than http and https.
///
/// ```
/// use functions::http::cors::normalise_origin;
/// assert_eq!(normalise_origin("https://App.Acme.com:443/").as_deref(), Some("https://app.acme.com"));
/// assert_eq!(normalise_origin("https://app.acme.com/checkout"), None);
/// ```
pub fn normalise_origin(text: &str) -> Option<String> {
    let uri: Uri = text.trim().parse().ok()?;
    let scheme = uri.scheme_str()?.to_ascii_lowercase();
    let authority = uri.authority()?;
    let is_bare = matches!(uri.path(), "" | "/") && uri.query().is_none() && !authority.as_str().contains('@');
    let default_port = match scheme.as_str() {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let host = authority.host().to_ascii_lowercase();
    // `Uri` drops what follows `#`, and takes a port that is no number.
    let has_odd_port = authority.port().is_some() && authority.port_u16().is_none();
    if !is_bare
        || host.is_empty()
        || host.len() > MAX_NAME_LENGTH
        || text.contains('#')
        || has_odd_port
        || authority.as_str().ends_with(':')
    {
        return None;
    }
    Some(match authority.port_u16().filter(|port| *port != default_port) {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

/// The page that calls, when a browser says so. Programs send none, and hold the token all the same.
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
