//! The promises hold: in fair weather, in the weather of the README's claim, and in a storm.

use simulate::{Options, Report, run};

fn kept(options: &Options) -> Report {
    let report = run(options).unwrap();
    assert!(report.violations.is_empty(), "{report}");
    assert_eq!(report.orders, options.orders);
    report
}

#[test]
fn without_faults_everybody_who_asks_for_what_can_be_had_gets_it() {
    let report = kept(&Options { orders: 200, faults: 0, ..Options::default() });
    assert_eq!(report.faults(), 0);
    assert!(report.placed > 190, "{report}");
}

#[test]
fn a_thousand_orders_survive_one_fault_in_ten_calls() {
    let report = kept(&Options { orders: 1_000, faults: 10, threads: 2, ..Options::default() });
    assert!(report.placed > 900, "{report}");
    assert!(report.faults() > 3_000, "{report}");
    for kind in ["upstream: timeout after acting", "dynamodb: conflict", "crash: after a table call", "webhook: lost"] {
        assert!(report.counts.contains_key(kind), "{kind} never happened: {report}");
    }
}

#[test]
fn two_hundred_orders_survive_three_faults_in_ten_calls() {
    kept(&Options { orders: 200, seed: 2, faults: 30, ..Options::default() });
}
