//! The machine of one customer's order: its memory, its inputs, and what it says.

use crate::protocol::answer::{Answer, RawAnswer};
use crate::protocol::facts::{Placed, Session};
use crate::protocol::json::Json;
use crate::protocol::order::memory::{Approval, Attempt, Phase, Role, Search};
use crate::protocol::order::message::{Announcement, Effect, Input};
use crate::protocol::order::state::{OrderState, Sent, SessionState};
use crate::protocol::order::timers::{Pauses, Timer, Timers};
use crate::protocol::problem::{Problem, SESSION_MISSING, SESSION_UNAVAILABLE};
use crate::protocol::request::Request;

/// One customer's order, see [the module](super).
#[derive(Debug, Clone)]
pub struct OrderClient<J> {
    pub(super) session: SessionState<J>,
    /// The session as it was read last, also after its end.
    pub(super) view: Option<Session>,
    /// Whether there has been a session's token.
    pub(super) has_had_token: bool,
    /// Whether that session has a plan.
    pub(super) has_plan: bool,
    /// Customer and plan of the last session with a plan: whom the filled-in form belongs to.
    pub(super) form: Option<(String, J)>,
    pub(super) phase: Phase<J>,
    pub(super) sent: Option<Sent>,
    /// Whether the server has answered with success to what was sent, so that no refusal can mean that there is none.
    pub(super) is_accepted: bool,
    /// Whether it was announced that `sent` is unconfirmed.
    pub(super) is_unconfirmed: bool,
    pub(super) unconfirmed_pauses: Pauses,
    /// The order that is sent now.
    pub(super) placing: Option<Attempt<J>>,
    /// The order of the session.
    pub(super) own: Option<Placed>,
    /// What the server answered when the order was placed here, with its id.
    pub(super) receipt: Option<(String, J)>,
    /// An order to watch as soon as possible.
    pub(super) named: Option<String>,
    /// Ids of the customer's list of orders, newest first.
    pub(super) listed: Vec<String>,
    /// Orders of the customer that are being placed.
    pub(super) others_placing: u32,
    pub(super) search: Search,
    pub(super) approval: Option<Approval>,
    /// Set while the page is asked for another session: whether the present one is over.
    pub(super) asked_session: Option<bool>,
    /// When the page was asked last.
    pub(super) last_asked: Option<u64>,
    /// Whether orders are watched with the partner's key, for which there are no sessions.
    is_partner: bool,
    /// The longest pause between two looks at an order, when the host says.
    pub(super) longest_pause: Option<u64>,
    calls: Vec<(u32, Role)>,
    made: u32,
    pub(super) timers: Timers,
    pub(super) is_hidden: bool,
    pub(super) is_stopped: bool,
    out: Vec<Effect<J>>,
}

impl<J> Default for OrderClient<J> {
    fn default() -> Self {
        Self {
            session: SessionState::None,
            view: None,
            has_had_token: false,
            has_plan: false,
            form: None,
            phase: Phase::IDLE,
            sent: None,
            is_accepted: false,
            is_unconfirmed: false,
            unconfirmed_pauses: Pauses::UNCONFIRMED,
            placing: None,
            own: None,
            receipt: None,
            named: None,
            listed: Vec::new(),
            others_placing: 0,
            search: Search::NEW,
            approval: None,
            asked_session: None,
            last_asked: None,
            is_partner: false,
            longest_pause: None,
            calls: Vec::new(),
            made: 0,
            timers: Timers::default(),
            is_hidden: false,
            is_stopped: false,
            out: Vec::new(),
        }
    }
}

impl<J: Json> OrderClient<J> {
    /// A client with the partner's key, which has no session: it can watch any order, and place none.
    pub fn of_partner() -> Self {
        Self { is_partner: true, ..Self::default() }
    }

    /// The same client, which lets at most so many milliseconds pass between two looks at an order, unless the server asks
    /// for a longer rest.
    #[must_use]
    pub fn looking_every(self, longest_ms: u64) -> Self {
        Self { longest_pause: Some(longest_ms), ..self }
    }

