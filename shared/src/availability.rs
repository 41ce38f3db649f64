//! An availability row: price and supported providers of a name, or the reason why it is unavailable.

use crate::domain_name::{DomainName, NameProblem, ReadName};
use crate::plan::Provider;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The highest plausible price in cents, which is the highest amount that a partner can set. A higher price is an
/// error.
pub const MAX_PRICE_CENTS: u32 = 10_000_000;

/// The reasons of docs/upstream.md#availability; a row with one of them is never available.
const REASONS: [&str; 5] = ["taken", "premium", "invalid", "errored", "stale"];

/// The providers of a name if upstream lists none.
pub const BOTH_PROVIDERS: [&str; 2] = [Provider::Google.as_str(), Provider::Microsoft.as_str()];

/// Maximum number of names in one call; upstream is called in batches.
pub const MAX_NAMES: usize = 200;

/// Availability and prices of a name, or the reason why it cannot be ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct AvailabilityRow {
    /// The name in lower case, or the text that was sent if it is not a name.
    pub domain: String,
    /// Whether it can be ordered now.
    pub available: bool,
    /// Price of the first year, in cents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_cents: Option<u32>,
    /// Price of each further year, in cents; absent if unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal_price_cents: Option<u32>,
    /// ISO 4217, such as `usd`, in whatever letter case upstream sends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Providers that can host its inboxes: `google` or `microsoft`; other values may be added.
    #[serde(default)]
    pub usable_for: Vec<String>,
    /// Whether it has a premium price: upstream does not sell such a name.
    #[serde(default)]
    pub premium: bool,
    /// Why it cannot be ordered: `taken`, `premium`, `invalid`, `errored`, `stale`, `tld_not_offered`, `not_connected`,
    /// `in_use` (the customer's own domain, part of another order); other values may be added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What to do, as a sentence for the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Whether the result is final. `false`: check the name again, or correct it.
    #[serde(default)]
    pub checked: bool,
    /// `true` if the customer owns the domain and nothing has to be registered; absent otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owned: bool,
    /// Whether upstream offers it without saying what it costs. Not part of any answer.
    #[serde(skip)]
    pub unpriced: bool,
}

impl AvailabilityRow {
    /// The row of an invalid name, which is never sent upstream.
    pub fn not_a_name(input: &str, problem: NameProblem) -> Self {
        Self { message: Some(problem.message().to_owned()), ..Self::refused(input, "invalid") }
    }

    /// The row of a name under a TLD that this deployment does not offer.
    pub fn tld_not_offered(name: &DomainName) -> Self {
        let message = format!("Names ending in .{} are not available here.", name.suffix());
        Self { message: Some(message), ..Self::refused(name.as_str(), "tld_not_offered") }
    }

    /// The row of a name without a row from upstream.
    pub fn unanswered(name: &str) -> Self {
        Self::refused(name, "errored")
    }

    /// Parses a row from upstream field by field: a malformed field counts as absent, and the others are kept.
    ///
    /// `None` for a value without a domain. The result depends, in this order, on a documented reason, on `available`,
    /// and on any other reason. An available row without a plausible price cannot be sold: it is `errored` and checked
    /// again, like a row without a result.
    ///
    /// ```
    /// use shared::availability::AvailabilityRow;
    /// let row = serde_json::json!({"domain": "Acme.com", "available": true, "price_cents": 1300.0, "usable_for":
    /// null});
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
        let unpriced = available && price_cents.is_none();
        if unpriced {
            (available, reason) = (false, Some("errored".to_owned()));
        }
        let row = Self {
            domain,
            available,
            price_cents,
            renewal_price_cents: value.get("renewal_price_cents").and_then(cents),
            currency: value.get("currency").and_then(currency),
            // An absent list excludes no provider: upstream decides when the order is placed.
            usable_for: match value.get("usable_for") {
                None | Some(Value::Null) => BOTH_PROVIDERS.map(str::to_owned).to_vec(),
                Some(given) => words(given),
            },
            premium,
            reason,
            message: None,
            checked: false,
            // Set by us: upstream knows the partner's account, not the customer's.
            owned: false,
            unpriced,
        };
        Some(Self { checked: !row.is_unsettled(), ..row })
    }

    /// The row of a domain that this customer imported, with its nameservers in place.
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
            unpriced: false,
        }
    }

    /// The row of a domain that this customer imported, without its nameservers in place.
    pub fn not_connected(name: &DomainName) -> Self {
        let message = format!("The nameservers of {name} are not set yet. Set them as shown, then it can be ordered.");
        Self { message: Some(message), checked: true, owned: true, ..Self::refused(name.as_str(), "not_connected") }
    }

    /// The row of a domain that this customer imported, and that is in one of our orders.
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
            unpriced: false,
        }
    }

    /// Whether `provider` can host inboxes on the domain.
    pub fn serves(&self, provider: Provider) -> bool {
        self.available && self.usable_for.iter().any(|word| word == provider.as_str())
    }

    /// Whether a repeated check may give another result.
    pub fn is_unsettled(&self) -> bool {
        matches!(self.reason.as_deref(), Some("errored" | "stale"))
    }
}

/// A boolean, also as a string or a number.
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

/// Whole cents. A string must have digits only, because `"13.00"` would be dollars.
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
    // Formatted without fraction and sign, so that parsing it as an integer loses nothing.
    in_range.then(|| format!("{number:.0}").trim_start_matches('-').parse().ok()).flatten()
}

/// A lower-case word; `None` for an empty string and other types.
fn word(value: &Value) -> Option<String> {
    let word = value.as_str()?.trim().to_lowercase();
    (!word.is_empty()).then_some(word)
}

/// A currency of three letters, in the given case.
fn currency(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    (text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic())).then(|| text.to_owned())
}

/// The words of a list, or of a string separated by commas or white space, without duplicates.
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

/// Deduplicates a list into the names to look up.
///
/// The second list has one entry per input: the index of its name in the first list, or the problem with it.
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
