//! What can happen to the picker, and what it asks of the world in return.

use crate::picker::action::{Action, Field};
use shared::answers::{AvailabilityAnswer, OrderView, PlacedView, SessionView};
use shared::draft::OrderDraft;
use shared::order::Receipt;
use shared::problem::Problem;

/// Something happened.
#[derive(Debug)]
pub(crate) enum Message {
    /// The element is on the page with a session, or has got another one.
    Connected,
    /// A button or link was used.
    Act(Action),
    /// An input has a new text.
    Typed(Field, String),
    /// The focus left an input.
    Left(Field),
    /// A timer that was asked for has run out.
    Ticked(Timer),
    /// The page came to the front or went to the back.
    Hidden(bool),
    /// `GET /v1/session` is back.
    SessionRead(Result<Box<SessionView>, Failure>),
    /// The check of these names is back.
    Checked(u32, Vec<String>, Result<AvailabilityAnswer, Failure>),
    /// `POST /v1/orders` is back.
    OrderSent(Result<Placed, Failure>),
    /// The page forbade the order.
    OrderHeld,
    /// `GET /v1/orders/{id}` is back; `None` when nothing changed.
    OrderRead(Result<Option<Box<Tagged>>, Failure>),
}

/// An order and the tag of this state of it.
#[derive(Debug)]
pub(crate) struct Tagged {
    pub(crate) order: OrderView,
    pub(crate) etag: Option<String>,
}

/// The two good answers to an order.
#[derive(Debug)]
pub(crate) enum Placed {
    /// 201.
    Receipt(Box<Receipt>),
    /// 202.
    Underway(PlacedView),
}

/// Why there is no good answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server said no.
    Refused {
        /// The HTTP status.
        status: u16,
        /// Its body, or words of ours when it had none.
        problem: Box<Problem>,
    },
    /// No answer came that could be read.
    Unreachable,
}

/// What a timer is for; the number tells whether it is still wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Timer {
    /// Typing has paused.
    Search(u32),
    /// Ask again about names that could not be checked.
    Recheck(u32),
    /// Look at the order, or at the session while it is being placed.
    Watch(u32),
}

/// Something to be done outside.
#[derive(Debug, PartialEq)]
pub(crate) enum Effect {
    /// `GET /v1/session`.
    ReadSession,
    /// `POST /v1/domains/availability`; a check under way is dropped.
    Check(u32, Vec<String>),
    /// Ask the page, then `POST /v1/orders`.
    PlaceOrder(Box<OrderDraft>),
    /// `GET /v1/orders/{id}` of the order that is watched.
    ReadOrder,
    /// A [`Message::Ticked`] after so many milliseconds.
    After(u32, Timer),
    /// Tell the page.
    Tell(News),
    /// Put the focus on the element with this id.
    Focus(String),
}

/// What the page is told. Where the state has the details, they are taken from there.
#[derive(Debug, PartialEq)]
pub(crate) enum News {
    /// The customer changed the order.
    Change,
    /// There is an order.
    Ordered,
    /// The order moved.
    Status,
    /// Something went wrong: a stable word and a sentence.
    Error(String, String),
}

/// Collects what is to be done.
#[derive(Debug, Default)]
pub(crate) struct Outbox(pub(crate) Vec<Effect>);

impl Outbox {
    #[inline(never)]
    pub(crate) fn put(&mut self, effect: Effect) {
        self.0.push(effect);
    }

    #[inline(never)]
    pub(crate) fn focus(&mut self, id: &str) {
        self.put(Effect::Focus(id.to_owned()));
    }

    #[inline(never)]
    pub(crate) fn after(&mut self, milliseconds: u32, timer: Timer) {
        self.put(Effect::After(milliseconds, timer));
    }

    #[inline(never)]
    pub(crate) fn tell(&mut self, news: News) {
        self.put(Effect::Tell(news));
    }

    #[inline(never)]
    pub(crate) fn error(&mut self, code: &str, message: &str) {
        self.tell(News::Error(code.to_owned(), message.to_owned()));
    }
}

impl Failure {
    /// The session is over.
    pub(crate) fn is_expiry(&self) -> bool {
        matches!(self, Self::Refused { status: 401, problem } if problem.code == "session_expired")
    }
}
