//! Session and order: reading the session, sending the order, and what becomes of it when the answer gets lost.

use crate::picker::message::{Effect, Failure, News, Placed};
use crate::picker::state::{Notice, Phase, Reported, Sending, State, Step};
use crate::picker::{people, steps, watching};
use shared::answers::{PlacedView, SessionView};
use shared::draft::{DraftDomain, OrderDraft};
use shared::problem::Problem;
use std::borrow::Cow;

/// Milliseconds until the session is asked what became of an order whose answer got lost.
const CONFIRM_AFTER: u32 = 1_000;
/// The last pause; after it the customer may send again, which is safe: a session places one order.
const CONFIRM_LAST: u32 = 4_000;

/// The element is on the page with a session: whatever was being done, the session knows how things stand.
pub(super) fn connect(state: &mut State) -> Vec<Effect> {
    if state.phase != Phase::Filling && state.phase != Phase::Watching {
        state.phase = Phase::Loading;
    }
    if state.sending == Sending::Sent {
        state.sending = Sending::Confirming(CONFIRM_AFTER);
    }
    state.watch.turn = state.watch.turn.wrapping_add(1);
    vec![Effect::ReadSession]
}

/// The session is over.
pub(super) fn expire(state: &mut State) -> Vec<Effect> {
    state.sending = Sending::Idle;
    state.phase = Phase::Expired;
    state.said = "Your session has expired.".to_owned();
    vec![error("session_expired", "The session has expired.")]
}

/// `GET /v1/session` is back.
pub(super) fn session_read(state: &mut State, answer: Result<SessionView, Failure>) -> Vec<Effect> {
    let session = match answer {
        Ok(session) => session,
        Err(failure) => return session_failed(state, &failure),
    };
    let is_other = |known: &SessionView| known.customer != session.customer || known.plan != session.plan;
    if state.session.as_ref().is_some_and(is_other) {
        let (hidden, turn) = (state.hidden, state.watch.turn);
        *state = State::new();
        state.hidden = hidden;
        state.watch.turn = turn;
    }
    let order = session.order.clone();
    state.session = Some(session);
    match order {
        Some(placed) => watching::begin(state, placed),
        None => no_order_yet(state),
    }
}

fn session_failed(state: &mut State, failure: &Failure) -> Vec<Effect> {
    if failure.is_expiry() {
        return if state.watch.order.is_some() { watching::lose(state) } else { expire(state) };
    }
    if state.phase == Phase::Watching {
        return watching::look_later(state);
    }
    if state.sending != Sending::Idle {
        return confirm_later(state);
    }
    let (code, message) = match failure {
        Failure::Refused { problem, .. } => (problem.code.as_ref(), in_words(problem)),
        Failure::Unreachable => ("unreachable", "The checkout could not be reached. Check your connection.".to_owned()),
    };
    let news = error(code, &message);
    if state.phase == Phase::Loading {
        state.phase = Phase::Stuck(message);
    }
    vec![news]
}

/// The session has no order: the form, or a second look when an order may be on its way.
fn no_order_yet(state: &mut State) -> Vec<Effect> {
    if state.phase == Phase::Watching {
        state.phase = Phase::Filling;
        state.step = Step::Review;
        state.notice = Some(Notice {
            message: "The order was not placed, and nothing was charged. You can place it again.".to_owned(),
            reference: None,
        });
        return vec![Effect::Focus(Cow::Borrowed("troubles"))];
    }
    state.phase = Phase::Filling;
    if state.sending == Sending::Idle { Vec::new() } else { confirm_later(state) }
}

/// Sends the order, unless something is wrong with it.
pub(super) fn place(state: &mut State) -> Vec<Effect> {
    if state.sending != Sending::Idle {
        return Vec::new();
    }
    state.notice = None;
    // What the server said is about the order as it was sent then.
    state.reported.clear();
    if let Some(effects) = steps::stop_at_trouble(state) {
        return effects;
    }
    state.sending = Sending::Sent;
    state.said = "Placing your order.".to_owned();
    vec![Effect::PlaceOrder(draft(state))]
}

