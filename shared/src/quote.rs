//! What the picks cost, and what has changed since a customer was told so.

use crate::availability::AvailabilityRow;
use crate::domain_name::DomainName;
use crate::finding::Finding;
use serde::{Deserialize, Serialize};

/// The price of one domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteLine {
    /// The name.
    pub domain: String,
    /// First year, in cents.
    pub price_cents: u32,
    /// Each further year, in cents; absent when upstream does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal_price_cents: Option<u32>,
}

/// The price of all picks. Upstream tells what domains cost; the licences' part is on its receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Domain by domain, in the order asked.
    pub lines: Vec<QuoteLine>,
    /// The first year of all.
    pub total_cents: u64,
    /// Each further year of all; absent when that of one is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal_total_cents: Option<u64>,
    /// ISO 4217, lower case.
    pub currency: String,
}

/// `POST /v1/quotes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedQuote {
    /// Our `quo_…`.
    pub id: crate::ids::QuoteId,
    /// Domain by domain, in the order asked.
    pub lines: Vec<QuoteLine>,
    /// The first year of all, in cents.
    pub total_cents: u64,
    /// Each further year of all, in cents; absent when that of one is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal_total_cents: Option<u64>,
    /// ISO 4217, lower case.
    pub currency: String,
    /// Until when it holds, ISO 8601.
    pub expires_at: String,
    /// Names the quote, below 1 KB: send it back with the order as `quote`.
    pub token: String,
}

impl SignedQuote {
    /// `quote`, as it was stored under `id`.
    pub fn new(id: crate::ids::QuoteId, quote: Quote, expires_at: String, token: String) -> Self {
        let Quote { lines, total_cents, renewal_total_cents, currency } = quote;
        Self { id, lines, total_cents, renewal_total_cents, currency, expires_at, token }
    }
}

impl Quote {
    /// The price of `rows`, all of which are available. A domain that is owned already costs nothing. `None` when the rows
    /// are in several currencies, which cannot be added up.
    pub fn of(rows: &[AvailabilityRow]) -> Option<Self> {
        let lines: Vec<QuoteLine> = rows.iter().map(line_of).collect();
        // What is registered names the currency; an owned domain has none of its own. A row without one is in that of the
        // others.
        let of_registered = rows.iter().filter(|row| !row.owned).filter_map(|row| row.currency.as_deref());
        let mut currencies = of_registered.map(str::to_ascii_lowercase);
        let currency = currencies.next().unwrap_or_else(|| "usd".to_owned());
        if currencies.any(|other| other != currency) {
            return None;
        }
        Some(Self {
            total_cents: lines.iter().map(|line| u64::from(line.price_cents)).sum(),
            renewal_total_cents: lines.iter().map(|line| line.renewal_price_cents.map(u64::from)).sum(),
            lines,
            currency,
        })
    }

    /// Whether it prices exactly these names, in whatever order.
    pub fn is_for<'n>(&self, names: impl IntoIterator<Item = &'n DomainName>) -> bool {
        let mut asked: Vec<&str> = names.into_iter().map(DomainName::as_str).collect();
        let mut quoted: Vec<&str> = self.lines.iter().map(|line| line.domain.as_str()).collect();
        asked.sort_unstable();
        quoted.sort_unstable();
        asked == quoted
    }

    /// What of `rows` can still be had and costs more than in this quote.
    pub fn risen(&self, rows: &[AvailabilityRow]) -> Vec<Finding> {
        let lines = rows.iter().enumerate().filter(|(_, row)| row.available);
        lines.filter_map(|(index, row)| self.rise(index, &line_of(row))).collect()
    }

    fn rise(&self, index: usize, line: &QuoteLine) -> Option<Finding> {
        let before = self.lines.iter().find(|known| known.domain == line.domain)?;
        let field = format!("domains[{index}]");
        if line.price_cents > before.price_cents {
            return Some(Finding::new("price_rose", field, format!("The price of {} has risen.", line.domain)));
        }
        let message = || format!("The renewal price of {} has risen.", line.domain);
        // A renewal price that was not shown, or is not known any more, is neither higher nor lower.
        let renewals = line.renewal_price_cents.zip(before.renewal_price_cents);
        let is_dearer = renewals.is_some_and(|(now, before)| now > before);
        is_dearer.then(|| Finding::new("renewal_price_rose", field, message()))
    }

    /// What is worse in `now` than in this quote. A price that fell is no reason to ask again.
    pub fn worsened(&self, now: &Self) -> Vec<Finding> {
        let mut findings: Vec<Finding> =
            now.lines.iter().enumerate().filter_map(|(index, line)| self.rise(index, line)).collect();
        if findings.is_empty() && self.currency != now.currency {
            findings.push(Finding::new("currency_changed", "quote", "The prices are in another currency now."));
        }
        findings
    }
}

fn line_of(row: &AvailabilityRow) -> QuoteLine {
    QuoteLine {
        domain: row.domain.clone(),
        price_cents: row.price_cents.unwrap_or(0),
        // What upstream does not say is not made up: many names renew at more than the price of the first year.
        renewal_price_cents: row.renewal_price_cents,
    }
}
