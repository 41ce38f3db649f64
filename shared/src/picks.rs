//! The rule for picks: whether they match the plan. The browser checks it on each keystroke, the server before
//! ordering.

use crate::availability::{AvailabilityRow, BOTH_PROVIDERS};
use crate::domain_name::{DomainName, ReadName};
use crate::finding::Finding;
use crate::plan::{Provider, RequiredDomains};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// A domain chosen for the order, with its availability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pick {
    /// The domain name as typed.
    pub domain: String,
    /// Whether it is available: free to register, or already imported.
    #[serde(default = "yes")]
    pub available: bool,
    /// Supported providers: `google`, `microsoft`, or later words; both if unknown.
    #[serde(default = "either")]
    pub usable_for: Vec<String>,
    /// The reason why it is unavailable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

const fn yes() -> bool {
    true
}

fn either() -> Vec<String> {
    BOTH_PROVIDERS.map(str::to_owned).to_vec()
}

impl From<&AvailabilityRow> for Pick {
    fn from(row: &AvailabilityRow) -> Self {
        Self {
            domain: row.domain.clone(),
            available: row.available,
            usable_for: row.usable_for.clone(),
            reason: row.reason.clone(),
        }
    }
}

/// How far one provider's share is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Number of domains in the plan.
    pub required: u32,
    /// Number of domains assigned to it by the best assignment of the picks.
    pub filled: u32,
}

impl Share {
    /// Number of domains still to be picked for it.
    pub const fn missing(self) -> u32 {
        self.required.saturating_sub(self.filled)
    }
}

/// The result of [`check_picks`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickReport {
    /// Whether the picks match the plan exactly.
    pub ok: bool,
    /// Number of domains in the plan.
    pub required: u32,
    /// Number of picks, duplicates and unusable ones included.
    pub submitted: u32,
    /// Google's share in the best assignment.
    pub google: Share,
    /// Microsoft's share in the best assignment.
    pub microsoft: Share,
    /// All findings: first those about the whole list, then those about single picks.
    pub findings: Vec<Finding>,
}

/// Number of usable picks by supported providers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Supply {
    /// Picks that support only Google.
    pub only_google: u32,
    /// Picks that support only Microsoft.
    pub only_microsoft: u32,
    /// Picks that support both.
    pub either: u32,
}

/// Compares `picks` with `required`: count, duplicates, availability, and the Google/Microsoft split.
///
/// The split is a matching problem: each pick is assigned to one provider that it supports. With two providers the best
/// assignment is simple: first the picks that support only one, then those that support both, for the scarcer side
/// first.
pub fn check_picks(required: &RequiredDomains, picks: &[Pick]) -> PickReport {
    check_picks_by(required, picks, DomainName::parse)
}

/// [`check_picks`] with another parser of names.
pub fn check_picks_by(required: &RequiredDomains, picks: &[Pick], read: ReadName) -> PickReport {
    let mut of_picks = Vec::new();
    let mut supply = Supply::default();
    let mut seen: BTreeSet<DomainName> = BTreeSet::new();
    for (index, pick) in picks.iter().enumerate() {
        match check_pick(pick, &seen, index, read) {
            Ok(name) => {
                supply.add(pick.serves(Provider::Google), pick.serves(Provider::Microsoft));
                seen.insert(name);
            }
            Err((finding, name)) => {
                of_picks.push(finding);
                seen.extend(name);
            }
        }
    }
    let submitted = u32::try_from(picks.len()).unwrap_or(u32::MAX);
    let total = required.google.saturating_add(required.microsoft);
    let (google, microsoft) = supply.assign(required);
    let mut findings = Vec::new();
    findings.extend(count_finding(total, submitted));
    // While picks are missing or unusable, the split is undecided: only a complete list can be the wrong mix.
    if submitted == total && of_picks.is_empty() {
        findings.extend(split_finding(Provider::Google, google));
        findings.extend(split_finding(Provider::Microsoft, microsoft));
    }
    findings.append(&mut of_picks);
    PickReport { ok: findings.is_empty(), required: total, submitted, google, microsoft, findings }
}

type PickResult = Result<DomainName, (Finding, Option<DomainName>)>;

fn check_pick(pick: &Pick, seen: &BTreeSet<DomainName>, index: usize, read: ReadName) -> PickResult {
    let field = || format!("domains[{index}]");
    let name = read(&pick.domain).map_err(|problem| (problem.at(field()), None))?;
    if seen.contains(&name) {
        let message = format!("{name} is in the list twice. Remove one of them.");
        return Err((Finding::new("duplicate_domain", field(), message), None));
    }
    if !pick.available {
        return Err((unavailable(&name, pick.reason.as_deref(), field()), Some(name)));
    }
    if !pick.serves(Provider::Google) && !pick.serves(Provider::Microsoft) {
        let message = format!("{name} supports neither Google nor Microsoft inboxes. Pick another one.");
        return Err((Finding::new("domain_unusable", field(), message), Some(name)));
    }
    Ok(name)
}

