//! An order of which nothing is known but that it was sent: it is looked for among the customer's orders, and until it is
//! found nothing else can be ordered, unless the customer has seen the list and says that it is not in it.

use crate::protocol::answer::Answer;
use crate::protocol::facts::{Placed, domains_of, word};
use crate::protocol::json::Json;
use crate::protocol::moment::DAY;
use crate::protocol::order::machine::OrderClient;
use crate::protocol::order::memory::{Phase, Role, Search};
use crate::protocol::order::message::Effect;
use crate::protocol::order::session::placed;
use crate::protocol::order::state::Sent;
use crate::protocol::order::timers::Timer;
use crate::protocol::problem::Problem;
use crate::protocol::request::{Group, Request};

/// New orders of the list that are compared with what was sent.
const MOST_COMPARED: usize = 3;

impl<J: Json> OrderClient<J> {
    /// What was stored of an order of this customer, which this page or another one has sent.
    pub(super) fn resume(&mut self, sent: Sent, now_ms: u64) {
        if now_ms.saturating_sub(sent.at) >= DAY {
            if self.sent.is_none() {
                self.ask(Effect::Forget);
            }
            return;
        }
        let session = self.view.as_ref().map(|view| view.id.clone());
        if let Some(attempt) = &mut self.placing {
            attempt.know_of(&sent, session.as_deref());
        } else if let Phase::Approving(attempt) = &mut self.phase {
            attempt.know_of(&sent, session.as_deref());
        }
        let was_in_doubt = self.is_in_doubt();
        match &self.sent {
            // The driver hears of it when it stored less.
            Some(known) => {
                let both = known.with(&sent, session.as_deref());
                self.keep(Some(both));
            }
            None => self.sent = Some(sent),
        }
        if !was_in_doubt {
            self.search = Search::NEW;
        }
        let is_settled = self.own.as_ref().is_some_and(|own| own.id.is_some()) && !self.is_in_doubt();
        if is_settled {
            self.keep(None);
        } else if matches!(self.phase, Phase::Idle { .. }) && self.is_open() {
            self.no_order_yet(now_ms);
        }
    }

    /// Looks for the order now, and again as long as it is not there.
    pub(super) fn look_for(&mut self) {
        if self.phase != Phase::Doubt {
            self.phase = Phase::Doubt;
            self.stop_timer(Timer::Approval);
            self.search.pauses.restart();
            if !self.search.is_announced {
                self.search.is_announced = true;
                self.announce_problem(Problem::of_client("order_in_doubt", ""));
            }
        }
        self.search.candidates.clear();
        self.give_up(|role| *role == Role::Compare);
        self.send(Role::List, Request::orders(""));
    }

    pub(super) fn list_read(&mut self, answer: &Answer<J>, now_ms: u64) {
        if answer.refusal.as_ref().is_some_and(|problem| self.is_about_session(problem, now_ms)) {
            return;
        }
        self.rest(answer, now_ms);
        let Some(data) = answer.data.as_ref().filter(|_| answer.status == 200 && self.phase == Phase::Doubt) else {
            return self.search_later(now_ms);
        };
        let ids = ids_of(data);
        let before = self.sent.as_ref().map(|sent| sent.before.as_slice()).unwrap_or_default();
        let fresh = ids.iter().filter(|id| !before.contains(id)).take(MOST_COMPARED).cloned();
        // The newest first: the last of a list is taken off most easily.
        let mut candidates: Vec<String> = fresh.collect();
        self.search.fresh.clone_from(&candidates);
        candidates.reverse();
        self.search.candidates = candidates;
        self.listed(ids, answer.placing);
        self.compare_next(now_ms);
    }

    /// Compares the next new order of the list, name by name, with what was sent.
    fn compare_next(&mut self, now_ms: u64) {
        match self.search.candidates.last() {
            Some(id) => {
                let request = Request::order(id, None, Group::Compare);
                self.send(Role::Compare, request);
            }
            None => self.search_later(now_ms),
        }
    }

    pub(super) fn compared(&mut self, answer: &Answer<J>, now_ms: u64) {
        if answer.refusal.as_ref().is_some_and(|problem| self.is_about_session(problem, now_ms)) {
            return;
        }
        self.rest(answer, now_ms);
        let Some(id) = self.search.candidates.pop().filter(|_| self.phase == Phase::Doubt) else {
            return;
        };
        let domains = domains_of(answer.data.as_ref());
        let is_sent = |domain: &String| self.sent.as_ref().is_some_and(|sent| sent.domains.contains(domain));
        let order = answer.order().filter(|order| order.id == id);
        // An order of which nothing was learnt may be this one.
        let is_other = order.is_some() && !domains.is_empty() && domains.iter().all(|domain| !domain.is_empty());
        match order.filter(|_| domains.iter().any(is_sent)) {
            Some(order) => {
                let found = Placed { status: order.status, ..placed(id) };
                self.begin(&found, true, true, now_ms);
            }
            None => {
                if is_other && !self.search.others.contains(&id) {
                    self.search.others.push(id);
                }
                self.compare_next(now_ms);
            }
        }
    }

    /// Looks for the order again, after a pause that grows.
    pub(super) fn search_later(&mut self, now_ms: u64) {
        if self.phase == Phase::Doubt {
            let pause = self.search.pauses.take();
            self.wake(Timer::Look, pause, now_ms);
        }
    }

    /// The list of orders was read.
    pub(super) fn listed(&mut self, ids: Vec<String>, placing: u32) {
        self.listed = ids;
        self.others_placing = placing;
        self.search.is_listed = self.is_in_doubt();
    }

    /// The list was on screen.
    pub(super) fn saw_orders(&mut self) {
        if self.is_in_doubt() && self.search.is_listed {
            self.search.has_looked = true;
        }
    }

    /// The customer says that the order is not in the list.
    pub(super) fn order_again(&mut self, now_ms: u64) {
        if !self.can_order_again() {
            return;
        }
        self.give_up(|role| matches!(role, Role::List | Role::Compare | Role::Session));
        self.stop_timer(Timer::Look);
        self.keep(None);
        self.phase = Phase::IDLE;
        self.no_order_yet(now_ms);
    }
}

/// The ids in a list of orders.
pub fn ids_of<J: Json>(list: &J) -> Vec<String> {
    list.items().iter().map(|row| word(row, "id")).filter(|id| !id.is_empty()).collect()
}
