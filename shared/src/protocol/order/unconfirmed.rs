//! An order whose answer got lost: its session is asked what became of it, first soon, then with growing pauses.

use crate::protocol::json::Json;
use crate::protocol::order::machine::OrderClient;
use crate::protocol::order::memory::{Phase, Role};
use crate::protocol::order::timers::Timer;
use crate::protocol::problem::Problem;

/// Milliseconds until the session is asked again what became of an order whose answer got lost.
const CONFIRM_AFTER: u64 = 1_000;
/// The last such pause; after it the customer may send again, which is safe: a session places one order.
const CONFIRM_LAST: u64 = 4_000;

impl<J: Json> OrderClient<J> {
    /// The answer to the order got lost: the session is asked what became of it.
    pub(super) fn confirm(&mut self, problem: Option<Box<Problem<J>>>) {
        self.phase = Phase::Confirming { problem, pause: CONFIRM_AFTER };
    }

    /// Asks again what became of the order, then lets the customer decide.
    pub(super) fn confirm_later(&mut self, now_ms: u64) {
        let Phase::Confirming { problem, pause } = &mut self.phase else {
            return;
        };
        let now = *pause;
        if now <= CONFIRM_LAST {
            *pause = now.saturating_mul(2);
            return self.wake(Timer::Look, now, now_ms);
        }
        let problem = problem.take();
        self.phase = Phase::Idle { problem, not_placed: false };
        self.unconfirmed();
    }

    /// The session cannot say what became of the order.
    pub(super) fn unconfirmed(&mut self) {
        self.is_unconfirmed = true;
        self.announce_problem(Problem::of_client("order_unconfirmed", ""));
    }

    /// Whether nothing is known of what was sent, and the session in which it was sent can be asked.
    pub(super) fn can_be_asked(&self) -> bool {
        matches!(self.phase, Phase::Idle { .. }) && self.sent.is_some() && self.is_open() && !self.is_in_doubt()
    }

    /// The session is asked until it is known what became of the order: the customer may wait, and do nothing.
    pub(super) fn keep_asking(&mut self, now_ms: u64) {
        let is_asking = self.timers.is_started(Timer::Look) || self.is_calling(&Role::Session);
        if self.can_be_asked() && !is_asking && !self.is_stopped && !self.is_hidden {
            let pause = self.unconfirmed_pauses.take();
            self.wake(Timer::Look, pause, now_ms);
        }
    }
}
