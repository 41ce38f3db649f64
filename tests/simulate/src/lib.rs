//! The real functions and the real sandbox on virtual time, with faults at every call to the outside.
#![doc = include_str!("../README.md")]

mod backend;
mod courier;
mod customer;
mod decompress;
mod diary;
mod dice;
mod direct;
mod elsewhere;
mod erasure;
mod erasures;
mod error;
mod evidence;
mod fates;
mod fault_injection;
mod features;
mod fleet;
mod invariants;
mod ledger;
mod life;
mod logs;
mod mistakes;
mod notifying;
mod observer;
mod options;
mod other_stage;
mod partner;
mod peeker;
mod report;
mod reporting;
mod run;
mod sabotage_setup;
mod schedule;
mod shop;
mod table;
mod tally;
mod time;
mod values;
mod visitors;
mod world;

pub use error::SimulationError;
pub use features::FEATURES;
pub use options::{ORDERS_PER_WORLD, Options, Sabotage};
pub use report::{Report, Violation};
pub use run::{run, run_with};
