//! Reading the session: whose it is, what it says of the order, and what follows when it ends.

use crate::protocol::answer::Answer;
use crate::protocol::facts::{Placed, Session};
use crate::protocol::json::Json;
use crate::protocol::moment;
use crate::protocol::order::machine::OrderClient;
use crate::protocol::order::memory::{Phase, Role, Search};
use crate::protocol::order::message::Effect;
use crate::protocol::order::state::SessionState;
use crate::protocol::order::timers::Timer;
use crate::protocol::problem::{Problem, SESSION_UNAVAILABLE};
use crate::protocol::request::Request;

/// Milliseconds before its end at which a session is exchanged.
const RENEW_BEFORE: u64 = 60_000;
/// The least milliseconds between two questions to the page for a session.
const RENEW_REST: u64 = 5_000;
/// Milliseconds after which a page that was asked for a session counts as having none.
const RENEW_TIMEOUT: u64 = 60_000;

impl<J: Json> OrderClient<J> {
    /// There is a session: whatever was being done, the session knows how things are.
    pub(super) fn connect(&mut self) {
        self.give_up(|role| *role != Role::Place);
        self.stop_timer(Timer::Look);
        self.stop_timer(Timer::Session);
        (self.asked_session, self.has_had_token) = (None, true);
        self.is_stopped = false;
        // Off the page the answer was not waited for.
        if self.phase == Phase::Sending && !self.is_calling(&Role::Place) {
            self.placing = None;
            self.confirm(None);
        }
        if !self.is_open() {
            self.session = SessionState::Loading;
        }
        self.read_session();
    }

    pub(super) fn read_session(&mut self) {
        self.send(Role::Session, Request::session());
    }

    pub(super) fn session_answered(&mut self, answer: &Answer<J>, now_ms: u64) {
        if answer.refusal.as_ref().is_some_and(|problem| self.is_about_session(problem, now_ms)) {
            return;
        }
        match (answer.session(), &answer.data) {
            (Some((view, plan)), Some(record)) => self.session_read(view, plan, record, now_ms),
            _ => self.session_failed(answer, now_ms),
        }
        self.go_on_with_approval(now_ms);
    }

    fn session_read(&mut self, view: Session, plan: Option<J>, record: &J, now_ms: u64) {
        let is_other = self.take_session(&view, plan, record);
        self.exchange_in_time(&view, now_ms);
        if let Some(own) = &view.order {
            self.own = Some(own.clone());
        }
        let is_same = self.sent.as_ref().is_some_and(|sent| sent.session == view.id);
        let is_busy = matches!(self.phase, Phase::Sending | Phase::Approving(_) | Phase::Confirming { .. });
        let visited = match &self.phase {
            Phase::Watching(watched) if !watched.is_own => watched.id.clone(),
            _ => None,
        };
        let visited = self.named.take_if(|_| !is_busy).or(visited);
        let watched = match &self.phase {
            Phase::Watching(watched) if !is_other => watched.id.clone().map(|id| (id, watched.status.clone())),
            _ => None,
        };
        let own_id = view.order.as_ref().and_then(|own| own.id.as_deref());
        match (visited, &view.order, watched) {
            (Some(id), ..) if own_id != Some(id.as_str()) => self.begin(&placed(id), false, false, now_ms),
            (_, Some(own), _) => self.begin(own, true, is_same, now_ms),
            (_, None, Some((id, status))) => self.begin(&Placed { id: Some(id), status }, true, is_same, now_ms),
            (_, None, None) => self.no_order_yet(now_ms),
        }
    }

