//! The running copies of the functions behind the gateway: requests go in, answers or nothing come out.

use crate::life::{self, Caller, Life};
use crate::shop::{Instance, Shop};
use crate::values::{MARK, Values};
use axum::body::{Body, to_bytes};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tower::ServiceExt;
use tracing::Instrument;

/// Copies that are kept running.
const COPIES: u64 = 4;
/// The gateway's and the functions' own time limit.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// How long a write of a function that died may still be carried out.
const STILL_WRITES: Duration = Duration::from_secs(5);
/// Larger answers than any of ours.
const MAX_ANSWER: usize = 8 * 1024 * 1024;
/// How the place begins at which a list goes on.
const MARK_OF_PAGES: &str = "page_token=eyJ";
/// Betraying answers that are kept.
const KEPT: usize = 10;

/// What a caller hears.
#[derive(Debug, Clone)]
pub(crate) enum Heard {
    /// The functions' own answer.
    Answer(Answer),
    /// The gateway's `5xx`, or nothing: the function crashed or ran out of time.
    Nothing,
}

/// An answer of the functions.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Answer {
    /// `error.code`.
    pub(crate) fn code(&self) -> &str {
        self.body.pointer("/error/code").and_then(Value::as_str).unwrap_or("none")
    }
}

/// The copies, and whoever restarts them.
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

    /// One of the copies.
    pub(crate) fn any(&self) -> (usize, Instance) {
        let copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        let drawn = self.shop.weather.dice().between(0, COPIES.saturating_sub(1));
        let index = usize::try_from(drawn).unwrap_or(0);
        let copy = copies.get(index).cloned();
        drop(copies);
        (index, copy.unwrap_or_else(|| self.shop.start()))
    }

    /// Puts a fresh copy in the place of one that crashed.
    pub(crate) fn restart(&self, index: usize) {
        self.shop.tally.count("functions restarted");
        let fresh = self.shop.start();
        let mut copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(copy) = copies.get_mut(index) {
            *copy = fresh;
        }
    }

    /// Runs one invocation until it ends, crashes or exceeds the time limit.
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
            Some(Err(_)) => self.shop.tally.count("functions out of time"),
            None => {}
        }
        self.shop.ledger.cut_short(&life);
        self.restart(index);
        None
    }

    /// Sends one request. It is carried out even when the caller does not wait for the answer.
    pub(crate) async fn call(&self, request: Request<Body>) -> Heard {
        self.shop.tally.count("requests to the functions");
        let signs = ["/v1/sessions", "/v1/quotes"].contains(&request.uri().path());
        let caller = caller_of(request.headers());
        let is_order = request.method() == Method::POST && request.uri().path() == "/v1/orders";
        let under_way = caller.as_ref().map(|caller| self.shop.erasures.begin(&caller.customer, is_order));
        let (index, copy) = self.any();
        let invocation = async {
            let Ok(response) = copy.router.oneshot(request).await;
            let (head, body) = response.into_parts();
            (head, to_bytes(body, MAX_ANSWER).await.unwrap_or_default())
        };
        let Some((head, body)) = self.invoke(index, TIME_LIMIT, caller, invocation).await else {
            // A write to the table may still be carried out.
            tokio::spawn(async move {
                tokio::time::sleep(STILL_WRITES).await;
                drop(under_way);
            });
            return Heard::Nothing;
        };
        self.search(&head.headers, &body, signs);
        let body = serde_json::from_slice(&body).unwrap_or_default();
        Heard::Answer(Answer { status: head.status, body })
    }

    /// Tokens belong into the answers that hand out a session or a quote, and nowhere else.
    fn search(&self, headers: &HeaderMap, body: &Bytes, signs: bool) {
        // Where a list goes on is said in the same letters, and opens nothing.
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

    /// The answers that held a secret.
    pub(crate) fn betraying(&self) -> Vec<String> {
        self.betraying.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The session and the customer of the token that a request brings, if it brings one.
fn caller_of(headers: &HeaderMap) -> Option<Caller> {
    let token = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    let text = |claim: &str| claims.get(claim).and_then(Value::as_str).map(str::to_owned);
    Some(Caller { session: text("jti")?, customer: text("sub")? })
}

/// A request of a browser or of the partner's backend, under a name for the log.
pub(crate) async fn ask(fleet: &Fleet, who: &str, method: Method, path: &str, key: &str, body: Option<Value>) -> Heard {
    let mut request =
        Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {key}"));
    if body.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let Ok(request) = request.body(body) else {
        return Heard::Nothing;
    };
    let span = tracing::info_span!("call", who);
    fleet.call(request).instrument(span).await
}
