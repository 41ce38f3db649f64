//! What a day, and a session, may see.

use crate::store::guard::{Guarded, Limit};
use std::sync::Arc;

/// What a day, and a session, may see.
#[derive(Debug, Clone)]
pub struct Guards {
    /// Endings on offer, without their dot. Empty: whatever upstream sells.
    pub tlds: Arc<Vec<String>>,
    /// Of one customer.
    pub customer: Limit,
    /// Of all customers together.
    pub partner: Limit,
    /// Whether new orders are taken.
    pub orders_enabled: bool,
    /// Upstream calls that one session may cause, beside the checks of its plan.
    pub session_calls: u64,
}

impl Guards {
    /// The counters that an order of `customer` stands in.
    pub(super) fn of<'g>(&self, customer: &'g str) -> [(Guarded<'g>, Limit); 2] {
        [(Guarded::Customer(customer), self.customer), (Guarded::Partner, self.partner)]
    }
}
