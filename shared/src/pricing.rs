//! What a partner charges its customers: price lists and markups, and the lowest total that covers upstream's cost.
//!
//! A *cost* is what the partner pays upstream; a *charge* is what the customer pays the partner. All amounts are whole
//! minor units (cents) of one currency.

use crate::availability::AvailabilityRow;
use crate::domain_name::DomainName;
use crate::quote::{Quote, QuoteLine};
use serde::{Deserialize, Serialize};

/// The highest amount in a price list, in cents: 100,000 of a currency with two decimals.
pub const MAX_AMOUNT_CENTS: u32 = 10_000_000;
/// The highest markup and the highest minimum margin, in percent.
pub const MAX_PERCENT: u32 = 1_000;
/// Most entries of a price list.
pub const MAX_ENTRIES: usize = 100;

/// Which amounts customers see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Show {
    /// None at all.
    None,
    /// The partner's charges.
    Retail,
    /// Upstream's amounts.
    Cost,
}

/// How a partner prices what it sells: a session's claim `pricing`, or the stage's default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pricing {
    /// Which amounts customers see.
    pub show: Show,
    /// ISO 4217 in lower case, such as `usd`. Upstream's has to be the same. Required for [`Show::Retail`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Prices of domains: the first entry that fits a domain decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<Entry>,
    /// What the plan itself costs the customer, beside the domains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanPrice>,
    /// How much the charges of an order's domains have to exceed their cost, in percent of the cost.
    #[serde(default)]
    pub min_margin_percent: u32,
}

/// One entry of a price list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Which domains it is for.
    #[serde(flatten)]
    pub applies: Applies,
    /// What they cost the customer.
    #[serde(flatten)]
    pub price: Price,
}

/// Which domains an entry is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Applies {
    /// Names to be registered whose part after the first label equals this, such as `com` or `co.uk`; `*` is any.
    Tld(String),
    /// Names that the customer owns; always `true`.
    Owned(bool),
}

/// A price, or a markup on upstream's cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Price {
    /// A price of its own.
    Fixed {
        /// The first year, in cents.
        price_cents: u32,
        /// Each further year, in cents; absent: the same.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        renewal_price_cents: Option<u32>,
    },
    /// Upstream's cost and something on top.
    Markup(Markup),
}

/// What is added to upstream's cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Markup {
    /// Percent of the cost, 0 to 1,000.
    #[serde(default)]
    pub markup_percent: u32,
    /// Cents, added after the percentage.
    #[serde(default)]
    pub markup_cents: u32,
    /// The charge is rounded up to the next multiple of this many cents; 1 leaves it as it is.
    #[serde(default = "one")]
    pub round_up_to_cents: u32,
}

const fn one() -> u32 {
    1
}

/// What the plan costs the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct PlanPrice {
    /// For each period, in cents.
    pub price_cents: u32,
    /// The period.
    pub per: Period,
}

/// How often something is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// Every month.
    Month,
    /// Every year.
    Year,
}

/// What a session shows of prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct ShownPricing {
    /// `none`: no amounts; `retail`: what the customer pays; `cost`: what upstream charges the partner.
    pub show: Show,
    /// ISO 4217 in lower case; absent if no amounts are shown, and until the currency is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Price of the plan for the customer, in addition to the domains; absent if the plan has no price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanPrice>,
}

impl ShownPricing {
    /// What a customer may see of `pricing`.
    pub fn of(pricing: &Pricing) -> Self {
        let Pricing { show, currency, plan, .. } = pricing;
        match show {
            Show::None => Self { show: *show, currency: None, plan: None },
            Show::Retail => Self { show: *show, currency: currency.clone(), plan: *plan },
            Show::Cost => Self { show: *show, currency: currency.clone(), plan: None },
        }
    }

    /// What a customer sees where nothing is priced: upstream's amounts.
    pub fn cost() -> Self {
        Self::of(&Pricing::cost())
    }
}

/// What one domain costs, upstream or the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amounts {
    /// The first year, in cents.
    pub price_cents: u32,
    /// Each further year, in cents; `None` when it is not known.
    pub renewal_price_cents: Option<u32>,
}

/// Why charges do not cover the cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BelowFloor {
    /// The charges are lower than the cost plus the minimum margin.
    TooLow,
    /// Upstream's prices are in another currency.
    OtherCurrency,
}

impl Markup {
    /// The charge for something that costs `cents`: `None` when the charge does not fit into 32 bits.
    fn on(self, cents: u32) -> Option<u32> {
        let percent = 100_u64.checked_add(u64::from(self.markup_percent))?;
        let raised = u64::from(cents).checked_mul(percent)?.div_ceil(100);
        let step = u64::from(self.round_up_to_cents.max(1));
        let charge = raised.checked_add(u64::from(self.markup_cents))?.checked_next_multiple_of(step)?;
        u32::try_from(charge).ok()
    }
}

impl Price {
    fn of(self, cost: Amounts) -> Option<Amounts> {
        match self {
            Self::Fixed { price_cents, renewal_price_cents } => {
                Some(Amounts { price_cents, renewal_price_cents: renewal_price_cents.or(Some(price_cents)) })
            }
            Self::Markup(markup) => Some(Amounts {
                price_cents: markup.on(cost.price_cents)?,
                renewal_price_cents: cost.renewal_price_cents.and_then(|cents| markup.on(cents)),
            }),
        }
    }
}

