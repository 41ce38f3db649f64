//! Calls to the order proxy: what is sent, and what an answer means. Nothing else in the crate asks the network.

use crate::host::Host;
use crate::picker::message::{Failure, Message, Placed, Tagged};
use crate::text::join;
use crate::{read, write};
use shared::draft::OrderDraft;
use shared::problem::Problem;
use wasm_bindgen::JsValue;

/// Milliseconds after which a read is given up.
const READ_TIMEOUT: u32 = 20_000;
/// Milliseconds after which an order's answer is given up. Upstream is asked meanwhile, more than once.
const ORDER_TIMEOUT: u32 = 60_000;

/// What can be asked.
#[derive(Debug)]
pub(crate) enum Request {
    /// `GET /v1/session`.
    Session,
    /// `POST /v1/domains/availability`.
    Check(u32, Vec<String>),
    /// `POST /v1/orders`.
    Order(Box<OrderDraft>),
    /// `GET /v1/orders/{id}`, with the tag of what is known.
    Watch(String, Option<String>),
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The HTTP status; 0 when there was none.
    pub(crate) status: u16,
    /// The tag of this state of an order.
    pub(crate) etag: Option<String>,
    /// The JSON, as the browser parsed it.
    pub(crate) body: JsValue,
}

/// Sends `request` under the number `ticket`.
pub(crate) fn send(host: &Host, ticket: u32, request: &Request) {
    let none = JsValue::UNDEFINED;
    match request {
        Request::Session => host.send(ticket, "/v1/session", &none, None, READ_TIMEOUT),
        Request::Check(_, names) => {
            let body = write::names(names);
            host.send(ticket, "/v1/domains/availability", &body, None, READ_TIMEOUT);
        }
        Request::Order(draft) => host.send(ticket, "/v1/orders", &write::draft(draft), None, ORDER_TIMEOUT),
        // An id is made of characters that need no escape: `shared::ids` sees to it.
        Request::Watch(id, etag) => {
            host.send(ticket, &join(&["/v1/orders/", id]), &none, etag.as_deref(), READ_TIMEOUT);
        }
    }
}

/// What the answer to `request` means.
pub(crate) fn message(request: Request, answer: Answer) -> Message {
    let status = answer.status;
    let data = judge(&answer);
    match request {
        Request::Session => Message::SessionRead(data.and_then(|data| take(read::session(&data)))),
        Request::Check(turn, names) => {
            Message::Checked(turn, names, data.and_then(|data| take(read::availability(&data))))
        }
        Request::Order(_) => Message::OrderSent(data.and_then(|data| match status {
            202 => take(read::placed(&data).map(Placed::Underway)),
            _ => take(read::receipt(&data).map(Placed::Receipt)),
        })),
        Request::Watch(..) => Message::OrderRead(data.and_then(|data| match status {
            304 => Ok(None),
            _ => take(read::order(&data).map(|order| Some(Box::new(Tagged { order, etag: answer.etag })))),
        })),
    }
}

/// The `data` of a good answer, or the `error` of a bad one.
fn judge(answer: &Answer) -> Result<JsValue, Failure> {
    match answer.status {
        0 => Err(Failure::Unreachable),
        200..=399 => Ok(read::member(&answer.body, "data")),
        status => {
            let problem = read::problem(&read::member(&answer.body, "error"));
            let problem = problem.unwrap_or_else(|| {
                Problem::new("unreadable_answer", "The checkout had a problem. Try again in a moment.")
            });
            Err(Failure::Refused { status, problem: Box::new(problem) })
        }
    }
}

/// An answer that cannot be read is no answer.
fn take<T>(read: Option<T>) -> Result<T, Failure> {
    read.ok_or(Failure::Unreachable)
}
