//! Quotes: prices of the picks, and changes since a quote was shown.

use crate::availability::AvailabilityRow;
use crate::domain_name::DomainName;
use crate::finding::Finding;
use serde::{Deserialize, Serialize};

/// The price of one domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteLine {
    /// The name, in lower case.
    pub domain: String,
    /// Price of the first year, in cents; 0 for a domain that the customer owns.
    pub price_cents: u32,
    /// Price of each further year, in cents; absent if unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal_price_cents: Option<u32>,
}

/// One domain of a quote, as its customer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_family = "wasm"), schemars(rename = "QuoteLine"))]
pub struct ShownLine {
    /// The name, in lower case.
    pub domain: String,
    /// Price of the first year, in cents; absent if no amounts are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_cents: Option<u32>,
    /// Price of each further year, in cents; absent if unknown, and if no amounts are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal_price_cents: Option<u32>,
}

/// The price of all picks. Upstream tells what domains cost; the licences' part is on its receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// One line per domain, in the order of the request.
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
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct SignedQuote {
    /// The quote, `quo_…`.
    #[cfg_attr(not(target_family = "wasm"), schemars(with = "crate::schema::Id"))]
    pub id: crate::ids::QuoteId,
    /// One line per domain, in the order of the request.
    pub lines: Vec<ShownLine>,
    /// Total price of the first year, in cents; absent if no amounts are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_cents: Option<u64>,
    /// Total price of each further year, in cents; absent if the price of any domain is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal_total_cents: Option<u64>,
    /// ISO 4217 in lower case, such as `usd`; absent if no amounts are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// When the quote expires, ISO 8601 in UTC.
    #[cfg_attr(not(target_family = "wasm"), schemars(with = "crate::schema::Time"))]
    pub expires_at: String,
    /// Token of the quote, below 1 KB. Send it with the order as `quote`.
    pub token: String,
}

impl SignedQuote {
    /// Creates `quote` as stored under `id`, with its amounts.
    pub fn new(id: crate::ids::QuoteId, quote: &Quote, expires_at: String, token: String) -> Self {
        let line = |line: &QuoteLine| ShownLine {
            domain: line.domain.clone(),
            price_cents: Some(line.price_cents),
            renewal_price_cents: line.renewal_price_cents,
        };
        Self {
            id,
            lines: quote.lines.iter().map(line).collect(),
            total_cents: Some(quote.total_cents),
            renewal_total_cents: quote.renewal_total_cents,
            currency: Some(quote.currency.clone()),
            expires_at,
            token,
        }
    }

    /// Creates `quote` as stored under `id`, with its domains alone.
    pub fn without_amounts(id: crate::ids::QuoteId, quote: &Quote, expires_at: String, token: String) -> Self {
        let line =
            |line: &QuoteLine| ShownLine { domain: line.domain.clone(), price_cents: None, renewal_price_cents: None };
        let lines = quote.lines.iter().map(line).collect();
        Self { id, lines, total_cents: None, renewal_total_cents: None, currency: None, expires_at, token }
    }
}

impl Quote {
    /// The price of `rows`, all of which are available. Owned domains cost nothing. `None` if the rows have several
    /// currencies, which cannot be added.
    pub fn of(rows: &[AvailabilityRow]) -> Option<Self> {
        let lines: Vec<QuoteLine> = rows.iter().map(line_of).collect();
        // The currency comes from registered domains, because owned ones have none. A row without one has that of the
        // others.
        let of_registered = rows.iter().filter(|row| !row.owned).filter_map(|row| row.currency.as_deref());
        let mut currencies = of_registered.map(str::to_ascii_lowercase);
        let currency = currencies.next().unwrap_or_else(|| "usd".to_owned());
        if currencies.any(|other| other != currency) {
            return None;
        }
        Some(Self::from_lines(lines, currency))
    }

    /// The total of `lines`, in `currency`.
    pub fn from_lines(lines: Vec<QuoteLine>, currency: String) -> Self {
        Self {
            total_cents: lines.iter().map(|line| u64::from(line.price_cents)).sum(),
            renewal_total_cents: lines.iter().map(|line| line.renewal_price_cents.map(u64::from)).sum(),
            lines,
            currency,
        }
    }

    /// Whether the quote is for exactly these names, in any order.
    pub fn is_for<'n>(&self, names: impl IntoIterator<Item = &'n DomainName>) -> bool {
        let mut asked: Vec<&str> = names.into_iter().map(DomainName::as_str).collect();
        let mut quoted: Vec<&str> = self.lines.iter().map(|line| line.domain.as_str()).collect();
        asked.sort_unstable();
        quoted.sort_unstable();
        asked == quoted
    }

    /// Rows that are still available and cost more than in this quote.
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
        // A renewal price that is unknown now or before is neither higher nor lower.
        let renewals = line.renewal_price_cents.zip(before.renewal_price_cents);
        let has_risen = renewals.is_some_and(|(now, before)| now > before);
        has_risen.then(|| Finding::new("renewal_price_rose", field, message()))
    }

    /// Changes in `now` that are worse than in this quote. A lower price is accepted silently.
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
        // A missing renewal price stays unknown: many names renew at more than the price of the first year.
        renewal_price_cents: row.renewal_price_cents,
    }
}
