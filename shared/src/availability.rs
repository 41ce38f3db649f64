//! One row of an availability answer: what a name costs and serves, or why it cannot be had.

use crate::domain_name::{DomainName, NameProblem, ReadName};
use crate::plan::Provider;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The highest price that is believed, in cents: the highest amount a partner can set. What is above is a mistake.
pub const MAX_PRICE_CENTS: u32 = 10_000_000;

/// The reasons of docs/upstream.md#availability: beside one of them a row is never available.
const REASONS: [&str; 5] = ["taken", "premium", "invalid", "errored", "stale"];

/// The providers that a name counts as usable for when nobody has said.
pub const BOTH_PROVIDERS: [&str; 2] = [Provider::Google.as_str(), Provider::Microsoft.as_str()];

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
    /// Why not: `taken`, `premium`, `invalid`, `errored`, `stale`, ours `tld_not_offered`, `not_connected` and
    /// `in_use`, or a later word.
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

    /// A row as upstream wrote it, field by field: one that cannot be read counts as absent, and the others stay.
    ///
    /// `None` for a value without a domain. A row says what it is in this order: a reason that upstream documents, then
    /// `available`, then any other reason. An available row without a price that can be believed is not for sale: it is
    /// `errored` and asked about again, as is a row that says nothing.
    ///
    /// ```
    /// use shared::availability::AvailabilityRow;
    /// let row = serde_json::json!({"domain": "Acme.com", "available": true, "price_cents": 1300.0, "usable_for": null});
    /// let row = AvailabilityRow::lenient(&row).unwrap();
    /// assert_eq!((row.domain.as_str(), row.available, row.price_cents), ("acme.com", true, Some(1300)));
    /// ```
    pub fn lenient(value: &Value) -> Option<Self> {
        let domain = value.get("domain").and_then(Value::as_str)?;
        let domain = DomainName::parse(domain).map_or_else(|_| domain.trim().to_lowercase(), |name| name.to_string());
        let says = value.get("available").and_then(flag);
        let premium = value.get("premium").and_then(flag).unwrap_or(false);
        let written = value.get("reason").and_then(word);
        let known = written.as_deref().filter(|reason| REASONS.contains(reason));
        let mut reason = match (known, says) {
            (Some(known), _) => Some(known.to_owned()),
            (None, Some(true)) if premium => Some("premium".to_owned()),
            (None, Some(true)) => None,
            (None, Some(false)) => written.or_else(|| premium.then(|| "premium".to_owned())),
            (None, None) => Some(written.unwrap_or_else(|| "errored".to_owned())),
        };
        let mut available = reason.is_none() && says == Some(true);
        let price_cents = value.get("price_cents").and_then(cents);
        if available && price_cents.is_none() {
            (available, reason) = (false, Some("errored".to_owned()));
        }
        let row = Self {
            domain,
            available,
            price_cents,
            renewal_price_cents: value.get("renewal_price_cents").and_then(cents),
            currency: value.get("currency").and_then(currency),
            // What upstream does not say is no refusal: it has the last word when the order is placed.
            usable_for: match value.get("usable_for") {
                None | Some(Value::Null) => BOTH_PROVIDERS.map(str::to_owned).to_vec(),
                Some(given) => words(given),
            },
            premium,
            reason,
            message: None,
            checked: false,
            // Ours to say: upstream's account is the partner's, not the customer's.
            owned: false,
        };
        Some(Self { checked: !row.is_unsettled(), ..row })
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

    /// The row of a domain that this customer has brought and that is on an order of ours.
    pub fn in_use(name: &DomainName) -> Self {
        let message = format!("{name} is on another order of yours.");
        Self { message: Some(message), checked: true, owned: true, ..Self::refused(name.as_str(), "in_use") }
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

/// Yes or no, also as a text or as a number.
fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(true),
            "false" | "no" | "0" => Some(false),
            _ => None,
        },
        Value::Number(number) => match number.as_f64() {
            Some(1.0) => Some(true),
            Some(0.0) => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A whole number of cents. A text is read only when it is digits alone: `"13.00"` would be dollars.
fn cents(value: &Value) -> Option<u32> {
    let cents = match value {
        Value::Number(number) => match number.as_u64() {
            Some(whole) => whole,
            None => whole(number.as_f64()?)?,
        },
        Value::String(text) if text.trim().bytes().all(|byte| byte.is_ascii_digit()) => text.trim().parse().ok()?,
        _ => return None,
    };
    u32::try_from(cents).ok().filter(|cents| *cents <= MAX_PRICE_CENTS)
}

fn whole(number: f64) -> Option<u64> {
    let in_range = number.fract() == 0.0 && (0.0..=f64::from(MAX_PRICE_CENTS)).contains(&number);
    // Written without a fraction and a sign here, so that reading it as a whole number loses nothing.
    in_range.then(|| format!("{number:.0}").trim_start_matches('-').parse().ok()).flatten()
}

/// A word in lower case; none for an empty text or anything but a text.
fn word(value: &Value) -> Option<String> {
    let word = value.as_str()?.trim().to_lowercase();
    (!word.is_empty()).then_some(word)
}

/// Three letters, in the letter case given.
fn currency(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    (text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic())).then(|| text.to_owned())
}

/// The words of a list, or of a text in which they are divided by commas or white space; each once.
pub fn words(value: &Value) -> Vec<String> {
    let given: Vec<String> = match value {
        Value::Array(list) => list.iter().filter_map(word).collect(),
        Value::String(text) => text.split([',', ' ']).filter_map(|part| word(&Value::from(part))).collect(),
        _ => Vec::new(),
    };
    let mut words = Vec::new();
    for word in given {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// Folds a list to the distinct names to ask about, and says for each entry what it is.
///
/// The second list has one entry per input: the index of its name in the first list, or why it is none.
pub fn fold_names(inputs: &[String], read: ReadName) -> (Vec<DomainName>, Vec<Result<usize, NameProblem>>) {
    let mut names: Vec<DomainName> = Vec::new();
    let mut places: BTreeMap<DomainName, usize> = BTreeMap::new();
    let entries = inputs
        .iter()
        .map(|input| {
            let name = read(input)?;
            Ok(*places.entry(name.clone()).or_insert_with(|| {
                names.push(name);
                names.len() - 1
            }))
        })
        .collect();
    (names, entries)
}
