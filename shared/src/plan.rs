//! Plans: how many domains to pick for each provider.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Who hosts the inboxes of a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Google Workspace.
    Google,
    /// Microsoft 365.
    Microsoft,
}

impl Provider {
    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Google => "Google",
            Self::Microsoft => "Microsoft",
        })
    }
}

/// Domains per provider. For a bundle the numbers come from upstream and are never computed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct RequiredDomains {
    /// Domains for Google inboxes.
    pub google: u32,
    /// Domains for Microsoft inboxes.
    pub microsoft: u32,
    /// Sum of both.
    pub total: u32,
}

impl RequiredDomains {
    /// Computes the total, so that it is always consistent.
    pub const fn new(google: u32, microsoft: u32) -> Self {
        Self { google, microsoft, total: google.saturating_add(microsoft) }
    }
}

/// A plan as the customer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The bundle's name, or a sentence made of the licence counts.
    pub name: String,
    /// What has to be picked.
    pub required_domains: RequiredDomains,
}

/// Which plan a session grants: a bundle by its id, or licence counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PlanChoice {
    /// A bundle.
    Bundle(BundleChoice),
    /// Licences without a bundle.
    Custom(Licences),
}

/// A bundle by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleChoice {
    /// Upstream's `bun_…`.
    pub bundle_id: crate::ids::BundleId,
}

/// Maximum number of domains of a plan: the largest order that all parts of the product support.
pub const MAX_PLAN_DOMAINS: u32 = 1_000;

/// Maximum number of licences of one kind in a session: far above any real order, far below overflow.
pub const MAX_LICENCES: u32 = 10_000;

/// A custom plan. One Google licence is one inbox, one Microsoft licence is one domain: docs/upstream.md#custom-plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licences {
    /// Google inboxes. Default: 0.
    #[serde(default)]
    pub google_licenses: u32,
    /// Microsoft domains. Default: 0.
    #[serde(default)]
    pub microsoft_licenses: u32,
    /// 2 or 3: docs/upstream.md#order-body.
    #[serde(default = "default_density")]
    pub google_inboxes_per_domain: u32,
}

/// Upstream's default density: docs/upstream.md#bundles.
const fn default_density() -> u32 {
    2
}

/// A number of a custom plan that is out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LicenceProblem {
    /// The name of the field.
    pub field: &'static str,
    /// The message for people.
    pub message: &'static str,
}

impl Licences {
    /// `ceil(google_licenses / google_inboxes_per_domain)` Google domains and `microsoft_licenses` Microsoft domains.
    ///
    /// # Errors
    /// Every number that is out of range.
    pub fn required_domains(self) -> Result<RequiredDomains, Vec<LicenceProblem>> {
        let mut problems = Vec::new();
        let mut blame = |field, message| problems.push(LicenceProblem { field, message });
        for (field, count) in
            [("google_licenses", self.google_licenses), ("microsoft_licenses", self.microsoft_licenses)]
        {
            if count > MAX_LICENCES {
                blame(field, "A session grants at most 10,000 licences of each kind.");
            }
        }
        if !matches!(self.google_inboxes_per_domain, 2 | 3) {
            blame("google_inboxes_per_domain", "google_inboxes_per_domain must be 2 or 3.");
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let google = self.google_licenses.div_ceil(self.google_inboxes_per_domain);
        let required = RequiredDomains::new(google, self.microsoft_licenses);
        let refuse = |field, message| Err(vec![LicenceProblem { field, message }]);
        // The larger part is the one to reduce.
        let larger = if google >= self.microsoft_licenses { "google_licenses" } else { "microsoft_licenses" };
        match required.total {
            0 => refuse("google_licenses", "A plan needs at least one licence of either kind."),
            1..=MAX_PLAN_DOMAINS => Ok(required),
            _ => refuse(larger, "A plan has at most 1,000 domains. Grant fewer licences."),
        }
    }
}
