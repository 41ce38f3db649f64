//! The command line.

use clap::Parser;
use simulate::{ORDERS_PER_WORLD, Options};

/// Run the real functions and the real sandbox on virtual time, inject faults into outside calls, and check the
/// invariants after each world. The exit status is 1 if one is violated.
#[derive(Debug, Parser)]
#[command(name = "simulate", bin_name = "cargo xtask simulate")]
pub(crate) struct Arguments {
    /// Customers, each of whom wants one order
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    orders: u64,
    /// Seed of all random decisions
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Percent of the calls to the outside that fail
    #[arg(long, value_name = "P", default_value_t = 10, value_parser = clap::value_parser!(u64).range(0..=100))]
    faults: u64,
    /// Customers of one world
    #[arg(long, value_name = "N", default_value_t = ORDERS_PER_WORLD, value_parser = clap::value_parser!(u64).range(1..))]
    per_world: u64,
    /// Run only this world of the simulation
    #[arg(long, value_name = "I")]
    world: Option<u64>,
    /// Number of worlds that run concurrently [default: one per core]
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u64).range(1..=1_024))]
    threads: Option<u64>,
    /// Print the log lines that contain this text, with the world's own time
    #[arg(long, value_name = "TEXT")]
    show: Option<String>,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        let Arguments { orders, seed, faults, per_world, world, threads, show } = arguments;
        let threads = threads.and_then(|threads| usize::try_from(threads).ok());
        let threads = threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, Into::into));
        Self { orders, seed, faults, per_world, world, threads, show, ..Self::default() }
    }
}