/// The page forbade it.
pub(super) fn order_held(state: &mut State) -> Vec<Effect> {
    state.sending = Sending::Idle;
    state.said.clear();
    Vec::new()
}

/// `POST /v1/orders` is back.
pub(super) fn order_sent(state: &mut State, answer: Result<Placed, Failure>) -> Vec<Effect> {
    match answer {
        Ok(Placed::Receipt(receipt)) => {
            let placed =
                PlacedView { id: Some(receipt.id.as_str().to_owned()), status: receipt.status.as_str().to_owned() };
            state.watch.receipt = Some(receipt);
            began_here(state, placed)
        }
        Ok(Placed::Underway(placed)) => began_here(state, placed),
        Err(failure) if failure.is_expiry() => expire(state),
        Err(failure) if failure.leaves_doubt() => {
            state.sending = Sending::Confirming(CONFIRM_AFTER);
            state.said = "We could not confirm your order yet. Checking.".to_owned();
            vec![Effect::ReadSession]
        }
        Err(Failure::Refused { problem, .. }) => refused(state, &problem),
        Err(Failure::Unreachable) => Vec::new(),
    }
}

fn began_here(state: &mut State, placed: PlacedView) -> Vec<Effect> {
    let mut effects = watching::begin(state, placed);
    effects.push(Effect::Focus(Cow::Borrowed("title")));
    effects
}

/// Asks again what became of the order, then lets the customer decide.
fn confirm_later(state: &mut State) -> Vec<Effect> {
    if let Sending::Confirming(pause) = state.sending
        && pause <= CONFIRM_LAST
    {
        state.sending = Sending::Confirming(pause.saturating_mul(2));
        return vec![watching::tick_after(state, pause)];
    }
    state.sending = Sending::Idle;
    let message = "We could not confirm your order yet. You can place it again: this checkout never orders twice.";
    state.notice = Some(Notice { message: message.to_owned(), reference: None });
    vec![error("order_unconfirmed", message), Effect::Focus(Cow::Borrowed("troubles"))]
}

/// Puts each finding where it can be mended, and the rest at the top.
fn refused(state: &mut State, problem: &Problem) -> Vec<Effect> {
    state.sending = Sending::Idle;
    let mut findings = problem.details.findings.clone();
    if findings.is_empty()
        && let Some(field) = &problem.field
    {
        findings.push(shared::problem::Finding::new(problem.code.clone(), field.clone(), in_words(problem)));
    }
    let mut homeless: Vec<String> = Vec::new();
    for finding in findings {
        match state.target_of(&finding) {
            Some(target) => state.reported.push(Reported { target, message: finding.message }),
            None => homeless.push(finding.message),
        }
    }
    if homeless.is_empty() && state.reported.is_empty() {
        homeless.push(in_words(problem));
    }
    if !homeless.is_empty() {
        let reference = problem.details.upstream_request_id.clone();
        state.notice = Some(Notice { message: homeless.join(" "), reference });
    }
    let news = error(&problem.code, &problem.message);
    let focus = || vec![Effect::Focus(Cow::Borrowed("troubles"))];
    let mut effects = steps::stop_at_trouble(state).unwrap_or_else(focus);
    effects.push(news);
    effects
}

/// A problem's message, with the time to wait when the server named one.
pub(super) fn in_words(problem: &Problem) -> String {
    match problem.details.retry_after_seconds {
        Some(1) => [&problem.message, " Try again in 1 second."].concat(),
        Some(seconds) => format!("{} Try again in {seconds} seconds.", problem.message),
        None => problem.message.clone(),
    }
}

/// The order as it is sent.
fn draft(state: &State) -> OrderDraft {
    let domain = |name: &String| DraftDomain { domain: name.clone(), forwarding_url: None };
    OrderDraft {
        domains: state.picks.iter().map(domain).collect(),
        personas: people::personas(state),
        forwarding_url: people::forwarding_url(state).map(str::to_owned),
        quote: None,
    }
}

fn error(code: &str, message: &str) -> Effect {
    Effect::Tell(News::Error { code: code.to_owned(), message: message.to_owned() })
}
