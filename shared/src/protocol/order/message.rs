//! What goes into the machine of an order, and what comes out of it.

use crate::protocol::answer::RawAnswer;
use crate::protocol::order::state::Sent;
use crate::protocol::problem::Problem;
use crate::protocol::request::Request;
use serde::Serialize;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Input<J> {
    /// There is a session's token, the first one or another, or the client works again after [`Input::Stop`].
    Connect,
    /// The client is taken off the page: nothing is waited for any more.
    Stop,
    /// The session has ended, was taken away, or is not there yet. The page is asked for another one.
    SessionOver,
    /// The page has no session to give. When it has one, it says [`Input::Connect`].
    NoSession,
    /// The page could not ask for a session: its backend may be back later.
    SessionUnavailable,
    /// A call outside of this machine was refused; the refusal may be about the session.
    Refused(Box<Problem<J>>),
    /// What was stored of an order in doubt of this customer, see [`Effect::Remember`]. Several are in doubt together.
    Resume(Sent),
    /// The customer orders: an [order draft](crate::draft::OrderDraft) as JSON. Ignored unless [`OrderClient::can_place`](super::OrderClient::can_place).
    Place(J),
    /// The answer to call `call`, also one that was lost.
    Answer {
        /// The number that [`Effect::Send`] gave it.
        call: u32,
        /// What came.
        answer: RawAnswer<J>,
    },
    /// The time of [`Effect::Wake`] is over.
    Tick {
        /// The number that [`Effect::Wake`] gave it.
        timer: u32,
    },
    /// The page is hidden, or visible again.
    Hidden(bool),
    /// The server can be reached again, after calls that got lost.
    Online,
    /// The page's payment approves: its signed approval.
    Approved(String),
    /// The page's payment refuses, in words for the customer.
    NotApproved(String),
    /// The first page of the customer's list of orders was read.
    Listed {
        /// The ids in it, newest first.
        ids: Vec<String>,
        /// Orders of the customer that are being placed and not in the list yet.
        placing: u32,
    },
    /// The customer has seen the list of orders, as it was read while an order is in doubt.
    SawOrders,
    /// The customer says that the order in doubt is not in the list. Ignored unless the list was seen, each new order in it was
    /// compared with the domains that were sent, as far as they are known, and no order is being placed.
    OrderAgain,
    /// The customer wants to see one of their orders.
    Watch(String),
    /// Back from such an order to that of the session, or to none.
    Leave,
}

/// Something that the driver has to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect<J> {
    /// Send a request with the session's token, and answer with [`Input::Answer`].
    Send {
        /// Names the call.
        call: u32,
        /// What to send.
        request: Request<J>,
    },
    /// Nobody waits for the answer to a call any more. It may be aborted, unless it orders.
    GiveUp {
        /// The number of the call.
        call: u32,
    },
    /// Answer with [`Input::Tick`] after so many milliseconds, at most a day. Earlier timers may ring, and are ignored.
    Wake {
        /// Names the timer.
        timer: u32,
        /// Milliseconds from now.
        after_ms: u32,
    },
    /// Ask the page's payment, and answer with [`Input::Approved`] or [`Input::NotApproved`].
    AskApproval(ApprovalRequest),
    /// Ask the page for another session, and answer with [`Input::Connect`] or [`Input::NoSession`].
    AskSession,
    /// Store what was sent for this customer, for a day: it may have been placed. It replaces what this page has stored, and
    /// not what others have.
    Remember(Sent),
    /// What this page has stored, and what it was given by [`Input::Resume`], is known by now.
    Forget,
    /// Report to the page.
    Announce(Announcement<J>),
}

/// What an approval is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApprovalRequest {
    /// The session's id.
    pub session: String,
    /// The quote's id, `quo_…`.
    pub quote: String,
    /// What the customer pays, in cents; absent where no amounts are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_cents: Option<u64>,
    /// ISO 4217 in lower case; absent where no amounts are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// What a page may want to hear of.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Announcement<J> {
    /// The customer's order exists.
    Ordered {
        /// Upstream's `ord_…`.
        id: String,
        /// How it stood then.
        status: String,
    },
    /// The order on show has another status, or its status is known for the first time.
    Status {
        /// Upstream's `ord_…`.
        id: String,
        /// The newest status.
        status: String,
        /// Whether watching has ended.
        #[serde(rename = "final")]
        is_final: bool,
    },
    /// Something was refused, or is not known: `session_expired`, `order_in_doubt`, `order_unconfirmed`, or the server's code.
    Failed {
        /// What.
        problem: Box<Problem<J>>,
    },
}
