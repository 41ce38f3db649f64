//! A stack with a client that checks status, request id, headers and secrets of every response.

use crate::jwt;
use bytes::Bytes;
use e2e::{Stack, StackConfig};
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The allowed page origin of a default stack.
pub(crate) const ORIGIN: &str = "http://127.0.0.1:8787";
/// The customer of a default session.
pub(crate) const CUSTOMER: &str = "client@example.com";
/// Four available names that support both providers: exactly what the stack's small bundle needs.
pub(crate) const FOUR: [&str; 4] = ["acme-mail.com", "getacme.com", "acme-hq.com", "tryacme.com"];

/// Response headers that a browser may see; any other header would be a leak.
const ALLOWED_HEADERS: [&str; 15] = [
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "allow",
    "cache-control",
    "checkout-request-id",
    "connection",
    "content-length",
    "content-type",
    "date",
    "etag",
    "retry-after",
    "vary",
];

/// Headers that a page may read without permission, and those that only browsers and caches use.
/// <https://developer.mozilla.org/docs/Glossary/CORS-safelisted_response_header>
const NEEDS_NO_EXPOSURE: [&str; 6] = ["allow", "cache-control", "content-length", "content-type", "date", "vary"];

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Call {
    pub(crate) fn new(method: Method, path: &str) -> Self {
        Self { method, path: path.to_owned(), headers: HeaderMap::new(), body: Bytes::new() }
    }

    pub(crate) fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    pub(crate) fn post(path: &str) -> Self {
        Self::new(Method::POST, path).header("content-type", "application/json")
    }

    /// Appends a header, so that it can occur twice.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.append(HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap());
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.body(body.to_string())
    }

    /// `METHOD path` as in the OpenAPI document.
    pub(crate) fn route(&self) -> String {
        crate::documented::route_of(&self.method, &self.path)
    }

    pub(crate) fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }
}

