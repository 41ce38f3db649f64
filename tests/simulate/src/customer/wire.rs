//! The way of a request from a page to the functions and back, and the faults on it.

use crate::customer::browser::Browser;
use crate::diary::{Shown, Told, View, Word};
use crate::fault_injection::BrowserFault;
use crate::fleet::{Heard, send};
use crate::time::pause;
use http::StatusCode;
use serde_json::Value;
use shared::protocol::answer::RawAnswer;
use shared::protocol::facts::{Placed, Session, list, word};
use shared::protocol::order::OrderState;
use shared::protocol::request::{Group, Request};

/// Milliseconds until a page notices that there is no connection.
const UNNOTICED: (u64, u64) = (0, 3_000);
/// Milliseconds for which a slow request is under way before it arrives.
const SLOW: (u64, u64) = (1_000, 20_000);
/// Milliseconds after which every request counts as lost.
const NEVER: u64 = 2 * 60_000;

/// Carries a request to the functions. Says what comes back to the page, and writes down what the functions said.
pub(super) async fn carry(
    browser: &Browser,
    request: Request<Value>,
    token: &str,
    attempt: Option<usize>,
) -> RawAnswer<Value> {
    let faults = &browser.fleet.shop.faults;
    let fault = faults.browser();
    match fault {
        Some(BrowserFault::Unsent) => {
            browser.end_attempt(attempt, Word::Nothing);
            pause(faults.dice().between(UNNOTICED.0, UNNOTICED.1)).await;
            return RawAnswer::lost();
        }
        Some(BrowserFault::PageBefore) => {
            browser.end_attempt(attempt, Word::Nothing);
            return page(StatusCode::BAD_GATEWAY);
        }
        Some(BrowserFault::TurnedAway) => {
            browser.end_attempt(attempt, Word::Nothing);
            return RawAnswer { retry_after: Some("2".to_owned()), ..page(StatusCode::TOO_MANY_REQUESTS) };
        }
        Some(BrowserFault::Slow) => {
            // An erasure has to wait for it, as for a request that has arrived.
            let _under_way = browser.fleet.shop.erasures.begin(&browser.customer, false);
            pause(faults.dice().between(SLOW.0, SLOW.1)).await;
        }
        Some(BrowserFault::AnswerLost | BrowserFault::NoEnd | BrowserFault::PageAfter) | None => {}
    }
    let (group, since) = (request.group, browser.now());
    let heard = send(&browser.fleet, &browser.name, token, &request).await;
    browser.end_attempt(attempt, word_of(&heard));
    note(browser, group, since, &heard);
    match (fault, heard) {
        (Some(BrowserFault::AnswerLost), _) => RawAnswer::lost(),
        (Some(BrowserFault::NoEnd), _) => {
            pause(NEVER).await;
            RawAnswer::lost()
        }
        (Some(BrowserFault::PageAfter), _) | (_, Heard::Nothing) => page(StatusCode::GATEWAY_TIMEOUT),
        (_, Heard::Answer(answer)) => RawAnswer {
            status: answer.status.as_u16(),
            retry_after: answer.retry_after,
            etag: answer.etag,
            body: Some(answer.body).filter(|body| !body.is_null()),
        },
    }
}

/// A gateway's own page.
fn page(status: StatusCode) -> RawAnswer<Value> {
    RawAnswer { status: status.as_u16(), ..RawAnswer::lost() }
}

/// Writes down what the functions said of the session's order.
fn note(browser: &Browser, group: Group, since: u64, heard: &Heard) {
    let Heard::Answer(answer) = heard else { return };
    if browser.has_left() {
        return;
    }
    let mut pages = browser.diary.open();
    match (group, answer.status, answer.body.get("data")) {
        (Group::Session, StatusCode::OK, Some(data)) => {
            let Session { id: session, order, .. } = Session::of(data);
            let shown = match order {
                None => Shown::None,
                Some(Placed { id: None, .. }) => Shown::Placing,
                Some(Placed { id: Some(id), .. }) => Shown::Order(id),
            };
            pages.views.push(View { session, started: since, ended: browser.now(), shown });
        }
        // Nobody looks at an order before its id was told.
        (Group::Order, StatusCode::NOT_FOUND, _) => pages.not_found.push(browser.now()),
        _ => {}
    }
}

/// What the functions said to an order.
fn word_of(heard: &Heard) -> Word {
    let Heard::Answer(answer) = heard else {
        return Word::Nothing;
    };
    let data = |path: &str| answer.body.pointer(path);
    match answer.status {
        StatusCode::CREATED => Word::Placed {
            id: data("/data/id").and_then(Value::as_str).unwrap_or_default().to_owned(),
            total_cents: data("/data/costs/total_cents").and_then(Value::as_u64),
        },
        StatusCode::ACCEPTED => Word::Placing,
        StatusCode::BAD_REQUEST | StatusCode::PAYMENT_REQUIRED | StatusCode::CONFLICT => {
            Word::Refused(answer.code().to_owned())
        }
        _ => Word::Failed(answer.code().to_owned()),
    }
}

/// What a page shows in `state`; `None`: nothing that is about an order.
pub(super) fn told(state: &OrderState<Value>, is_session_open: bool) -> Option<Told> {
    Some(match state {
        OrderState::None { problem: None, not_placed: false } if !is_session_open => return None,
        OrderState::None { .. } => Told::Nothing,
        OrderState::Approving | OrderState::Sending => Told::Unsure("sending"),
        OrderState::Confirming => Told::Unsure("confirming"),
        OrderState::Unconfirmed { .. } => Told::Unsure("unconfirmed"),
        OrderState::Doubt { .. } => Told::Unsure("doubt"),
        OrderState::Placing => Told::Unsure("placing"),
        OrderState::Placed { id, status, order, is_final, is_stale, .. } => Told::Order {
            id: id.clone(),
            status: status.clone(),
            domains: domains_of(order.as_ref()),
            is_final: *is_final,
            is_stale: *is_stale,
        },
    })
}

fn domains_of(order: Option<&Value>) -> Vec<(String, String)> {
    list(order, "domains").iter().map(|row| (word(row, "domain"), word(row, "status"))).collect()
}
