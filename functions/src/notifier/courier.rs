//! How a notification leaves: over the network, onto a bus, or, in the simulator, straight to a partner's backend.

use crate::clock::Timestamp;
use axum::http::HeaderMap;
use futures::future::BoxFuture;
use std::fmt;
use std::time::Duration;

/// Bytes of an answer that are read and kept.
pub const KEPT: usize = 1_024;

/// One delivery, ready to be sent.
#[derive(Debug, Clone)]
pub enum Letter {
    /// To an address of the partner's backend.
    Signed(SignedLetter),
    /// Onto an EventBridge bus.
    Bus {
        /// The ARN of the bus.
        arn: String,
        /// The type of the notification.
        kind: &'static str,
        /// The body, with the notification's id in it.
        detail: String,
    },
}

/// A delivery to an address of the partner's backend.
#[derive(Debug, Clone)]
pub struct SignedLetter {
    /// The address.
    pub url: String,
    /// The headers of its signature.
    pub headers: HeaderMap,
    /// The body that was signed.
    pub body: String,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status; `None` without an answer.
    pub status: Option<u16>,
    /// How long it took.
    pub milliseconds: u64,
    /// The beginning of the answer, or why there is none.
    pub response: String,
    /// Seconds that the endpoint asked to wait.
    pub retry_after: Option<Timestamp>,
}

/// Sends letters.
pub trait Courier: fmt::Debug + Send + Sync {
    /// Sends one letter once, within `limit`.
    fn carry(&self, letter: Letter, limit: Duration) -> BoxFuture<'_, Answer>;
}
