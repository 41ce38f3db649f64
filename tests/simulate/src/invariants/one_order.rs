//! One upstream order per placed session, and none lost.

use super::{Evidence, Finding};
use functions::placement::Phase;
use std::collections::BTreeSet;

/// No session has two orders upstream.
pub(super) fn at_most_one(evidence: &Evidence) -> Vec<Finding> {
    let several = evidence.customers().filter(|(_, orders)| orders.len() > 1);
    several
        .map(|(pages, orders)| {
            let ids: Vec<&str> = orders.iter().map(|order| order.id.as_str()).collect();
            (pages.name(), format!("has {} orders upstream: {}", ids.len(), ids.join(", ")))
        })
        .collect()
}

/// Every order upstream came from a draft of a customer, whose placement names it.
pub(super) fn placed_with_the_same_id(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for order in &evidence.upstream {
        let Some(pages) = order.origin.and_then(|(customer, _)| evidence.pages.get(customer)) else {
            findings.push((order.id.clone(), "nobody has ordered it".to_owned()));
            continue;
        };
        match evidence.placement(pages).map(|placement| &placement.phase) {
            Some(Phase::Placed(receipt)) if receipt.id.as_str() == order.id => {}
            other => {
                let subject = format!("{} ({})", order.id, pages.name());
                findings.push((subject, format!("is upstream, and its placement says {other:?}")));
            }
        }
    }
    findings
}

/// Every placed session, and every customer who was told an id, has that order upstream.
pub(super) fn none_lost(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (pages, orders) in evidence.customers() {
        let mut ids: BTreeSet<&str> = pages.told().collect();
        if let Some(Phase::Placed(receipt)) = evidence.placement(pages).map(|placement| &placement.phase) {
            ids.insert(receipt.id.as_str());
        }
        for id in ids {
            if !orders.iter().any(|order| order.id == id) {
                let whose = evidence.order(id).map_or("nobody", |_| "another customer");
                findings.push((pages.name(), format!("is said to have {id}, which upstream has for {whose}")));
            }
        }
    }
    findings
}

/// Nobody is told two ids.
pub(super) fn told_id(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for pages in &evidence.pages {
        let ids: BTreeSet<&str> = pages.told().collect();
        if ids.len() > 1 {
            findings.push((pages.name(), format!("was told {ids:?}")));
        }
    }
    findings
}
