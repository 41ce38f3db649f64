//! Facts about an order, read leniently from a full order, an event or a receipt.

use crate::clock::{Timestamp, to_iso};
use crate::store::dynamo::item::short;
use crate::store::dynamo::value::IntoValue;
use crate::times;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use shared::customer::{customer_key, is_customer};
use shared::lenient_json;
use shared::order::{Costs, OrderStatus, Receipt};
use std::collections::BTreeSet;

/// Characters of a status, a provider or a currency: three times the longest known word. Upstream's list is open.
pub(crate) const LONGEST_WORD: usize = 64;

/// A fact that may change, with its own version, so that statements about different facts can arrive in any order.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    /// The attribute that holds the version.
    pub(crate) version: &'static str,
    /// Attributes and values.
    pub(crate) values: Vec<(&'static str, AttributeValue)>,
}

/// The attribute of the version of an order's status.
pub(crate) const STATUS_VERSION: &str = "version";

const RENEWS_VERSION: &str = "renews_v";
const CANCELS_VERSION: &str = "cancels_v";

/// What a statement says about an order.
#[derive(Debug, Clone, Default)]
pub(crate) struct OrderFacts {
    /// Facts that may change, except the status.
    pub(crate) changing: Vec<Fact>,
    /// When upstream created it.
    pub(crate) created: Option<Timestamp>,
    /// Its customer: addresses and ids, in lower case.
    pub(crate) customers: BTreeSet<String>,
    /// The one of them that is shown.
    pub(crate) customer: Option<String>,
    /// When the paid period ends.
    pub(crate) renews_at: Option<Timestamp>,
    /// When a cancellation takes effect.
    pub(crate) cancels_at: Option<Timestamp>,
}

impl OrderFacts {
    /// The facts in `order`, a full or a thin order of any API edition, at `now`.
    pub(crate) fn of(order: &Value, now: Timestamp) -> Self {
        let date = |name: &str| order.get(name).and_then(times::read);
        let mut facts = Self::default();
        facts.renews(date("renews_at"));
        facts.cancels(date("cancels_at"));
        facts.counted(order.get("domain_count").and_then(lenient_json::whole));
        facts.priced(order.get("costs").and_then(Costs::read).as_ref());
        for name in ["user_id", "email"] {
            facts.belongs(order.get(name).and_then(Value::as_str));
        }
        facts.created = times::believable(date("created_at"), now);
        facts
    }

    /// The facts in the receipt of an order that `customer` placed.
    pub(crate) fn of_receipt(receipt: &Receipt, customer: &str) -> Self {
        let mut facts = Self::default();
        facts.renews(receipt.renews_at.as_deref().and_then(times::read_text));
        facts.counted(Some(u64::from(receipt.domain_count)));
        facts.priced(receipt.costs.as_ref());
        facts.belongs(receipt.user_id.as_deref());
        facts.belongs(receipt.email.as_deref());
        facts.belongs(Some(customer));
        facts.created = times::read_text(&receipt.created_at);
        facts
    }

    /// Those of [`Self::changing`] that are dates.
    pub(crate) fn dates(&self) -> Vec<Fact> {
        self.changing.iter().filter(|fact| [RENEWS_VERSION, CANCELS_VERSION].contains(&fact.version)).cloned().collect()
    }

    fn renews(&mut self, at: Option<Timestamp>) {
        self.renews_at = at;
        let values = at.map(|at| vec![("renews_at", to_iso(at).into_value())]);
        self.changing.extend(values.map(|values| Fact { version: RENEWS_VERSION, values }));
    }

    fn cancels(&mut self, at: Option<Timestamp>) {
        self.cancels_at = at;
        let values = at.map(|at| vec![("cancels_at", to_iso(at).into_value())]);
        self.changing.extend(values.map(|values| Fact { version: CANCELS_VERSION, values }));
    }

    fn counted(&mut self, count: Option<u64>) {
        if let Some(count) = count.and_then(|count| u32::try_from(count).ok()) {
            self.changing.push(Fact { version: "count_v", values: vec![("domain_count", count.into_value())] });
        }
    }

    fn priced(&mut self, costs: Option<&Costs>) {
        if let Some(costs) = costs {
            let currency = short(&costs.currency, LONGEST_WORD);
            let values = vec![("total_cents", costs.total_cents.into_value()), ("currency", currency.into_value())];
            self.changing.push(Fact { version: "costs_v", values });
        }
    }

    fn belongs(&mut self, customer: Option<&str>) {
        if let Some(customer) = customer.map(customer_key).filter(|customer| is_customer(customer)) {
            // The last one is shown: the customer of the session, or else the address.
            self.customer = Some(customer.clone());
            self.customers.insert(customer);
        }
    }
}

/// The status, with a version like the other facts; and that the order was completed, which stays true when it is
/// cancelled later.
pub(crate) fn status_facts(status: &OrderStatus) -> Vec<Fact> {
    let word = short(status.as_str(), LONGEST_WORD).into_value();
    let mut facts = vec![Fact { version: STATUS_VERSION, values: vec![("status", word)] }];
    if *status == OrderStatus::Completed {
        facts.push(Fact { version: "completed_v", values: vec![("was_completed", true.into_value())] });
    }
    facts
}
