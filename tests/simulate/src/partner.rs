//! The partner's side of approvals: signs tokens, and answers questions over a network that fails.

use crate::fault_injection::FaultInjector;
use crate::life;
use crate::time::pause;
use bytes::Bytes;
use functions::model::approval::{Amount, Approval};
use functions::secret::SessionKey;
use functions::session::approval;
use functions::upstream::transport::{Transport, TransportError};
use futures::future::BoxFuture;
use http::{Request, Response};
use serde_json::{Value, json};
use shared::ids::{ApprovalId, QuoteId, SessionId};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Where the functions ask; nothing is sent there.
pub(crate) const URL: &str = "http://127.0.0.1:1/approve";
/// Milliseconds of latency in one direction.
const TRAVEL: (u64, u64) = (15, 150);
/// Questions per 1,000 that the partner refuses.
const REFUSED: u64 = 100;
/// Questions per 1,000 for each way in which the network fails.
const FAULT: u64 = 30;

/// What the customer is about to pay.
#[derive(Debug, Clone)]
pub(crate) struct Quoted {
    pub(crate) token: String,
    pub(crate) id: String,
    pub(crate) total_cents: u64,
    pub(crate) currency: String,
}

/// What the partner has done.
#[derive(Debug, Clone, Default)]
pub(crate) struct Book {
    /// The session of each payment that it has approved.
    pub(crate) allowed: BTreeMap<String, String>,
    /// How often the functions sent each question.
    pub(crate) sent: BTreeMap<String, u64>,
}

/// The partner.
#[derive(Debug, Clone)]
pub(crate) struct Partner {
    faults: FaultInjector,
    book: Arc<Mutex<Book>>,
}

impl Partner {
    pub(crate) fn new(faults: FaultInjector) -> Self {
        Self { faults, book: Arc::default() }
    }

    /// Everything that it has done.
    pub(crate) fn book(&self) -> Book {
        self.book.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self, change: impl FnOnce(&mut Book)) {
        change(&mut self.book.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Approves `quoted` in `session` with the payment `id`; `None` cannot occur.
    pub(crate) fn approve(
        &self,
        (id, session): (&str, &str),
        quoted: &Quoted,
        expires_at: i64,
        key: &SessionKey,
    ) -> Option<String> {
        let approval = Approval {
            id: ApprovalId::parse(id)?,
            quote: QuoteId::parse(quoted.id.as_str())?,
            amount: Some(Amount { cents: quoted.total_cents, currency: quoted.currency.clone() }),
            expires_at,
        };
        self.write(|book| drop(book.allowed.insert(id.to_owned(), session.to_owned())));
        approval::sign(&approval, &SessionId::parse(session)?, std::slice::from_ref(key)).ok()
    }

    async fn exchange(&self, request: Request<Bytes>, timeout: Duration) -> Result<Response<Bytes>, TransportError> {
        let answer = tokio::time::timeout(timeout, self.travel(request)).await;
        answer.unwrap_or_else(|_| Err(TransportError::TimedOut("too slow".into())))
    }

    async fn travel(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let question: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let text = |name: &str| question.pointer(&format!("/data/{name}")).and_then(Value::as_str).unwrap_or_default();
        let id = text("id").to_owned();
        self.write(|book| *book.sent.entry(id).or_default() += 1);
        self.faults.tally().count("approvals: questions");
        if self.faults.happens(FAULT, "approvals: questions lost") {
            return Err(TransportError::NotSent("no route".into()));
        }
        if self.faults.happens(FAULT, "crash: before a question") {
            life::crash().await;
        }
        pause(self.faults.dice().between(TRAVEL.0, TRAVEL.1)).await;
        let mut answer = self.decide(&question);
        if self.faults.happens(FAULT, "approvals: questions doubled") {
            // The network delivers it twice, and the answer that arrives is the second one.
            answer = self.decide(&question);
        }
        if self.faults.happens(FAULT, "approvals: answers lost") {
            return Err(TransportError::Broken("reset".into()));
        }
        if self.faults.happens(FAULT, "approvals: answers late") {
            std::future::pending::<()>().await;
        }
        if self.faults.happens(FAULT, "crash: after a question") {
            life::crash().await;
        }
        pause(self.faults.dice().between(TRAVEL.0, TRAVEL.1)).await;
        Ok(Response::new(Bytes::from(answer.to_string())))
    }

    /// The partner's answer, which it remembers: the same question has the same answer.
    fn decide(&self, question: &Value) -> Value {
        let field = |name: &str| question.pointer(&format!("/data/{name}")).cloned().unwrap_or_default();
        let (id, session) = (field("id"), field("session"));
        let (id, session) = (id.as_str().unwrap_or_default(), session.as_str().unwrap_or_default());
        let is_known = self.book().allowed.contains_key(id);
        if !is_known && self.faults.dice().chance(REFUSED) {
            self.faults.tally().count("approvals: refused");
            return json!({"approved": false, "message": "Card declined."});
        }
        self.write(|book| drop(book.allowed.insert(id.to_owned(), session.to_owned())));
        json!({"approved": true, "id": id, "amount_cents": field("amount_cents"), "currency": field("currency")})
    }
}

impl Transport for Partner {
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(self.exchange(request, timeout))
    }
}
