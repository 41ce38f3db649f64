//! What the partner's backend knows in the end is true and complete, whatever failed; and it never received anything false.

use crate::backend::document::wants;
use crate::backend::receiving::{Arrival, Received};
use crate::invariants::facts::{Evidence, Finding};
use crate::invariants::notifications::{Told, missing, untrue};
use serde_json::Value;
use std::collections::BTreeMap;

/// Types that say how an order stands, and its status then.
const STATES: [(&str, &str); 4] = [
    ("order.completed", "completed"),
    ("order.failed", "failed"),
    ("order.cancel_scheduled", "cancel_scheduled"),
    ("order.cancelled", "cancelled"),
];
/// Milliseconds by which upstream's times are rounded.
const ROUNDED: u64 = 1_000;
/// The partition of a notification.
const PARTITION: &str = "NOTIFICATION#";

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The recorded notifications by id. Those for tests are not here: nobody makes any.
fn recorded(evidence: &Evidence) -> BTreeMap<&str, Told> {
    let one = |item| Some((text(item, "/pk/S").strip_prefix(PARTITION)?, Told::read(item)?));
    evidence.items.iter().filter_map(one).collect()
}

/// Every letter is signed, is a recorded notification with the content of its record, and was true when it arrived.
pub(super) fn nothing_false(evidence: &Evidence) -> Vec<Finding> {
    let recorded = recorded(evidence);
    let mut findings = Vec::new();
    for (endpoint, received) in &evidence.received {
        for arrival in &received.arrivals {
            if let Some(what) = false_about(evidence, &recorded, endpoint, arrival) {
                findings.push((format!("{} at {endpoint}", arrival.id), format!("{what}: {}", arrival.body)));
            }
        }
    }
    findings
}

fn false_about(
    evidence: &Evidence,
    recorded: &BTreeMap<&str, Told>,
    endpoint: &str,
    arrival: &Arrival,
) -> Option<String> {
    let Arrival { at, id, body, problem } = arrival;
    if let Some(problem) = problem {
        return Some((*problem).to_owned());
    }
    let (kind, status) = (text(body, "/type"), text(body, "/data/order/status"));
    if !wants(endpoint, kind) {
        return Some("is of a type that the endpoint does not want".to_owned());
    }
    let Some(record) = recorded.get(id.as_str()) else {
        return Some("is not recorded".to_owned());
    };
    for pointer in ["/order/id", "/order/status", "/session", "/domain", "/import/id", "/endpoint/id"] {
        let (sent, stored) = (text(body, &format!("/data{pointer}")), record.text(pointer));
        if kind != record.kind || sent != stored {
            return Some(format!("is recorded as {} with {pointer} {stored}", record.kind));
        }
    }
    let order = evidence.order(text(body, "/data/order/id"))?;
    let customer = text(body, "/data/order/customer");
    if customer.contains('@') && evidence.customer_of(order) != Some(customer) {
        return Some(format!("is about another customer, not {:?}", evidence.customer_of(order)));
    }
    let (_, expected) = STATES.iter().find(|(of, _)| *of == kind)?;
    let was_so = order.steps.iter().any(|(step, since)| step == expected && *since <= at.saturating_add(ROUNDED));
    (!was_so || status != *expected).then(|| format!("was not so upstream: {:?}", order.steps))
}

/// What is on an endpoint's disk agrees with upstream, as far as orders have come.
pub(super) fn knows_the_truth(evidence: &Evidence) -> Vec<Finding> {
    evidence.received.values().flat_map(|received| untrue(evidence, &known(received))).collect()
}

/// Each endpoint has every recorded notification that it wants; the one that wants all knows of every order, and how it ended.
pub(super) fn knows_everything(evidence: &Evidence) -> Vec<Finding> {
    let recorded = recorded(evidence);
    let mut findings = Vec::new();
    for (endpoint, received) in &evidence.received {
        for (id, told) in recorded.iter().filter(|(_, told)| wants(endpoint, &told.kind)) {
            // An endpoint is not told of itself.
            if !received.known.contains_key(*id) && told.text("/endpoint/id") != endpoint {
                findings.push((format!("{id} at {endpoint}"), format!("{} is not known there", told.kind)));
            }
        }
        if wants(endpoint, "order.completed") {
            findings.extend(missing(evidence, &known(received)));
        }
    }
    findings
}

/// A notification counts as delivered only when its endpoint has said so; and none is left to be delivered.
pub(super) fn delivered(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for item in &evidence.items {
        let Some(id) = text(item, "/pk/S").strip_prefix(PARTITION) else { continue };
        let (sk, state) = (text(item, "/sk/S"), text(item, "/state/S"));
        let is_confirmed =
            |endpoint: &str| evidence.received.get(endpoint).is_some_and(|received| received.confirmed.contains(id));
        if let Some(endpoint) = sk.strip_prefix("TO#") {
            if state == "delivered" && !is_confirmed(endpoint) {
                findings.push((id.to_owned(), format!("counts as delivered, and {endpoint} has never said so")));
            } else if state == "pending" {
                findings.push((id.to_owned(), format!("is still to be delivered to {endpoint}")));
            }
        } else if sk == "NOTIFICATION" && item.get("open_shard").is_some() {
            findings.push((id.to_owned(), "is still to be handed out".to_owned()));
        }
    }
    findings
}

fn known(received: &Received) -> Vec<Told> {
    received.known.values().filter_map(Told::of).collect()
}
