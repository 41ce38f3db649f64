//! The promises hold: in fair weather, in the weather of the README's claim, and in a storm.

use crate::share::Share;
use simulate::{Options, Report};

fn kept(share: Share, options: &Options) -> Report {
    let report = share.orders().run(options).unwrap();
    assert!(report.violations.is_empty(), "{report}");
    assert_eq!(report.orders, options.orders);
    report
}

#[test]
fn without_faults_everybody_who_asks_for_what_can_be_had_gets_it() {
    let report = kept(Share::FairWeather, &Options { orders: 60, faults: 0, ..Options::default() });
    assert_eq!(report.faults(), 0);
    assert!(report.placed > 50, "{report}");
    // The budgets count what upstream received, to the call.
    for doubt in ["budgets: calls lost on their way", "budgets: calls charged in doubt", "budgets: calls not counted"] {
        assert!(!report.counts.contains_key(doubt), "{report}");
    }
}

#[test]
fn hundreds_of_orders_survive_one_fault_in_ten_calls() {
    let report = kept(
        Share::Weather,
        &Options { orders: 480, per_world: 40, seed: 3, faults: 10, threads: 2, ..Options::default() },
    );
    assert!(report.placed > 400, "{report}");
    assert!(report.faults() > 1_500, "{report}");
    for kind in ["upstream: timeout after acting", "dynamodb: conflict", "crash: after a table call", "webhook: lost"] {
        assert!(report.counts.contains_key(kind), "{kind} never happened: {report}");
    }
    // A part of a world that is never seen tests nothing.
    let missing: Vec<&str> = report.never_happened().collect();
    assert!(missing.is_empty(), "{missing:?} never happened: {report}");
}

#[test]
fn they_survive_three_faults_in_ten_calls() {
    kept(Share::Storm, &Options { orders: 60, seed: 2, faults: 30, ..Options::default() });
}
