//! Approvals: what the partner allowed to be paid, each with the end that it came to. Kept 400 days.

pub(crate) mod change;
mod item;
mod list;

pub use item::StoredApproval;
