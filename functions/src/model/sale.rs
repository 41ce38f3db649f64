//! What an order costs and what its customer pays: domain by domain in a quote, and together in a sale.

use serde::{Deserialize, Serialize};
use shared::order::{Charge, Costs, Renewal};
use shared::pricing::{Period, Pricing, Show};
use shared::quote::{Quote, QuoteLine};

/// What a session carries is stored with its sale, as it is.
pub use shared::session_grant::labels::Labels as SaleLabels;

/// What the domains of an order cost upstream, and what the customer pays for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredPrices", into = "StoredPrices")]
pub struct Prices {
    /// What the partner pays.
    pub costs: Quote,
    /// What the customer pays, line by line for the same domains; `None` where the partner sets no prices.
    pub charges: Option<Quote>,
}

impl Prices {
    /// Whether the partner has set them.
    pub const fn has_charges(&self) -> bool {
        self.charges.is_some()
    }

    /// What the customer is shown: `None` shows no amounts.
    pub fn shown(&self, show: Show) -> Option<&Quote> {
        match show {
            Show::None => None,
            Show::Retail => self.charges.as_ref(),
            Show::Cost => Some(&self.costs),
        }
    }
}

/// The form in which prices are stored: each domain once.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct StoredPrices {
    costs: Quote,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    charges: Option<StoredCharges>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct StoredCharges {
    /// The first year and each further one, in the order of the costs.
    lines: Vec<(u32, Option<u32>)>,
    currency: String,
}

impl From<Prices> for StoredPrices {
    fn from(Prices { costs, charges }: Prices) -> Self {
        let lines =
            |quote: &Quote| quote.lines.iter().map(|line| (line.price_cents, line.renewal_price_cents)).collect();
        let charges = charges.map(|quote| StoredCharges { lines: lines(&quote), currency: quote.currency });
        Self { costs, charges }
    }
}

impl From<StoredPrices> for Prices {
    fn from(StoredPrices { costs, charges }: StoredPrices) -> Self {
        let charges = charges.map(|StoredCharges { lines, currency }| {
            let line = |(cost, (price_cents, renewal_price_cents)): (&QuoteLine, (u32, Option<u32>))| QuoteLine {
                domain: cost.domain.clone(),
                price_cents,
                renewal_price_cents,
            };
            Quote::from_lines(costs.lines.iter().zip(lines).map(line).collect(), currency)
        });
        Self { costs, charges }
    }
}

/// What an order was sold for, kept with it for the partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// Which amounts its customer was shown.
    pub show: Show,
    /// What the customer pays at once, when the partner set the prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<Charge>,
    /// What the domains cost the customer in each further year, as it was shown before the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal_total_cents: Option<u64>,
    /// What the session carried. Stored apart, because it is removed with the customer.
    #[serde(skip)]
    pub labels: SaleLabels,
}

impl Sale {
    /// The sale of domains at `prices` under `pricing`.
    pub fn of(pricing: &Pricing, prices: &Prices, labels: SaleLabels) -> Self {
        let charge = prices.charges.as_ref().map(|charges| Charge {
            total_cents: pricing.first_payment_cents(charges.total_cents),
            currency: charges.currency.clone(),
            plan: pricing.plan,
        });
        let show = if charge.is_some() { Show::Retail } else { pricing.show };
        let renewal_total_cents = prices.shown(show).and_then(|quote| quote.renewal_total_cents);
        Self { show, charge, renewal_total_cents, labels }
    }

    /// What the customer pays for an order that costs `costs`: nothing is charged where no amounts are shown.
    pub fn charge_for(&self, costs: Option<&Costs>) -> Option<Charge> {
        match self.show {
            Show::None => None,
            Show::Retail => self.charge.clone(),
            Show::Cost => costs.map(Charge::equal_to),
        }
    }

    /// What its domains cost the customer in each further year, where amounts are shown and it is known.
    pub fn renewal(&self, costs: Option<&Costs>) -> Option<Renewal> {
        let currency = self.charge_for(costs)?.currency;
        Some(Renewal { total_cents: self.renewal_total_cents?, currency, per: Period::Year })
    }

    /// What is left of the charge after `costs`; `None` while one of them is not known, or when they are in different
    /// currencies.
    pub fn margin_cents(&self, costs: Option<&Costs>) -> Option<i64> {
        let (costs, charge) = (costs?, self.charge_for(costs)?);
        let is_same = costs.currency.eq_ignore_ascii_case(&charge.currency);
        let cents = |cents: u64| i64::try_from(cents).ok();
        if is_same { cents(charge.total_cents)?.checked_sub(cents(costs.total_cents)?) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::{Prices, Sale, SaleLabels};
    use shared::order::{Charge, Costs};
    use shared::pricing::Show;
    use shared::quote::{Quote, QuoteLine};

    fn quote(price_cents: u32, renewal_price_cents: Option<u32>) -> Quote {
        let line = |name: &str| QuoteLine { domain: name.to_owned(), price_cents, renewal_price_cents };
        Quote::from_lines(["acme.com", "getacme.com"].map(line).into(), "usd".to_owned())
    }

    #[test]
    fn stored_prices_are_read_as_they_were() -> Result<(), serde_json::Error> {
        for charges in [None, Some(quote(1_900, Some(2_100))), Some(quote(0, None))] {
            let prices = Prices { costs: quote(1_300, Some(1_500)), charges };
            let json = serde_json::to_string(&prices)?;
            assert_eq!(json.matches("getacme.com").count(), 1, "{json}");
            assert_eq!(serde_json::from_str::<Prices>(&json)?, prices);
        }
        Ok(())
    }

    #[test]
    fn margin_is_the_charge_less_the_cost_in_one_currency() {
        let costs = |total_cents, currency: &str| Costs { total_cents, currency: currency.to_owned() };
        let charge = Charge { total_cents: 5_000, currency: "usd".to_owned(), plan: None };
        let sale =
            |show, charge| Sale { show, charge, renewal_total_cents: Some(7_500), labels: SaleLabels::default() };
        let retail = sale(Show::Retail, Some(charge));
        assert_eq!(retail.margin_cents(Some(&costs(4_000, "USD"))), Some(1_000));
        assert_eq!(retail.margin_cents(Some(&costs(6_000, "usd"))), Some(-1_000));
        assert_eq!(retail.margin_cents(Some(&costs(4_000, "eur"))), None);
        assert_eq!(retail.margin_cents(None), None);
        assert_eq!(sale(Show::Cost, None).margin_cents(Some(&costs(4_000, "usd"))), Some(0));
        assert_eq!(
            sale(Show::Cost, None).charge_for(Some(&costs(4_000, "usd"))).map(|sold| sold.total_cents),
            Some(4_000)
        );
        assert_eq!(sale(Show::None, None).margin_cents(Some(&costs(4_000, "usd"))), None);
        let renewal = |sale: &Sale, costs: Option<Costs>| sale.renewal(costs.as_ref()).map(|found| found.total_cents);
        assert_eq!(renewal(&retail, None), Some(7_500));
        assert_eq!(renewal(&sale(Show::Cost, None), Some(costs(4_000, "usd"))), Some(7_500));
        assert_eq!(renewal(&sale(Show::None, None), Some(costs(4_000, "usd"))), None);
    }
}
