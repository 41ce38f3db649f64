//! Requested rows of an import, their names, and claims without a job.

use crate::store::claim::{ClaimState, Owner};
use shared::answers::ImportRow;
use shared::domain_name::{DomainName, MAX_NAME_LENGTH};
use shared::root_domain;

/// A requested row: open, or failed because of the name.
pub(super) fn asked_row(input: &str) -> ImportRow {
    match root_domain::parse(input) {
        Ok(name) => {
            ImportRow { domain: name.to_string(), status: "in_progress".to_owned(), reason: None, message: None }
        }
        Err(problem) => ImportRow {
            domain: input.trim().chars().take(MAX_NAME_LENGTH).collect(),
            status: "failed".to_owned(),
            reason: Some(problem.code().to_owned()),
            message: Some(problem.message().to_owned()),
        },
    }
}

/// The distinct names among the rows that are names.
pub(super) fn names_of(rows: &[ImportRow]) -> Vec<DomainName> {
    let mut names: Vec<DomainName> = rows.iter().filter_map(|row| root_domain::read(&row.domain).ok()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether the claim is open and has no job.
pub(super) fn is_pending(owner: &Owner) -> bool {
    owner.state == ClaimState::Open && owner.jobs.is_empty()
}
