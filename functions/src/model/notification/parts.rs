//! The parts that bodies of notifications share.

use crate::model::pending_action::{advised, of_domain};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::answers::PendingAction;
use shared::schema::Id;
use std::collections::BTreeMap;

/// What a notification about an order says of the order and its sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AboutOrder {
    /// The order.
    pub order: OrderPart,
    /// A later fact about the order has a larger number. Notifications may arrive in any order: compare the numbers
    /// before you overwrite something. Numbers are not consecutive.
    pub sequence: u64,
    /// The reference of the session that placed it; `null` without one.
    pub reference: Option<String>,
    /// The metadata of the session that placed it.
    pub metadata: BTreeMap<String, String>,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderPart {
    /// Upstream's `ord_…`.
    #[schemars(with = "Id")]
    pub id: String,
    /// Its status with this fact: `in_progress`, `action_required`, `completed`, `failed`, `cancel_scheduled`,
    /// `cancelled`; other values may be added.
    pub status: String,
    /// Personal data: the customer, an e-mail address or upstream's `usr_…`; the pseudonym of an erased customer; `null`
    /// while it is not known.
    pub customer: Option<String>,
}

impl AboutOrder {
    /// An order in a status; the rest is added when the notification is delivered.
    pub fn of(id: &str, status: &str) -> Self {
        let order = OrderPart { id: id.to_owned(), status: status.to_owned(), customer: None };
        Self { order, sequence: 0, reference: None, metadata: BTreeMap::new() }
    }
}

/// The reference and the metadata of a fact that is not about an order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AboutSale {
    /// The reference of the session; `null` without one.
    pub reference: Option<String>,
    /// The metadata of the session.
    pub metadata: BTreeMap<String, String>,
}

/// Why the charge of an order does not cover its cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BelowFloorPart {
    /// `too_low`: the charge is below the cost and the minimum margin; `other_currency`: upstream's prices are not in the
    /// currency of the price list; `several_currencies`: upstream's prices are in several; `cost_missing`: upstream named
    /// no price. Other values may be added.
    pub reason: String,
    /// What the domains cost upstream, in cents; `null` with `several_currencies` and `cost_missing`.
    pub cost_cents: Option<u64>,
    /// The currency of the cost, ISO 4217 in lower case; `null` with `several_currencies` and `cost_missing`.
    pub cost_currency: Option<String>,
    /// What the customer would have paid for the domains, in cents; `null` with `several_currencies` and `cost_missing`.
    pub charge_cents: Option<u64>,
    /// The currency of the price list, ISO 4217 in lower case.
    pub currency: String,
    /// The minimum margin of the price list, in percent of the cost.
    pub min_margin_percent: u32,
}

/// The partner's approval of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalPart {
    /// Its id: the `jti` of the approval token, or our `apr_…`.
    #[schemars(with = "Id")]
    pub id: String,
    /// The approved amount in cents; `null` where no amounts are shown.
    pub amount_cents: Option<u64>,
    /// Its currency, ISO 4217 in lower case; `null` where no amounts are shown.
    pub currency: Option<String>,
}

/// Something that somebody has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActionPart {
    /// Type of the action, such as `google_profile_picture`; other values may be added.
    #[serde(rename = "type")]
    pub kind: String,
    /// The domain; `null` if it is not about one, or unknown.
    pub domain: Option<String>,
    /// Who has to do it: `customer` or `partner`.
    pub who: String,
    /// What to do, as a sentence.
    pub what_to_do: String,
}

impl ActionPart {
    /// `action` with who and what, and without the person it is about.
    pub fn of(action: PendingAction) -> Self {
        let advised = advised(PendingAction { person: None, message: None, ..action });
        Self {
            kind: advised.kind,
            domain: advised.domain,
            who: advised.who.unwrap_or_default(),
            what_to_do: advised.what_to_do.unwrap_or_default(),
        }
    }

    /// What a domain waits for that upstream names no action for.
    pub fn of_domain(name: &str) -> Self {
        Self::of(of_domain(name))
    }
}

/// An import of domains that a customer owns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportPart {
    /// Upstream's `imp_…`.
    #[schemars(with = "Id")]
    pub id: String,
    /// Personal data: the customer, or its pseudonym once it was erased; `null` if it is not known.
    pub customer: Option<String>,
    /// Its domains.
    pub domains: Vec<String>,
}

/// An address that notifications are sent to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointPart {
    /// Its id.
    #[schemars(with = "Id")]
    pub id: String,
    /// Its address, or the name of an event bus.
    pub url: String,
}
