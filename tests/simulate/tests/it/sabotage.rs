//! The checks can fail: deliberate mistakes are detected, with a command to reproduce them.

use crate::share::Share;
use simulate::{Options, Sabotage};

/// Worlds in which a mistake must be detected; it may stay hidden in one of them.
const WORLDS: u64 = 2;
/// Customers of each world.
const CUSTOMERS: u64 = 11;

/// Runs worlds until one of `checks` detects the mistake, and verifies the command that reproduces it.
fn finds(sabotage: Sabotage, checks: &[&str]) {
    // These need faults to have an effect: events that overtake each other, lost responses, concurrent requests.
    let needs_faults = [
        Sabotage::NoVersions,
        Sabotage::ChangedResend,
        Sabotage::NoConditions,
        Sabotage::DeniedOrder,
        Sabotage::SentAgain,
    ]
    .contains(&sabotage);
    let faults = if needs_faults { 30 } else { 10 };
    let mut orders = Share::Mistake.orders();
    // The first world in which it has an effect is one of these.
    let first = match sabotage {
        Sabotage::NoConditions => 6,
        Sabotage::NoOwners | Sabotage::NoVersions | Sabotage::DeniedOrder | Sabotage::WrongStatus => 2,
        _ => 1,
    };
    let mut reports = (first..first + WORLDS).map(|seed| {
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
fn detects_an_order_resent_with_another_body() {
    finds(Sabotage::ChangedResend, &["every upstream order is placed"]);
}

#[test]
fn detects_a_table_that_ignores_conditions() {
    finds(Sabotage::NoConditions, &["one order per session"]);
}

#[test]
fn detects_events_that_overwrite_newer_ones() {
    finds(Sabotage::NoVersions, &["a status never goes back", "the final state is upstream's"]);
}

#[test]
fn detects_a_logged_login() {
    finds(Sabotage::LoggedLogin, &["no secret anywhere"]);
}

#[test]
fn detects_a_domain_given_to_any_customer() {
    finds(Sabotage::NoOwners, &["no customer orders another's domain"]);
}

#[test]
fn detects_a_forgotten_erasure() {
    finds(Sabotage::NoMemory, &["nothing names an erased customer"]);
}

#[test]
fn detects_uncharged_calls() {
    finds(Sabotage::FreeCalls, &["budgets equal the calls upstream received"]);
}

#[test]
fn detects_accepted_events_of_the_other_environment() {
    finds(Sabotage::SharedSecret, &["the other environment changes nothing"]);
}

#[test]
fn detects_orders_under_unoffered_tlds() {
    finds(Sabotage::AnyEnding, &["only domains on offer are ordered"]);
}

#[test]
fn detects_a_domain_sold_to_two_customers() {
    finds(Sabotage::SoldTwice, &["no domain is in orders of two customers"]);
}

#[test]
fn detects_an_order_without_approval() {
    finds(Sabotage::Unpaid, &["no order without approval"]);
}

#[test]
fn detects_an_approval_that_ends_twice() {
    finds(Sabotage::EndlessApprovals, &["every approval ends exactly once"]);
}

#[test]
fn detects_a_notification_with_a_wrong_status() {
    finds(Sabotage::WrongStatus, &["the partner's backend receives nothing false"]);
}

#[test]
fn detects_a_delivery_that_nobody_confirmed() {
    finds(Sabotage::UnheardDelivery, &["delivered is what an endpoint has confirmed"]);
}

#[test]
fn detects_an_event_lost_between_stages() {
    finds(Sabotage::LostForward, &["forwarded events arrive"]);
}

#[test]
fn detects_a_page_that_denies_an_order_too_early() {
    finds(Sabotage::DeniedOrder, &["no page denies an order"]);
}

#[test]
fn detects_a_page_that_sends_again_without_asking() {
    finds(Sabotage::SentAgain, &["an order is sent only when it is due"]);
}

#[test]
fn detects_a_page_that_keeps_an_old_status() {
    finds(Sabotage::OldStatus, &["every page learns the end"]);
}
