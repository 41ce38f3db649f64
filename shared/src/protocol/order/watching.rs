//! Watching an order: looks with growing pauses until it is final, of the session's order or of another one.

use crate::protocol::answer::Answer;
use crate::protocol::facts::{Order, Placed};
use crate::protocol::json::Json;
use crate::protocol::order::machine::OrderClient;
use crate::protocol::order::memory::{Phase, Role, Watched};
use crate::protocol::order::message::Announcement;
use crate::protocol::order::session::placed;
use crate::protocol::order::state::Sent;
use crate::protocol::order::timers::{Pauses, Timer};
use crate::protocol::problem::Problem;
use crate::protocol::request::{Group, Request};

impl<J> Watched<J> {
    fn new(order: &Placed, is_own: bool) -> Self {
        let id = order.id.clone().filter(|id| !id.is_empty());
        let pauses = if id.is_some() { Pauses::WATCHING } else { Pauses::PLACING };
        Self {
            id,
            status: order.status.clone(),
            is_final: false,
            record: None,
            is_own,
            is_stale: false,
            etag: None,
            pauses,
        }
    }
}

impl<J: Json> OrderClient<J> {
    /// There is an order: watches it by its id, or the session until there is one. `settles`: it is what was sent.
    pub(super) fn begin(&mut self, order: &Placed, is_own: bool, settles: bool, now_ms: u64) {
        let was_asked_for = !matches!(self.phase, Phase::Idle { .. }) || self.can_be_asked();
        let before = match std::mem::replace(&mut self.phase, Phase::IDLE) {
            Phase::Watching(watched) => Some(watched),
            _ => None,
        };
        let is_new = before.as_ref().is_none_or(|watched| watched.id.is_none());
        let mut watched = Watched::new(order, is_own);
        // What the order's own record said is newer than what the session says.
        if let Some(before) = before.filter(|before| before.id == watched.id) {
            watched = Watched { is_own, is_stale: false, ..*before };
        }
        if let Some(longest) = self.longest_pause {
            watched.pauses = watched.pauses.at_most(longest);
        }
        self.stop_timer(Timer::Approval);
        if is_own {
            self.own = Some(order.clone());
        }
        let id = watched.id.clone();
        if id.is_some() {
            watched.pauses.restart();
        }
        self.phase = Phase::Watching(Box::new(watched));
        let Some(id) = id else {
            self.remember_unknown(now_ms);
            return self.look_later(now_ms);
        };
        // What is found is in doubt no more.
        if is_own && settles {
            self.keep(None);
        }
        if is_own && is_new && was_asked_for {
            self.announce(Announcement::Ordered { id, status: order.status.clone() });
        }
        self.look();
    }

    /// An order without an id may have been sent by another page of the session.
    fn remember_unknown(&mut self, now_ms: u64) {
        let session = self.view.as_ref().map(|view| view.id.clone()).unwrap_or_default();
        if self.sent.is_none() {
            let before = self.listed.clone();
            self.keep(Some(Sent { session, domains: Vec::new(), at: now_ms, before }));
        }
    }

    /// Looks at the order, or at the session while there is no id.
    pub(super) fn look(&mut self) {
        match &self.phase {
            Phase::Watching(watched) => match &watched.id {
                Some(id) => {
                    let request = Request::order(id, watched.etag.as_deref(), Group::Order);
                    self.send(Role::Order, request);
                    self.stop_timer(Timer::Look);
                }
                None => self.read_session(),
            },
            // While nothing is done, only an unconfirmed order is asked for.
            Phase::Confirming { .. } | Phase::Doubt | Phase::Idle { .. } => self.read_session(),
            Phase::Approving(_) | Phase::Sending => {}
        }
    }

    pub(super) fn looked(&mut self, answer: &Answer<J>, now_ms: u64) {
        if answer.refusal.as_ref().is_some_and(|problem| self.is_about_session(problem, now_ms)) {
            return;
        }
        self.rest(answer, now_ms);
        let Phase::Watching(watched) = &mut self.phase else {
            return;
        };
        if answer.status == 404 && !watched.is_own {
            return self.not_found(answer.problem(), now_ms);
        }
        let order = answer.order().filter(|order| Some(&order.id) == watched.id.as_ref());
        // The order is placed before its first record can be read.
        let is_yet_to_come = answer.status == 404 && watched.record.is_none();
        let is_known = order.is_some() || answer.status == 304 || is_yet_to_come;
        watched.is_stale = !is_known;
        if let (Some(order), Some(record)) = (order, &answer.data)
            && let Some(status) = learn(watched, order, record, answer.etag.clone())
        {
            self.announce(status);
        }
        self.look_later(now_ms);
    }

    /// The order is not one of this customer: back to the session's.
    fn not_found(&mut self, problem: Problem<J>, now_ms: u64) {
        // Whatever stands between the page and the server may say so with another code, or with none.
        let problem = Problem { code: "order_not_found".to_owned(), ..problem };
        self.leave(now_ms);
        if let Phase::Idle { problem: shown, .. } = &mut self.phase {
            *shown = Some(Box::new(problem.clone()));
        }
        self.announce_problem(problem);
    }

    /// The next look, after a pause that grows. A final order is not looked at any more.
    pub(super) fn look_later(&mut self, now_ms: u64) {
        if let Phase::Watching(watched) = &mut self.phase
            && !watched.is_final
        {
            let pause = watched.pauses.take();
            self.wake(Timer::Look, pause, now_ms);
        }
    }

    /// The customer wants to see an order. While one is being sent, that comes first.
    pub(super) fn watch(&mut self, id: String, now_ms: u64) {
        let is_busy = matches!(self.phase, Phase::Sending | Phase::Approving(_) | Phase::Confirming { .. });
        if is_busy || !self.is_open() {
            self.named = Some(id);
            return;
        }
        let own = self.own.as_ref().filter(|own| own.id.as_ref() == Some(&id)).cloned();
        let is_own = own.is_some();
        self.begin(&own.unwrap_or_else(|| placed(id)), is_own, false, now_ms);
    }

    /// Back to the session's order, or to none.
    pub(super) fn leave(&mut self, now_ms: u64) {
        self.named = None;
        match (&self.phase, self.own.clone()) {
            (Phase::Watching(watched), own) if !watched.is_own => {
                self.give_up(|role| *role == Role::Order);
                self.stop_timer(Timer::Look);
                let is_same = !self.is_in_doubt();
                self.phase = Phase::IDLE;
                match own {
                    Some(own) => self.begin(&own, true, is_same, now_ms),
                    None => self.no_order_yet(now_ms),
                }
            }
            _ => {}
        }
    }
}

/// Takes in a record of the order, and says so when its status is news. Whatever becomes of `ETag` on the way: only what is
/// shown makes the next look come soon.
fn learn<J: Json>(watched: &mut Watched<J>, order: Order, record: &J, etag: Option<String>) -> Option<Announcement<J>> {
    let is_known = |known: &J| known.is_same_but(record, &["updated_at", "costs"]);
    if !watched.record.as_ref().is_some_and(is_known) {
        watched.pauses.restart();
    }
    let is_new_status = watched.record.is_none() || watched.status != order.status;
    watched.status.clone_from(&order.status);
    (watched.is_final, watched.record, watched.etag) = (order.is_final, Some(record.clone()), etag);
    let Order { id, status, is_final } = order;
    is_new_status.then_some(Announcement::Status { id, status, is_final })
}
