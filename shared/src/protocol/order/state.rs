//! What a client shows of a session and its order, and what it keeps of an order in doubt.

use crate::domain_name::DomainName;
use crate::protocol::problem::Problem;
use serde::{Deserialize, Serialize};

/// How the session stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SessionState<J> {
    /// The client has not been started.
    #[default]
    None,
    /// It is being read for the first time, or asked of the page.
    Loading,
    /// It was read. It stays open while it is read again.
    Open {
        /// What the server said of it, untouched.
        view: J,
        /// Whether it is of another customer or plan than the one before, so that nothing filled in belongs to it.
        is_other: bool,
    },
    /// It has ended, and the page has no other.
    Ended,
    /// It could not be read, or the page could not give one.
    Failed {
        /// Why.
        problem: Box<Problem<J>>,
        /// Whether reading it again is of no use.
        is_final: bool,
    },
}

/// What a client may say of the customer's order.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OrderState<J> {
    /// Nothing is ordered in this session.
    None {
        /// Why the last try was refused; nothing was ordered by it. `order_not_found` says that the order to watch is not
        /// among the customer's.
        #[serde(skip_serializing_if = "Option::is_none")]
        problem: Option<Box<Problem<J>>>,
        /// Whether an order was on its way, and was not placed in the end.
        not_placed: bool,
    },
    /// The page's payment is asked for its approval.
    Approving,
    /// The order was sent, and its answer is awaited.
    Sending,
    /// The answer got lost, and the session is asked.
    Confirming,
    /// The session could not say what became of the order. Sending again in the same session is safe: it places one order.
    Unconfirmed {
        /// Why a later try was refused: that try ordered nothing, an earlier one may have.
        #[serde(skip_serializing_if = "Option::is_none")]
        problem: Option<Box<Problem<J>>>,
    },
    /// An order was sent in another session, or in one that has ended, and is looked for in the list of orders.
    Doubt {
        /// The domains that were sent; empty when they are not known.
        domains: Vec<String>,
        /// Whether the customer has seen the list meanwhile, and may order again.
        has_looked: bool,
    },
    /// The server has the order, and no id for it yet.
    Placing,
    /// The order is placed, and watched until it is final.
    Placed {
        /// Upstream's `ord_…`.
        id: String,
        /// How it stands: the newest word, of its record, of the session or of the receipt.
        status: String,
        /// Its newest record, untouched; absent before the first one.
        #[serde(skip_serializing_if = "Option::is_none")]
        order: Option<J>,
        /// What the server answered when the order was placed here: it may have costs that the record lacks.
        #[serde(skip_serializing_if = "Option::is_none")]
        receipt: Option<J>,
        /// Whether the status will not change any more.
        is_final: bool,
        /// Whether it is this session's order, or one found for it, and not another one of the customer's.
        is_own: bool,
        /// Whether the newest look failed, so that `order` may be old.
        is_stale: bool,
    },
}

/// Milliseconds for which an order that was sent may reach the server and be placed: twice what a gateway waits for an answer.
const ON_ITS_WAY: u64 = 60_000;

/// An order that was sent and may have been placed. It has nothing of a person, so a browser may store it for a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The id of the session in which it was sent.
    pub session: String,
    /// Its domains, each in its one spelling; empty when they are not known.
    pub domains: Vec<String>,
    /// When it was sent, in milliseconds since 1970.
    pub at: u64,
    /// Ids of the orders that were in the customer's list before.
    pub before: Vec<String>,
}

impl Sent {
    /// The same with each domain once and in its one spelling: a store may hold what an earlier version wrote.
    pub(super) fn in_one_spelling(self) -> Self {
        let mut domains = Vec::new();
        for domain in self.domains.iter().map(|domain| DomainName::spelling_of(domain)) {
            if !domain.is_empty() && !domains.contains(&domain) {
                domains.push(domain);
            }
        }
        Self { domains, ..self }
    }

    /// Both, each of which may have been placed. Of two sessions it has the one that is not `session`, or the first one: the
    /// session that is open can be asked itself.
    pub(super) fn with(&self, other: &Self, session: Option<&str>) -> Self {
        let (first, last) = if other.at < self.at { (other, self) } else { (self, other) };
        let is_open = |sent: &Self| Some(sent.session.as_str()) == session;
        let of = if is_open(first) { last } else { first };
        let mut domains = self.domains.clone();
        domains.extend(other.domains.iter().filter(|domain| !self.domains.contains(domain)).cloned());
        let before = self.before.iter().filter(|id| other.before.contains(id)).cloned().collect();
        Self { session: of.session.clone(), domains, at: last.at, before }
    }

    /// Whether it may still reach the server, although others that were sent after it have.
    pub(super) const fn is_on_its_way(&self, now_ms: u64) -> bool {
        now_ms.saturating_sub(self.at) < ON_ITS_WAY
    }

    /// The same, sent at `now_ms` at the latest: by a clock that was wrong it would be in doubt for longer than a day.
    pub(super) fn not_after(self, now_ms: u64) -> Self {
        Self { at: self.at.min(now_ms), ..self }
    }
}