impl Pricing {
    /// Pricing that shows upstream's amounts.
    pub const fn cost() -> Self {
        Self::without_prices(Show::Cost)
    }

    /// Pricing that shows no amounts.
    pub const fn hidden() -> Self {
        Self::without_prices(Show::None)
    }

    const fn without_prices(show: Show) -> Self {
        Self { show, currency: None, domains: Vec::new(), plan: None, min_margin_percent: 0 }
    }

    /// Whether `name`, which the customer does not own, has a price; without a price list every name has.
    pub fn sells(&self, name: &DomainName) -> bool {
        self.show != Show::Retail || self.entry(name.suffix(), false).is_some()
    }

    /// `row` with the amounts that its customer is shown, in place of upstream's.
    #[must_use]
    pub fn shown(&self, row: AvailabilityRow) -> AvailabilityRow {
        let charge = match self.show {
            Show::Cost => return row,
            Show::None => None,
            Show::Retail => self.charge_of(&row),
        };
        AvailabilityRow {
            price_cents: charge.map(|charge| charge.price_cents),
            renewal_price_cents: charge.and_then(|charge| charge.renewal_price_cents),
            currency: charge.and(self.currency.clone()),
            ..row
        }
    }

    /// The charge for a row that can be ordered.
    fn charge_of(&self, row: &AvailabilityRow) -> Option<Amounts> {
        let price_cents = row.price_cents.filter(|_| row.available)?;
        self.charge_under(
            suffix_of(&row.domain),
            row.owned,
            Amounts { price_cents, renewal_price_cents: row.renewal_price_cents },
        )
    }

    /// The first entry that fits.
    fn entry(&self, suffix: &str, owned: bool) -> Option<&Entry> {
        let fits = |entry: &&Entry| match &entry.applies {
            Applies::Tld(tld) => !owned && (tld == "*" || tld == suffix),
            Applies::Owned(_) => owned,
        };
        self.domains.iter().find(fits)
    }

    /// What a customer pays for the domain `name`, which costs `cost` upstream; `None` when no entry fits, and the domain is
    /// not for sale. A name that the customer owns is free where no entry fits. For [`Show::Retail`] only.
    ///
    /// ```
    /// use shared::domain_name::DomainName;
    /// use shared::pricing::{Amounts, Pricing};
    /// let pricing: Pricing = serde_json::from_str(
    ///     r#"{"show": "retail", "currency": "usd", "domains": [{"tld": "*", "markup_percent": 37, "round_up_to_cents": 50}]}"#,
    /// )
    /// .unwrap();
    /// let name = DomainName::parse("acme.com").unwrap();
    /// let cost = Amounts { price_cents: 1_300, renewal_price_cents: None };
    /// assert_eq!(pricing.charge(&name, false, cost).unwrap().price_cents, 1_800);
    /// ```
    pub fn charge(&self, name: &DomainName, owned: bool, cost: Amounts) -> Option<Amounts> {
        self.charge_under(name.suffix(), owned, cost)
    }

    fn charge_under(&self, suffix: &str, owned: bool, cost: Amounts) -> Option<Amounts> {
        match self.entry(suffix, owned) {
            Some(entry) => entry.price.of(cost),
            None if owned => Some(Amounts { price_cents: 0, renewal_price_cents: Some(0) }),
            None => None,
        }
    }

    /// The charges for what `costs` prices, line by line; `is_owned` says of each domain whether the customer owns it.
    /// `None` when a domain is not for sale.
    pub fn charges(&self, costs: &Quote, is_owned: impl Fn(&str) -> bool) -> Option<Quote> {
        let line = |cost: &QuoteLine| {
            let of = Amounts { price_cents: cost.price_cents, renewal_price_cents: cost.renewal_price_cents };
            let suffix = suffix_of(&cost.domain);
            let Amounts { price_cents, renewal_price_cents } = self.charge_under(suffix, is_owned(&cost.domain), of)?;
            Some(QuoteLine { domain: cost.domain.clone(), price_cents, renewal_price_cents })
        };
        let lines: Vec<QuoteLine> = costs.lines.iter().map(line).collect::<Option<_>>()?;
        let currency = self.currency.clone().unwrap_or_else(|| costs.currency.clone());
        Some(Quote::from_lines(lines, currency))
    }

    /// Whether `charges` cover `costs` and the minimum margin: the charges of the domains × 100 are at least their
    /// costs × (100 + `min_margin_percent`). The plan's price and upstream's licences count on neither side.
    ///
    /// # Errors
    /// Why not.
    pub fn check_floor(&self, charges: &Quote, costs: &Quote) -> Result<(), BelowFloor> {
        if charges.currency != costs.currency {
            return Err(BelowFloor::OtherCurrency);
        }
        let charged = u128::from(charges.total_cents).saturating_mul(100);
        let percent = 100_u128.saturating_add(u128::from(self.min_margin_percent));
        let floor = u128::from(costs.total_cents).saturating_mul(percent);
        if charged >= floor { Ok(()) } else { Err(BelowFloor::TooLow) }
    }

    /// The first payment: `total_cents` of the domains, and the first period of the plan.
    pub fn first_payment_cents(&self, total_cents: u64) -> u64 {
        total_cents.saturating_add(self.plan.map_or(0, |plan| u64::from(plan.price_cents)))
    }
}

/// What follows the first label of a name.
fn suffix_of(domain: &str) -> &str {
    domain.split_once('.').map_or("", |(_, suffix)| suffix)
}
