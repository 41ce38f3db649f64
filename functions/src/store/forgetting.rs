//! How far the erasure of one customer is.

use crate::store::Store;
use serde::Serialize;
use tokio::time::Instant;

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Forgotten {
    /// What stands in the customer's place.
    pub pseudonym: String,
    /// Orders whose personal data are gone.
    pub orders: u32,
    /// Owned domains that no longer name the customer.
    pub domains: u32,
    /// Orders that are still on their way upstream. They need the customer until then, and end forgotten by themselves.
    pub open: u32,
    /// Whether all was done. If not, ask again: it goes on where it stopped.
    pub complete: bool,
}

/// One customer who is being forgotten.
pub(crate) struct Forgetting<'s> {
    pub(crate) store: &'s Store,
    pub(crate) pseudonym: &'s str,
    pub(crate) until: Instant,
    /// All that the customer is known by, as far as its orders say.
    pub(crate) aliases: Vec<String>,
    pub(crate) done: Forgotten,
}
