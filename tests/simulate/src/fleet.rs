//! The running instances of the functions behind the gateway.

use crate::life::{self, Caller, Life};
use crate::shop::{Instance, Shop};
use crate::values::{MARK, Values};
use axum::body::{Body, to_bytes};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header, request};
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tower::ServiceExt;
use tracing::Instrument;

/// Number of running instances.
const COPIES: u64 = 4;
/// Timeout of the gateway and of the functions.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// How long a write of a crashed function may still be executed.
const STILL_WRITES: Duration = Duration::from_secs(5);
/// Maximum size of a response; above any real one.
const MAX_ANSWER: usize = 8 * 1024 * 1024;
/// The beginning of a page token in a response.
const MARK_OF_PAGES: &str = "page_token=eyJ";
/// Maximum number of kept responses with secrets.
const KEPT: usize = 10;

/// The result for a caller.
#[derive(Debug, Clone)]
pub(crate) enum Heard {
    /// The functions' response.
    Answer(Answer),
    /// The gateway's `5xx`, or none: the function crashed or timed out.
    Nothing,
}

/// A response of the functions.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) retry_after: Option<String>,
    pub(crate) etag: Option<String>,
    pub(crate) body: Value,
}

impl Answer {
    /// `error.code`.
    pub(crate) fn code(&self) -> &str {
        self.body.pointer("/error/code").and_then(Value::as_str).unwrap_or("none")
    }
}

/// The instances, and their restarts.
#[derive(Debug, Clone)]
pub(crate) struct Fleet {
    pub(crate) shop: Shop,
    copies: Arc<Mutex<Vec<Instance>>>,
    betraying: Arc<Mutex<Vec<String>>>,
}

impl Fleet {
    pub(crate) fn launch(shop: Shop) -> Self {
        let copies = (0..COPIES).map(|_| shop.start()).collect();
        Self { shop, copies: Arc::new(Mutex::new(copies)), betraying: Arc::default() }
    }

    /// A random instance.
    pub(crate) fn any(&self) -> (usize, Instance) {
        let copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        let drawn = self.shop.faults.dice().between(0, COPIES.saturating_sub(1));
        let index = usize::try_from(drawn).unwrap_or(0);
        let copy = copies.get(index).cloned();
        drop(copies);
        (index, copy.unwrap_or_else(|| self.shop.start()))
    }

    /// Replaces a crashed instance.
    pub(crate) fn restart(&self, index: usize) {
        self.shop.tally.count("functions restarted");
        let fresh = self.shop.start();
        let mut copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(copy) = copies.get_mut(index) {
            *copy = fresh;
        }
    }

    /// Runs one invocation until it ends, crashes or exceeds the timeout.
    pub(crate) async fn invoke<T>(
        &self,
        index: usize,
        limit: Duration,
        caller: Option<Caller>,
        invocation: impl Future<Output = T>,
    ) -> Option<T> {
        let life = Life::of(caller);
        match life::live(Arc::clone(&life), tokio::time::timeout(limit, invocation)).await {
            Some(Ok(output)) => return Some(output),
            Some(Err(_)) => self.shop.tally.count("functions timed out"),
            None => {}
        }
        self.shop.ledger.cut_short(&life);
        self.restart(index);
        None
    }

    /// Sends one request. It is executed even if the caller does not wait for the response.
    pub(crate) async fn call(&self, request: Request<Body>) -> Heard {
        self.shop.tally.count("requests to the functions");
        let signs = ["/v1/sessions", "/v1/quotes"].contains(&request.uri().path());
        let caller = token_of(request.headers()).and_then(caller_of);
        let is_order = request.method() == Method::POST && request.uri().path() == "/v1/orders";
        let under_way = caller.as_ref().map(|caller| self.shop.erasures.begin(&caller.customer, is_order));
        let (index, copy) = self.any();
        let invocation = async {
            let Ok(response) = copy.router.oneshot(request).await;
            let (head, body) = response.into_parts();
            (head, to_bytes(body, MAX_ANSWER).await.unwrap_or_default())
        };
        let Some((head, body)) = self.invoke(index, TIME_LIMIT, caller, invocation).await else {
            // A write to the table may still be executed.
            tokio::spawn(async move {
                tokio::time::sleep(STILL_WRITES).await;
                drop(under_way);
            });
            return Heard::Nothing;
        };
        self.search(&head.headers, &body, signs);
        let body = serde_json::from_slice(&body).unwrap_or_default();
        let header = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (retry_after, etag) = (header(header::RETRY_AFTER), header(header::ETAG));
        Heard::Answer(Answer { status: head.status, retry_after, etag, body })
    }

    /// Searches a response for secrets. Tokens are allowed only in responses that issue a session or a quote.
    fn search(&self, headers: &HeaderMap, body: &Bytes, signs: bool) {
        // A page token begins with the same letters, and grants no access.
        let text = String::from_utf8_lossy(body).replace(MARK_OF_PAGES, "");
        let signs = signs || text.contains(r#""code":"quote_changed""#);
        let in_headers = headers.values().any(|value| Values::betrayed_by(&String::from_utf8_lossy(value.as_bytes())));
        if in_headers || text.contains(MARK) || (!signs && Values::betrayed_by(&text)) {
            let mut betraying = self.betraying.lock().unwrap_or_else(PoisonError::into_inner);
            if betraying.len() < KEPT {
                betraying.push(format!("{text} {headers:?}"));
            }
        }
    }

    /// The responses that contained a secret.
    pub(crate) fn betraying(&self) -> Vec<String> {
        self.betraying.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn token_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()
}

/// The session and the customer of a token, if it is one.
pub(crate) fn caller_of(token: &str) -> Option<Caller> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    let text = |claim: &str| claims.get(claim).and_then(Value::as_str).map(str::to_owned);
    Some(Caller { session: text("jti")?, customer: text("sub")? })
}

/// A request of the partner's backend, with a name for the log.
pub(crate) async fn ask(fleet: &Fleet, who: &str, method: Method, path: &str, key: &str, body: Option<Value>) -> Heard {
    carry(fleet, who, key, Request::builder().method(method).uri(path), body.as_ref()).await
}

/// A request of a customer's browser.
pub(crate) async fn send(
    fleet: &Fleet,
    who: &str,
    token: &str,
    request: &shared::protocol::request::Request<Value>,
) -> Heard {
    let mut head = Request::builder().method(request.method.as_str()).uri(&request.path);
    if let Some(etag) = &request.if_none_match {
        head = head.header(header::IF_NONE_MATCH, etag);
    }
    carry(fleet, who, token, head, request.body.as_ref()).await
}

async fn carry(fleet: &Fleet, who: &str, key: &str, head: request::Builder, body: Option<&Value>) -> Heard {
    let mut head = head.header(header::AUTHORIZATION, format!("Bearer {key}"));
    if body.is_some() {
        head = head.header(header::CONTENT_TYPE, "application/json");
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let Ok(request) = head.body(body) else {
        return Heard::Nothing;
    };
    let span = tracing::info_span!("call", who);
    fleet.call(request).instrument(span).await
}
