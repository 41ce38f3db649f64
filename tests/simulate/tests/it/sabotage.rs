//! The checks can fail: mistakes made on purpose are found, and reported so that they can be run again.

use simulate::{Options, Sabotage, run};

/// Worlds in which a mistake has to show: one alone may be kind to it.
const WORLDS: std::ops::RangeInclusive<u64> = 1..=8;
/// Customers of each.
const CUSTOMERS: u64 = 40;

/// Runs worlds until one of `checks` finds the mistake, and tells how to run that world again.
fn finds(sabotage: Sabotage, checks: &[&str]) {
    let mut reports = WORLDS.map(|seed| {
        let options = Options { orders: CUSTOMERS, seed, sabotage: Some(sabotage), ..Options::default() };
        (seed, run(&options).unwrap())
    });
    let found = reports.find(|(_, report)| report.violations.iter().any(|broken| checks.contains(&broken.check)));
    let (seed, report) = found.unwrap();
    let again = format!(
        "cargo xtask simulate --orders {CUSTOMERS} --seed {seed} --faults 10 --world {}",
        report.violations[0].world
    );
    assert!(report.commands.contains(&again), "{report}");
}

#[test]
fn an_order_sent_again_with_another_body_is_found() {
    finds(Sabotage::ChangedResend, &["every upstream order is placed"]);
}

#[test]
fn a_table_without_conditions_is_found() {
    finds(Sabotage::NoConditions, &["one order per session"]);
}

#[test]
fn events_that_overwrite_newer_ones_are_found() {
    finds(Sabotage::NoVersions, &["a status never goes back", "the final state is upstream's"]);
}

#[test]
fn a_logged_login_is_found() {
    finds(Sabotage::Tattle, &["no secret anywhere"]);
}

#[test]
fn a_domain_that_goes_to_whoever_asks_is_found() {
    finds(Sabotage::NoOwners, &["no customer orders another's domain"]);
}

#[test]
fn an_erasure_that_is_not_remembered_is_found() {
    finds(Sabotage::NoMemory, &["nothing names who was erased"]);
}

#[test]
fn calls_that_are_not_charged_are_found() {
    finds(Sabotage::FreeCalls, &["budgets count what upstream received"]);
}

#[test]
fn events_of_the_other_environment_that_are_taken_are_found() {
    finds(Sabotage::SharedSecret, &["the other environment touches nothing"]);
}
