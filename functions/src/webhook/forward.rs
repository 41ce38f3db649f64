//! Forwards deliveries of the other environment unchanged, because upstream has one webhook address for both.

use crate::failure::Failure;
use crate::http::{address, reply};
use crate::metrics;
use crate::upstream::transport::Transport;
use axum::body::Bytes;
use axum::http::uri::Scheme;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri, header};
use axum::response::IntoResponse;
use std::sync::Arc;
use std::time::Duration;

/// Marks a forwarded delivery, which is not forwarded again.
pub const FORWARDED: HeaderName = HeaderName::from_static("checkout-forwarded");
/// Timeout of the other stage, within the time limit of docs/upstream.md#delivery.
const TIMEOUT: Duration = Duration::from_secs(8);
/// Path of a stage's webhook.
const ROUTE: &str = "/v1/webhooks/peeker";
/// The headers of a delivery that are verified or parsed.
const PASSED_ON: [HeaderName; 4] = [
    HeaderName::from_static("peeker-event-id"),
    HeaderName::from_static("peeker-timestamp"),
    HeaderName::from_static("peeker-signature"),
    header::CONTENT_TYPE,
];

/// The address of a stage's webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookUrl(Uri);

impl WebhookUrl {
    /// Reads the address of a stage, or of its webhook.
    ///
    /// # Errors
    /// All problems of the address, without the address itself.
    pub fn parse(url: &str) -> Result<Self, Vec<&'static str>> {
        webhook_of(url).map(Self)
    }
}

/// The stage of the other environment.
#[derive(Debug, Clone)]
pub struct OtherStage {
    /// Its environment, `live` or `test`: deliveries signed for it are forwarded.
    pub environment: &'static str,
    url: WebhookUrl,
    transport: Arc<dyn Transport>,
}

impl OtherStage {
    /// The stage with the webhook `url`, reached over `transport`.
    pub fn over(transport: Arc<dyn Transport>, url: WebhookUrl, environment: &'static str) -> Self {
        Self { environment, url, transport }
    }

    /// Forwards a delivery and returns the other stage's status and body.
    ///
    /// # Errors
    /// `400` for a delivery that was forwarded before, which prevents a loop between two stages; `503` without a
    /// response, so that upstream delivers again.
    pub async fn pass_on(&self, headers: &HeaderMap, body: Bytes) -> Result<axum::response::Response, Failure> {
        if headers.contains_key(FORWARDED) {
            tracing::error!(alarm = "webhook_forwarding", "delivery forwarded to the wrong stage");
            return Err(forwarded_twice());
        }
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url.0.clone();
        for name in PASSED_ON {
            if let Some(value) = headers.get(&name) {
                request.headers_mut().insert(name, value.clone());
            }
        }
        request.headers_mut().insert(FORWARDED, HeaderValue::from_static("1"));
        let answer = self.transport.send(request, TIMEOUT).await.map_err(|error| {
            metrics::forwarded("unreachable");
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::error!(
                alarm = "webhook_forwarding",
                error.cause = cause,
                why = %error,
                "no response from the other stage"
            );
            Failure::OtherStageUnreachable
        })?;
        let is_taken = answer.status().is_success();
        metrics::forwarded(if is_taken { "taken" } else { "refused" });
        tracing::info!(http.status = answer.status().as_u16(), "forwarded to the other stage");
        Ok(as_ours(answer))
    }
}

/// The error for a delivery that another stage has forwarded wrongly.
pub(super) fn forwarded_twice() -> Failure {
    Failure::bad_request(
        "webhook_forwarded_twice",
        "The delivery was forwarded once already and is not for this stage. Check OTHER_STAGE_URL of the other stage.",
    )
}

/// The response with only its content type as header.
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
        Some(scheme) if *scheme == Scheme::HTTP && host.is_some_and(address::is_loopback) => {}
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

#[cfg(test)]
mod tests {
    use super::webhook_of;

    #[test]
    fn forward_url_is_a_stage_or_its_webhook() {
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
    fn invalid_forward_url_reports_every_problem() {
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
