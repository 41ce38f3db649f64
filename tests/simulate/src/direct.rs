//! Transport of the functions to upstream: directly into the sandbox, with injected faults.

use crate::fault_injection::{FaultInjector, UpstreamFault};
use crate::ledger::{Journey, Ledger};
use crate::life;
use crate::options::Sabotage;
use crate::peeker::Peeker;
use crate::time::pause;
use bytes::Bytes;
use functions::upstream::transport::{Transport, TransportError};
use futures::future::BoxFuture;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri, header};
use sandbox::DomainOutcome;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// Milliseconds of latency in one direction.
const TRAVEL: (u64, u64) = (15, 150);
/// Milliseconds after which upstream still executes a request of a caller that has given up. Its own timeout is 15 s.
const STILL_ACTS: (u64, u64) = (500, 12_000);
/// Milliseconds of a slow response; some exceed the caller's timeout.
const SLOW: (u64, u64) = (4_000, 16_000);
/// Orders per 1,000 for which the registry is temporarily unavailable.
const REGISTRY_FAILS: u64 = 15;
/// Statuses below 500 that a proxy may return.
const PROXYS_4XX: [(u64, StatusCode); 5] = [
    (3, StatusCode::REQUEST_TIMEOUT),
    (2, StatusCode::BAD_REQUEST),
    (1, StatusCode::NOT_FOUND),
    (1, StatusCode::PAYLOAD_TOO_LARGE),
    (1, StatusCode::TOO_EARLY),
];
/// An error page of a proxy, which repeats the request, secrets included.
const PAGE: &str = "<html><body><h1>Something went wrong</h1><pre>";

/// A transport without a network.
#[derive(Debug, Clone)]
pub(crate) struct Direct {
    peeker: Peeker,
    faults: FaultInjector,
    ledger: Ledger,
    sabotage: Option<Sabotage>,
}

impl Direct {
    pub(crate) fn new(peeker: Peeker, faults: FaultInjector, ledger: Ledger, sabotage: Option<Sabotage>) -> Self {
        Self { peeker, faults, ledger, sabotage }
    }

    async fn exchange(&self, request: Request<Bytes>, timeout: Duration) -> Result<Response<Bytes>, TransportError> {
        let sent = Sent::of(request, self.ledger.set_out());
        if self.sabotage == Some(Sabotage::LoggedLogin) {
            tracing::info!(body = ?sent.body, "sending");
        }
        let answer = tokio::time::timeout(timeout, self.travel(&sent)).await;
        let answer = answer.unwrap_or_else(|_| Err(TransportError::TimedOut("too slow".into())));
        let resent = self.sabotage == Some(Sabotage::ChangedResend) && sent.places_an_order();
        match answer {
            // The mistake that the design prevents.
            Err(TransportError::TimedOut(_) | TransportError::Broken(_)) if resent => self.act(sent.changed()).await,
            answer => answer,
        }
    }

    async fn travel(&self, sent: &Sent) -> Result<Response<Bytes>, TransportError> {
        self.faults.tally().count("calls to upstream");
        let dice = self.faults.dice();
        let fault = self.faults.upstream();
        pause(dice.between(TRAVEL.0, TRAVEL.1)).await;
        let Some(fault) = fault else {
            let answer = self.act(sent.clone()).await;
            pause(dice.between(TRAVEL.0, TRAVEL.1)).await;
            return answer;
        };
        self.fail(fault, sent).await
    }

    async fn fail(&self, fault: UpstreamFault, sent: &Sent) -> Result<Response<Bytes>, TransportError> {
        let dice = self.faults.dice();
        match fault {
            UpstreamFault::NotSent => Err(TransportError::NotSent("no route".into())),
            UpstreamFault::TimeoutBefore => never().await,
            UpstreamFault::TimeoutAfter => {
                let _ = self.act(sent.clone()).await;
                never().await
            }
            UpstreamFault::TimeoutLate => {
                self.act_later(sent.clone());
                never().await
            }
            UpstreamFault::BrokenBefore => Err(TransportError::Broken("reset".into())),
            UpstreamFault::BrokenAfter => {
                let _ = self.act(sent.clone()).await;
                Err(TransportError::Broken("reset".into()))
            }
            UpstreamFault::RateLimited => Ok(rate_limited(dice.between(1, 60))),
            UpstreamFault::FailedBefore => Ok(envelope(StatusCode::SERVICE_UNAVAILABLE, "internal_error", "")),
            UpstreamFault::FailedAfter => {
                let _ = self.act(sent.clone()).await;
                Ok(page(StatusCode::BAD_GATEWAY, sent))
            }
            UpstreamFault::FailedLate => {
                self.act_later(sent.clone());
                Ok(page(StatusCode::GATEWAY_TIMEOUT, sent))
            }
            UpstreamFault::RejectedAfter => {
                let _ = self.act(sent.clone()).await;
                let status = dice.weighted(&PROXYS_4XX).unwrap_or(StatusCode::REQUEST_TIMEOUT);
                Ok(page(status, sent))
            }
            UpstreamFault::PageBefore => Ok(page(StatusCode::OK, sent)),
            UpstreamFault::PageAfter => {
                let _ = self.act(sent.clone()).await;
                Ok(page(StatusCode::OK, sent))
            }
            UpstreamFault::Slow => {
                let answer = self.act(sent.clone()).await;
                pause(dice.between(SLOW.0, SLOW.1)).await;
                answer
            }
            UpstreamFault::CrashBefore => die().await,
            UpstreamFault::CrashLate => {
                self.act_later(sent.clone());
                die().await
            }
            UpstreamFault::CrashAfter => {
                let _ = self.act(sent.clone()).await;
                die().await
            }
        }
    }

