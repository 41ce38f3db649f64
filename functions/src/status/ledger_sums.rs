//! A ledger: the orders of a month with their amounts, and their sums per customer and per reference.

use crate::store::order::OrderHead;
use schemars::JsonSchema;
use serde::Serialize;
use shared::order::OrderStatus;
use shared::schema;
use std::collections::BTreeMap;

/// The orders of a month, and their sums. Amounts are in cents.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Ledger {
    /// The month in UTC.
    pub(super) month: String,
    /// The orders that were placed in it, oldest first.
    pub(super) orders: Vec<LedgerRow>,
    /// Their sums per customer and currency.
    pub(super) customers: Vec<CustomerSum>,
    /// Their sums per reference and currency.
    pub(super) references: Vec<ReferenceSum>,
}

/// One order of a ledger.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct LedgerRow {
    /// Upstream's `ord_…`.
    #[schemars(with = "schema::Id")]
    pub(super) order: String,
    /// The customer, or the pseudonym of one who was forgotten; `null` when it is not known.
    pub(super) customer: Option<String>,
    /// The reference of the session that placed it; `null` when there is none.
    pub(super) reference: Option<String>,
    /// When upstream took it, ISO 8601.
    pub(super) placed_at: String,
    /// The newest status that is known.
    pub(super) status: OrderStatus,
    /// ISO 4217 in lower case; `null` while no amount is known.
    pub(super) currency: Option<String>,
    /// What upstream charges, licences included; `null` while it is not known.
    pub(super) cost_cents: Option<u64>,
    /// What the customer pays; `null` where no amounts are shown.
    pub(super) charge_cents: Option<u64>,
    /// The charge less the cost; `null` while one of them is not known.
    pub(super) margin_cents: Option<i64>,
}

/// The sums of one customer's orders in one currency.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CustomerSum {
    /// The customer; `null`: orders whose customer is not known.
    pub(super) customer: Option<String>,
    #[serde(flatten)]
    pub(super) sums: Sums,
}

/// The sums of the orders with one reference in one currency.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ReferenceSum {
    /// The reference; `null`: orders without one.
    pub(super) reference: Option<String>,
    #[serde(flatten)]
    pub(super) sums: Sums,
}

/// Sums of costs, and of charges and margins where all are known: the margin is always the charge less the cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Sums {
    /// Number of orders.
    pub(super) orders: u64,
    /// ISO 4217 in lower case; `null`: orders without any amount.
    pub(super) currency: Option<String>,
    /// Sum of the costs that are known.
    pub(super) cost_cents: u64,
    /// Sum of the charges; `null` when one of the orders has none.
    pub(super) charge_cents: Option<u64>,
    /// Sum of the margins; `null` when one of the orders has none.
    pub(super) margin_cents: Option<i64>,
}

impl Ledger {
    pub(super) fn new(month: String, heads: Vec<OrderHead>) -> Self {
        let orders: Vec<LedgerRow> = heads.into_iter().map(LedgerRow::of).collect();
        let customers = sums(&orders, |row| &row.customer);
        let references = sums(&orders, |row| &row.reference);
        let customers = customers.into_iter().map(|(customer, sums)| CustomerSum { customer, sums }).collect();
        let references = references.into_iter().map(|(reference, sums)| ReferenceSum { reference, sums }).collect();
        Self { month, orders, customers, references }
    }
}

impl Sums {
    /// The sums of no orders.
    fn none(currency: &Option<String>) -> Self {
        Self { orders: 0, currency: currency.clone(), cost_cents: 0, charge_cents: Some(0), margin_cents: Some(0) }
    }
}

impl LedgerRow {
    fn of(head: OrderHead) -> Self {
        let costs = head.costs.as_ref();
        let charge = head.sale.as_ref().and_then(|sale| sale.charge_for(costs));
        let margin_cents = head.sale.as_ref().and_then(|sale| sale.margin_cents(costs));
        let currency = costs.map(|costs| costs.currency.to_ascii_lowercase());
        Self {
            order: head.id.to_string(),
            customer: head.customer,
            reference: head.sale.and_then(|sale| sale.labels.reference),
            placed_at: head.created_at.unwrap_or(head.updated_at),
            status: head.status,
            currency: currency.or_else(|| charge.as_ref().map(|charge| charge.currency.clone())),
            cost_cents: head.costs.map(|costs| costs.total_cents),
            charge_cents: charge.map(|charge| charge.total_cents),
            margin_cents,
        }
    }
}

/// The sums of `rows` for each value of `key`, by currency.
fn sums(rows: &[LedgerRow], key: impl Fn(&LedgerRow) -> &Option<String>) -> Vec<(Option<String>, Sums)> {
    let mut found: BTreeMap<(Option<String>, Option<String>), Sums> = BTreeMap::new();
    for row in rows {
        let sums = found.entry((key(row).clone(), row.currency.clone())).or_insert_with(|| Sums::none(&row.currency));
        sums.orders = sums.orders.saturating_add(1);
        sums.cost_cents = sums.cost_cents.saturating_add(row.cost_cents.unwrap_or(0));
        sums.charge_cents = sums.charge_cents.zip(row.charge_cents).map(|(sum, cents)| sum.saturating_add(cents));
        sums.margin_cents = sums.margin_cents.zip(row.margin_cents).map(|(sum, cents)| sum.saturating_add(cents));
    }
    found.into_iter().map(|((key, _), sums)| (key, sums)).collect()
}
