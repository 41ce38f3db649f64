//! The diagnosis of rejected deliveries: groups with their findings.

use super::finding::{Finding, Remedy};
use super::rule::Rule;
use crate::webhook::search::Tried;
use crate::webhook::search::listing::Listing;

/// The assumed settings of the receiver.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected {
    pub(crate) template: &'static str,
    /// Maximum seconds between signing and arrival.
    pub(crate) tolerance: i64,
}

/// A group of deliveries with the same findings.
#[derive(Debug)]
pub(crate) struct Group {
    /// Indexes of the deliveries.
    pub(crate) members: Vec<usize>,
    /// Index of the rule, if one was found.
    pub(crate) rule: Option<usize>,
    pub(crate) findings: Vec<Finding>,
}

impl Group {
    pub(super) fn has(&self, wanted: impl Fn(&Remedy) -> bool) -> bool {
        self.findings.iter().any(|finding| wanted(&finding.remedy))
    }

    /// Whether settings alone would make the receiver accept these deliveries.
    pub(crate) fn is_settled(&self) -> bool {
        self.rule.is_some() && !self.has(|remedy| matches!(remedy, Remedy::Report | Remedy::Check))
    }

    /// Whether the functions must be changed for them.
    pub(crate) fn needs_developers(&self) -> bool {
        self.rule.is_some() && self.has(|remedy| *remedy == Remedy::Report)
    }
}

/// The complete diagnosis.
#[derive(Debug)]
pub(crate) struct Diagnosis {
    /// The groups, largest first.
    pub(crate) groups: Vec<Group>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) tried: Tried,
    /// The attempts of a full search without result.
    pub(crate) listing: Option<Listing>,
}
