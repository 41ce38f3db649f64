//! One row of an availability answer: what a name costs and serves, or why it cannot be had.

use crate::domain_name::{DomainName, NameProblem};
use crate::plan::Provider;
use serde::{Deserialize, Serialize};

/// Names in one call to us; we batch them upstream.
pub const MAX_NAMES: usize = 200;

/// Upstream's row, read leniently, plus `checked`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvailabilityRow {
    /// The name in its one spelling; what was sent when it is not a name.
    pub domain: String,
    /// Whether it can be ordered now.
    pub available: bool,
    /// First year, in cents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_cents: Option<u32>,
    /// Each further year, in cents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal_price_cents: Option<u32>,
    /// ISO 4217, in whatever letter case upstream sends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// `google`, `microsoft`, or a word that upstream adds later.
    #[serde(default)]
    pub usable_for: Vec<String>,
    /// A name at a premium price, which upstream does not sell by API.
    #[serde(default)]
    pub premium: bool,
    /// Why not: `taken`, `premium`, `invalid`, `errored`, `stale`, ours `tld_not_offered`, or a later word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What to do about it, when we judged the name ourselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Whether upstream gave a definite answer. `false`: ask again, or mend the name.
    #[serde(default)]
    pub checked: bool,
    /// Whether this very customer has brought it: then it costs no registration.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owned: bool,
}

impl AvailabilityRow {
    /// The row of something that is not a name; it is never sent upstream.
    pub fn not_a_name(input: &str, problem: NameProblem) -> Self {
        Self { message: Some(problem.message().to_owned()), ..Self::refused(input, "invalid") }
    }

    /// The row of a name under a top-level domain that this deployment does not sell.
    pub fn tld_not_offered(name: &DomainName) -> Self {
        let message = format!("Names ending in .{} are not on offer here.", name.suffix());
        Self { message: Some(message), ..Self::refused(name.as_str(), "tld_not_offered") }
    }

    /// The row of a name for which upstream sent no row.
    pub fn unanswered(name: &str) -> Self {
        Self::refused(name, "errored")
    }

    /// The row of a domain that this customer has brought and whose nameservers are in place.
    pub fn owned(name: &DomainName, usable_for: Vec<String>) -> Self {
        Self {
            domain: name.to_string(),
            available: true,
            price_cents: Some(0),
            renewal_price_cents: Some(0),
            currency: Some("usd".to_owned()),
            usable_for,
            premium: false,
            reason: None,
            message: None,
            checked: true,
            owned: true,
        }
    }

    /// The row of a domain that this customer has brought and whose nameservers are not in place yet.
    pub fn not_connected(name: &DomainName) -> Self {
        let message = format!("The nameservers of {name} are not set yet. Set them as shown, then it can be ordered.");
        Self { message: Some(message), checked: true, owned: true, ..Self::refused(name.as_str(), "not_connected") }
    }

    fn refused(domain: &str, reason: &str) -> Self {
        Self {
            domain: domain.to_owned(),
            available: false,
            price_cents: None,
            renewal_price_cents: None,
            currency: None,
            usable_for: Vec::new(),
            premium: false,
            reason: Some(reason.to_owned()),
            message: None,
            checked: false,
            owned: false,
        }
    }

    /// Whether `provider` can host inboxes on it.
    pub fn serves(&self, provider: Provider) -> bool {
        self.available && self.usable_for.iter().any(|word| word == provider.as_str())
    }

    /// Whether asking again may give another answer.
    pub fn is_unsettled(&self) -> bool {
        matches!(self.reason.as_deref(), Some("errored" | "stale"))
    }
}

/// Folds a list to the distinct names to ask about, and tells for each entry what it is.
///
/// The second list has one entry per input: the index of its name in the first list, or why it is none.
pub fn fold_names(inputs: &[String]) -> (Vec<DomainName>, Vec<Result<usize, NameProblem>>) {
    let mut names: Vec<DomainName> = Vec::new();
    let entries = inputs
        .iter()
        .map(|input| {
            let name = DomainName::parse(input)?;
            Ok(names.iter().position(|known| *known == name).unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            }))
        })
        .collect();
    (names, entries)
}
