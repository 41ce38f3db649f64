//! Each placed session has exactly one upstream order, and none is lost.

use crate::invariants::facts::{Evidence, Finding};
use functions::placement::Phase;
use std::collections::BTreeSet;

/// No customer, and so no session, has two orders upstream: each wants one, whatever becomes of its sessions.
pub(super) fn at_most_one(evidence: &Evidence) -> Vec<Finding> {
    let several = evidence.customers().filter(|(_, orders)| orders.len() > 1);
    several
        .map(|(pages, orders)| {
            let ids: Vec<&str> = orders.iter().map(|order| order.id.as_str()).collect();
            (pages.name(), format!("has {} orders upstream: {}", ids.len(), ids.join(", ")))
        })
        .collect()
}

/// Every order upstream comes from a draft of a customer, and its placement has the same id.
pub(super) fn placed_with_the_same_id(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for order in &evidence.upstream {
        let Some(pages) = order.origin.and_then(|(customer, _)| evidence.pages.get(customer)) else {
            findings.push((order.id.clone(), "no customer has ordered it".to_owned()));
            continue;
        };
        if evidence.session_of(pages, &order.id).is_none() {
            let phases: Vec<&Phase> = evidence.placements_of(pages).map(|(_, placement)| &placement.phase).collect();
            let subject = format!("{} ({})", order.id, pages.name());
            findings.push((subject, format!("is upstream, and its placements say {phases:?}")));
        }
    }
    findings
}

/// Every placed session, and every customer who received an id, has that order upstream.
pub(super) fn none_lost(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (pages, orders) in evidence.customers() {
        let mut ids: BTreeSet<&str> = pages.told().collect();
        ids.extend(evidence.placements_of(pages).filter_map(|(_, placement)| match &placement.phase {
            Phase::Placed(receipt) => Some(receipt.id.as_str()),
            _ => None,
        }));
        for id in ids {
            // The same person may have an order of another session, with the same domains.
            let is_theirs =
                evidence.order(id).and_then(|order| evidence.customer_of(order)) == Some(pages.customer.as_str());
            if !is_theirs && !orders.iter().any(|order| order.id == id) {
                let owner = evidence.order(id).map_or("no one", |_| "another customer");
                findings.push((pages.name(), format!("is recorded with {id}, which upstream has for {owner}")));
            }
        }
    }
    findings
}

/// No customer receives two ids. Who has another session as well may find that one's order, too.
pub(super) fn told_id(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, pages) in evidence.pages.iter().enumerate() {
        let is_anothers = |id: &&str| {
            let origin = evidence.order(id).and_then(|order| order.origin);
            origin.is_some_and(|(customer, _)| customer != index)
                && evidence.order(id).and_then(|order| evidence.customer_of(order)) == Some(pages.customer.as_str())
        };
        let ids: BTreeSet<&str> = pages.told().filter(|id| !is_anothers(id)).collect();
        if ids.len() > 1 {
            findings.push((pages.name(), format!("received {ids:?}")));
        }
    }
    findings
}
