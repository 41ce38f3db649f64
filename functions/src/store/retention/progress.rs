//! The progress of forgetting one customer.

use crate::store::Store;
use schemars::JsonSchema;
use serde::Serialize;
use tokio::time::Instant;

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Forgotten {
    /// Pseudonym of the customer from now on, `forgotten_…`.
    pub pseudonym: String,
    /// Number of orders whose personal data were erased.
    pub orders: u32,
    /// Number of imported domains that no longer refer to the customer.
    pub domains: u32,
    /// Number of orders that are still being placed. They are erased when they end.
    pub open: u32,
    /// Number of approvals whose payments are neither taken nor given back. They are erased when they end.
    pub open_approvals: u32,
    /// Whether the erasure is complete. `false`: repeat the request to continue.
    pub complete: bool,
}

/// The removal of one customer.
#[derive(Debug)]
pub(super) struct Forgetting<'s> {
    pub(super) store: &'s Store,
    pub(super) pseudonym: &'s str,
    /// When the time of the call is over.
    pub(super) until: Instant,
    /// All names of the customer that its orders show.
    pub(super) aliases: Vec<String>,
    pub(super) done: Forgotten,
}

/// How far a part came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Done,
    OutOfTime,
}

impl Forgetting<'_> {
    /// Whether the time is over.
    pub(super) fn is_late(&self) -> bool {
        Instant::now() >= self.until
    }
}
