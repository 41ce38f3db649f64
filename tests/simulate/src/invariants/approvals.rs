//! Where the partner has to approve, no order is placed without an approval, and each approval ends exactly once.

use crate::diary::Pages;
use crate::invariants::facts::{Evidence, Finding};
use functions::model::approval::ApprovalMode;
use serde_json::Value;
use std::collections::BTreeMap;

/// The state of each stored approval by id. Those of erased customers are removed.
fn stored(evidence: &Evidence) -> BTreeMap<&str, &str> {
    let mut found = BTreeMap::new();
    for item in &evidence.items {
        let text = |name: &str| item.pointer(&format!("/{name}/S")).and_then(Value::as_str);
        if let Some(id) = text("pk").and_then(|pk| pk.strip_prefix("APPROVAL#")) {
            found.insert(id, text("state").unwrap_or_default());
        }
    }
    found
}

/// Every order was approved by the partner, for a session of its customer, and is paid once.
pub(super) fn no_order_without(evidence: &Evidence) -> Vec<Finding> {
    let mode = evidence.features.as_ref().map_or(ApprovalMode::None, |features| features.approval);
    if mode == ApprovalMode::None {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for order in &evidence.upstream {
        let of_order = |order_id: &Option<String>| order_id.as_deref() == Some(order.id.as_str());
        let paying: Vec<_> = evidence.fates.iter().filter(|(_, fate)| of_order(&fate.order)).collect();
        let [(id, fate)] = paying.as_slice() else {
            findings.push((order.id.clone(), format!("is paid with {} approvals: {paying:?}", paying.len())));
            continue;
        };
        let customer = evidence.customer_of(order).unwrap_or_default();
        let is_theirs = |pages: &&Pages| pages.sessions.contains(&fate.session);
        let pages = evidence.pages.iter().find(is_theirs);
        if evidence.book.allowed.get(*id) != Some(&fate.session) {
            findings.push((order.id.clone(), format!("is paid with {id}, which the partner has not approved")));
        } else if pages.is_none_or(|pages| pages.customer != customer) {
            findings.push((order.id.clone(), format!("is paid with {id} of {fate:?}, which is not {customer}'s")));
        } else if fate.states.last().map(String::as_str) != Some("capture") {
            findings.push((order.id.clone(), format!("is paid with {id}, which went through {fate:?}")));
        }
    }
    findings
}

/// Every approval that reached us came to one end, and stayed there; every question was asked once.
pub(super) fn end_once(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_end = |state: &str| ["capture", "void"].contains(&state);
    for (id, fate) in &evidence.fates {
        let ends = fate.states.iter().filter(|state| is_end(state)).count();
        let last = fate.states.last().map(String::as_str).unwrap_or_default();
        if ends != 1 || !is_end(last) || (last == "capture") != fate.order.is_some() {
            findings.push((id.clone(), format!("went through {fate:?}")));
        }
    }
    for (id, state) in stored(evidence) {
        let last = evidence.fates.get(id).and_then(|fate| fate.states.last());
        if last.map(String::as_str) != Some(state) {
            findings.push((id.to_owned(), format!("is stored as {state}, and came to {last:?}")));
        }
    }
    for (id, sent) in evidence.book.sent.iter().filter(|(_, sent)| **sent != 1) {
        findings.push((id.clone(), format!("was asked for {sent} times")));
    }
    for id in evidence.book.sent.keys().filter(|id| !evidence.fates.contains_key(*id)) {
        findings.push((id.clone(), "was asked for, and is not known".to_owned()));
    }
    findings
}
