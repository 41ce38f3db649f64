//! `simulate --orders N --seed S`: runs a simulation, shows each violation when it is found, and prints the report.

#![expect(clippy::print_stdout, reason = "a command-line program prints its report")]

mod args;

use args::Arguments;
use clap::Parser;
use simulate::{Options, run_with};
use std::process::ExitCode;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Orders between two lines of progress.
const PROGRESS: u64 = 5_000;

fn main() -> ExitCode {
    let options = Options::from(Arguments::parse());
    let started = Instant::now();
    let (mut orders, mut violations) = (0_u64, 0_usize);
    let outcome = run_with(&options, &mut |world| {
        for violation in &world.violations {
            eprintln!("{violation}");
        }
        let before = orders;
        orders = orders.saturating_add(world.orders);
        violations = violations.saturating_add(world.violations.len());
        if orders / PROGRESS > before / PROGRESS {
            let seconds = started.elapsed().as_secs_f64();
            eprintln!("{orders} of {} orders, {violations} violations, {seconds:.0} s", options.orders);
        }
    });
    match outcome {
        Ok(report) => {
            let seconds = started.elapsed().as_secs_f64();
            let orders = u32::try_from(report.orders).unwrap_or(u32::MAX);
            println!("{report}");
            println!("{seconds:.1} s, {:.0} orders a second", f64::from(orders) / seconds);
            if report.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
