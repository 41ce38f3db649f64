//! Session and order: reading the session, sending the order, and what becomes of it when the answer gets lost.

use crate::picker::message::{Effect, Failure, Outbox, Placed};
use crate::picker::state::{Notice, Phase, Sending, State, Step, Trouble};
use crate::picker::{people, search, steps, watching};
use crate::text::join;
use shared::answers::{PlacedView, SessionView};
use shared::draft::{DraftDomain, OrderDraft};
use shared::problem::Problem;

/// Milliseconds until the session is asked what became of an order whose answer got lost.
const CONFIRM_AFTER: u32 = 1_000;
/// The last pause; after it the customer may send again, which is safe: a session places one order.
const CONFIRM_LAST: u32 = 4_000;

/// The element is on the page with a session: whatever was being done, the session knows how things stand.
pub(super) fn connect(state: &mut State, out: &mut Outbox) {
    if state.phase != Phase::Filling && state.phase != Phase::Watching {
        state.phase = Phase::Loading;
    }
    if state.sending == Sending::Sent {
        state.sending = Sending::Confirming(CONFIRM_AFTER);
    }
    state.watch.turn = state.watch.turn.wrapping_add(1);
    out.put(Effect::ReadSession);
}

/// The session is over.
pub(super) fn expire(state: &mut State, out: &mut Outbox) {
    state.sending = Sending::Idle;
    state.phase = Phase::Expired;
    out.error("session_expired", "The session has expired.");
}

/// `GET /v1/session` is back.
pub(super) fn session_read(state: &mut State, answer: Result<Box<SessionView>, Failure>, out: &mut Outbox) {
    let session = match answer {
        Ok(session) => session,
        Err(failure) => return session_failed(state, &failure, out),
    };
    if let Some(known) = &state.session
        && (known.customer != session.customer || known.plan != session.plan)
    {
        state.start_over();
    }
    let order = session.order.clone();
    state.session = Some(session);
    match order {
        Some(placed) => watching::begin(state, placed, out),
        None => no_order_yet(state, out),
    }
}

fn session_failed(state: &mut State, failure: &Failure, out: &mut Outbox) {
    if failure.is_expiry() {
        return if state.phase == Phase::Watching { watching::lose(state, out) } else { expire(state, out) };
    }
    if state.phase == Phase::Watching {
        return watching::look_later(state, out);
    }
    if state.sending != Sending::Idle {
        return confirm_later(state, out);
    }
    let (code, message) = match failure {
        Failure::Refused { problem, .. } => (problem.code.as_ref(), in_words(problem)),
        Failure::Unreachable => ("unreachable", "The checkout could not be reached. Check your connection.".to_owned()),
    };
    out.error(code, &message);
    if state.phase == Phase::Loading {
        state.phase = Phase::Stuck(message);
    }
}

/// The session has no order: the form, or a second look when an order may be on its way.
fn no_order_yet(state: &mut State, out: &mut Outbox) {
    if state.phase == Phase::Watching {
        state.step = Step::Review;
        notice(state, "The order was not placed, and nothing was charged. You can place it again.", out);
    }
    state.phase = Phase::Filling;
    search::resume(state, out);
    if state.sending != Sending::Idle {
        confirm_later(state, out);
    }
}

/// Sends the order, unless something is wrong with it.
pub(super) fn place(state: &mut State, out: &mut Outbox) {
    if state.sending != Sending::Idle {
        return;
    }
    state.notice = None;
    // What the server said is about the order as it was sent then.
    state.reported.clear();
    if !steps::stop_at_trouble(state, out) {
        state.sending = Sending::Sent;
        "Placing your order.".clone_into(&mut state.said);
        out.put(Effect::PlaceOrder(Box::new(draft(state))));
    }
}

/// The page forbade it.
pub(super) fn order_held(state: &mut State) {
    state.sending = Sending::Idle;
    state.said.clear();
}

/// `POST /v1/orders` is back.
pub(super) fn order_sent(state: &mut State, answer: Result<Placed, Failure>, out: &mut Outbox) {
    let placed = match answer {
        Ok(Placed::Underway(placed)) => placed,
        Ok(Placed::Receipt(receipt)) => {
            let (id, status) = (receipt.id.as_str().to_owned(), receipt.status.as_str().to_owned());
            state.watch.receipt = Some(receipt);
            PlacedView { id: Some(id), status }
        }
        Err(failure) if failure.is_expiry() => return expire(state, out),
        Err(Failure::Refused { status, problem }) if status < 500 => return refused(state, &problem, out),
        // The order may have been placed all the same: only the session knows.
        Err(_) => {
            state.sending = Sending::Confirming(CONFIRM_AFTER);
            return out.put(Effect::ReadSession);
        }
    };
    watching::begin(state, placed, out);
    out.focus("title");
}

/// Asks again what became of the order, then lets the customer decide.
fn confirm_later(state: &mut State, out: &mut Outbox) {
    if let Sending::Confirming(pause) = state.sending
        && pause <= CONFIRM_LAST
    {
        state.sending = Sending::Confirming(pause.saturating_mul(2));
        return watching::tick_after(state, pause, out);
    }
    state.sending = Sending::Idle;
    let message = "We could not confirm your order yet. You can place it again: this checkout never orders twice.";
    out.error("order_unconfirmed", message);
    notice(state, message, out);
}

/// Puts each finding where it can be mended, and the rest at the top.
fn refused(state: &mut State, problem: &Problem, out: &mut Outbox) {
    state.sending = Sending::Idle;
    out.error(&problem.code, &problem.message);
    let mut homeless = String::new();
    for finding in &problem.details.findings {
        match state.target_of(&finding.field) {
            Some(target) => state.reported.push(Trouble { target, message: finding.message.clone() }),
            None => homeless = join(&[homeless.as_str(), &finding.message, " "]),
        }
    }
    if problem.details.findings.is_empty() {
        match problem.field.as_ref().and_then(|field| state.target_of(field)) {
            Some(target) => state.reported.push(Trouble { target, message: in_words(problem) }),
            None => homeless = in_words(problem),
        }
    }
    if !homeless.is_empty() {
        notice(state, homeless.trim_end(), out);
        if let Some(notice) = &mut state.notice {
            notice.reference.clone_from(&problem.details.upstream_request_id);
        }
    }
    steps::stop_at_trouble(state, out);
}

/// Says something at the top.
fn notice(state: &mut State, message: &str, out: &mut Outbox) {
    state.notice = Some(Notice { message: message.to_owned(), reference: None });
    out.focus("troubles");
}

/// A problem's message, with the time to wait when the server named one.
pub(super) fn in_words(problem: &Problem) -> String {
    match problem.details.retry_after_seconds {
        Some(1) => join(&[&problem.message, " Try again in 1 second."]),
        Some(seconds) => join(&[&problem.message, " Try again in ", &seconds.to_string(), " seconds."]),
        None => problem.message.clone(),
    }
}

/// The order as it is sent.
fn draft(state: &State) -> OrderDraft {
    let mut domains = Vec::with_capacity(state.picks.len());
    for name in &state.picks {
        domains.push(DraftDomain { domain: name.clone(), forwarding_url: None });
    }
    let forwarding_url = people::forwarding_url(state).map(str::to_owned);
    OrderDraft { domains, personas: people::personas(state), forwarding_url, quote: None }
}
