//! The invariants hold without faults, with the README's fault rate, and with many faults.

use crate::share::Share;
use simulate::{Options, Report};

/// What so few orders may lack: a run of 10,000 has all of it.
const RARE: [&str; 7] = [
    "approvals: answers lost",
    "approvals: presented again after their end",
    "approvals: questions doubled",
    "notifications: lists read",
    "notifications: redeliveries asked for",
    "worlds: availability becomes stale",
    "worlds: the schedule alone delivers notifications",
];

fn kept(share: Share, options: &Options) -> Report {
    let report = share.orders().run(options).unwrap();
    assert!(report.violations.is_empty(), "{report}");
    assert_eq!(report.orders, options.orders);
    report
}

#[test]
fn without_faults_every_valid_order_succeeds() {
    let report = kept(Share::NoFaults, &Options { orders: 60, faults: 0, ..Options::default() });
    assert_eq!(report.faults(), 0);
    assert!(report.placed > 50, "{report}");
    // The budgets equal the calls that upstream received.
    for doubt in ["budgets: calls lost in transit", "budgets: calls charged in doubt", "budgets: calls not counted"] {
        assert!(!report.counts.contains_key(doubt), "{report}");
    }
}

#[test]
fn orders_survive_one_fault_in_ten_calls() {
    let report = kept(
        Share::SomeFaults,
        &Options { orders: 280, per_world: 40, seed: 3, faults: 10, threads: 2, ..Options::default() },
    );
    assert!(report.placed > 200, "{report}");
    assert!(report.faults() > 2_000, "{report}");
    for kind in ["upstream: timeout after acting", "dynamodb: conflict", "crash: after a table call", "webhook: lost"] {
        assert!(report.counts.contains_key(kind), "{kind} never happened: {report}");
    }
    // A feature that never occurs tests nothing.
    let missing: Vec<&str> = report.never_happened().filter(|name| !RARE.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?} never happened: {report}");
}

#[test]
fn orders_survive_three_faults_in_ten_calls() {
    kept(Share::ManyFaults, &Options { orders: 60, seed: 2, faults: 30, ..Options::default() });
}
