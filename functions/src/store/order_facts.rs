//! What upstream says of an order, as the table keeps it: read leniently from a full order, an event or a receipt.

use crate::clock::{Timestamp, to_iso};
use crate::store::item::{number, short, text};
use crate::times;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use shared::customer::{customer_key, is_customer};
use shared::lenient_json;
use shared::order::{Costs, OrderStatus, Receipt};
use std::collections::BTreeSet;

/// Characters of a status, a provider or a currency: three times the longest known word. Upstream's list is open.
pub(crate) const LONGEST_WORD: usize = 64;

/// A fact that may change, with a version of its own: statements that know different things can come in any order.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    /// The attribute that holds the version.
    pub(crate) version: &'static str,
    /// Attributes and values.
    pub(crate) values: Vec<(&'static str, AttributeValue)>,
}

/// The attribute of the version of an order's status.
pub(crate) const STATUS_VERSION: &str = "version";

/// The attribute that says that an order was completed once.
pub(crate) const WAS_COMPLETED: &str = "was_completed";

const RENEWS_VERSION: &str = "renews_v";
const CANCELS_VERSION: &str = "cancels_v";

/// What is said of an order.
#[derive(Debug, Clone, Default)]
pub(crate) struct OrderFacts {
    /// What may change, other than the status.
    pub(crate) changing: Vec<Fact>,
    /// When upstream took it.
    pub(crate) created: Option<Timestamp>,
    /// Whose it is: addresses and ids, in lower case.
    pub(crate) customers: BTreeSet<String>,
    /// The one of them that is shown.
    pub(crate) customer: Option<String>,
    /// When the paid period ends.
    pub(crate) renews_at: Option<Timestamp>,
    /// When a cancellation takes effect.
    pub(crate) cancels_at: Option<Timestamp>,
}

impl OrderFacts {
    /// What `order` says at `now`: a full or thin order of any edition.
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

    /// What the receipt of an order says that `customer` placed.
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
        let values = at.map(|at| vec![("renews_at", text(to_iso(at)))]);
        self.changing.extend(values.map(|values| Fact { version: RENEWS_VERSION, values }));
    }

    fn cancels(&mut self, at: Option<Timestamp>) {
        self.cancels_at = at;
        let values = at.map(|at| vec![("cancels_at", text(to_iso(at)))]);
        self.changing.extend(values.map(|values| Fact { version: CANCELS_VERSION, values }));
    }

    fn counted(&mut self, count: Option<u64>) {
        if let Some(count) = count.and_then(|count| u32::try_from(count).ok()) {
            self.changing.push(Fact { version: "count_v", values: vec![("domain_count", number(count))] });
        }
    }

    fn priced(&mut self, costs: Option<&Costs>) {
        if let Some(costs) = costs {
            let currency = short(&costs.currency, LONGEST_WORD);
            let values = vec![("total_cents", number(costs.total_cents)), ("currency", text(currency))];
            self.changing.push(Fact { version: "costs_v", values });
        }
    }

    fn belongs(&mut self, customer: Option<&str>) {
        if let Some(customer) = customer.map(customer_key).filter(|customer| is_customer(customer)) {
            // The last one named is shown: the session's customer, or else the address.
            self.customer = Some(customer.clone());
            self.customers.insert(customer);
        }
    }
}

/// The status as an attribute of its own, guarded like the others; and that the order was completed, which stays true when
/// it is cancelled later.
pub(crate) fn status_facts(status: &OrderStatus) -> Vec<Fact> {
    let word = text(short(status.as_str(), LONGEST_WORD));
    let mut facts = vec![Fact { version: STATUS_VERSION, values: vec![("status", word)] }];
    if *status == OrderStatus::Completed {
        facts.push(Fact { version: "completed_v", values: vec![(WAS_COMPLETED, AttributeValue::Bool(true))] });
    }
    facts
}
