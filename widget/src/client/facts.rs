//! What the client decides on in records beside those of the protocol.

use shared::domain_name::DomainName;
use shared::protocol::facts::list;
use shared::protocol::json::Json;
use shared::protocol::problem::Problem;
use std::collections::BTreeSet;

/// The findings of a refusal, as they came.
pub(crate) fn findings<J: Json>(problem: &Problem<J>) -> Vec<J> {
    list(problem.details.as_ref(), "findings")
}

/// Whether a record is a quote.
pub(crate) fn is_quote<J: Json>(record: &J) -> bool {
    record.text("token").is_some_and(|token| !token.is_empty())
}

/// What one domain costs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) domain: String,
    pub(crate) price_cents: Option<u64>,
    pub(crate) renewal_price_cents: Option<u64>,
}

impl Line {
    pub(crate) fn of<J: Json>(line: &J) -> Self {
        Self {
            domain: line.text("domain").unwrap_or_default(),
            price_cents: line.number("price_cents"),
            renewal_price_cents: line.number("renewal_price_cents"),
        }
    }
}

/// Name and status of a domain of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DomainRow {
    pub(crate) domain: String,
    pub(crate) status: String,
}

impl DomainRow {
    pub(crate) fn of<J: Json>(row: &J) -> Self {
        Self { domain: row.text("domain").unwrap_or_default(), status: row.text("status").unwrap_or_default() }
    }
}

/// Names in their one spelling, each in its place.
pub(crate) fn spelled(names: Vec<String>) -> Vec<String> {
    names.into_iter().map(|name| DomainName::spelling_of(&name)).collect()
}

/// The same, each once.
pub(crate) fn each_once(names: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    spelled(names).into_iter().filter(|name| seen.insert(name.clone())).collect()
}
