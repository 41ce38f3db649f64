//! THE rule: do these picks fill the plan? Asked by the browser on each keystroke and by the server before it orders.

use crate::availability::{AvailabilityRow, BOTH_PROVIDERS};
use crate::domain_name::{DomainName, ReadName};
use crate::finding::Finding;
use crate::plan::{Provider, RequiredDomains};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// A domain chosen for the order, with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pick {
    /// As the person wrote it.
    pub domain: String,
    /// Whether it can be had: free to register, or already imported.
    #[serde(default = "yes")]
    pub available: bool,
    /// `google`, `microsoft`, or words that upstream adds later; both when nobody has said.
    #[serde(default = "either")]
    pub usable_for: Vec<String>,
    /// Why it cannot be had.
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
    /// Domains that the plan asks for.
    pub required: u32,
    /// Domains that the best assignment of the picks gives it.
    pub filled: u32,
}

impl Share {
    /// Domains still to be picked for it.
    pub const fn missing(self) -> u32 {
        self.required.saturating_sub(self.filled)
    }
}

/// What [`check_picks`] found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickReport {
    /// Whether the picks fill the plan exactly.
    pub ok: bool,
    /// Domains that the plan asks for.
    pub required: u32,
    /// Picks that were given, duplicates and unusable ones included.
    pub submitted: u32,
    /// Google's share under the best assignment.
    pub google: Share,
    /// Microsoft's share under the best assignment.
    pub microsoft: Share,
    /// Everything that is wrong, the whole list first, then pick by pick.
    pub findings: Vec<Finding>,
}

/// How many usable picks serve which provider.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Supply {
    /// Picks that serve Google alone.
    pub only_google: u32,
    /// Picks that serve Microsoft alone.
    pub only_microsoft: u32,
    /// Picks that serve either.
    pub either: u32,
}

/// Judges `picks` against `required`: count, duplicates, usability, and the Google/Microsoft split.
///
/// The split is a matching problem: each pick goes to one provider that it serves. With two providers the best
/// assignment is plain: first the picks that serve one only, then those that serve either, scarcer side first.
pub fn check_picks(required: &RequiredDomains, picks: &[Pick]) -> PickReport {
    check_picks_by(required, picks, DomainName::parse)
}

/// [`check_picks`] with another reader of names.
pub fn check_picks_by(required: &RequiredDomains, picks: &[Pick], read: ReadName) -> PickReport {
    let mut of_picks = Vec::new();
    let mut supply = Supply::default();
    let mut seen: BTreeSet<DomainName> = BTreeSet::new();
    for (index, pick) in picks.iter().enumerate() {
        match judge(pick, &seen, index, read) {
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
    // While picks are missing or unusable the split cannot be judged: only a full list can be the wrong mix.
    if submitted == total && of_picks.is_empty() {
        findings.extend(split_finding(Provider::Google, google));
        findings.extend(split_finding(Provider::Microsoft, microsoft));
    }
    findings.append(&mut of_picks);
    PickReport { ok: findings.is_empty(), required: total, submitted, google, microsoft, findings }
}

type Verdict = Result<DomainName, (Finding, Option<DomainName>)>;

fn judge(pick: &Pick, seen: &BTreeSet<DomainName>, index: usize, read: ReadName) -> Verdict {
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
        let message = format!("{name} can carry neither Google nor Microsoft inboxes. Pick another one.");
        return Err((Finding::new("domain_unusable", field(), message), Some(name)));
    }
    Ok(name)
}

/// The finding about a name that cannot be had: one code for what can be tried again, one for what cannot; the reason is in
/// the words.
pub fn unavailable(name: &DomainName, reason: Option<&str>, field: String) -> Finding {
    let (code, words) = match reason {
        Some("errored" | "stale") => ("domain_not_checked", "could not be checked just now. Try again in a moment."),
        Some("premium") => ("domain_unavailable", "is a premium name, which cannot be ordered here."),
        Some("not_connected") => ("domain_not_connected", "waits for its nameservers. Set them, then order it."),
        Some("in_use") => ("domain_in_use", "is on another order of yours. Pick another one."),
        Some("taken") => ("domain_unavailable", "is taken. Pick another one."),
        Some("tld_not_offered") => {
            let message = format!("Names ending in .{} are not on offer here. Pick another one.", name.suffix());
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
    // Words that fit one and many.
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
    /// A pick of which nothing is known that speaks against it.
    pub fn assumed(domain: &str) -> Self {
        Self { domain: domain.to_owned(), available: true, usable_for: either(), reason: None }
    }

    fn serves(&self, provider: Provider) -> bool {
        self.usable_for.iter().any(|word| word == provider.as_str())
    }
}

impl Supply {
    /// One more pick; one that serves nobody is none.
    pub fn add(&mut self, google: bool, microsoft: bool) {
        let slot = match (google, microsoft) {
            (true, true) => &mut self.either,
            (true, false) => &mut self.only_google,
            (false, true) => &mut self.only_microsoft,
            (false, false) => return,
        };
        *slot = slot.saturating_add(1);
    }

    /// One more pick if it finds a place beside those that have one; whether it did.
    pub fn add_if_it_fits(&mut self, required: &RequiredDomains, google: bool, microsoft: bool) -> bool {
        let mut with = *self;
        with.add(google, microsoft);
        let fits = with.placed(required) > self.placed(required);
        if fits {
            *self = with;
        }
        fits
    }

    /// All picks.
    pub const fn count(&self) -> u32 {
        self.only_google.saturating_add(self.only_microsoft).saturating_add(self.either)
    }

    /// How many of them find a place.
    pub fn placed(self, required: &RequiredDomains) -> u32 {
        let (google, microsoft) = self.assign(required);
        google.filled.saturating_add(microsoft.filled)
    }

    /// The largest number of picks that find a place, as (google, microsoft).
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
