//! The HTTP client: sends requests, retries safe ones, and converts errors to [`Failure`].

use crate::failure::{Exit, Failure};
use crate::json::text;
use crate::secret::Secret;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, IF_NONE_MATCH};
use reqwest::{Method, RequestBuilder, Url};
use serde_json::Value;
use shared::protocol::answer::RawAnswer;
use shared::protocol::request::{Method as ProtocolMethod, Request};
use std::time::Duration;

/// Connection timeout.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Response timeout: API Gateway's limit is 30 s.
const TIMEOUT: Duration = Duration::from_secs(35);
/// Maximum number of attempts of a safe call.
const TRIES: u32 = 4;
/// Maximum pause between two attempts; rate limits are per minute.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// One of the two APIs.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    http: reqwest::Client,
    base: String,
    key: Secret,
    /// Its name in messages.
    pub(crate) name: &'static str,
    /// Advice if it does not respond.
    hint: String,
}

/// A successful response.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The body; `null` if there is none, and a string if it is CSV.
    pub(crate) body: Value,
}

impl Answer {
    /// What is under `data`.
    pub(crate) fn data(&self) -> Value {
        self.body.get("data").cloned().unwrap_or(Value::Null)
    }
}

/// A response of any kind.
#[derive(Debug)]
struct Received {
    status: u16,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Received {
    fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    }

    /// The body; `null` if there is none, a string if it is CSV.
    fn body(&self) -> Option<Value> {
        let is_csv = self.header("content-type").is_some_and(|kind| kind.starts_with("text/csv"));
        match is_csv {
            true => Some(Value::from(String::from_utf8_lossy(&self.bytes))),
            false if self.bytes.is_empty() => Some(Value::Null),
            false => serde_json::from_slice(&self.bytes).ok(),
        }
    }
}