    async fn act(&self, sent: Sent) -> Result<Response<Bytes>, TransportError> {
        // The registry behind upstream can fail, too: then a valid order is refused for a second.
        let failing = sent.places_an_order() && self.faults.happens(REGISTRY_FAILS, "upstream: the registry fails");
        let name = if failing { sent.domains().into_iter().next() } else { None };
        let sold = if self.sabotage == Some(Sabotage::SoldTwice) { sent.domains() } else { Vec::new() };
        let sandbox = self.peeker.sandbox();
        if let Some(name) = &name {
            sandbox.set_domain(name, DomainOutcome::Errored);
        }
        let path = sent.uri.path().to_owned();
        sent.journey.arrive();
        let answer = self.peeker.answer(sent.request()).await;
        if let Some(name) = &name {
            sandbox.set_domain(name, DomainOutcome::ByName);
        }
        let answer = answer.ok_or_else(|| TransportError::Broken("closed".into()))?;
        if answer.status().is_success() {
            sold.iter().for_each(|name| sandbox.sell_again(name));
        }
        tracing::debug!(%path, status = answer.status().as_u16(), answer = ?answer.body(), "upstream");
        Ok(answer)
    }

    /// Upstream executes a request of a caller that has given up.
    fn act_later(&self, sent: Sent) {
        let (direct, after) = (self.clone(), self.faults.dice().between(STILL_ACTS.0, STILL_ACTS.1));
        tokio::spawn(async move {
            pause(after).await;
            let _ = direct.act(sent).await;
        });
    }
}

impl Transport for Direct {
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(self.exchange(request, timeout))
    }
}

async fn never() -> Result<Response<Bytes>, TransportError> {
    std::future::pending().await
}

async fn die() -> Result<Response<Bytes>, TransportError> {
    life::crash().await;
    Err(TransportError::Broken("crashed".into()))
}

/// A request that can be executed more than once.
#[derive(Clone)]
struct Sent {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
    journey: Arc<Journey>,
}

impl Sent {
    fn of(request: Request<Bytes>, journey: Journey) -> Self {
        let (head, body) = request.into_parts();
        let journey = Arc::new(journey);
        Self { method: head.method, uri: head.uri, headers: head.headers, body, journey }
    }

    fn request(self) -> Request<Bytes> {
        let mut request = Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = self.uri;
        *request.headers_mut() = self.headers;
        request
    }

    fn places_an_order(&self) -> bool {
        self.method == Method::POST && self.uri.path().ends_with("/orders")
    }

    /// The domains of the order in this request.
    fn domains(&self) -> Vec<String> {
        if !self.places_an_order() {
            return Vec::new();
        }
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let names = body.get("domains").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// The same order with other names.
    fn changed(&self) -> Self {
        let body = String::from_utf8_lossy(&self.body).replace(".com\"", "-again.com\"");
        Self { body: Bytes::from(body), ..self.clone() }
    }
}

fn page(status: StatusCode, sent: &Sent) -> Response<Bytes> {
    let mut text = PAGE.to_owned();
    text.push_str(&String::from_utf8_lossy(&sent.body));
    if let Some(key) = sent.headers.get(header::AUTHORIZATION) {
        text.push_str(&String::from_utf8_lossy(key.as_bytes()));
    }
    let mut response = Response::new(Bytes::from(text));
    *response.status_mut() = status;
    response
}

fn rate_limited(seconds: u64) -> Response<Bytes> {
    let details = format!(r#","details":{{"retry_after_seconds":{seconds}}}"#);
    envelope(StatusCode::TOO_MANY_REQUESTS, "rate_limited", &details)
}

fn envelope(status: StatusCode, code: &str, details: &str) -> Response<Bytes> {
    let body = format!(r#"{{"error":{{"code":"{code}","message":"An injected fault."{details}}}}}"#);
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    response
}
