//! The one client: sends, tries again what may be tried again, and turns every refusal into a [`Failure`].

use crate::failure::{Exit, Failure};
use crate::json::text;
use crate::secret::Secret;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Method, Url};
use serde_json::Value;
use std::time::Duration;

/// Waiting for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Waiting for an answer: API Gateway gives up at 30 s.
const TIMEOUT: Duration = Duration::from_secs(35);
/// Tries of a call that may be sent again.
const TRIES: u32 = 4;
/// Longest wait between two tries; a rate limit is counted by the minute.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// One of the two sides that a partner speaks to.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    http: reqwest::Client,
    base: String,
    key: Secret,
    /// What it is called in messages.
    pub(crate) name: &'static str,
    /// What to look at when it does not answer.
    hint: String,
}

/// An answer of success.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The body; `null` when there was none.
    pub(crate) body: Value,
}

impl Answer {
    /// What is under `data`.
    pub(crate) fn data(&self) -> Value {
        self.body.get("data").cloned().unwrap_or(Value::Null)
    }
}

impl Target {
    /// Prepares connections to `base`; nothing is sent yet.
    pub(crate) fn new(name: &'static str, base: &str, key: Secret, hint: String) -> Result<Self, Failure> {
        let (http, _) = client(base)?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned(), key, name, hint })
    }

    pub(crate) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Answer, Failure> {
        self.send(Method::GET, path, query, None).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Answer, Failure> {
        let mut tried = 1;
        loop {
            let outcome = self.send_once(method.clone(), path, query, body).await;
            let wait = match &outcome {
                Err(failure) if tried < TRIES => wait_before_retry(&method, failure, tried),
                _ => None,
            };
            let Some(wait) = wait else { return outcome };
            tokio::time::sleep(wait).await;
            tried += 1;
        }
    }

    async fn send_once(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Answer, Failure> {
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", self.key.expose()))
            .map_err(|_| Failure::usage("key_invalid", format!("The key for {} has odd characters.", self.name)))?;
        authorization.set_sensitive(true);
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.base));
        request = request.header(AUTHORIZATION, authorization).query(query);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.map_err(|error| self.unreachable(&method, &error))?;
        let status = answer.status().as_u16();
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let request_id = header("checkout-request-id").or_else(|| header("peeker-request-id"));
        let bytes = answer.bytes().await.map_err(|error| self.unreachable(&method, &error))?;
        let body: Option<Value> =
            if bytes.is_empty() { Some(Value::Null) } else { serde_json::from_slice(&bytes).ok() };
        if (200..300).contains(&status) {
            let body = body.ok_or_else(|| {
                let message = format!("{} answered with something else than JSON.", self.name);
                Failure::new(Exit::Temporary, "not_json", message)
                    .advise("Is the address the right one? See `peeker config show`.")
                    .of_request(request_id)
            })?;
            return Ok(Answer { body });
        }
        Err(self.refused(status, body.unwrap_or(Value::Null), request_id))
    }

    fn unreachable(&self, method: &Method, error: &reqwest::Error) -> Failure {
        let at = format!("{} at {}", self.name, self.base);
        if error.is_connect() || error.is_builder() {
            return Failure::new(Exit::Temporary, "unreachable", format!("{at} cannot be reached.")).advise(&self.hint);
        }
        let what = if error.is_timeout() { "did not answer in time" } else { "closed the connection" };
        let failure = Failure::new(Exit::Temporary, "no_answer", format!("{at} {what}."));
        if *method == Method::GET {
            failure.advise("Try again.")
        } else {
            failure.advise("It may have been done all the same: look before you send it again.")
        }
    }

    fn refused(&self, status: u16, body: Value, request_id: Option<String>) -> Failure {
        let exit = match status {
            401 | 403 => Exit::NotAuthorised,
            404 => Exit::NotFound,
            408 | 429 | 500.. => Exit::Temporary,
            _ => Exit::Refused,
        };
        let said = text(&body, "/error/message").map(str::to_owned);
        let message = said.unwrap_or_else(|| format!("{} answered {status} without saying why.", self.name));
        let code = text(&body, "/error/code").map_or_else(|| format!("http_{status}"), str::to_owned);
        let advice = match status {
            401 => Some(format!("See which key is used for {}: peeker config show", self.name)),
            403 => Some("The key is good, and may not do this: it takes one with more permissions.".to_owned()),
            404 if code == "route_not_found" => Some("The deployment is older than this command.".to_owned()),
            404 => Some(
                "Check the id; the list commands show which there are. Test and live do not see each other's."
                    .to_owned(),
            ),
            429 => Some("Wait, then try again.".to_owned()),
            500.. => Some("Try again; if it stays, report the request id.".to_owned()),
            _ => None,
        };
        let mut failure = Failure::new(exit, code, message).of_request(request_id);
        if let Some(Value::Object(details)) = body.pointer("/error/details") {
            failure.more.details.clone_from(details);
        }
        failure.more.advice = advice;
        failure.more.field = text(&body, "/error/field").map(str::to_owned);
        failure.with("http_status", status)
    }
}

/// How long to wait before the call is sent again; `None` when it must not be.
fn wait_before_retry(method: &Method, failure: &Failure, tried: u32) -> Option<Duration> {
    let rate_limited = failure.number("http_status") == Some(429);
    // A rate limit did nothing for certain; anything else may have, unless it was a look-up.
    let safe = rate_limited || *method == Method::GET;
    // A limit that names no wait and is not upstream's is a day's or a session's: it does not pass by waiting.
    let passing = failure.code == "rate_limited" || failure.number("retry_after_seconds").is_some();
    if failure.exit != Exit::Temporary || !safe || (rate_limited && !passing) || failure.code == "unreachable" {
        return None;
    }
    let told = failure.number("retry_after_seconds").map(Duration::from_secs);
    let backoff = Duration::from_millis(250_u64.saturating_mul(1 << tried.min(6)));
    let wait = told.unwrap_or(backoff);
    (wait <= MAX_WAIT).then(|| wait + jitter())
}

/// Jitter of 0 to 1 s, so that clients with the same wait do not return together: docs/upstream.md#rate-limit.
fn jitter() -> Duration {
    let millis = getrandom::u32().map_or(500, |random| random % 1_000);
    Duration::from_millis(u64::from(millis))
}

/// A client for `base`, and `base` as a URL. Keys go over TLS, or do not leave the machine.
pub(crate) fn client(base: &str) -> Result<(reqwest::Client, Url), Failure> {
    let url = Url::parse(base).map_err(|_| {
        Failure::usage("url_invalid", format!("{base} is no address. Write https://host or http://127.0.0.1:port."))
    })?;
    let host = url.host_str().unwrap_or_default();
    let local = ["127.0.0.1", "localhost", "[::1]"].contains(&host);
    if url.scheme() != "https" && !(url.scheme() == "http" && local) {
        let message = format!("{base} is not https. Only an address on this machine may be http.");
        return Err(Failure::usage("url_insecure", message));
    }
    // Another client of the process may have chosen the provider already; they choose the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("peeker-cli/", env!("CARGO_PKG_VERSION")));
    if local {
        builder = builder.no_proxy();
    }
    let client = builder.build().map_err(|error| Failure::new(Exit::Refused, "client", error.to_string()))?;
    Ok((client, url))
}
