//! Placing one order per session, whatever fails on the way.

mod check;
mod decision;
pub mod desk;
mod guards;
mod owned;
pub mod place;
mod proof;
mod refusal;
mod resolve;
mod rows;
mod settle;

pub use crate::model::placement::{Phase, Placement};
pub use desk::Desk;
pub use guards::Guards;
pub use owned::Ownership;
pub use place::Outcome;
pub use proof::{CLOCKS_DIFFER, Listed, Looks, is_newer};
pub use rows::Look;
