//! Watching an order: looks come fast while things move, rarely while they rest, and end when it is final.

use crate::picker::message::{Effect, Failure, News, Outbox, Tagged, Timer};
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
pub(super) fn begin(state: &mut State, placed: PlacedView, out: &mut Outbox) {
    let was_asked_for = state.sending != Sending::Idle || state.phase == Phase::Watching;
    let is_new = state.watch.placed.as_ref().is_none_or(|known| known.id.is_none());
    let has_id = placed.id.is_some();
    state.phase = Phase::Watching;
    state.sending = Sending::Idle;
    state.notice = None;
    state.watch.lost = false;
    state.watch.placed = Some(placed);
    if has_id {
        state.watch.pause = FIRST_PAUSE;
        out.put(Effect::ReadOrder);
        if is_new && was_asked_for {
            out.tell(News::Ordered);
        }
    } else {
        state.watch.pause = state.watch.pause.max(PLACING_PAUSE);
        "Your order is being placed.".clone_into(&mut state.said);
        look_later(state, out);
    }
}

/// A look is due.
pub(super) fn look(state: &State, turn: u32, out: &mut Outbox) {
    if turn == state.watch.turn && !state.hidden {
        look_now(state, out);
    }
}

/// The page came to the front or went to the back: nobody looks at a hidden page.
pub(super) fn hide(state: &mut State, hidden: bool, out: &mut Outbox) {
    let came_back = state.hidden && !hidden;
    state.hidden = hidden;
    let waits = state.phase == Phase::Watching && !is_over(state) || matches!(state.sending, Sending::Confirming(_));
    if came_back && waits {
        look_now(state, out);
    }
}

/// `GET /v1/orders/{id}` is back.
pub(super) fn order_read(state: &mut State, answer: Result<Option<Box<Tagged>>, Failure>, out: &mut Outbox) {
    match answer {
        Ok(tagged) => {
            state.watch.lost = false;
            if let Some(tagged) = tagged {
                learn(state, *tagged, out);
            }
        }
        Err(failure) if failure.is_expiry() => return lose(state, out),
        // The order is placed before its first record can be read.
        Err(Failure::Refused { status: 404, .. }) => {}
        Err(_) => state.watch.lost = true,
    }
    look_later(state, out);
}

fn learn(state: &mut State, tagged: Tagged, out: &mut Outbox) {
    let known = state.watch.order.as_ref();
    if known.is_none_or(|known| known.status != tagged.order.status) {
        headline(&tagged.order.status).clone_into(&mut state.said);
        out.tell(News::Status);
    }
    if known != Some(&tagged.order) {
        state.watch.pause = FIRST_PAUSE;
    }
    state.watch.etag = tagged.etag;
    state.watch.order = Some(tagged.order);
}

/// The session ended while its order is watched: what is known stays, and looking ends.
pub(super) fn lose(state: &mut State, out: &mut Outbox) {
    state.watch.lost = true;
    if state.watch.order.is_none() {
        state.phase = Phase::Expired;
    }
    out.error("session_expired", "The session has expired.");
}

/// The next look, after a pause that grows.
pub(super) fn look_later(state: &mut State, out: &mut Outbox) {
    if is_over(state) {
        return;
    }
    let has_id = state.watch.placed.as_ref().is_some_and(|placed| placed.id.is_some());
    let longest = if has_id { LAST_PAUSE } else { PLACING_LAST_PAUSE };
    let pause = state.watch.pause.clamp(FIRST_PAUSE, longest);
    state.watch.pause = pause.saturating_add(pause / 2).min(longest);
    tick_after(state, pause, out);
}

/// A timer for the next look; older ones lose their meaning.
pub(super) fn tick_after(state: &mut State, pause: u32, out: &mut Outbox) {
    state.watch.turn = state.watch.turn.wrapping_add(1);
    out.after(pause, Timer::Watch(state.watch.turn));
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

fn look_now(state: &State, out: &mut Outbox) {
    let has_id = state.watch.placed.as_ref().is_some_and(|placed| placed.id.is_some());
    out.put(if state.phase == Phase::Watching && has_id { Effect::ReadOrder } else { Effect::ReadSession });
}

fn is_over(state: &State) -> bool {
    state.watch.order.as_ref().is_some_and(|order| order.is_final)
}
