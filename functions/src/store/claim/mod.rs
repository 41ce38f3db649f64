//! Claims on domains that customers say they own: the rules, the records, and the orders that the domains are on.

mod change;
mod item;
mod make;
mod on_order;
mod rules;

pub use make::{Claimed, Claimer};
pub use on_order::OrderedDomain;
pub use rules::{CLAIM_LASTS, ClaimJob, ClaimState, MAX_OPEN_CLAIMS, OnOrder, Owner, Proof};
