//! The budget of each session equals the calls that upstream received for it.

use crate::invariants::facts::{Evidence, Finding};
use serde_json::Value;

/// `received ≤ charged + uncounted` and `charged ≤ received + lost + in doubt`, per session. Without faults the three
/// allowances are zero, and both sides are equal.
pub(super) fn equal(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (session, account) in &evidence.accounts {
        let charged = charged(evidence, session);
        let least = account.received.saturating_sub(account.uncounted);
        let most = account.received.saturating_add(account.lost).saturating_add(account.in_doubt);
        if !(least..=most).contains(&charged) {
            findings.push((session.clone(), format!("has {charged} calls in its budget, and made these: {account:?}")));
        }
    }
    findings
}

/// Calls charged in the session's item.
fn charged(evidence: &Evidence, session: &str) -> u64 {
    let key = format!("SESSION#{session}");
    let text = |item: &Value, path: &str| item.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
    let items = evidence.items.iter().filter(|item| text(item, "/pk/S") == key && text(item, "/sk/S") == "BUDGET");
    items.filter_map(|item| text(item, "/calls/N").parse::<u64>().ok()).sum()
}
