//! The checks can fail: mistakes made on purpose are found, and reported so that they can be run again.

use crate::share::Share;
use simulate::{Options, Sabotage};

/// Worlds in which a mistake has to show: one alone may be kind to it.
const WORLDS: std::ops::RangeInclusive<u64> = 1..=2;
/// Customers of each.
const CUSTOMERS: u64 = 15;

/// Runs worlds until one of `checks` finds the mistake, and tells how to run that world again.
fn finds(sabotage: Sabotage, checks: &[&str]) {
    // These show only when something fails: events overtake each other, answers are lost, requests meet.
    let needs_faults = [Sabotage::NoVersions, Sabotage::ChangedResend, Sabotage::NoConditions].contains(&sabotage);
    let faults = if needs_faults { 30 } else { 10 };
    let mut orders = Share::Mistake.orders();
    let mut reports = WORLDS.map(|seed| {
        let options = Options { orders: CUSTOMERS, seed, faults, sabotage: Some(sabotage), ..Options::default() };
        (seed, orders.run(&options).unwrap())
    });
    let found = reports.find(|(_, report)| report.violations.iter().any(|broken| checks.contains(&broken.check)));
    let (seed, report) = found.unwrap();
    let again = format!(
        "cargo xtask simulate --orders {CUSTOMERS} --seed {seed} --faults {faults} --world {}",
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

#[test]
fn names_under_endings_that_are_not_on_offer_are_found() {
    finds(Sabotage::AnyEnding, &["only what is on offer is ordered"]);
}

#[test]
fn a_domain_that_is_sold_to_two_customers_is_found() {
    finds(Sabotage::SoldTwice, &["no domain is in orders of two customers"]);
}

#[test]
fn an_event_that_is_lost_on_the_way_to_the_other_stage_is_found() {
    finds(Sabotage::Mislaid, &["what is passed on arrives"]);
}