    /// Takes in what happened at `now_ms`, and says what to do about it, in this order.
    pub fn input(&mut self, input: Input<J>, now_ms: u64) -> Vec<Effect<J>> {
        match input {
            Input::Connect => self.connect(),
            Input::Stop => self.stop(),
            Input::SessionOver => self.session_over_at_page(now_ms),
            Input::NoSession => self.no_session(SESSION_MISSING),
            Input::SessionUnavailable => self.no_session(SESSION_UNAVAILABLE),
            Input::Refused(problem) => {
                self.is_about_session(&problem, now_ms);
            }
            Input::Resume(sent) => self.resume(sent.in_one_spelling().not_after(now_ms), now_ms),
            Input::Place(draft) => self.place(draft, now_ms),
            Input::Answer { call, answer } => self.answer(call, answer, now_ms),
            Input::Tick { timer } => self.tick(timer, now_ms),
            Input::Hidden(is_hidden) => self.hide(is_hidden, now_ms),
            Input::Online => self.look_at_once(now_ms),
            Input::Approved(token) => self.approved(token, now_ms),
            Input::NotApproved(reason) => self.not_approved(&reason),
            Input::Listed { ids, placing } => self.listed(ids, placing),
            Input::SawOrders => self.saw_orders(),
            Input::OrderAgain => self.order_again(now_ms),
            Input::Watch(id) => self.watch(id, now_ms),
            Input::Leave => self.leave(now_ms),
        }
        self.keep_asking(now_ms);
        std::mem::take(&mut self.out)
    }

    /// How the session stands.
    pub const fn session(&self) -> &SessionState<J> {
        &self.session
    }

    /// What a client decides on in the session as it was read last, also after its end.
    pub const fn session_facts(&self) -> Option<&Session> {
        self.view.as_ref()
    }

    /// What may be said of the order.
    pub fn state(&self) -> OrderState<J> {
        match &self.phase {
            Phase::Approving(_) => OrderState::Approving,
            Phase::Sending => OrderState::Sending,
            Phase::Confirming { .. } => OrderState::Confirming,
            Phase::Watching(watched) => match &watched.id {
                None => OrderState::Placing,
                Some(id) => OrderState::Placed {
                    id: id.clone(),
                    status: watched.status.clone(),
                    order: watched.record.clone(),
                    receipt: self.receipt.as_ref().filter(|(of, _)| of == id).map(|(_, receipt)| receipt.clone()),
                    is_final: watched.is_final,
                    is_own: watched.is_own,
                    is_stale: watched.is_stale,
                },
            },
            Phase::Doubt => self.doubt(),
            // The session that could be asked has ended.
            Phase::Idle { .. } if self.sent.is_some() && !self.is_open() => self.doubt(),
            Phase::Idle { problem, .. } if self.can_be_asked() => OrderState::Unconfirmed { problem: problem.clone() },
            Phase::Idle { problem, not_placed } => {
                OrderState::None { problem: problem.clone(), not_placed: *not_placed }
            }
        }
    }

    fn doubt(&self) -> OrderState<J> {
        let domains = self.sent.as_ref().map(|sent| sent.domains.clone()).unwrap_or_default();
        OrderState::Doubt { domains, has_looked: self.search.has_looked }
    }

    /// Whether [`Input::Place`] would send an order now.
    pub fn can_place(&self) -> bool {
        let is_free = matches!(self.phase, Phase::Idle { .. }) && self.placing.is_none() && self.own.is_none();
        self.has_plan && is_free && self.is_open() && !self.is_in_doubt()
    }

    /// Whether [`Input::OrderAgain`] would end the doubt now.
    pub fn can_order_again(&self) -> bool {
        let Search { fresh, others, .. } = &self.search;
        let is_compared = fresh.iter().all(|id| others.contains(id));
        self.search.has_looked && is_compared && self.others_placing == 0 && self.is_in_doubt()
    }

    /// What may be stored of an order that may have been placed.
    pub const fn sent(&self) -> Option<&Sent> {
        self.sent.as_ref()
    }

    pub(super) const fn is_open(&self) -> bool {
        self.is_partner || matches!(self.session, SessionState::Open { .. })
    }

    /// Whether nothing is known of what was sent, and the session in which it was sent can no longer be asked.
    pub(super) fn is_in_doubt(&self) -> bool {
        let session = self.view.as_ref().map(|view| view.id.as_str());
        self.sent.as_ref().is_some_and(|sent| Some(sent.session.as_str()) != session)
    }

