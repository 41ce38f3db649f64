//! In the end, the table agrees with upstream.

use crate::evidence::is_open;
use crate::invariants::facts::{Evidence, Finding, UpstreamOrder};
use functions::placement::Phase;
use serde_json::Value;
use shared::answers::OrderView;
use std::collections::BTreeSet;

/// Every placement is placed or refused.
pub(super) fn placements(evidence: &Evidence) -> Vec<Finding> {
    let open = |phase: &Phase| matches!(phase, Phase::Claimed | Phase::Sent | Phase::Unknown);
    let left = evidence.placements.iter().filter(|(_, placement)| open(&placement.phase));
    left.map(|(session, placement)| (session.clone(), format!("is still {}", placement.phase.as_str()))).collect()
}

/// Every order is recorded, and agrees with upstream, domain by domain.
pub(super) fn orders(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for order in &evidence.upstream {
        match evidence.stored.get(&order.id) {
            None => findings.push((order.id.clone(), "is not in the table".to_owned())),
            Some(view) => findings.extend(compare(order, view).map(|what| (order.id.clone(), what))),
        }
    }
    for id in evidence.stored.keys() {
        if evidence.order(id).is_none() {
            findings.push((id.clone(), "is in the table, and not upstream".to_owned()));
        }
    }
    findings
}

fn compare(order: &UpstreamOrder, view: &OrderView) -> Option<String> {
    if view.status.as_str() != order.status {
        return Some(format!("is {} upstream, and {} in the table", order.status, view.status.as_str()));
    }
    let names: BTreeSet<&str> = view.domains.iter().map(|row| row.domain.as_str()).collect();
    if names != order.domains.iter().map(String::as_str).collect() {
        return Some(format!("has {:?} upstream, and {names:?} in the table", order.domains));
    }
    let shown: BTreeSet<&str> =
        view.domains.iter().filter(|row| row.status == "connected").map(|row| row.domain.as_str()).collect();
    let live: BTreeSet<&str> = order.live.iter().map(String::as_str).collect();
    let right = match order.status.as_str() {
        "completed" => shown == names,
        // Missed events of single domains are repaired when the order ends, and not before.
        "action_required" | "in_progress" => shown.is_subset(&live),
        _ => true,
    };
    (!right).then(|| format!("is {}, shows {shown:?} as connected, and {live:?} are", order.status))
}

/// Finished orders are not open work, and unfinished ones are; the personal data of a final order are scheduled for
/// removal, or removed.
pub(super) fn open_work(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for item in &evidence.items {
        let text = |name: &str| item.pointer(&format!("/{name}/S")).and_then(Value::as_str).unwrap_or_default();
        let (is_final, rests) = match (text("pk").split_once('#'), text("sk")) {
            (Some(("ORDER", _)), "ORDER") => {
                let is_final = matches!(text("status"), "completed" | "failed" | "cancelled");
                (is_final, is_final || text("status") == "cancel_scheduled")
            }
            (Some(("SESSION", _)), "PLACEMENT") => {
                let is_final = matches!(text("phase"), "placed" | "refused");
                (is_final, is_final)
            }
            _ => continue,
        };
        if is_final && text("sk") == "ORDER" && !has_end(evidence, text("pk")) {
            let left = personal_data(evidence, text("pk"), item);
            findings.extend(left.map(|what| (text("pk").to_owned(), format!("has had its end, and {what} is left"))));
        }
        if is_open(item) == rests {
            let state = if rests { "finished, and still open work" } else { "unfinished, and not open work" };
            findings.push((text("pk").to_owned(), format!("is {state}: {} {}", text("status"), text("phase"))));
        }
    }
    findings
}

/// Whether the removal of personal data is scheduled for the order in partition `pk`.
fn has_end(evidence: &Evidence, pk: &str) -> bool {
    evidence.items.iter().any(|item| {
        let text = |name: &str| item.pointer(&format!("/{name}/S")).and_then(Value::as_str).unwrap_or_default();
        text("pk") == pk && text("sk") == "ENDS" && text("open_shard").starts_with("ENDS#")
    })
}

/// Placements of the order with a draft, and its events with a payload.
fn personal_data<'e>(evidence: &'e Evidence, pk: &'e str, order: &'e Value) -> impl Iterator<Item = String> + 'e {
    let sessions = order.pointer("/session_ids/SS").and_then(Value::as_array);
    let placements: Vec<String> =
        sessions.into_iter().flatten().filter_map(Value::as_str).map(|id| format!("SESSION#{id}")).collect();
    evidence.items.iter().filter_map(move |item| {
        let text = |name: &str| item.pointer(&format!("/{name}/S")).and_then(Value::as_str).unwrap_or_default();
        let draft = item.get("draft").is_some() && placements.iter().any(|placement| placement == text("pk"));
        // Payloads about a domain contain no personal data, and expire on their own.
        let payload = item.get("entity").is_some() && text("about") == pk && text("type").starts_with("order.");
        (draft || payload).then(|| text("pk").to_owned())
    })
}

/// Orders were counted against the day: a counter may be too high, but never too low.
pub(super) fn counters(evidence: &Evidence) -> Vec<Finding> {
    let text = |item: &Value, path: &str| item.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
    let partners: Vec<&Value> =
        evidence.items.iter().filter(|item| text(item, "/pk/S").ends_with("#PARTNER")).collect();
    if partners.is_empty() {
        return Vec::new();
    }
    let sum = |path: &str| -> u64 { partners.iter().filter_map(|item| text(item, path).parse::<u64>().ok()).sum() };
    // With receipts without a price, only the price of the domains is counted.
    let cents = |order: &UpstreamOrder| match evidence.has_minimal_receipts() {
        true => Some(order.registration_cents),
        false => order.total_cents,
    };
    let placed_cents: u64 = evidence.upstream.iter().filter_map(cents).sum();
    let placed = (u64::try_from(evidence.upstream.len()).unwrap_or(u64::MAX), placed_cents);
    let counted = (sum("/orders/N"), sum("/cents/N"));
    let mut findings = Vec::new();
    for (what, counted, placed) in [("orders", counted.0, placed.0), ("cents", counted.1, placed.1)] {
        if counted < placed {
            findings.push(("the day".to_owned(), format!("counts {counted} {what}, and {placed} were placed")));
        }
    }
    findings
}
