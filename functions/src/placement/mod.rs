//! Placing one order per session, whatever fails on the way.

pub mod desk;
mod resolve;
pub mod state;

pub use desk::{Desk, Outcome};
pub use state::{Phase, Placement};
