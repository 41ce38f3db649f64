//! What is said of rejected deliveries: in groups, each with its findings.

use super::finding::{Finding, Remedy};
use super::rule::Rule;
use crate::webhook::search::Tried;
use crate::webhook::search::listing::Listing;

/// What the receiver is taken to be set to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected {
    pub(crate) template: &'static str,
    /// Seconds between signing and arrival.
    pub(crate) tolerance: i64,
}

/// Some deliveries, and all that is said of them.
#[derive(Debug)]
pub(crate) struct Group {
    /// Which of the deliveries.
    pub(crate) members: Vec<usize>,
    /// Which of the rules, where one was found.
    pub(crate) rule: Option<usize>,
    pub(crate) findings: Vec<Finding>,
}

impl Group {
    pub(super) fn has(&self, wanted: impl Fn(&Remedy) -> bool) -> bool {
        self.findings.iter().any(|finding| wanted(&finding.remedy))
    }

    /// Whether our settings alone let these deliveries in.
    pub(crate) fn is_settled(&self) -> bool {
        self.rule.is_some() && !self.has(|remedy| matches!(remedy, Remedy::Report | Remedy::Check))
    }

    /// Whether the functions themselves have to be changed for them.
    pub(crate) fn needs_developers(&self) -> bool {
        self.rule.is_some() && self.has(|remedy| *remedy == Remedy::Report)
    }
}

/// All that was found.
#[derive(Debug)]
pub(crate) struct Diagnosis {
    /// The largest first.
    pub(crate) groups: Vec<Group>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) tried: Tried,
    /// What was tried in full, where nothing fits.
    pub(crate) listing: Option<Listing>,
}
