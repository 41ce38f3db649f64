//! The client's side of the machine of the order: what it asks for, and what follows for the other parts.

use crate::client::Client;
use crate::client::names::Names;
use crate::client::outbox::{Act, News, Other, Outcome, Part, Role, Timer};
use crate::client::owned::Owned;
use shared::protocol::answer::{Answer, RawAnswer};
use shared::protocol::facts::domains_of;
use shared::protocol::json::Json;
use shared::protocol::order::{Effect, Input, OrderState, SessionState, ids_of};
use shared::protocol::problem::Problem;
use shared::protocol::request::Group;

impl<J: Json> Client<J> {
    /// Gives the machine an input, and does what it asks for.
    pub(crate) fn order_input(&mut self, input: Input<J>) {
        let before = self.of_order();
        self.carry_out(input);
        // A client that reads the same once more, as after each list of orders, has no news.
        if self.of_order() != before {
            self.out.change(Part::Order);
        }
        if *self.order.session() != self.announced_session {
            self.announced_session = self.order.session().clone();
            self.out.change(Part::Session);
            if !matches!(self.announced_session, SessionState::Open { .. }) {
                self.names.limit = 0;
            }
        }
        // What was ordered has its price.
        if self.quotes.is_wanted() && matches!(self.order.state(), OrderState::Placed { is_own: true, .. }) {
            self.quotes.drop(&mut self.out);
        }
    }

    /// What a page sees of the order.
    fn of_order(&self) -> (OrderState<J>, bool, bool) {
        (self.order.state(), self.order.can_place(), self.order.can_order_again())
    }

    fn carry_out(&mut self, input: Input<J>) {
        for effect in self.order.input(input, self.out.now_ms) {
            match effect {
                Effect::Send { call, request } => self.out.send(Role::Order { call, group: request.group }, request),
                Effect::GiveUp { call: given_up } => {
                    self.out.drop_calls(|role| matches!(role, Role::Order { call, .. } if *call == given_up));
                }
                Effect::Wake { timer, after_ms } => self.out.wake(Timer::Order(timer), after_ms.into()),
                Effect::AskApproval(request) => self.out.acts.push(Act::AskApproval(request)),
                Effect::AskSession => self.out.acts.push(Act::AskSession),
                Effect::Remember(sent) => self.out.tell(Other::Sent { sent: Some(sent) }),
                Effect::Forget => self.out.tell(Other::Sent { sent: None }),
                Effect::Announce(news) => self.out.acts.push(Act::Tell(News::Order(news))),
            }
        }
    }

    /// There is a session's token, the first one or another, or the page shows the client again.
    pub(crate) fn connect(&mut self) {
        self.out.is_stopped = false;
        // What was asked with another token may be refused for it.
        self.cut_off();
        self.is_connecting = true;
        self.order_input(Input::Connect);
        // A session that was open stays so while it is read again.
        if let Some(session) = self.order.session_facts().filter(|_| self.can_ask()) {
            self.names.limit = session.availability_names;
        }
    }

    pub(super) fn order_answered(&mut self, call: u32, group: Group, raw: RawAnswer<J>) {
        let is_shared = matches!(group, Group::Orders | Group::Place);
        let answer = is_shared.then(|| Answer::read(raw.clone(), self.out.now_ms));
        self.order_input(Input::Answer { call, answer: raw });
        let Some(answer) = answer else {
            if group == Group::Session {
                self.session_read();
            }
            return;
        };
        match group {
            Group::Orders => self.list.answered(true, &answer, &mut self.out),
            Group::Place => self.place_answered(&answer),
            _ => {}
        }
    }

