//! Why a call failed, as a client reports it.

use crate::protocol::facts::Placed;
use crate::protocol::json::Json;
use serde::Serialize;

/// Code of a call without an answer: no network, or given up.
pub const UNREACHABLE: &str = "unreachable";
/// Code of an answer that is not the order proxy's: a page of a gateway, or of whatever is at the address.
pub const UNREADABLE: &str = "unreadable_answer";
/// Code of a body that a gateway does not let through.
pub const TOO_LARGE: &str = "body_too_large";

/// Code of a page that has no session to give, and never had one.
pub const SESSION_MISSING: &str = "session_missing";
/// Code of a page that could not ask for its first session.
pub const SESSION_UNAVAILABLE: &str = "session_unavailable";

/// Why a call failed: the envelope of the order proxy, and how it came.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Problem<J> {
    /// Stable word to branch on, such as `domain_unavailable`; [`UNREACHABLE`], [`UNREADABLE`] and [`TOO_LARGE`] are this client's own.
    pub code: String,
    /// The server's sentence for a person; empty when it sent none.
    pub message: String,
    /// Path of the field that is to blame, such as `domains[3]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Numbers and further findings, as they came; absent when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<J>,
    /// The status of HTTP; 0 when no answer came.
    pub status: u16,
    /// Whether the very same request may succeed later.
    pub retryable: bool,
    /// Milliseconds that the server asks to be left alone; 0 when it does not ask, at most a day.
    pub retry_after_ms: u32,
}

impl<J: Json> Problem<J> {
    /// A problem that this client found itself, without an answer.
    pub fn of_client(code: &str, message: &str) -> Self {
        Self {
            code: code.to_owned(),
            message: message.to_owned(),
            field: None,
            details: None,
            status: 0,
            retryable: false,
            retry_after_ms: 0,
        }
    }

    /// Whether the session has ended, so that another one may succeed.
    pub fn is_session_over(&self) -> bool {
        self.status == 401 && self.code == "session_expired"
    }

    /// Whether the session is invalid, and will not become valid later. One that begins soon will: clocks differ.
    pub fn is_session_invalid(&self) -> bool {
        let begins = self.code == "session_not_yet_valid";
        self.status == 401 && !self.is_session_over() && !begins && self.code != UNREADABLE
    }

    /// The order that the session has placed before.
    pub fn order_before(&self) -> Option<Placed> {
        let order = self.details.as_ref().filter(|_| self.code == "session_used")?.member("order")?;
        Some(Placed::of(&order)).filter(|order| order.id.is_some())
    }
}