/// The finding about an unavailable name: one code if a retry may help, another one if not; the message has the reason.
pub fn unavailable(name: &DomainName, reason: Option<&str>, field: String) -> Finding {
    let (code, words) = match reason {
        Some("errored" | "stale") => ("domain_not_checked", "could not be checked. Try again in a moment."),
        Some("premium") => ("domain_unavailable", "is a premium name, which cannot be ordered here."),
        Some("not_connected") => {
            ("domain_not_connected", "is not connected: its nameservers are not set. Set them, then order it.")
        }
        Some("in_use") => ("domain_in_use", "is part of another order of yours. Pick another one."),
        Some("taken") => ("domain_unavailable", "is taken. Pick another one."),
        Some("tld_not_offered") => {
            let message = format!("Names ending in .{} are not available here. Pick another one.", name.suffix());
            return Finding::new("domain_unavailable", field, message);
        }
        _ => ("domain_unavailable", "cannot be ordered. Pick another one."),
    };
    Finding::new(code, field, format!("{name} {words}"))
}

fn count_finding(required: u32, submitted: u32) -> Option<Finding> {
    let todo = match submitted.cmp(&required) {
        Ordering::Equal => return None,
        Ordering::Less => format!("Pick {} more.", required.saturating_sub(submitted)),
        Ordering::Greater => format!("Remove {}.", submitted.saturating_sub(required)),
    };
    // The wording fits singular and plural.
    let message = format!("Domains picked: {submitted}; the plan needs {required}. {todo}");
    Some(Finding::new("domain_count_mismatch", "domains", message))
}

fn split_finding(provider: Provider, share: Share) -> Option<Finding> {
    let missing = share.missing();
    if missing == 0 {
        return None;
    }
    let code = match provider {
        Provider::Google => "not_enough_google_domains",
        Provider::Microsoft => "not_enough_microsoft_domains",
    };
    let Share { required, filled } = share;
    let message = format!(
        "Domains for {provider}: {filled}; the plan needs {required}. \
         Swap {missing} of the others for some that {provider} can use."
    );
    Some(Finding::new(code, "domains", message))
}

impl Pick {
    /// A pick that is assumed to be available.
    pub fn assumed(domain: &str) -> Self {
        Self { domain: domain.to_owned(), available: true, usable_for: either(), reason: None }
    }

    fn serves(&self, provider: Provider) -> bool {
        self.usable_for.iter().any(|word| word == provider.as_str())
    }
}

impl Supply {
    /// Adds a pick; one without any provider is not counted.
    pub fn add(&mut self, google: bool, microsoft: bool) {
        let slot = match (google, microsoft) {
            (true, true) => &mut self.either,
            (true, false) => &mut self.only_google,
            (false, true) => &mut self.only_microsoft,
            (false, false) => return,
        };
        *slot = slot.saturating_add(1);
    }

    /// Adds a pick if it can be assigned together with the others; returns whether it was added.
    pub fn add_if_it_fits(&mut self, required: &RequiredDomains, google: bool, microsoft: bool) -> bool {
        let mut with = *self;
        with.add(google, microsoft);
        let fits = with.placed(required) > self.placed(required);
        if fits {
            *self = with;
        }
        fits
    }

    /// Number of picks.
    pub const fn count(&self) -> u32 {
        self.only_google.saturating_add(self.only_microsoft).saturating_add(self.either)
    }

    /// Number of picks that can be assigned.
    pub fn placed(self, required: &RequiredDomains) -> u32 {
        let (google, microsoft) = self.assign(required);
        google.filled.saturating_add(microsoft.filled)
    }

    /// The largest assignment of picks, as (google, microsoft).
    pub fn assign(self, required: &RequiredDomains) -> (Share, Share) {
        let google = self.only_google.min(required.google);
        let microsoft = self.only_microsoft.min(required.microsoft);
        let to_microsoft = self.either.min(required.microsoft.saturating_sub(microsoft));
        let left = self.either.saturating_sub(to_microsoft);
        let to_google = left.min(required.google.saturating_sub(google));
        (
            Share { required: required.google, filled: google.saturating_add(to_google) },
            Share { required: required.microsoft, filled: microsoft.saturating_add(to_microsoft) },
        )
    }
}
