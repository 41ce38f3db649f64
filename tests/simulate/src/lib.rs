//! The real functions and the real sandbox on virtual time, with faults at every await that touches the outside.
#![doc = include_str!("../README.md")]

mod courier;
mod customer;
mod diary;
mod dice;
mod direct;
mod evidence;
mod fleet;
mod invariants;
mod life;
mod logs;
mod options;
mod peeker;
mod report;
mod run;
mod shop;
mod table;
mod tally;
mod time;
mod values;
mod weather;
mod witness;
mod world;

pub use options::{ORDERS_PER_WORLD, Options, Sabotage};
pub use report::{Report, Violation};
pub use run::{SimulationError, run, run_with};
