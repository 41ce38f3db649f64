//! Watching an order: looks come fast while things move, rarely while they rest, and end when it is final.

use crate::picker::message::{Effect, Failure, News, Tagged, Timer};
use crate::picker::state::{Phase, Sending, State};
use shared::answers::PlacedView;
use shared::order::OrderStatus;

/// Milliseconds until the second look, and after each change.
const FIRST_PAUSE: u32 = 1_000;
/// The longest pause between looks at an order.
const LAST_PAUSE: u32 = 15_000;
/// Milliseconds until the session is asked again whether its order has an id.
const PLACING_PAUSE: u32 = 2_000;
/// The longest pause of that kind.
const PLACING_LAST_PAUSE: u32 = 10_000;

/// There is an order: watches it by its id, or the session until there is an id.
pub(super) fn begin(state: &mut State, placed: PlacedView) -> Vec<Effect> {
    let is_new = state.phase != Phase::Watching || state.watch.placed.as_ref().is_none_or(|known| known.id.is_none());
    let was_asked_for = state.sending != Sending::Idle || state.phase == Phase::Watching;
    state.phase = Phase::Watching;
    state.sending = Sending::Idle;
    state.notice = None;
    state.watch.lost = false;
    state.watch.placed = Some(placed.clone());
    let Some(id) = placed.id else {
        if is_new && state.watch.pause == 0 {
            state.watch.pause = PLACING_PAUSE;
        }
        state.said = "Your order is being placed.".to_owned();
        return look_later(state);
    };
    state.watch.pause = FIRST_PAUSE;
    let mut effects = vec![Effect::ReadOrder(id.clone(), state.watch.etag.clone())];
    if is_new && was_asked_for {
        effects.push(Effect::Tell(News::Ordered { id, status: placed.status }));
    }
    effects
}

/// A look is due.
pub(super) fn look(state: &mut State, turn: u32) -> Vec<Effect> {
    if turn != state.watch.turn || state.hidden {
        return Vec::new();
    }
    look_now(state)
}

/// The page came to the front or went to the back: nobody looks at a hidden page.
pub(super) fn hide(state: &mut State, hidden: bool) -> Vec<Effect> {
    let came_back = state.hidden && !hidden;
    state.hidden = hidden;
    let waits = state.phase == Phase::Watching && !is_over(state) || matches!(state.sending, Sending::Confirming(_));
    if came_back && waits { look_now(state) } else { Vec::new() }
}

/// `GET /v1/orders/{id}` is back.
pub(super) fn order_read(state: &mut State, answer: Result<Option<Tagged>, Failure>) -> Vec<Effect> {
    let tagged = match answer {
        Ok(Some(tagged)) => tagged,
        Ok(None) => {
            state.watch.lost = false;
            return look_later(state);
        }
        Err(failure) if failure.is_expiry() => return lose(state),
        // The order is placed before its first record can be read.
        Err(Failure::Refused { status: 404, .. }) => return look_later(state),
        Err(_) => {
            state.watch.lost = true;
            return look_later(state);
        }
    };
    let Tagged { order, etag } = tagged;
    let known = state.watch.order.as_ref();
    let moved = known.is_none_or(|known| *known != order);
    let mut effects = Vec::new();
    if known.is_none_or(|known| known.status != order.status) {
        state.said = headline(&order.status).to_owned();
        let status = order.status.as_str().to_owned();
        effects.push(Effect::Tell(News::Status { id: order.id.clone(), status, is_final: order.is_final }));
    }
    state.watch.lost = false;
    state.watch.etag = etag;
    state.watch.order = Some(order);
    if moved {
        state.watch.pause = FIRST_PAUSE;
    }
    effects.extend(look_later(state));
    effects
}

/// The session ended while its order is watched: what is known stays, and looking ends.
pub(super) fn lose(state: &mut State) -> Vec<Effect> {
    state.watch.lost = true;
    if state.watch.order.is_none() {
        state.phase = Phase::Expired;
    }
    let message = "The session has expired.".to_owned();
    vec![Effect::Tell(News::Error { code: "session_expired".to_owned(), message })]
}

/// The next look, after a pause that grows.
pub(super) fn look_later(state: &mut State) -> Vec<Effect> {
    if is_over(state) {
        return Vec::new();
    }
    let has_id = state.watch.placed.as_ref().is_some_and(|placed| placed.id.is_some());
    let longest = if has_id { LAST_PAUSE } else { PLACING_LAST_PAUSE };
    let pause = state.watch.pause.clamp(FIRST_PAUSE, longest);
    state.watch.pause = pause.saturating_add(pause / 2).min(longest);
    vec![tick_after(state, pause)]
}

/// A timer for the next look; older ones lose their meaning.
pub(super) fn tick_after(state: &mut State, pause: u32) -> Effect {
    state.watch.turn = state.watch.turn.wrapping_add(1);
    Effect::After(pause, Timer::Watch(state.watch.turn))
}

/// One sentence for each status.
pub(crate) fn headline(status: &OrderStatus) -> &'static str {
    match status {
        OrderStatus::InProgress => "Your domains are being set up",
        OrderStatus::ActionRequired => "Something needs your attention",
        OrderStatus::Completed => "Everything is set up",
        OrderStatus::Failed => "The setup could not be completed",
        OrderStatus::CancelScheduled => "This order is set to end",
        OrderStatus::Cancelled => "This order was cancelled",
        OrderStatus::Other(_) => "Your order is on its way",
    }
}

fn look_now(state: &mut State) -> Vec<Effect> {
    let placed = state.watch.placed.as_ref().filter(|_| state.phase == Phase::Watching);
    match placed.and_then(|placed| placed.id.clone()) {
        Some(id) => vec![Effect::ReadOrder(id, state.watch.etag.clone())],
        None => vec![Effect::ReadSession],
    }
}

fn is_over(state: &State) -> bool {
    state.watch.order.as_ref().is_some_and(|order| order.is_final)
}
