//! Passes deliveries of the other environment on, byte for byte: upstream knows one address for both.

use crate::failure::Failure;
use crate::http::{address, reply};
use crate::metrics;
use crate::upstream::transport::Transport;
use axum::body::Bytes;
use axum::http::uri::Scheme;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri, header};
use axum::response::IntoResponse;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// Says that a stage has passed the delivery on: no other one does so again.
pub const FORWARDED: HeaderName = HeaderName::from_static("checkout-forwarded");
/// Waiting for the other stage, within the time limit of docs/upstream.md#delivery.
const PATIENCE: Duration = Duration::from_secs(8);
/// Where a stage takes deliveries.
const ROUTE: &str = "/v1/webhooks/peeker";
/// What a delivery is proven and read by.
const PASSED_ON: [HeaderName; 4] = [
    HeaderName::from_static("peeker-event-id"),
    HeaderName::from_static("peeker-timestamp"),
    HeaderName::from_static("peeker-signature"),
    header::CONTENT_TYPE,
];

/// The stage of the other environment.
#[derive(Debug, Clone)]
pub struct OtherStage {
    /// Its environment, `live` or `test`: what is signed for it is passed on.
    pub environment: &'static str,
    url: Uri,
    transport: Arc<dyn Transport>,
}

impl OtherStage {
    /// The stage at `url`, which is its address or that of its webhook.
    ///
    /// # Errors
    /// All that is wrong with the address, without it.
    pub fn over(
        transport: Arc<dyn Transport>,
        url: &str,
        environment: &'static str,
    ) -> Result<Self, Vec<&'static str>> {
        Ok(Self { environment, url: webhook_of(url)?, transport })
    }

    /// Passes a delivery on and gives the answer: the other stage's status and body.
    ///
    /// # Errors
    /// `400` for one that was passed on before, so that two stages never send one back and forth; `503` when no answer
    /// comes, so that upstream delivers again.
    pub async fn pass_on(&self, headers: &HeaderMap, body: Bytes) -> Result<axum::response::Response, Failure> {
        if headers.contains_key(FORWARDED) {
            tracing::error!(alarm = "webhook_forwarding", "a delivery was passed on to a stage that is not its own");
            return Err(Failure::bad_request(
                "webhook_forwarded_twice",
                "The delivery was passed on once, and is not for this stage. OTHER_STAGE_URL has to name the other one.",
            ));
        }
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url.clone();
        for name in PASSED_ON {
            if let Some(value) = headers.get(&name) {
                request.headers_mut().insert(name, value.clone());
            }
        }
        request.headers_mut().insert(FORWARDED, HeaderValue::from_static("1"));
        let answer = self.transport.send(request, PATIENCE).await.map_err(|error| {
            metrics::forwarded("unreachable");
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::error!(alarm = "webhook_forwarding", error.cause = cause, why = %error, "the other stage did not answer");
            Failure::OtherStageUnreachable
        })?;
        let is_taken = answer.status().is_success();
        metrics::forwarded(if is_taken { "taken" } else { "refused" });
        tracing::info!(http.status = answer.status().as_u16(), "passed on to the other stage");
        Ok(as_ours(answer))
    }
}

/// The answer with nothing of its headers but what its body is.
fn as_ours(answer: Response<Bytes>) -> axum::response::Response {
    let (parts, body) = answer.into_parts();
    let mut response = (parts.status, body).into_response();
    response.headers_mut().remove(header::CONTENT_TYPE);
    if let Some(kind) = parts.headers.get(header::CONTENT_TYPE) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
    }
    reply::no_store(&mut response);
    response
}

/// The address of the webhook of the stage at `url`.
fn webhook_of(url: &str) -> Result<Uri, Vec<&'static str>> {
    let mut problems = Vec::new();
    let parsed = url.parse::<Uri>().ok();
    let host = parsed.as_ref().and_then(Uri::host).filter(|host| !host.is_empty());
    match parsed.as_ref().and_then(Uri::scheme) {
        Some(scheme) if *scheme == Scheme::HTTPS => {}
        Some(scheme) if *scheme == Scheme::HTTP && host.is_some_and(is_loopback) => {}
        _ => problems.push("it must start with https://"),
    }
    if host.is_none() {
        problems.push("it must name a host");
    }
    if parsed.as_ref().is_some_and(|uri| !address::has_usable_port(uri)) {
        problems.push("its port must be a number from 1 to 65535");
    }
    let authority = url.split("//").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next());
    if authority.is_some_and(|authority| authority.contains('@')) {
        problems.push("it must not contain a user name or a password");
    }
    if url.contains(['?', '#']) {
        problems.push("it must not contain a query or a fragment");
    }
    let base = url.trim_end_matches('/');
    let whole = if base.ends_with(ROUTE) { base.to_owned() } else { format!("{base}{ROUTE}") };
    match whole.parse() {
        Ok(url) if problems.is_empty() => Ok(url),
        _ => Err(problems),
    }
}

/// Whether nothing leaves the machine on the way there.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::webhook_of;

    #[test]
    fn the_address_is_that_of_a_stage_or_of_its_webhook() {
        for (url, webhook) in [
            ("https://live.acme.com", "https://live.acme.com/v1/webhooks/peeker"),
            ("https://live.acme.com/", "https://live.acme.com/v1/webhooks/peeker"),
            ("https://live.acme.com/checkout/", "https://live.acme.com/checkout/v1/webhooks/peeker"),
            ("https://live.acme.com/v1/webhooks/peeker", "https://live.acme.com/v1/webhooks/peeker"),
            ("https://live.acme.com:65535", "https://live.acme.com:65535/v1/webhooks/peeker"),
            ("http://127.0.0.1:8788", "http://127.0.0.1:8788/v1/webhooks/peeker"),
            ("http://localhost:8788", "http://localhost:8788/v1/webhooks/peeker"),
            ("http://[::1]:8788", "http://[::1]:8788/v1/webhooks/peeker"),
        ] {
            assert_eq!(webhook_of(url).map(|url| url.to_string()), Ok(webhook.to_owned()), "{url}");
        }
    }

    #[test]
    fn an_address_that_is_none_is_refused_with_all_that_is_wrong() {
        let (scheme, host) = ("it must start with https://", "it must name a host");
        let (user, query) =
            ("it must not contain a user name or a password", "it must not contain a query or a fragment");
        let port = "its port must be a number from 1 to 65535";
        for (url, problems) in [
            ("http://live.acme.com", vec![scheme]),
            ("ftp://live.acme.com", vec![scheme]),
            ("live.acme.com", vec![scheme]),
            ("https://", vec![scheme, host]),
            ("/v1/webhooks/peeker", vec![scheme, host]),
            ("https://live.acme.com:99999", vec![port]),
            ("https://live.acme.com:0/", vec![port]),
            ("https://[::1]:65536", vec![port]),
            ("https://user:pw@live.acme.com", vec![user]),
            ("https://live.acme.com?stage=live", vec![query]),
            ("http://user@live.acme.com/#there", vec![scheme, user, query]),
        ] {
            assert_eq!(webhook_of(url).unwrap_err(), problems, "{url}");
        }
    }
}
