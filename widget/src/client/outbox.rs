//! What the client asks of the page's browser: calls, timers, questions to the page, news; and who waits for what.

use serde::Serialize;
use shared::protocol::json::Json;
use shared::protocol::order::{Announcement, ApprovalRequest, Sent};
use shared::protocol::problem::Problem;
use shared::protocol::request::{Group, Request};

/// Something that the browser has to do.
#[derive(Debug)]
pub(crate) enum Act<J> {
    /// Send a request, and give its answer to `Client::answer`.
    Send { call: u32, request: Request<J> },
    /// Abort a call.
    Abort { call: u32 },
    /// Call `Client::tick` after so many milliseconds.
    Wake { timer: u32, after_ms: u32 },
    /// Do not call it any more.
    Cancel { timer: u32 },
    /// Ask the page's payment for its approval.
    AskApproval(ApprovalRequest),
    /// Ask the page for another session.
    AskSession,
    /// Settle a promise.
    Settle { ticket: u32, outcome: Result<Outcome<J>, Problem<J>> },
    /// Tell the page.
    Tell(News<J>),
}

/// What a promise resolves with.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome<J> {
    /// Nothing: the state says everything.
    Done,
    /// A record.
    Record(J),
    /// Rows.
    Records(Vec<J>),
    /// The order that was placed, or is being placed without an id.
    Placed { id: Option<String>, status: String },
}

/// What happened, for the page.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum News<J> {
    Order(Announcement<J>),
    Other(Other),
}

/// News that are not about the order on show.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Other {
    /// Names that were asked about are answered.
    Checked,
    /// A quote was taken up.
    Quoted,
    /// What may have been placed is to be stored, or no longer.
    Sent { sent: Option<Sent> },
}

/// What a call is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Role {
    /// Of the machine of the order, with its number there.
    Order { call: u32, group: Group },
    /// Names of the search, at its turn.
    Search { turn: u32, names: Vec<String> },
    /// Names of a check, see `Names`.
    Check,
    /// The quote that is kept.
    Quote,
    /// A quote for a promise.
    OneQuote { ticket: u32 },
    /// Imports, one call after the other, see `Owned`.
    Owned,
    /// The customer's claims, for a promise.
    Claims { ticket: u32 },
    /// The list of orders.
    List { is_first: bool },
}

/// What a timer is for; the newest of each counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Timer {
    /// Of the machine of the order, with its number there.
    Order(u32),
    /// A call takes too long.
    Call(u32),
    /// Typing has paused.
    Search,
    /// Names that could not be checked are asked about once more.
    Recheck,
    /// The quote is due to be replaced.
    Quote,
    /// Names of a quote could not be checked: it is asked for once more.
    QuoteAgain,
    /// Imports may have changed.
    Owned,
    /// The list of orders may have changed, or is to be read for the first time.
    List,
}

/// A part of the state.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    Session,
    Order,
    Names,
    Quote,
    Owned,
    List,
}

/// Calls and timers under way, and what is to be done.
#[derive(Debug)]
pub(crate) struct Outbox<J> {
    /// Milliseconds since 1970.
    pub(crate) now_ms: u64,
    /// Whether the page is hidden.
    pub(crate) is_hidden: bool,
    /// Whether the client is off the page.
    pub(crate) is_stopped: bool,
    pub(crate) acts: Vec<Act<J>>,
    /// Parts that changed, by their numbers.
    pub(crate) changed: [bool; 6],
    calls: Vec<(u32, Role)>,
    timers: Vec<(u32, Timer)>,
    made: u32,
}

impl<J> Default for Outbox<J> {
    fn default() -> Self {
        Self {
            now_ms: 0,
            is_hidden: false,
            is_stopped: false,
            acts: Vec::new(),
            changed: [false; 6],
            calls: Vec::new(),
            timers: Vec::new(),
            made: 0,
        }
    }
}

