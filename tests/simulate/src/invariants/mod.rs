//! The invariants: each is a check over everything observed in a world.

mod approvals;
mod budgets;
mod elsewhere;
mod erased;
pub(crate) mod facts;
mod final_state;
mod notifications;
mod one_order;
mod ownership;
mod received;
mod secrecy;
mod steps;
mod told;
mod truth;

use facts::{Evidence, Finding};

/// The name of an invariant, and its check.
type Check = (&'static str, fn(&Evidence) -> Vec<Finding>);

/// Every invariant.
const CHECKS: [Check; 36] = [
    ("one order per session", one_order::at_most_one),
    ("every upstream order is placed", one_order::placed_with_the_same_id),
    ("no order is lost", one_order::none_lost),
    ("an order id never changes", one_order::told_id),
    ("the reported price is upstream's", truth::price),
    ("a reported failure is a failure", truth::failures),
    ("a refused order is not placed", truth::refusals),
    ("an order that is not shown does not exist", truth::views),
    ("no page denies an order", told::denials),
    ("a page shows what upstream had", told::statuses),
    ("every page learns the end", told::ends),
    ("an order is sent only when it is due", told::sending),
    ("no page panics", told::panics),
    ("no placement stays open", final_state::placements),
    ("the final state is upstream's", final_state::orders),
    ("final orders leave the open work", final_state::open_work),
    ("every order is counted", final_state::counters),
    ("a status never goes back", steps::forward),
    ("no secret anywhere", secrecy::silent),
    ("no customer orders another's domain", ownership::owned),
    ("a proof counts only for its customer", ownership::proofs),
    ("no domain is in orders of two customers", ownership::once),
    ("only domains on offer are ordered", ownership::offered),
    ("nothing names an erased customer", erased::forgotten),
    ("the partner is told nothing false", notifications::truth),
    ("the partner is told everything", notifications::completeness),
    ("the partner is told nothing twice", notifications::once),
    ("budgets equal the calls upstream received", budgets::equal),
    ("the other environment changes nothing", elsewhere::apart),
    ("forwarded events arrive", elsewhere::passed_on),
    ("no order without approval", approvals::no_order_without),
    ("every approval ends exactly once", approvals::end_once),
    ("the partner's backend receives nothing false", received::nothing_false),
    ("the partner's backend knows the truth", received::knows_the_truth),
    ("the partner's backend knows everything", received::knows_everything),
    ("delivered is what an endpoint has confirmed", received::delivered),
];

/// Every violation: name of the invariant, subject and description.
pub(crate) fn broken(evidence: &Evidence) -> Vec<(&'static str, Finding)> {
    let mut broken = Vec::new();
    for (name, check) in CHECKS {
        broken.extend(check(evidence).into_iter().map(|finding| (name, finding)));
    }
    broken
}
