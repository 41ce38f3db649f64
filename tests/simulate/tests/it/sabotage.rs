//! The checks can fail: mistakes made on purpose are found, and reported so that they can be run again.

use simulate::{Options, Report, Sabotage, run};

fn sabotaged(sabotage: Sabotage) -> Report {
    let report = run(&Options { orders: 200, seed: 4, sabotage: Some(sabotage), ..Options::default() }).unwrap();
    assert!(!report.violations.is_empty(), "{sabotage:?} was not found");
    let again =
        format!("cargo xtask simulate --orders 200 --seed 4 --faults 10 --world {}", report.violations[0].world);
    assert!(report.commands.contains(&again), "{report}");
    report
}

fn finds(report: &Report, check: &str) -> bool {
    report.violations.iter().any(|violation| violation.check == check)
}

#[test]
fn an_order_sent_again_with_another_body_is_found() {
    let report = sabotaged(Sabotage::ChangedResend);
    assert!(finds(&report, "every upstream order is placed"), "{report}");
}

#[test]
fn a_table_without_conditions_is_found() {
    let report = sabotaged(Sabotage::NoConditions);
    assert!(finds(&report, "one order per session"), "{report}");
}

#[test]
fn events_that_overwrite_newer_ones_are_found() {
    let report = sabotaged(Sabotage::NoVersions);
    assert!(finds(&report, "a status never goes back") || finds(&report, "the final state is upstream's"), "{report}");
}

#[test]
fn a_logged_login_is_found() {
    let report = sabotaged(Sabotage::Tattle);
    assert!(finds(&report, "no secret anywhere"), "{report}");
}
