//! Placing one order per session, whatever fails on the way.

mod check;
pub mod desk;
mod owned;
mod resolve;
pub mod state;

pub use check::Guards;
pub use desk::{Desk, Outcome};
pub use owned::Ownership;
pub use state::{Phase, Placement};
