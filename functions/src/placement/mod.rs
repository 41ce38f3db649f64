//! Placing one order per session, whatever fails on the way.

mod check;
mod decision;
pub mod desk;
mod owned;
mod proof;
mod refusal;
mod resolve;
mod rows;

pub use crate::model::placement::{Phase, Placement};
pub use check::Guards;
pub use desk::{Desk, Outcome};
pub use owned::Ownership;
pub use proof::{CLOCKS_DIFFER, Listed, Looks, is_newer};
pub use rows::Look;
