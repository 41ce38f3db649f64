//! Runs the worlds, several concurrently, and adds up their reports.

use crate::error::SimulationError;
use crate::options::{Options, WorldPlan};
use crate::report::Report;
use crate::world;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// Stack size of a thread in bytes: without optimization, the functions' futures exceed the usual two megabytes.
const STACK: usize = 16 * 1024 * 1024;

/// Runs a simulation. Equal options give equal reports, with any number of threads.
///
/// # Errors
/// If a world cannot be set up. A violated invariant is not an error; it is in the report.
pub fn run(options: &Options) -> Result<Report, SimulationError> {
    run_with(options, &mut |_| {})
}

/// Runs a simulation, and calls `progress` with the report of each world as soon as the world has ended.
///
/// # Errors
/// As [`run`].
pub fn run_with(options: &Options, progress: &mut dyn FnMut(&Report)) -> Result<Report, SimulationError> {
    let worlds = options.worlds();
    let next = AtomicUsize::new(0);
    let mut reports: Vec<(u64, Report)> = Vec::with_capacity(worlds.len());
    let mut failed = None;
    thread::scope(|scope| {
        let (found, findings) = mpsc::channel();
        for _ in 0..options.threads.clamp(1, worlds.len().max(1)) {
            let found = found.clone();
            let (worlds, next) = (&worlds, &next);
            let thread = thread::Builder::new().stack_size(STACK);
            if let Err(error) = thread.spawn_scoped(scope, move || work(worlds, next, options, &found)) {
                failed = Some(SimulationError(format!("no thread: {error}")));
            }
        }
        drop(found);
        for (index, outcome) in findings {
            match outcome {
                Ok(report) => {
                    progress(&report);
                    reports.push((index, report));
                }
                Err(error) => failed = Some(error),
            }
        }
    });
    if let Some(error) = failed {
        return Err(error);
    }
    reports.sort_by_key(|(index, _)| *index);
    let mut sum = Report::default();
    for (_, report) in reports {
        sum.merge(report);
    }
    Ok(sum)
}

/// One thread: runs worlds until there are none left.
fn work(
    worlds: &[WorldPlan],
    next: &AtomicUsize,
    options: &Options,
    found: &mpsc::Sender<(u64, Result<Report, SimulationError>)>,
) {
    while let Some(plan) = worlds.get(next.fetch_add(1, Ordering::Relaxed)) {
        if found.send((plan.index, world::run(*plan, options))).is_err() {
            break;
        }
    }
}