impl<J: Json> Outbox<J> {
    /// Sends a request, in place of an earlier one of the same kind.
    pub(crate) fn send(&mut self, role: Role, request: Request<J>) {
        let kind = std::mem::discriminant(&role);
        if !matches!(role, Role::Order { .. }) {
            self.drop_calls(|other| std::mem::discriminant(other) == kind);
        }
        self.made = self.made.wrapping_add(1);
        let call = self.made;
        self.calls.push((call, role));
        self.wake(Timer::Call(call), u64::from(request.timeout_ms));
        self.acts.push(Act::Send { call, request });
    }

    /// The answers to these calls are not needed any more. An order is not cut off: the server may have begun.
    pub(crate) fn drop_calls(&mut self, which: impl Fn(&Role) -> bool) {
        let mut place = 0;
        while let Some((call, role)) = self.calls.get(place).cloned() {
            if !which(&role) {
                place += 1;
                continue;
            }
            self.calls.remove(place);
            self.stop_timer(Timer::Call(call));
            match role {
                Role::Order { group: Group::Place, .. } => {}
                _ => self.acts.push(Act::Abort { call }),
            }
            match role {
                Role::OneQuote { ticket } | Role::Claims { ticket } => self.supersede(ticket),
                _ => {}
            }
        }
    }

    /// A newer call, or another session, took the place of the one that this promise waits for; or the client was stopped.
    pub(crate) fn supersede(&mut self, ticket: u32) {
        let code = if self.is_stopped { "stopped" } else { "superseded" };
        let problem = Problem { retryable: !self.is_stopped, ..Problem::of_client(code, "") };
        self.settle(ticket, Err(problem));
    }

    pub(crate) fn settle(&mut self, ticket: u32, outcome: Result<Outcome<J>, Problem<J>>) {
        self.acts.push(Act::Settle { ticket, outcome });
    }

    pub(crate) fn tell(&mut self, news: Other) {
        self.acts.push(Act::Tell(News::Other(news)));
    }

    pub(crate) fn announce_problem(&mut self, problem: Problem<J>) {
        self.acts.push(Act::Tell(News::Order(Announcement::Failed { problem: Box::new(problem) })));
    }

    pub(crate) const fn change(&mut self, part: Part) {
        match (&mut self.changed, part) {
            ([session, ..], Part::Session) => *session = true,
            ([_, order, ..], Part::Order) => *order = true,
            ([_, _, names, ..], Part::Names) => *names = true,
            ([.., quote, _, _], Part::Quote) => *quote = true,
            ([.., owned, _], Part::Owned) => *owned = true,
            ([.., list], Part::List) => *list = true,
        }
    }

    /// Starts a timer, in place of an earlier one of the same kind.
    pub(crate) fn wake(&mut self, timer: Timer, after_ms: u64) {
        self.stop_timer(timer);
        self.made = self.made.wrapping_add(1);
        self.timers.push((self.made, timer));
        let after_ms = u32::try_from(after_ms).unwrap_or(u32::MAX);
        self.acts.push(Act::Wake { timer: self.made, after_ms });
    }

    pub(crate) fn stop_timer(&mut self, timer: Timer) {
        self.cancel(|other| *other == timer);
    }

    /// No timer rings any more, but for those of calls.
    pub(crate) fn stop_timers(&mut self) {
        self.cancel(|timer| !matches!(timer, Timer::Call(_)));
    }

    fn cancel(&mut self, which: impl Fn(&Timer) -> bool) {
        let Self { timers, acts, .. } = self;
        timers.retain(|(timer, kind)| {
            let is_over = which(kind);
            if is_over {
                acts.push(Act::Cancel { timer: *timer });
            }
            !is_over
        });
    }

    /// What timer `timer` was for, unless it is out of date.
    pub(crate) fn ring(&mut self, timer: u32) -> Option<Timer> {
        let place = self.timers.iter().position(|(known, _)| *known == timer)?;
        Some(self.timers.swap_remove(place).1)
    }

    /// What call `call` was for, unless its answer is not needed any more.
    pub(crate) fn take_call(&mut self, call: u32) -> Option<Role> {
        let place = self.calls.iter().position(|(known, _)| *known == call)?;
        self.stop_timer(Timer::Call(call));
        Some(self.calls.remove(place).1)
    }
}
