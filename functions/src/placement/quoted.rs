//! The quote that an order names, as it was stored, and whether it still holds.

use crate::model::sale::Prices;
use crate::placement::upstream_refusal::EXPIRED;
use crate::session::Session;
use shared::pricing::Show;
use shared::problem::Finding;
use shared::quote::Quote;

/// The quote of an order.
#[derive(Debug)]
pub(super) struct Quoted {
    /// The prices that the customer was shown; `None` when they are no longer stored.
    pub(super) prices: Option<Prices>,
    /// Whether it has ended.
    pub(super) expired: bool,
}

impl Quoted {
    /// Why the customer has to look at the prices again before ordering what costs `now`.
    pub(super) fn outdated(&self, session: &Session, now: &Quote) -> Vec<Finding> {
        let expired = || vec![Finding::new("quote_expired", "quote", EXPIRED)];
        match (&self.prices, session.pricing.show) {
            (Some(prices), Show::Cost) if !prices.has_charges() => {
                let findings = prices.costs.worsened(now);
                if findings.is_empty() && self.expired { expired() } else { findings }
            }
            // The quote is from before the stage had prices.
            (Some(prices), Show::Retail) if !prices.has_charges() => expired(),
            // What the customer pays stays as it was quoted, whatever it costs upstream.
            _ if self.expired => expired(),
            _ => Vec::new(),
        }
    }
}
