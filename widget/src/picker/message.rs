//! What can happen to the picker, and what it asks of the world in return.

use crate::picker::action::{Action, Field};
use shared::answers::{AvailabilityAnswer, OrderView, PlacedView, SessionView};
use shared::draft::OrderDraft;
use shared::order::Receipt;
use shared::picks::PickReport;
use shared::problem::Problem;
use std::borrow::Cow;

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
    SessionRead(Result<SessionView, Failure>),
    /// The check of these names is back.
    Checked(u32, Vec<String>, Result<AvailabilityAnswer, Failure>),
    /// `POST /v1/orders` is back.
    OrderSent(Result<Placed, Failure>),
    /// The page forbade the order.
    OrderHeld,
    /// `GET /v1/orders/{id}` is back; `None` when nothing changed.
    OrderRead(Result<Option<Tagged>, Failure>),
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
    Receipt(Receipt),
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
#[derive(Debug)]
pub(crate) enum Effect {
    /// `GET /v1/session`.
    ReadSession,
    /// `POST /v1/domains/availability`; a check under way is dropped.
    Check(u32, Vec<String>),
    /// Ask the page, then `POST /v1/orders`.
    PlaceOrder(OrderDraft),
    /// `GET /v1/orders/{id}`.
    ReadOrder(String, Option<String>),
    /// A [`Message::Ticked`] after so many milliseconds.
    After(u32, Timer),
    /// Tell the page.
    Tell(News),
    /// Put the focus on the element with this id.
    Focus(Cow<'static, str>),
}

/// What the page is told.
#[derive(Debug)]
pub(crate) enum News {
    /// The customer changed the order.
    Change {
        /// Where they are.
        step: &'static str,
        /// What they picked.
        domains: Vec<String>,
        /// How it fills the plan.
        report: PickReport,
    },
    /// There is an order.
    Ordered {
        /// `ord_…`
        id: String,
        /// Its status.
        status: String,
    },
    /// The order moved.
    Status {
        /// `ord_…`
        id: String,
        /// Its status.
        status: String,
        /// Whether it stays so.
        is_final: bool,
    },
    /// Something went wrong.
    Error {
        /// Stable word.
        code: String,
        /// A sentence.
        message: String,
    },
}

impl Failure {
    /// The session is over.
    pub(crate) fn is_expiry(&self) -> bool {
        matches!(self, Self::Refused { status: 401, problem } if problem.code == "session_expired")
    }

    /// The server may have done what was asked all the same.
    pub(crate) fn leaves_doubt(&self) -> bool {
        match self {
            Self::Refused { status, .. } => *status >= 500,
            Self::Unreachable => true,
        }
    }
}
