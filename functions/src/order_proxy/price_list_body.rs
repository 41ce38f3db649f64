//! A price list, as the documentation describes it. `shared/src/session_grant/price_list.rs` reads it field by field.

use schemars::JsonSchema;
use serde::Serialize;
use shared::domain_name::MAX_NAME_LENGTH;
use shared::pricing::{MAX_AMOUNT_CENTS, MAX_ENTRIES, MAX_PERCENT};

/// What customers pay and see.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Pricing")]
pub(super) struct PriceList {
    /// `none`: no amounts anywhere; `retail`: the prices here; `cost`: what the partner pays upstream.
    #[schemars(extend("enum" = ["none", "retail", "cost"]))]
    show: String,
    /// ISO 4217 in lower case; upstream's has to be the same. Required for `retail`.
    #[schemars(regex(pattern = "^[a-z]{3}$"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    /// Prices of domains; the first entry that fits decides. A name that is not owned, and that none fits, is not for
    /// sale; an owned one is free.
    #[schemars(length(max = MAX_ENTRIES))]
    domains: Option<Vec<PriceEntry>>,
    /// What the plan costs, beside the domains.
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<PlanPrice>,
    /// How much the charges of an order's domains have to exceed their cost, in percent of the cost; 0 when absent.
    #[schemars(range(max = MAX_PERCENT))]
    #[serde(skip_serializing_if = "Option::is_none")]
    min_margin_percent: Option<u32>,
}

/// The price of some domains: `tld` or `owned`, with a price or a markup.
#[derive(Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct PriceEntry {
    /// For names to be registered: what follows the first label, such as `com` or `co.uk`; `*` is any.
    #[schemars(length(max = MAX_NAME_LENGTH))]
    #[serde(skip_serializing_if = "Option::is_none")]
    tld: Option<String>,
    /// `true`: for names that the customer owns.
    #[schemars(extend("enum" = [true, null]))]
    #[serde(skip_serializing_if = "Option::is_none")]
    owned: Option<bool>,
    /// The first year, in cents.
    #[schemars(range(max = MAX_AMOUNT_CENTS))]
    #[serde(skip_serializing_if = "Option::is_none")]
    price_cents: Option<u32>,
    /// Each further year, in cents; `price_cents` when absent.
    #[schemars(range(max = MAX_AMOUNT_CENTS))]
    #[serde(skip_serializing_if = "Option::is_none")]
    renewal_price_cents: Option<u32>,
    /// Percent on top of what the domain costs upstream, rounded up to a cent.
    #[schemars(range(max = MAX_PERCENT))]
    #[serde(skip_serializing_if = "Option::is_none")]
    markup_percent: Option<u32>,
    /// Cents on top of that.
    #[schemars(range(max = MAX_AMOUNT_CENTS))]
    #[serde(skip_serializing_if = "Option::is_none")]
    markup_cents: Option<u32>,
    /// The charge is rounded up to a multiple of it; 1 when absent.
    #[schemars(range(min = 1, max = MAX_AMOUNT_CENTS))]
    #[serde(skip_serializing_if = "Option::is_none")]
    round_up_to_cents: Option<u32>,
}

/// What the plan costs the customer.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct PlanPrice {
    /// Of each period, in cents.
    #[schemars(range(max = MAX_AMOUNT_CENTS))]
    price_cents: u32,
    /// The period.
    #[schemars(extend("enum" = ["month", "year"]))]
    per: String,
}

impl PriceList {
    /// A fixed price, free names of the customer's own, and a markup for the rest.
    pub(super) fn example() -> Self {
        let com = PriceEntry { tld: Some("com".to_owned()), price_cents: Some(1_900), ..PriceEntry::default() };
        let owned = PriceEntry { owned: Some(true), price_cents: Some(0), ..PriceEntry::default() };
        let rest = PriceEntry {
            tld: Some("*".to_owned()),
            markup_percent: Some(37),
            round_up_to_cents: Some(50),
            ..PriceEntry::default()
        };
        Self {
            show: "retail".to_owned(),
            currency: Some("usd".to_owned()),
            domains: Some(vec![com, owned, rest]),
            plan: Some(PlanPrice { price_cents: 9_900, per: "month".to_owned() }),
            min_margin_percent: None,
        }
    }
}
