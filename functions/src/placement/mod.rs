//! Placing one order per session, whatever fails on the way.

mod approvals;
mod approving;
mod asking;
mod bytes;
mod check;
mod decision;
pub mod documented_refusals;
mod give_back;
mod import_watch;
pub mod order_placement;
mod owned;
pub mod place;
mod prices;
mod proof;
mod quoted;
mod quoting;
mod resolve;
mod rows;
mod settle;
mod spend_limits;
mod terms;
mod upstream_refusal;

pub use crate::model::placement::{Phase, Placement};
pub use approvals::Approvals;
pub use asking::{ApprovalUrl, Approver};
pub use order_placement::OrderPlacement;
pub use owned::Ownership;
pub use place::Outcome;
pub use proof::{CLOCKS_DIFFER, Listed, ProofSources, is_newer};
pub use rows::Precision;
pub use spend_limits::SpendLimits;
