//! What a customer sees of an order only moves forward, because upstream's own status did.

use super::{Evidence, Finding};
use crate::diary::Sight;
use std::collections::BTreeMap;

/// How far a status is. `in_progress` comes twice: before somebody has to act, and after that.
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

/// How far a domain is.
fn domain_step(status: &str) -> u8 {
    match status {
        "in_progress" => 1,
        "action_required" => 2,
        "connected" | "failed" => 3,
        "cancelled" => 4,
        _ => 0,
    }
}

/// No look shows less than an earlier one; an order whose id was told can be seen from then on.
pub(super) fn forward(evidence: &Evidence) -> Vec<Finding> {
    let of_customers = evidence.pages.iter().map(|pages| (pages.name(), &pages.sights));
    let of_orders = evidence.witnessed.iter().map(|(order, sights)| (order.clone(), sights));
    of_customers.chain(of_orders).filter_map(|(who, sights)| Some((who, backward(sights)?))).collect()
}

fn backward(sights: &[Sight]) -> Option<String> {
    let mut reached = 0;
    let mut domains: BTreeMap<&str, &str> = BTreeMap::new();
    for sight in sights {
        let Some(status) = &sight.status else {
            return Some(format!("was told an id, and at {} ms that there is no such order", sight.at));
        };
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
