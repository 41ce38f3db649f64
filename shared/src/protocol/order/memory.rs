//! The parts of what the machine remembers: how far the order is, and what belongs to each phase.

use crate::protocol::order::state::Sent;
use crate::protocol::order::timers::Pauses;
use crate::protocol::problem::Problem;

/// What a call is about. The newest of a role counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    Session,
    Place,
    Order,
    List,
    Compare,
}

/// How far the order is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Phase<J> {
    Idle { problem: Option<Box<Problem<J>>>, not_placed: bool },
    Approving(Box<Attempt<J>>),
    Sending,
    Confirming { problem: Option<Box<Problem<J>>>, pause: u64 },
    Doubt,
    Watching(Box<Watched<J>>),
}

impl<J> Phase<J> {
    pub(super) const IDLE: Self = Self::Idle { problem: None, not_placed: false };
}

/// One try to place the order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Attempt<J> {
    pub(super) draft: J,
    /// The token of its quote.
    pub(super) quote: Option<String>,
    /// The session's id.
    pub(super) session: String,
    /// What was sent in this session before, and may have been placed.
    pub(super) earlier: Option<Sent>,
    /// The page's approval that goes with it.
    pub(super) approval: Option<String>,
    /// Whether that was given for an earlier try.
    pub(super) is_kept: bool,
}

impl<J> Attempt<J> {
    /// Another page has sent an order, too.
    pub(super) fn know_of(&mut self, sent: &Sent, session: Option<&str>) {
        let earlier = self.earlier.as_ref().map_or_else(|| sent.clone(), |earlier| earlier.with(sent, session));
        self.earlier = Some(earlier);
    }
}

/// An order that is watched.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Watched<J> {
    /// Upstream's `ord_…`, once it is known.
    pub(super) id: Option<String>,
    pub(super) status: String,
    pub(super) is_final: bool,
    /// The order's own record, once it was read.
    pub(super) record: Option<J>,
    pub(super) is_own: bool,
    pub(super) is_stale: bool,
    pub(super) etag: Option<String>,
    pub(super) pauses: Pauses,
}

/// An approval that may be sent again with the same quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Approval {
    pub(super) session: String,
    pub(super) quote: Option<String>,
    pub(super) token: String,
}

/// The search for an order in doubt.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Search {
    pub(super) has_looked: bool,
    /// Whether the list was read since the doubt began.
    pub(super) is_listed: bool,
    pub(super) is_announced: bool,
    /// The first new orders of the newest list.
    pub(super) fresh: Vec<String>,
    /// Orders with other domains than what was sent.
    pub(super) others: Vec<String>,
    /// New orders of the list that are still to be compared.
    pub(super) candidates: Vec<String>,
    pub(super) pauses: Pauses,
}

impl Search {
    pub(super) const NEW: Self = Self {
        has_looked: false,
        is_listed: false,
        is_announced: false,
        fresh: Vec::new(),
        others: Vec::new(),
        candidates: Vec::new(),
        pauses: Pauses::DOUBT,
    };
}