    /// Takes off the page: what comes now is not waited for.
    fn stop(&mut self) {
        self.is_stopped = true;
        self.give_up(|_| true);
        self.stop_timer(Timer::Look);
        self.stop_timer(Timer::Session);
        self.forget_asking();
    }

    fn answer(&mut self, call: u32, raw: RawAnswer<J>, now_ms: u64) {
        let Some(place) = self.calls.iter().position(|(known, _)| *known == call) else {
            return;
        };
        let (_, role) = self.calls.swap_remove(place);
        let answer = Answer::read(raw, now_ms);
        match role {
            Role::Place => self.placed(&answer, now_ms),
            Role::Session => self.session_answered(&answer, now_ms),
            Role::Order => self.looked(&answer, now_ms),
            Role::List => self.list_read(&answer, now_ms),
            Role::Compare => self.compared(&answer, now_ms),
        }
    }

    fn tick(&mut self, timer: u32, now_ms: u64) {
        match self.timers.ring(timer) {
            Some(Timer::Look) if !self.is_hidden => self.look(),
            Some(Timer::Session) => self.session_rang(now_ms),
            Some(Timer::Approval) => self.not_approved(""),
            Some(Timer::Look) | None => {}
        }
    }

    /// Who comes back to a hidden page sees how things are now.
    fn hide(&mut self, is_hidden: bool, now_ms: u64) {
        let came_back = self.is_hidden && !is_hidden;
        self.is_hidden = is_hidden;
        if came_back {
            self.look_at_once(now_ms);
        }
    }

    /// Looks now rather than after the pause, if anything is waited for.
    fn look_at_once(&mut self, now_ms: u64) {
        let waits = match &self.phase {
            Phase::Watching(watched) => !watched.is_final,
            Phase::Confirming { .. } | Phase::Doubt => true,
            Phase::Idle { .. } => self.can_be_asked(),
            Phase::Approving(_) | Phase::Sending => false,
        };
        if waits && !self.is_stopped {
            self.unconfirmed_pauses.restart();
            self.wake(Timer::Look, 0, now_ms);
        }
    }

    /// Remembers what was sent, or that all of it is known.
    pub(super) fn keep(&mut self, sent: Option<Sent>) {
        if self.sent == sent {
            return;
        }
        match &sent {
            Some(sent) => self.out.push(Effect::Remember(sent.clone())),
            None => {
                self.out.push(Effect::Forget);
                self.search = Search::NEW;
                (self.is_accepted, self.is_unconfirmed) = (false, false);
                self.unconfirmed_pauses.restart();
            }
        }
        self.sent = sent;
    }

    pub(super) fn send(&mut self, role: Role, request: Request<J>) {
        self.give_up(|other| *other == role);
        self.made = self.made.wrapping_add(1);
        self.calls.push((self.made, role));
        self.out.push(Effect::Send { call: self.made, request });
    }

    pub(super) fn give_up(&mut self, which: impl Fn(&Role) -> bool) {
        let (given_up, kept) = std::mem::take(&mut self.calls).into_iter().partition(|(_, role)| which(role));
        self.calls = kept;
        let given_up: Vec<(u32, Role)> = given_up;
        self.out.extend(given_up.into_iter().map(|(call, _)| Effect::GiveUp { call }));
    }

    pub(super) fn is_calling(&self, role: &Role) -> bool {
        self.calls.iter().any(|(_, other)| other == role)
    }

    pub(super) fn wake(&mut self, timer: Timer, milliseconds: u64, now_ms: u64) {
        let effect = self.timers.start(timer, milliseconds, now_ms);
        self.out.push(effect);
    }

    pub(super) fn stop_timer(&mut self, timer: Timer) {
        self.timers.stop(timer);
    }

    /// The server asked to be left alone for a while.
    pub(super) fn rest(&mut self, answer: &Answer<J>, now_ms: u64) {
        self.timers.rest(answer.wait_ms, now_ms);
    }

    pub(super) fn ask(&mut self, effect: Effect<J>) {
        self.out.push(effect);
    }

    pub(super) fn announce(&mut self, what: Announcement<J>) {
        self.out.push(Effect::Announce(what));
    }

    pub(super) fn announce_problem(&mut self, problem: Problem<J>) {
        self.announce(Announcement::Failed { problem: Box::new(problem) });
    }
}