impl Target {
    /// Creates a client for `base`; sends nothing.
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
        let mut request = self.request(&method, path)?.query(query);
        if let Some(body) = body {
            request = request.json(body);
        }
        let received = self.receive(&method, request).await?;
        match received.body() {
            Some(body) if received.is_success() => Ok(Answer { body }),
            body => Err(self.failure(&received, body)),
        }
    }

    /// Sends a request of the client protocol once. Its machine reads the answer; a failure says the same in words.
    pub(crate) async fn carry(&self, request: &Request<Value>) -> (RawAnswer<Value>, Option<Failure>) {
        let method = match request.method {
            ProtocolMethod::Get => Method::GET,
            ProtocolMethod::Post => Method::POST,
        };
        let received = async {
            // The base has the version.
            let path = request.path.strip_prefix("/v1").unwrap_or(&request.path);
            let mut sent = self.request(&method, path)?.timeout(Duration::from_millis(request.timeout_ms.into()));
            if let Some(etag) = &request.if_none_match {
                sent = sent.header(IF_NONE_MATCH, etag);
            }
            if let Some(body) = &request.body {
                sent = sent.json(body);
            }
            self.receive(&method, sent).await
        };
        match received.await {
            Err(failure) => (RawAnswer::lost(), Some(failure)),
            Ok(received) => {
                let body = received.body().filter(|body| !body.is_null());
                let is_unchanged = received.status == 304;
                let failure = (!is_unchanged && (!received.is_success() || body.is_none()))
                    .then(|| self.failure(&received, body.clone()));
                let Received { status, .. } = received;
                let (retry_after, etag) = (received.header("retry-after"), received.header("etag"));
                (RawAnswer { status, retry_after, etag, body }, failure)
            }
        }
    }

    fn request(&self, method: &Method, path: &str) -> Result<RequestBuilder, Failure> {
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", self.key.expose()))
            .map_err(|_| Failure::usage("key_invalid", format!("The key for {} has invalid characters.", self.name)))?;
        authorization.set_sensitive(true);
        Ok(self.http.request(method.clone(), format!("{}{path}", self.base)).header(AUTHORIZATION, authorization))
    }

    async fn receive(&self, method: &Method, request: RequestBuilder) -> Result<Received, Failure> {
        let answer = request.send().await.map_err(|error| self.unreachable(method, &error))?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let bytes = answer.bytes().await.map_err(|error| self.unreachable(method, &error))?;
        Ok(Received { status, headers, bytes: bytes.to_vec() })
    }

    /// Why an answer is of no use: it is a refusal, or no JSON.
    fn failure(&self, received: &Received, body: Option<Value>) -> Failure {
        let request_id = received.header("checkout-request-id").or_else(|| received.header("peeker-request-id"));
        if received.is_success() {
            let message = format!("The response of {} is not JSON.", self.name);
            return Failure::new(Exit::Temporary, "not_json", message)
                .advise("Check the address: peeker config show")
                .of_request(request_id);
        }
        self.refused(received.status, body.unwrap_or(Value::Null), request_id)
    }

    fn unreachable(&self, method: &Method, error: &reqwest::Error) -> Failure {
        let at = format!("{} at {}", self.name, self.base);
        if error.is_connect() || error.is_builder() {
            return Failure::new(Exit::Temporary, "unreachable", format!("{at} is unreachable.")).advise(&self.hint);
        }
        let what = if error.is_timeout() { "did not answer in time" } else { "closed the connection" };
        let failure = Failure::new(Exit::Temporary, "no_answer", format!("{at} {what}."));
        if *method == Method::GET {
            failure.advise("Try again.")
        } else {
            failure.advise("The request may have succeeded. Check before you repeat it.")
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
        let message = said.unwrap_or_else(|| format!("{} answered {status} without a message.", self.name));
        let code = text(&body, "/error/code").map_or_else(|| format!("http_{status}"), str::to_owned);
        let advice = match status {
            401 => Some(format!("Check the key for {}: peeker config show", self.name)),
            403 => Some("The key lacks a permission. Use one with more permissions.".to_owned()),
            404 if code == "route_not_found" => Some("The deployment is older than this command.".to_owned()),
            404 => Some(
                "Check the id; the list commands show which there are. Test and live do not see each other's."
                    .to_owned(),
            ),
            429 => Some("Wait, then try again.".to_owned()),
            500.. => Some("Try again. If the error persists, report the request id.".to_owned()),
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

/// Delay before the next attempt; `None` if the call must not be repeated.
fn wait_before_retry(method: &Method, failure: &Failure, tried: u32) -> Option<Duration> {
    let rate_limited = failure.number("http_status") == Some(429);
    // A rate-limited call was certainly not executed; other calls may have been, unless they only read.
    let safe = rate_limited || *method == Method::GET;
    // A limit without a delay that is not upstream's is a daily or session limit: waiting does not help.
    let passing = failure.code == "rate_limited" || failure.number("retry_after_seconds").is_some();
    if failure.exit != Exit::Temporary || !safe || (rate_limited && !passing) || failure.code == "unreachable" {
        return None;
    }
    let requested = failure.number("retry_after_seconds").map(Duration::from_secs);
    let backoff = Duration::from_millis(250_u64.saturating_mul(1 << tried.min(6)));
    let wait = requested.unwrap_or(backoff);
    (wait <= MAX_WAIT).then(|| wait + jitter())
}

/// Jitter of 0 to 1 s, so that clients with the same wait do not return together: docs/upstream.md#rate-limit.
fn jitter() -> Duration {
    let millis = getrandom::u32().map_or(500, |random| random % 1_000);
    Duration::from_millis(u64::from(millis))
}

/// A client for `base`, and `base` as a URL. Keys are sent over TLS, or only to this machine.
pub(crate) fn client(base: &str) -> Result<(reqwest::Client, Url), Failure> {
    let url = Url::parse(base).map_err(|_| {
        Failure::usage("url_invalid", format!("{base} is not a URL. Use https://host or http://127.0.0.1:port."))
    })?;
    if url.port() == Some(0) {
        return Err(Failure::usage("url_invalid", format!("{base} names port 0, at which nobody can listen.")));
    }
    let host = url.host_str().unwrap_or_default();
    let local = ["127.0.0.1", "localhost", "[::1]"].contains(&host);
    if url.scheme() != "https" && !(url.scheme() == "http" && local) {
        let message = format!("{base} is not https. Only an address on this machine may be http.");
        return Err(Failure::usage("url_insecure", message));
    }
    // Another client in the process may have installed the same provider.
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
