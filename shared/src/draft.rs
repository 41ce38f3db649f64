//! Order drafts, as the customer fills them in, and validated orders.

use crate::availability::AvailabilityRow;
use crate::domain_name::{DomainName, ReadName, read_back};
use crate::finding::Finding;
use crate::forwarding_url::{check_redirect, comparable, in_one_spelling};
use crate::persona::{Persona, check_personas};
use crate::picks::{Pick, check_picks_by};
use crate::plan::RequiredDomains;
use crate::unicode::lowercase;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Maximum number of domains in a draft, above any plan; a longer list is refused unchecked.
pub const MAX_ORDER_DOMAINS: usize = 1_000;

/// One domain of a draft, with its own redirect when it has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftDomain {
    /// The domain name.
    pub domain: String,
    /// Redirect of this domain, instead of the order's `forwarding_url`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwarding_url: Option<String>,
}

/// What the browser sends: nothing in it is trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderDraft {
    /// The picked domains.
    pub domains: Vec<DraftDomain>,
    /// The personas of the inboxes.
    pub personas: Vec<Persona>,
    /// Redirect of all domains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwarding_url: Option<String>,
    /// The token of a signed quote, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
}

/// A validated and normalized draft. It can only be created by [`OrderDraft::check`], or deserialized from storage
/// afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedOrder {
    /// Unique names, in the order of the draft.
    domains: Vec<CheckedDomain>,
    /// One to ten people.
    personas: Vec<Persona>,
    /// Redirect of all domains: a public web address.
    forwarding_url: Option<String>,
}

/// One domain of a [`CheckedOrder`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedDomain {
    /// The domain name.
    #[serde(deserialize_with = "read_back")]
    pub domain: DomainName,
    /// Redirect of this domain.
    pub forwarding_url: Option<String>,
}

impl CheckedOrder {
    /// Unique names, in the order of the draft.
    pub fn domains(&self) -> &[CheckedDomain] {
        &self.domains
    }

    /// One to ten people.
    pub fn personas(&self) -> &[Persona] {
        &self.personas
    }

    /// Redirect of all domains.
    pub fn forwarding_url(&self) -> Option<&str> {
        self.forwarding_url.as_deref()
    }
}

impl OrderDraft {
    /// Validates everything that needs no upstream call: names (parsed by `read`), duplicates, count, personas,
    /// redirects.
    pub fn check_form(&self, required: &RequiredDomains, read: ReadName) -> Vec<Finding> {
        let assumed: Vec<Pick> = self.domains.iter().map(|entry| Pick::assumed(&entry.domain)).collect();
        let mut findings = check_picks_by(required, &assumed, read).findings;
        findings.extend(self.check_rest(read));
        findings
    }

    /// Validates the draft without a plan: everything but the number of domains and their providers.
    pub fn check_alone(&self, read: ReadName) -> Vec<Finding> {
        let count = u32::try_from(self.domains.len()).unwrap_or(u32::MAX);
        let mut findings = self.check_form(&RequiredDomains::new(count, 0), read);
        findings.retain(|finding| finding.code != "domain_count_mismatch");
        findings
    }

    /// Validates the draft with upstream's availability. `rows` are matched by name; a missing row counts as unchecked.
    ///
    /// # Errors
    /// All findings, in the order of the form.
    pub fn check(
        &self,
        required: &RequiredDomains,
        rows: &[AvailabilityRow],
        read: ReadName,
    ) -> Result<CheckedOrder, Vec<Finding>> {
        let picks: Vec<Pick> = self.domains.iter().map(|entry| pick_of(&entry.domain, rows, read)).collect();
        let mut findings = check_picks_by(required, &picks, read).findings;
        findings.extend(self.check_rest(read));
        if !findings.is_empty() {
            return Err(findings);
        }
        let spelled = |url: &Option<String>| url.as_deref().map(in_one_spelling).filter(|url| !url.is_empty());
        let domains = self
            .domains
            .iter()
            .filter_map(|entry| {
                let domain = read(&entry.domain).ok()?;
                Some(CheckedDomain { domain, forwarding_url: spelled(&entry.forwarding_url) })
            })
            .collect();
        let personas = self.personas.iter().map(Persona::tidied).collect();
        Ok(CheckedOrder { domains, personas, forwarding_url: spelled(&self.forwarding_url) })
    }

    /// The content of the order in normalized form: names with their redirects, and personas, both sorted. Drafts with
    /// equal content are the same order, whatever their quote.
    pub fn content(&self) -> String {
        let url = |url: &Option<String>| url.as_deref().map(str::trim).filter(|u| !u.is_empty()).map(comparable);
        let common = url(&self.forwarding_url);
        let mut domains: Vec<(String, Option<String>)> = self
            .domains
            .iter()
            .map(|entry| {
                let name = DomainName::parse(&entry.domain)
                    .map_or_else(|_| lowercase(entry.domain.trim()), |name| name.to_string());
                (name, url(&entry.forwarding_url).or_else(|| common.clone()))
            })
            .collect();
        domains.sort_unstable();
        let mut people: Vec<(String, String, Option<String>)> = self
            .personas
            .iter()
            .map(Persona::tidied)
            .map(|persona| (persona.first_name, persona.last_name, persona.profile_picture_url))
            .collect();
        people.sort_unstable();
        // Strings and lists of strings can always be serialized.
        serde_json::to_string(&(domains, people)).unwrap_or_default()
    }

    fn check_rest(&self, read: ReadName) -> Vec<Finding> {
        let names: BTreeSet<DomainName> = self.domains.iter().filter_map(|entry| read(&entry.domain).ok()).collect();
        let mut findings = Vec::new();
        for (index, entry) in self.domains.iter().enumerate() {
            let field = format!("domains[{index}].forwarding_url");
            findings.extend(check_url(entry.forwarding_url.as_deref(), &names, &field));
        }
        findings.extend(check_personas(&self.personas));
        findings.extend(check_url(self.forwarding_url.as_deref(), &names, "forwarding_url"));
        findings
    }
}

/// An absent or empty redirect means none. A redirect to a domain of the order is refused, because it would be a loop.
fn check_url(url: Option<&str>, names: &BTreeSet<DomainName>, field: &str) -> Option<Finding> {
    let url = url.map(str::trim).filter(|url| !url.is_empty())?;
    check_redirect(url, names, field).err()
}

fn pick_of(input: &str, rows: &[AvailabilityRow], read: ReadName) -> Pick {
    let name = read(input).ok();
    let row = name.and_then(|name| rows.iter().find(|row| row.domain == name.as_str()));
    match row {
        Some(row) => Pick { domain: input.to_owned(), ..Pick::from(row) },
        None => Pick {
            domain: input.to_owned(),
            available: false,
            usable_for: Vec::new(),
            reason: Some("errored".to_owned()),
        },
    }
}
