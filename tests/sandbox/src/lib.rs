//! An emulator of Peeker's partner API that runs on a laptop.
#![doc = include_str!("../README.md")]

mod api;
mod catalogue;
mod clock;
mod config;
mod control;
mod deliverer;
mod delivery;
mod drive;
mod emit;
mod error;
mod events;
mod fault;
mod ids;
mod jobs;
mod lifecycle;
mod names;
mod outcome;
mod queue;
mod readings;
mod received;
mod sandbox;
mod server;
mod sizing;
mod snapshot;
mod start;
mod state;
mod surface;
mod table;
mod times;
mod world;

pub use config::{ClockMode, ImportReading, Preset, SandboxConfig};
pub use deliverer::Deliverer;
pub use delivery::{SignedDelivery, signature};
pub use error::SandboxError;
pub use events::{Attempt, EventRecord};
pub use fault::{Drop, Fault};
pub use outcome::{DomainOutcome, Provider};
pub use readings::{ActionReading, InboxForm, InventoryUses, Readings};
pub use received::Received;
pub use sandbox::Sandbox;
