//! The limits of a day and of a session.

use crate::store::spend_counter::{Limit, SpendCounter};
use std::sync::Arc;

/// The limits of a day and of a session.
#[derive(Debug, Clone)]
pub struct SpendLimits {
    /// Endings for sale, without the dot. Empty: all that upstream sells.
    pub tlds: Arc<Vec<String>>,
    /// Daily limit of one customer.
    pub customer: Limit,
    /// Daily limit of all customers together.
    pub partner: Limit,
    /// Whether new orders are accepted.
    pub orders_enabled: bool,
    /// Maximum upstream calls of one session, besides the checks of its plan.
    pub session_calls: u64,
}

impl SpendLimits {
    /// The counters that include an order of `customer`.
    pub(super) fn of<'g>(&self, customer: &'g str) -> [(SpendCounter<'g>, Limit); 2] {
        [(SpendCounter::Customer(customer), self.customer), (SpendCounter::Partner, self.partner)]
    }
}