    /// The session was read, or could not be.
    fn session_read(&mut self) {
        let (SessionState::Open { is_other, .. }, Some(session)) = (self.order.session(), self.order.session_facts())
        else {
            return;
        };
        let (is_other, id) = (*is_other, session.id.clone());
        self.names.limit = session.availability_names;
        let is_new = id != self.session;
        self.session = id;
        if !std::mem::take(&mut self.is_connecting) && !is_new {
            return;
        }
        let limit = self.names.limit;
        if is_other && is_new {
            self.quotes.drop(&mut self.out);
            self.names = Names::default();
            self.names.limit = limit;
            self.owned = Owned::default();
            self.list.start_over();
            for part in [Part::Names, Part::Owned, Part::List] {
                self.out.change(part);
            }
        }
        let Self { names, quotes, owned, list, out, .. } = self;
        names.go_on(false, out);
        quotes.renew(out);
        owned.look(out);
        list.opened(out);
    }

    /// Whether an answer was refused because of the session.
    pub(super) fn is_about_session(&self, answer: &Answer<J>) -> bool {
        let is_about = |problem: &Problem<J>| problem.is_session_over() || problem.order_before().is_some();
        answer.refusal.as_ref().is_some_and(is_about)
    }

    /// The session is over, or has placed another order before. What was asked is asked again in the next one.
    pub(super) fn refused_for_session(&mut self, role: Role, answer: &Answer<J>) {
        let Self { names, owned, list, out, .. } = self;
        match role {
            Role::Search { .. } => names.stop(out),
            Role::Check => names.checked(answer, out),
            Role::OneQuote { ticket } | Role::Claims { ticket } => out.settle(ticket, Err(answer.problem())),
            Role::Owned => owned.stop(out),
            Role::List { .. } => list.stop(out),
            Role::Quote | Role::Order { .. } => {}
        }
        self.order_input(Input::Refused(Box::new(answer.problem())));
    }

    /// The first page of the list was read.
    pub(super) fn list_read(&mut self, is_first: bool, answer: &Answer<J>) {
        if let Some(data) = answer.record().filter(|_| is_first) {
            let ids = ids_of(data);
            self.order_input(Input::Listed { ids, placing: answer.placing });
        }
    }

    /// Sends the order; `ticket` hears what becomes of it.
    pub(crate) fn place(&mut self, draft: J, ticket: u32) {
        if self.out.is_stopped || !self.order.can_place() {
            let code = if self.out.is_stopped { "stopped" } else { "not_now" };
            return self.out.settle(ticket, Err(Problem::of_client(code, "")));
        }
        self.sent = domains_of(Some(&draft));
        self.placing = Some(ticket);
        self.order_input(Input::Place(draft));
    }

    /// What a refused order means for the quote and the names.
    fn place_answered(&mut self, answer: &Answer<J>) {
        let Some(problem) = answer.refusal.as_ref().filter(|_| !self.is_busy()) else {
            return;
        };
        let sent = self.sent.clone();
        let Self { names, quotes, out, .. } = self;
        names.blamed(&sent, problem, out);
        if !quotes.changed_by(problem, sent, out) {
            if problem.code.starts_with("quote_") || problem.code == "price_below_cost" {
                // A quote that the server does not take is of no use any more.
                quotes.hold_again(out);
            } else {
                quotes.keep(false, out);
            }
        }
    }

    /// Whether an order is on its way.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self.order.state(), OrderState::Approving | OrderState::Sending | OrderState::Confirming)
    }

    /// Tells who waits for the order, once it is known what became of it.
    pub(super) fn settle_placing(&mut self) {
        let Some(ticket) = self.placing else {
            return;
        };
        let outcome = match self.order.state() {
            OrderState::Approving | OrderState::Sending | OrderState::Confirming => return,
            OrderState::Placed { id, status, .. } => Ok(Outcome::Placed { id: Some(id), status }),
            OrderState::Placing => Ok(Outcome::Placed { id: None, status: "placing".to_owned() }),
            OrderState::None { problem: Some(problem), .. } | OrderState::Unconfirmed { problem: Some(problem) } => {
                Err(*problem)
            }
            OrderState::None { .. } => Err(Problem::of_client("order_not_placed", "")),
            OrderState::Unconfirmed { .. } => Err(Problem::of_client("order_unconfirmed", "")),
            OrderState::Doubt { .. } => Err(Problem::of_client("order_in_doubt", "")),
        };
        self.placing = None;
        self.out.settle(ticket, outcome);
    }
}
