//! An order only moves forward for the customer, because upstream's status did.

use crate::diary::{Pages, Sight, Told, Visit};
use crate::invariants::facts::{Evidence, Finding};
use std::collections::{BTreeMap, BTreeSet};

/// The rank of a status. `in_progress` occurs twice: before an action is required, and after it.
fn step(status: &str, reached: u8) -> u8 {
    match status {
        "in_progress" if reached >= 2 => 3,
        "in_progress" => 1,
        "action_required" => 2,
        "completed" | "failed" | "cancel_scheduled" => 4,
        "cancelled" => 5,
        _ => 0,
    }
}

/// The rank of a domain's status.
fn domain_step(status: &str) -> u8 {
    match status {
        "in_progress" => 1,
        "action_required" => 2,
        "connected" | "failed" => 3,
        "cancelled" => 4,
        _ => 0,
    }
}

/// No page shows less of an order than before, nor than a page that was closed before it was opened; an order with a known id
/// stays readable.
pub(super) fn forward(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for pages in &evidence.pages {
        let ids: BTreeSet<&str> = pages.told_by_pages().collect();
        for id in ids {
            let of_pages = pages.visits.iter().map(|visit| sights(visit, id)).chain([one_after_the_other(pages, id)]);
            findings.extend(of_pages.filter_map(|sights| Some((pages.name(), backward(&sights)?))));
        }
        let not_found = pages.not_found.iter().map(|at| format!("received an id, and at {at} ms a 404 for it"));
        findings.extend(not_found.map(|what| (pages.name(), what)));
    }
    let of_orders = evidence.observed.iter();
    findings.extend(of_orders.filter_map(|(order, sights)| Some((order.clone(), backward(sights)?))));
    findings
}

/// What a page showed of order `id`.
fn sights(visit: &Visit, id: &str) -> Vec<Sight> {
    let shown = visit.statements.iter().filter_map(|statement| match &statement.told {
        Told::Order { id: shown, status, domains, .. } if shown == id && !status.is_empty() => {
            Some(Sight { at: statement.at, status: status.clone(), domains: domains.clone() })
        }
        _ => None,
    });
    shown.collect()
}

/// What a customer saw of order `id` on pages that were not open at the same time.
fn one_after_the_other(pages: &Pages, id: &str) -> Vec<Sight> {
    let mut closed = Some(0);
    let mut seen = Vec::new();
    for visit in &pages.visits {
        if closed.is_some_and(|closed| visit.opened >= closed) {
            seen.extend(sights(visit, id));
            closed = visit.closed;
        }
    }
    seen
}

fn backward(sights: &[Sight]) -> Option<String> {
    let mut reached = 0;
    let mut domains: BTreeMap<&str, &str> = BTreeMap::new();
    for sight in sights {
        let status = &sight.status;
        let now = step(status, reached);
        if now < reached {
            return Some(format!("saw {status} at {} ms, after step {reached}", sight.at));
        }
        reached = now;
        for (domain, status) in &sight.domains {
            let before = domains.insert(domain, status);
            if before.is_some_and(|before| domain_step(before) > domain_step(status)) {
                return Some(format!("saw {domain} as {status} at {} ms, after {before:?}", sight.at));
            }
        }
    }
    None
}
