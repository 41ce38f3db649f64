//! Calls of the page that give a promise: they wait for the session while it is being read.

use crate::client::Client;
use crate::client::facts::{each_once, spelled};
use crate::client::outbox::Role;
use shared::domain_name::DomainName;
use shared::protocol::json::Json;
use shared::protocol::order::SessionState;
use shared::protocol::problem::Problem;
use shared::protocol::request::Request;
use std::mem::{discriminant, take};

/// What the page asks for.
#[derive(Debug)]
pub(crate) enum Call<J> {
    /// What the server says of names, whatever is known of them.
    Check(Vec<String>),
    /// What names cost.
    Quote(Vec<String>),
    /// The customer's own domains are connected.
    Import(Vec<String>),
    /// A domain that is not connected is given up.
    Release(String),
    /// The domains that the customer has asked for.
    Claims,
    /// The first page of the customer's orders, or the next one.
    Orders { is_next: bool },
    /// The order is sent. It does not wait: it is for the session that is open.
    Place(J),
}

impl<J: Json> Client<J> {
    /// Makes a call, as soon as there is a session; `ticket` hears what becomes of it.
    pub(crate) fn call(&mut self, call: Call<J>, ticket: u32) {
        if let Call::Place(draft) = call {
            self.place(draft, ticket);
        } else if self.can_ask() {
            self.make(call, ticket);
        } else if self.is_session_awaited() {
            self.wait(call, ticket);
        } else {
            let problem = why_not(self.out.is_stopped, self.order.session());
            self.out.settle(ticket, Err(problem));
        }
    }

    fn make(&mut self, call: Call<J>, ticket: u32) {
        let Self { names, owned, list, out, .. } = self;
        match call {
            Call::Check(asked) => names.check(each_once(asked), Some(ticket), out),
            Call::Quote(asked) => out.send(Role::OneQuote { ticket }, Request::quote(&spelled(asked))),
            Call::Import(asked) => owned.start(spelled(asked), ticket, out),
            Call::Release(name) => owned.release(DomainName::spelling_of(&name), ticket, out),
            Call::Claims => out.send(Role::Claims { ticket }, Request::claims()),
            Call::Orders { is_next } => list.read(is_next, Some(ticket), out),
            Call::Place(_) => {}
        }
    }

    /// A newer call takes the place of an earlier one of its kind, but for those that wait for the same page of orders.
    fn wait(&mut self, call: Call<J>, ticket: u32) {
        let is_earlier = |(_, other): &(u32, Call<J>)| {
            !matches!(other, Call::Orders { .. }) && discriminant(other) == discriminant(&call)
        };
        let (earlier, kept) = take(&mut self.waiting).into_iter().partition(is_earlier);
        self.waiting = kept;
        self.waiting.push((ticket, call));
        let earlier: Vec<(u32, Call<J>)> = earlier;
        for (ticket, _) in earlier {
            self.out.supersede(ticket);
        }
    }

    /// Makes the calls that have waited, or says why they cannot be made.
    pub(super) fn settle_waiting(&mut self) {
        if !self.is_session_awaited() {
            for (ticket, call) in take(&mut self.waiting) {
                self.call(call, ticket);
            }
        }
    }

    fn is_session_awaited(&self) -> bool {
        !self.out.is_stopped && *self.order.session() == SessionState::Loading
    }
}

/// Why no call can be made.
fn why_not<J: Json>(is_stopped: bool, session: &SessionState<J>) -> Problem<J> {
    match session {
        SessionState::None => Problem::of_client("not_now", ""),
        _ if is_stopped => Problem::of_client("stopped", ""),
        SessionState::Failed { problem, .. } => (**problem).clone(),
        _ => Problem::of_client("session_expired", ""),
    }
}