    /// Takes the session over. `true`: nothing of what was filled in belongs to it.
    fn take_session(&mut self, view: &Session, plan: Option<J>, record: &J) -> bool {
        self.has_plan = plan.is_some();
        let form = plan.map(|plan| (view.customer.clone(), plan));
        let is_same_customer = self.view.as_ref().is_none_or(|last| last.customer == view.customer);
        let is_other_form = match (&form, &self.form) {
            (Some((now, plan)), Some((before, last))) => now != before || !plan.is_same_but(last, &[]),
            _ => false,
        };
        let is_other = !is_same_customer || (self.view.is_some() && is_other_form);
        if form.is_some() {
            self.form = form;
        }
        if is_other {
            self.start_over(is_same_customer);
        }
        self.view = Some(view.clone());
        self.session = SessionState::Open { view: record.clone(), is_other };
        is_other
    }

    /// Another customer, or another plan. What the same customer has sent stays in doubt, whatever the plan.
    fn start_over(&mut self, is_same_customer: bool) {
        self.give_up(|_| true);
        self.stop_timer(Timer::Look);
        self.stop_timer(Timer::Approval);
        self.phase = Phase::IDLE;
        (self.placing, self.approval, self.own, self.receipt) = (None, None, None, None);
        if !is_same_customer {
            // What is stored of the other customer stays stored.
            (self.sent, self.search) = (None, Search::NEW);
            (self.is_accepted, self.is_unconfirmed) = (false, false);
            (self.listed, self.others_placing) = (Vec::new(), 0);
        }
    }

    /// The session has no order: none, or a second look when one may be on its way.
    pub(super) fn no_order_yet(&mut self, now_ms: u64) {
        // Their answers say more.
        if matches!(self.phase, Phase::Sending | Phase::Approving(_)) {
            return;
        }
        if self.is_in_doubt() {
            self.own = None;
            // A session without a plan lists the orders, and can place none.
            if self.has_plan {
                return self.look_for();
            }
            self.phase = Phase::IDLE;
            return self.stop_timer(Timer::Look);
        }
        if matches!(self.phase, Phase::Confirming { .. }) {
            return self.confirm_later(now_ms);
        }
        let was_placing = matches!(&self.phase, Phase::Watching(watched) if watched.id.is_none());
        if !matches!(self.phase, Phase::Idle { .. }) {
            self.phase = Phase::IDLE;
        }
        if was_placing && !self.is_accepted {
            self.own = None;
            self.keep(None);
            self.phase = Phase::Idle { problem: None, not_placed: true };
        } else if self.sent.is_some() && !self.is_unconfirmed {
            // A page that was closed meanwhile has sent it.
            self.own = None;
            self.unconfirmed();
        }
    }

    fn session_failed(&mut self, answer: &Answer<J>, now_ms: u64) {
        self.rest(answer, now_ms);
        let problem = answer.problem();
        // Such a session will not be a better one later.
        let is_invalid = problem.is_session_invalid();
        let is_asked_again = self.is_unconfirmed && self.can_be_asked();
        match &mut self.phase {
            Phase::Watching(watched) => {
                if is_invalid {
                    watched.is_stale = true;
                } else {
                    self.look_later(now_ms);
                }
                return;
            }
            Phase::Doubt if !is_invalid => return self.search_later(now_ms),
            Phase::Confirming { .. } if !is_invalid => return self.confirm_later(now_ms),
            // It is asked again: what was announced of the order is still true.
            Phase::Idle { .. } if !is_invalid && is_asked_again => return,
            _ => {}
        }
        self.announce_problem(problem.clone());
        if self.phase != Phase::Sending && (is_invalid || !self.is_open()) {
            self.session = SessionState::Failed { problem: Box::new(problem), is_final: is_invalid };
            if !matches!(self.phase, Phase::Approving(_)) {
                self.phase = Phase::IDLE;
            }
        }
    }

    /// Whether a refusal is about the session, and then what follows from it: it is over, or it has placed another order
    /// before, which is shown.
    pub(super) fn is_about_session(&mut self, problem: &Problem<J>, now_ms: u64) -> bool {
        match problem.order_before() {
            Some(order) => {
                self.announce_problem(problem.clone());
                self.begin(&order, true, true, now_ms);
                true
            }
            None if problem.is_session_over() => {
                self.session_over(now_ms);
                true
            }
            None => false,
        }
    }