/// A response that passed the checks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub(crate) fn data(&self) -> Value {
        self.json()["data"].clone()
    }

    pub(crate) fn error(&self) -> Value {
        self.json()["error"].clone()
    }

    /// `error.code`.
    pub(crate) fn code(&self) -> String {
        self.error()["code"].as_str().unwrap_or_else(|| panic!("no error.code: {}", self.text)).to_owned()
    }

    /// Every finding as `field code`, in the order of the response.
    pub(crate) fn findings(&self) -> Vec<String> {
        let findings = self.error()["details"]["findings"].as_array().cloned().unwrap_or_default();
        let line = |finding: &Value| {
            assert!(finding["message"].as_str().is_some_and(|message| message.len() > 5), "{finding}");
            format!("{} {}", finding["field"].as_str().unwrap(), finding["code"].as_str().unwrap())
        };
        findings.iter().map(line).collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// A running stack and a client for it.
pub(crate) struct Harness {
    pub(crate) stack: Stack,
    http: reqwest::Client,
}

impl Harness {
    pub(crate) async fn start() -> Self {
        Self::with(StackConfig::paused()).await
    }

    pub(crate) async fn with(config: StackConfig) -> Self {
        let stack = Stack::start(config).await.unwrap();
        Self { stack, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    /// Claims of a session for the small bundle, valid for half an hour.
    pub(crate) fn claims(&self, id: &str) -> Value {
        let now = self.stack.sandbox.now();
        json!({
            "iss": "acme-app", "aud": "peeker-checkout/test", "sub": CUSTOMER, "jti": id, "iat": now, "exp": now + 1_800,
            "plan": {"bundle_id": self.stack.bundle_id()},
        })
    }

    /// A token over `claims` under the stack's key.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        jwt::sign(claims, &self.stack.values.session_kid, &self.stack.values.session_key)
    }

    /// A session for the small bundle.
    pub(crate) fn session(&self, id: &str) -> String {
        self.sign(&self.claims(id))
    }

    /// Values that no response, item or log line may contain.
    pub(crate) fn secrets(&self) -> [(&'static str, &str); 6] {
        let values = &self.stack.values;
        [
            ("Peeker key", &values.peeker_key),
            ("login email", &values.login_email),
            ("login password", &values.login_password),
            ("session key", &values.session_key),
            ("webhook secret", &values.webhook_secret),
            ("partner key", &values.partner_key),
        ]
    }

    pub(crate) fn assert_no_secret(&self, text: &str, place: &str) {
        for (name, secret) in self.secrets() {
            if let Some((before, _)) = text.split_once(secret) {
                let near: Vec<char> = before.chars().rev().take(200).collect();
                panic!("the {name} is in {place}, after: {}", near.into_iter().rev().collect::<String>());
            }
        }
    }

    /// Sends `call`, expects `status`, and applies the general checks.
    pub(crate) async fn send(&self, call: Call, status: u16) -> Reply {
        let reply = self.exchange(call.clone()).await;
        assert_eq!(reply.status, status, "{} {}: {}", call.method, call.path, reply.text);
        reply
    }

    /// Like `send`, for calls with more than one valid status.
    pub(crate) async fn exchange(&self, call: Call) -> Reply {
        let reply = self.exchange_any(call.clone()).await;
        crate::documented::check(&call.method, &call.path, reply.status, &reply.text);
        // Readiness is not an error response: its 503 has a report.
        if reply.status >= 400 && call.path != "/readyz" {
            check_refusal(&format!("the answer to {} {}", call.method, call.path), &reply);
        }
        reply
    }

    /// Like `exchange`, for calls outside of the OpenAPI document.
    pub(crate) async fn exchange_any(&self, call: Call) -> Reply {
        let url = format!("{}{}", self.stack.api, call.path);
        let request = self.http.request(call.method.clone(), url).headers(call.headers).body(call.body);
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = String::from_utf8(answer.bytes().await.unwrap().to_vec()).unwrap();
        let reply = Reply { status, headers, text };
        let place = format!("the answer to {} {}", call.method, call.path);
        self.check(&place, &reply);
        reply
    }

    fn check(&self, place: &str, reply: &Reply) {
        let id = reply.header("checkout-request-id").unwrap_or_default();
        assert!(id.len() > 8, "{place} has no Checkout-Request-Id: {} {:?}", reply.status, reply.headers);
        for (name, value) in &reply.headers {
            assert!(ALLOWED_HEADERS.contains(&name.as_str()), "{place} has the header {name}");
            self.assert_no_secret(value.to_str().unwrap(), place);
            let open = NEEDS_NO_EXPOSURE.contains(&name.as_str()) || name == "connection";
            if reply.headers.contains_key("access-control-allow-origin")
                && !open
                && !name.as_str().starts_with("access-")
            {
                let exposed = reply.header("access-control-expose-headers").unwrap_or_default();
                let exposed = exposed.split(',').any(|known| known.trim().eq_ignore_ascii_case(name.as_str()));
                // Only the browser sees a preflight response, not the page.
                let preflight = reply.headers.contains_key("access-control-allow-methods");
                assert!(exposed || preflight, "{place} has the header {name}, which CORS does not expose to the page");
            }
        }
        self.assert_no_secret(&reply.text, place);
    }

    /// Writes `bytes` to a new socket, closes its write half, and returns the response.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> String {
        let address = self.stack.api.strip_prefix("http://").unwrap();
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.write_all(bytes).await.unwrap();
        socket.shutdown().await.unwrap();
        let mut answer = Vec::new();
        // The server may close without a response; an empty one is returned then.
        let _ = socket.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }

    pub(crate) async fn show_session(&self, token: &str) -> Value {
        self.send(Call::get("/v1/session").bearer(token), 200).await.data()
    }

    pub(crate) async fn place(&self, token: &str, draft: &Value, status: u16) -> Reply {
        self.send(Call::post("/v1/orders").bearer(token).json(draft), status).await
    }

    pub(crate) async fn ask(&self, token: &str, names: &[&str], status: u16) -> Reply {
        let body = json!({ "domains": names });
        self.send(Call::post("/v1/domains/availability").bearer(token).json(&body), status).await
    }

    pub(crate) async fn order(&self, token: &str, id: &str) -> Value {
        self.send(Call::get(&format!("/v1/orders/{id}")).bearer(token), 200).await.data()
    }

    pub(crate) async fn advance(&self, seconds: u64) {
        self.stack.sandbox.advance(Duration::from_secs(seconds)).await;
    }

    /// A call with the partner's key.
    pub(crate) async fn as_partner(&self, method: &str, path: &str, body: Option<&Value>, status: u16) -> Reply {
        let call =
            Call::new(Method::from_bytes(method.as_bytes()).unwrap(), path).bearer(&self.stack.values.partner_key);
        self.send(body.map_or(call.clone(), |body| call.json(body)), status).await
    }

    /// Calls upstream with the partner's key, without the functions.
    pub(crate) async fn beside(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.stack.sandbox.base_url());
        let request = self.http.post(url).bearer_auth(&self.stack.values.peeker_key).json(body);
        request.send().await.unwrap().json::<Value>().await.unwrap()["data"].clone()
    }

    /// Upstream's availability of `names` for the partner.
    pub(crate) async fn beside_availability(&self, names: &[&str]) -> Value {
        self.beside("/domains/availability", &json!({ "domains": names })).await["domains"].clone()
    }

    /// Paths of the upstream calls so far with `method`, without base and query.
    pub(crate) fn upstream_calls(&self, method: &str) -> Vec<String> {
        let received = self.stack.sandbox.received();
        let of_method = received.iter().filter(|request| request.method == method);
        of_method.map(|request| path_of(&request.path)).collect()
    }

    /// Number of orders sent upstream.
    pub(crate) fn orders_sent(&self) -> usize {
        self.upstream_calls("POST").iter().filter(|path| *path == "/orders").count()
    }
}

fn check_refusal(place: &str, reply: &Reply) {
    let error = reply.error();
    assert!(error["code"].as_str().is_some_and(|code| !code.is_empty()), "{place}: {}", reply.text);
    assert!(error["message"].as_str().is_some_and(|message| message.len() > 5), "{place}: {}", reply.text);
}

fn path_of(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    path.strip_prefix("/partner/v1").unwrap_or(path).to_owned()
}

/// A draft of these names with one person and a redirect.
pub(crate) fn draft(names: &[&str]) -> Value {
    json!({
        "domains": names,
        "personas": [{"first_name": "Sam", "last_name": "Lee", "profile_picture_url": null}],
        "forwarding_url": "https://acme.com",
    })
}
