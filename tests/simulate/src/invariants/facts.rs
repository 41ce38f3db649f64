//! What was seen of a world, and what an invariant finds in it.

use crate::backend::receiving::Received;
use crate::diary::{Pages, Sight};
use crate::erasures::Erased;
use crate::fates::Fate;
use crate::features::Features;
use crate::ledger::Account;
use crate::partner::Book;
use functions::placement::{Phase, Placement};
use serde_json::Value;
use shared::answers::OrderView;
use std::collections::BTreeMap;

/// The final state and the observations of a world.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    /// Actions of the customers, and the responses that they received.
    pub(crate) pages: Vec<Pages>,
    /// Orders upstream, oldest first.
    pub(crate) upstream: Vec<UpstreamOrder>,
    /// Placements by session.
    pub(crate) placements: BTreeMap<String, Placement>,
    /// Orders in the status API.
    pub(crate) stored: BTreeMap<String, OrderView>,
    /// Every item of the table.
    pub(crate) items: Vec<Value>,
    /// The states of each order observed after each webhook.
    pub(crate) observed: BTreeMap<String, Vec<Sight>>,
    /// Log lines and responses that contained a secret.
    pub(crate) betraying: Vec<String>,
    /// Log lines that name a customer.
    pub(crate) naming: Vec<String>,
    /// The functions' final responses to the partner, if a customer was erased.
    pub(crate) answers: Vec<String>,
    /// The erased customers.
    pub(crate) erased: Vec<Erased>,
    /// The calls of each session.
    pub(crate) accounts: BTreeMap<String, Account>,
    /// Ids of orders and events of the other environment.
    pub(crate) elsewhere: Vec<String>,
    /// Acknowledged events, if there is another stage.
    pub(crate) taken: Vec<String>,
    /// Every item of the other stage's table.
    pub(crate) other_items: Vec<Value>,
    /// Customers whose page or life ended in a panic.
    pub(crate) panics: u64,
    /// What the partner has approved and was asked.
    pub(crate) book: Book,
    /// What became of each approval.
    pub(crate) fates: BTreeMap<String, Fate>,
    /// What each endpoint of the partner's backend has received.
    pub(crate) received: BTreeMap<String, Received>,
    /// The features of the world.
    pub(crate) features: Option<Features>,
}

/// One order upstream.
#[derive(Debug, Clone)]
pub(crate) struct UpstreamOrder {
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) total_cents: Option<u64>,
    pub(crate) domains: Vec<String>,
    /// The domains that the customer imported.
    pub(crate) imported: Vec<String>,
    /// Price of the registrations in cents.
    pub(crate) registration_cents: u64,
    /// Connected domains.
    pub(crate) live: Vec<String>,
    /// The statuses that it has had, and the milliseconds since the start of the world.
    pub(crate) steps: Vec<(String, u64)>,
    /// Milliseconds since the start of the world.
    pub(crate) created: u64,
    /// Index of the customer, and of the draft that it came from.
    pub(crate) origin: Option<(usize, usize)>,
}

/// A violation: subject and description.
pub(crate) type Finding = (String, String);

impl Evidence {
    /// Each customer with a session, and its orders upstream.
    pub(crate) fn customers(&self) -> impl Iterator<Item = (&Pages, Vec<&UpstreamOrder>)> {
        self.pages.iter().enumerate().map(|(index, pages)| {
            let of_customer = |order: &&UpstreamOrder| order.origin.is_some_and(|(customer, _)| customer == index);
            (pages, self.upstream.iter().filter(of_customer).collect())
        })
    }

    /// The e-mail address of an order's customer.
    pub(crate) fn customer_of(&self, order: &UpstreamOrder) -> Option<&str> {
        let (customer, _) = order.origin?;
        Some(self.pages.get(customer)?.customer.as_str())
    }

    /// Whether receipts contain only an id, so that the price of a new order is unknown.
    pub(crate) fn has_minimal_receipts(&self) -> bool {
        self.features.as_ref().is_some_and(|features| features.minimal_receipts)
    }

    /// The placements of a customer, one for each session that has one.
    pub(crate) fn placements_of<'e>(&'e self, pages: &'e Pages) -> impl Iterator<Item = (&'e str, &'e Placement)> {
        pages.sessions.iter().filter_map(|session| Some((session.as_str(), self.placements.get(session)?)))
    }

    /// The session of one of `pages` that was placed with this order.
    pub(crate) fn session_of(&self, pages: &Pages, order: &str) -> Option<&str> {
        let is_of =
            |placement: &Placement| matches!(&placement.phase, Phase::Placed(receipt) if receipt.id.as_str() == order);
        let mut sessions = self.placements.iter().filter(|(session, _)| pages.sessions.contains(session));
        sessions.find(|(_, placement)| is_of(placement)).map(|(session, _)| session.as_str())
    }

    pub(crate) fn order(&self, id: &str) -> Option<&UpstreamOrder> {
        self.upstream.iter().find(|order| order.id == id)
    }
}
