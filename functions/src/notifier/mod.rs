//! Sends notifications to the endpoints of the partner: signed, at least once, each endpoint at its own pace.
//!
//! A notification is written with its fact. `hand_out.rs` begins its delivery to each endpoint: at once to those that do
//! well, and by a message of the queue to those that fail or are slow. `sending.rs` makes what was begun while others are
//! handed out, so that nobody waits for an answer that belongs to another endpoint. `attempt.rs` is one
//! attempt; `run.rs` is what the schedule does: everything that is due, with a worker for each endpoint.

mod actions;
mod attempt;
pub mod bus;
pub mod courier;
mod endpoints;
mod hand_out;
pub mod invocation;
mod invoke;
pub mod later;
pub mod network;
pub mod outside;
mod parts;
pub mod report;
mod run;
pub mod schedule;
mod sending;
pub mod signing;

pub use parts::{Notifier, Ways};
