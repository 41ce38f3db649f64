//! Placing one order per session, whatever fails on the way.

mod check;
pub mod desk;
mod owned;
mod proof;
mod resolve;
pub mod state;

pub use check::Guards;
pub use desk::{Desk, Outcome};
pub use owned::Ownership;
pub use proof::{CLOCKS_DIFFER, Listed, Looks, is_newer};
pub use state::{Phase, Placement};