    /// The page says that there is no session, or not any more.
    pub(super) fn session_over_at_page(&mut self, now_ms: u64) {
        if matches!(self.session, SessionState::None | SessionState::Failed { .. }) {
            self.session = SessionState::Loading;
        }
        self.session_over(now_ms);
    }

    /// The session has ended: the page is asked for another one.
    pub(super) fn session_over(&mut self, now_ms: u64) {
        self.ask_session(true, now_ms);
    }

    fn ask_session(&mut self, is_over: bool, now_ms: u64) {
        if let Some(was_over) = &mut self.asked_session {
            *was_over = *was_over || is_over;
            return;
        }
        self.asked_session = Some(is_over);
        if self.last_asked.is_some_and(|last| now_ms.saturating_sub(last) < RENEW_REST) {
            return self.no_session(SESSION_UNAVAILABLE);
        }
        self.last_asked = Some(now_ms);
        self.ask(Effect::AskSession);
        self.wake(Timer::Session, RENEW_TIMEOUT, now_ms);
    }

    /// The page has no session to give. Where the present one has not ended yet, nothing follows; where there has been
    /// none, `code` says why.
    pub(super) fn no_session(&mut self, code: &str) {
        let Some(is_over) = self.asked_session.take() else {
            return;
        };
        self.stop_timer(Timer::Session);
        if !self.has_had_token {
            self.forget_asking();
            let problem = Problem { retryable: true, ..Problem::of_client(code, "") };
            self.session = SessionState::Failed { problem: Box::new(problem.clone()), is_final: false };
            self.announce_problem(problem);
        } else if is_over {
            self.end_session();
        }
    }

    /// Nobody waits for the page's answer any more. As long as there has been no session, nothing asks again by itself: the
    /// next time the page is asked at once.
    pub(super) fn forget_asking(&mut self) {
        self.asked_session = None;
        if !self.has_had_token {
            self.last_asked = None;
        }
    }

    fn end_session(&mut self) {
        // The answer to an order that is on its way says more.
        if self.phase == Phase::Sending || matches!(self.session, SessionState::None | SessionState::Ended) {
            return;
        }
        match &mut self.phase {
            // An order that is on show stays there.
            Phase::Watching(watched) if watched.id.is_some() && (watched.record.is_some() || watched.is_own) => {
                watched.is_stale = true;
            }
            phase => {
                // Another order, asked for by its link, is shown in the next session.
                if let Phase::Watching(watched) = phase
                    && !watched.is_own
                {
                    self.named.clone_from(&watched.id);
                }
                if !matches!(phase, Phase::Idle { .. }) {
                    *phase = Phase::IDLE;
                }
                self.session = SessionState::Ended;
                self.stop_timer(Timer::Look);
                self.stop_timer(Timer::Approval);
            }
        }
        self.announce_problem(Problem::of_client("session_expired", "The session has expired."));
    }

    fn exchange_in_time(&mut self, view: &Session, now_ms: u64) {
        let ends = moment::from_iso(&view.expires_at).unwrap_or(0);
        let left = ends.saturating_sub(now_ms).saturating_sub(RENEW_BEFORE);
        // One that lasts longer than a page is open is exchanged when it is refused.
        if left > 0 && left < moment::DAY && self.asked_session.is_none() {
            self.wake(Timer::Session, left, now_ms);
        }
    }

    /// The session ends soon; what only reads is exchanged when it is refused. Or the page has not answered.
    pub(super) fn session_rang(&mut self, now_ms: u64) {
        if self.asked_session.is_some() {
            self.no_session(SESSION_UNAVAILABLE);
        } else if matches!(self.phase, Phase::Idle { .. }) && self.is_open() {
            self.ask_session(false, now_ms);
        }
    }
}

/// An order of which only the id is known.
pub(super) fn placed(id: String) -> Placed {
    Placed { id: Some(id), status: String::new() }
}
