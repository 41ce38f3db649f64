//! The promises, each a check of its own over everything that was seen of a world.

mod budgets;
mod elsewhere;
mod erased;
mod final_state;
mod one_order;
mod ownership;
mod secrecy;
mod steps;
mod truth;

use crate::diary::{Pages, Sight};
use crate::erasures::Erased;
use crate::features::Features;
use crate::ledger::Account;
use functions::placement::Placement;
use serde_json::Value;
use shared::answers::OrderView;
use std::collections::BTreeMap;

/// What is known of a world when it has come to rest.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    /// What customers did and were told.
    pub(crate) pages: Vec<Pages>,
    /// Orders upstream, oldest first.
    pub(crate) upstream: Vec<UpstreamOrder>,
    /// Placements by session.
    pub(crate) placements: BTreeMap<String, Placement>,
    /// Orders as the status endpoint shows them.
    pub(crate) stored: BTreeMap<String, OrderView>,
    /// Every item of the table.
    pub(crate) items: Vec<Value>,
    /// What a witness saw of each order after each webhook.
    pub(crate) witnessed: BTreeMap<String, Vec<Sight>>,
    /// Log lines and answers that held a secret.
    pub(crate) betraying: Vec<String>,
    /// Log lines that name a customer.
    pub(crate) naming: Vec<String>,
    /// What the functions answer to the partner at the end, where somebody was erased.
    pub(crate) answers: Vec<String>,
    /// Who was erased.
    pub(crate) erased: Vec<Erased>,
    /// The calls of each session.
    pub(crate) accounts: BTreeMap<String, Account>,
    /// Ids of orders and events of the other environment.
    pub(crate) elsewhere: Vec<String>,
    /// Events that upstream was told have arrived, where there is another stage.
    pub(crate) taken: Vec<String>,
    /// Every item of the other stage's table.
    pub(crate) other_items: Vec<Value>,
    /// What the world had.
    pub(crate) features: Option<Features>,
}

/// One order upstream.
#[derive(Debug, Clone)]
pub(crate) struct UpstreamOrder {
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) total_cents: Option<u64>,
    pub(crate) domains: Vec<String>,
    /// Those of them that the customer has brought.
    pub(crate) imported: Vec<String>,
    /// What the registrations cost.
    pub(crate) registration_cents: u64,
    /// Domains that are live.
    pub(crate) live: Vec<String>,
    /// Milliseconds since the world began.
    pub(crate) created: u64,
    /// Index of the customer and of the draft that it came from.
    pub(crate) origin: Option<(usize, usize)>,
}

/// What a check found: about whom, and what.
pub(crate) type Finding = (String, String);

/// A promise and how it is checked.
type Check = (&'static str, fn(&Evidence) -> Vec<Finding>);

/// Every promise.
const CHECKS: [Check; 22] = [
    ("one order per session", one_order::at_most_one),
    ("every upstream order is placed", one_order::placed_with_the_same_id),
    ("no order is lost", one_order::none_lost),
    ("the told id never changes", one_order::told_id),
    ("the told price is upstream's", truth::price),
    ("told that it failed, and it did", truth::failures),
    ("told that it cannot be, and it is not", truth::refusals),
    ("shown as not placed, and it is not", truth::views),
    ("no placement stays open", final_state::placements),
    ("the final state is upstream's", final_state::orders),
    ("what is final leaves the open work", final_state::open_work),
    ("what is ordered is counted", final_state::counters),
    ("a status never goes back", steps::forward),
    ("no secret anywhere", secrecy::silent),
    ("no customer orders another's domain", ownership::owned),
    ("a proof counts for whom it was asked of", ownership::proofs),
    ("no domain is in orders of two customers", ownership::once),
    ("only what is on offer is ordered", ownership::offered),
    ("nothing names who was erased", erased::forgotten),
    ("budgets count what upstream received", budgets::equal),
    ("the other environment touches nothing", elsewhere::apart),
    ("what is passed on arrives", elsewhere::passed_on),
];

impl Evidence {
    /// Every broken promise: the promise, about whom, and what happened.
    pub(crate) fn broken(&self) -> Vec<(&'static str, Finding)> {
        let mut broken = Vec::new();
        for (name, check) in CHECKS {
            broken.extend(check(self).into_iter().map(|finding| (name, finding)));
        }
        broken
    }

    /// Each customer that has a session, and its orders upstream.
    fn customers(&self) -> impl Iterator<Item = (&Pages, Vec<&UpstreamOrder>)> {
        self.pages.iter().enumerate().map(|(index, pages)| {
            let of_customer = |order: &&UpstreamOrder| order.origin.is_some_and(|(customer, _)| customer == index);
            (pages, self.upstream.iter().filter(of_customer).collect())
        })
    }

    /// The address of an order's customer.
    fn customer_of(&self, order: &UpstreamOrder) -> Option<&str> {
        let (customer, _) = order.origin?;
        Some(self.pages.get(customer)?.customer.as_str())
    }

    /// Whether receipts say nothing but an id, so that what an order costs is not known when it is placed.
    fn has_minimal_receipts(&self) -> bool {
        self.features.as_ref().is_some_and(|features| features.minimal_receipts)
    }

    fn placement(&self, pages: &Pages) -> Option<&Placement> {
        self.placements.get(pages.session.as_ref()?)
    }

    fn order(&self, id: &str) -> Option<&UpstreamOrder> {
        self.upstream.iter().find(|order| order.id == id)
    }
}
