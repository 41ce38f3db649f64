//! The real functions and the real sandbox on virtual time, with faults at every await that touches the outside.
#![doc = include_str!("../README.md")]

mod courier;
mod crowd;
mod customer;
mod diary;
mod dice;
mod direct;
mod elsewhere;
mod erasure;
mod erasures;
mod error;
mod evidence;
mod features;
mod fleet;
mod invariants;
mod ledger;
mod life;
mod logs;
mod mistakes;
mod occasions;
mod options;
mod other_stage;
mod packed;
mod peeker;
mod report;
mod reporting;
mod run;
mod schedule;
mod shop;
mod table;
mod tally;
mod time;
mod values;
mod weather;
mod witness;
mod world;

pub use error::SimulationError;
pub use features::FEATURES;
pub use options::{ORDERS_PER_WORLD, Options, Sabotage};
pub use report::{Report, Violation};
pub use run::{run, run_with};
