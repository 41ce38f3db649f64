//! The customer's view of an import: rows in the order of the request, from its claims and the job. Pure.

use crate::model::import_job::is_final;
use crate::order_proxy::import_rows::is_pending;
use crate::store::claim::{ClaimState, Owner};
use crate::store::import::StoredImport;
use shared::answers::{ImportRow, ImportView, NameserverGroup};
use shared::domain_name::DomainName;
use shared::root_domain;
use std::collections::HashMap;

/// Why a row failed: the stable code, and what to do.
pub(super) type Reason = (&'static str, &'static str);

/// Another customer owns or has claimed it, or it was in the inventory before.
pub(super) const TAKEN: Reason =
    ("taken", "This domain is in use in another account. Choose another one, or ask the shop.");
/// Upstream's job for these names is another customer's.
pub(super) const OTHER_JOB: Reason = (
    "taken",
    "Another customer has claimed this domain before. If it is yours, import it together with another domain that you \
     own, or ask the shop.",
);
/// The claim ended, and another customer has one.
pub(super) const CLAIM_EXPIRED: Reason = (
    "claim_expired",
    "The nameservers of this domain were not set within seven days, and another customer has claimed it since. If it \
     is yours, ask the shop.",
);
/// The customer gave it up.
pub(super) const RELEASED: Reason = ("released", "You released this domain. Import it again if you want to use it.");
/// A lookup of a domain without a claim of the customer.
pub(super) const NOT_ASKED: Reason = ("import_not_found", "No import of this domain was requested.");

/// Upstream's answer was lost, and another customer's claim that has ended is taken over only in a known job.
pub(super) const ASK_AGAIN: Reason =
    ("not_answered", "The result is not known yet. Import the domain again in a minute.");
/// Upstream refused the whole import.
pub(super) const NOT_TAKEN: Reason =
    ("not_imported", "This domain could not be imported. Choose another one, or ask the shop.");

/// Marks the rows of `names` as failed.
pub(super) fn fail<'n>(rows: &mut [ImportRow], names: impl Iterator<Item = &'n DomainName>, (reason, message): Reason) {
    for name in names {
        for row in rows.iter_mut().filter(|row| row.domain == name.as_str()) {
            "failed".clone_into(&mut row.status);
            row.reason = Some(reason.to_owned());
            row.message = Some(message.to_owned());
        }
    }
}

/// The rows `asked` for by `customer`, in that order. Without an import: upstream's response is unknown, or no name was
/// valid.
pub(super) fn view(
    import: Option<&StoredImport>,
    owners: &HashMap<DomainName, Owner>,
    customer: &str,
    asked: &[ImportRow],
    poll_after_seconds: u32,
) -> ImportView {
    let said = |name: &DomainName| import.and_then(|import| import.row(name));
    let job = import.map_or("in_progress", |import| import.status.as_str());
    let row = |row: &ImportRow| {
        let name = root_domain::read(&row.domain).ok();
        let owner = name.as_ref().and_then(|name| owners.get(name)).filter(|owner| owner.customer == customer);
        match (name, owner.map(|owner| &owner.state)) {
            // A domain that failed in this job may have succeeded in a later one.
            (_, Some(ClaimState::Connected { .. })) => with(row, "completed", None),
            _ if row.reason.is_some() => row.clone(),
            (Some(name), _) if import.is_some_and(|import| import.is_refused(&name)) => {
                let reason = said(&name).and_then(|(_, reason)| reason).unwrap_or_else(|| "failed".to_owned());
                ImportRow {
                    reason: Some(reason.clone()),
                    message: Some(message_of(&reason).to_owned()),
                    ..with(row, "failed", None)
                }
            }
            (_, Some(ClaimState::Released)) => with(row, "failed", Some(RELEASED)),
            (_, None) => with(row, "failed", Some(CLAIM_EXPIRED)),
            // Asked for, and in no job yet.
            (_, Some(ClaimState::Open)) if owner.is_some_and(is_pending) => with(row, "in_progress", None),
            (Some(name), Some(ClaimState::Open)) => {
                let said = said(&name).map_or_else(|| job.to_owned(), |(status, _)| status);
                // Completed as a job, and nothing proves that the nameservers are in place.
                with(row, if said == "completed" { "action_required" } else { &said }, None)
            }
            (None, _) => row.clone(),
        }
    };
    let domains: Vec<ImportRow> = asked.iter().map(row).collect();
    let nameserver_groups = import.map(|import| groups(import, &domains)).unwrap_or_default();
    let status = status(job, &domains);
    ImportView {
        id: import.map(|import| import.id.to_string()),
        status,
        domains,
        nameserver_groups,
        poll_after_seconds,
    }
}

fn with(row: &ImportRow, status: &str, reason: Option<Reason>) -> ImportRow {
    ImportRow {
        domain: row.domain.clone(),
        status: status.to_owned(),
        reason: reason.map(|(reason, _)| reason.to_owned()),
        message: reason.map(|(_, message)| message.to_owned()),
    }
}

/// The job's status if it fits the rows: it has ended when all of them have.
fn status(job: &str, rows: &[ImportRow]) -> String {
    let open = rows.iter().find(|row| !is_final(&row.status));
    let any_completed = rows.iter().any(|row| row.status == "completed");
    match (open, is_final(job)) {
        (Some(row), true) => row.status.clone(),
        (Some(_), false) => job.to_owned(),
        (None, _) => if any_completed { "completed" } else { "failed" }.to_owned(),
    }
}

/// The nameservers of the rows that have not failed. A group without names belongs to all.
fn groups(import: &StoredImport, rows: &[ImportRow]) -> Vec<NameserverGroup> {
    let shown = |name: &String| rows.iter().any(|row| row.domain == *name && row.status != "failed");
    if !rows.iter().any(|row| row.status != "failed") {
        return Vec::new();
    }
    let group = |whole: &NameserverGroup| {
        let domains: Vec<String> = whole.domains.iter().filter(|name| shown(name)).cloned().collect();
        let fits = whole.domains.is_empty() || !domains.is_empty();
        fits.then(|| NameserverGroup { nameservers: whole.nameservers.clone(), domains })
    };
    import.detail.groups.iter().filter_map(group).collect()
}

/// What to do about a reason of upstream's. The list of reasons is unknown (docs/upstream.md#import-job): any other
/// word is shown as it is.
fn message_of(reason: &str) -> &'static str {
    match reason {
        "not_root_domain" => "Give the root domain, such as acme.com, not a name below it.",
        "already_in_use" => TAKEN.1,
        _ => "This domain could not be imported. Choose another one, or ask the shop.",
    }
}
