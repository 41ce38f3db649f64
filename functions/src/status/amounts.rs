//! What an order costs and was sold for, as its reader may see it.

use crate::model::sale::Sale;
use crate::session::Access;
use schemars::JsonSchema;
use serde::Serialize;
use shared::order::{Charge, Costs, Renewal};
use shared::pricing::Show;
use std::collections::BTreeMap;

/// What the partner alone sees of an order's money, with its own notes.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SaleView")]
pub(super) struct SaleView {
    /// Partner only: price that upstream charges, including licences; `null` until it is known.
    #[schemars(extend("$comment" = "may also be absent"))]
    cost: Option<Costs>,
    /// Partner only: the charge minus the cost; `null` until both are known, and if no amounts are shown.
    #[schemars(extend("$comment" = "may also be absent"))]
    margin_cents: Option<i64>,
    /// Partner only: the reference of the session; `null` without one.
    #[schemars(extend("$comment" = "may also be absent"))]
    reference: Option<String>,
    /// Partner only: the metadata of the session.
    metadata: BTreeMap<String, String>,
}

/// The amounts of one order for one reader.
#[derive(Debug)]
pub(super) struct Amounts {
    /// Whether upstream's amounts may be shown.
    pub(super) shows_costs: bool,
    /// What the customer pays.
    pub(super) charge: Option<Charge>,
    /// What the domains cost in each further year.
    pub(super) renewal: Option<Renewal>,
    /// What the partner alone sees.
    pub(super) sale: Option<SaleView>,
}

impl Amounts {
    /// What the caller may see of an order that costs `costs` and was sold as `sale` says.
    pub(super) fn of(access: &Access, costs: Option<&Costs>, sale: Option<Sale>) -> Self {
        let charge = sale.as_ref().and_then(|sale| sale.charge_for(costs));
        let renewal = sale.as_ref().and_then(|sale| sale.renewal(costs));
        match access {
            Access::Partner => {
                let margin_cents = sale.as_ref().and_then(|sale| sale.margin_cents(costs));
                let (reference, metadata) =
                    sale.map_or_else(Default::default, |sale| (sale.labels.reference, sale.labels.metadata));
                let sale = SaleView { cost: costs.cloned(), margin_cents, reference, metadata };
                Self { shows_costs: true, charge, renewal, sale: Some(sale) }
            }
            Access::Customer(session) => match session.pricing.show {
                Show::None => Self { shows_costs: false, charge: None, renewal: None, sale: None },
                // A charge that equals the cost would show it.
                Show::Retail => {
                    let is_retail = sale.is_some_and(|sale| sale.show == Show::Retail);
                    let (charge, renewal) = if is_retail { (charge, renewal) } else { (None, None) };
                    Self { shows_costs: false, charge, renewal, sale: None }
                }
                // Who bought at the partner's prices, or without any, does not learn upstream's in a later session.
                Show::Cost => {
                    let shows_costs = sale.is_none_or(|sale| sale.show == Show::Cost);
                    let charge = charge.or_else(|| costs.filter(|_| shows_costs).map(Charge::equal_to));
                    Self { shows_costs, charge, renewal, sale: None }
                }
            },
        }
    }
}

impl SaleView {
    /// Of an order of the documentation.
    pub(super) fn example() -> Self {
        Self {
            cost: Some(Costs { total_cents: 3_900, currency: "usd".to_owned() }),
            margin_cents: Some(9_900),
            reference: Some("sale-1042".to_owned()),
            metadata: BTreeMap::from([("campaign".to_owned(), "spring".to_owned())]),
        }
    }
}
