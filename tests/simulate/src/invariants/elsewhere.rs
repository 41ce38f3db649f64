//! Events of upstream's other environment never reach this one.

use crate::invariants::facts::{Evidence, Finding};
use serde_json::Value;
use std::collections::BTreeSet;

/// No item is about an order or an event of the other environment.
pub(super) fn apart(evidence: &Evidence) -> Vec<Finding> {
    let theirs: BTreeSet<&str> = evidence.elsewhere.iter().map(String::as_str).collect();
    let mut findings = Vec::new();
    for item in &evidence.items {
        let texts =
            ["/pk/S", "/sk/S", "/about/S"].map(|path| item.pointer(path).and_then(Value::as_str).unwrap_or_default());
        let ids = texts.iter().filter_map(|text| text.rsplit('#').next());
        findings.extend(ids.filter(|id| theirs.contains(id)).map(|id| {
            (id.to_owned(), format!("belongs to the other environment, and is in {} {}", texts[0], texts[1]))
        }));
    }
    findings
}

/// Every acknowledged event of the other environment is in the table of its own stage, and no event of this one is.
pub(super) fn passed_on(evidence: &Evidence) -> Vec<Finding> {
    let key = |item: &Value| item.pointer("/pk/S").and_then(Value::as_str).unwrap_or_default().to_owned();
    let keys: BTreeSet<String> = evidence.other_items.iter().map(key).collect();
    let theirs: BTreeSet<&str> = evidence.elsewhere.iter().map(String::as_str).collect();
    let passed_on = evidence.taken.iter().filter(|event| theirs.contains(event.as_str()));
    let lost = passed_on.filter(|event| !keys.contains(&format!("EVENT#{event}")));
    let lost = lost.map(|event| (event.clone(), "was acknowledged, and is not in the other stage's table".to_owned()));
    let events = keys.iter().filter_map(|key| key.strip_prefix("EVENT#"));
    let ours = events.filter(|event| !theirs.contains(event));
    lost.chain(
        ours.map(|event| (event.to_owned(), "is in the other stage's table, and belongs to this one".to_owned())),
    )
    .collect()
}
