//! What the partner's backend is told is true, complete, and told once. Whatever its endpoints do, they receive what is
//! recorded here, under these ids.

use crate::invariants::facts::{Evidence, Finding};
use functions::placement::Phase;
use serde_json::Value;
use std::collections::BTreeMap;

/// The statuses that an order may end in, with the notification of each.
const ENDS: [(&str, &str); 4] = [
    ("completed", "order.completed"),
    ("failed", "order.failed"),
    ("cancel_scheduled", "order.cancel_scheduled"),
    ("cancelled", "order.cancelled"),
];

/// A notification in the table, or on the disk of an endpoint.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) kind: String,
    data: Value,
}

impl Told {
    /// The one in an item of the table.
    pub(super) fn read(item: &Value) -> Option<Self> {
        let text = |name: &str| item.pointer(&format!("/{name}/S")).and_then(Value::as_str);
        let event: Value = serde_json::from_str(text("event").filter(|_| text("sk") == Some("NOTIFICATION"))?).ok()?;
        Self::of(&event)
    }

    /// The one with this body.
    pub(super) fn of(body: &Value) -> Option<Self> {
        Some(Self { kind: body.get("type")?.as_str()?.to_owned(), data: body.get("data")?.clone() })
    }

    pub(super) fn text(&self, pointer: &str) -> &str {
        self.data.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    fn order(&self) -> &str {
        self.text("/order/id")
    }

    fn sequence(&self) -> u64 {
        self.data.pointer("/sequence").and_then(Value::as_u64).unwrap_or(0)
    }
}

fn all(evidence: &Evidence) -> Vec<Told> {
    evidence.items.iter().filter_map(Told::read).collect()
}

/// Nothing is told that is not so: every order exists, was placed by that session, and has come to that status.
pub(super) fn truth(evidence: &Evidence) -> Vec<Finding> {
    untrue(evidence, &all(evidence))
}

/// What is not so of what was `told`.
pub(super) fn untrue(evidence: &Evidence, told: &[Told]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for told in told.iter().filter(|told| told.data.get("order").is_some()) {
        let id = told.order();
        let Some(order) = evidence.order(id) else {
            findings.push((id.to_owned(), format!("{} was told, and upstream has no such order", told.kind)));
            continue;
        };
        let status = order.status.as_str();
        let is_true = match told.kind.as_str() {
            "order.placed" => has_placed(evidence, told.text("/session"), id),
            "order.completed" => status != "failed" && status != "in_progress",
            "order.failed" => status == "failed",
            "order.cancelled" => status == "cancelled",
            "order.cancel_scheduled" => ["cancel_scheduled", "cancelled"].contains(&status),
            "domain.connected" => order.live.iter().any(|name| name == told.text("/domain")),
            _ => true,
        };
        if !is_true {
            findings.push((id.to_owned(), format!("{} was told, and it is {status}: {}", told.kind, told.data)));
        }
    }
    findings
}

fn has_placed(evidence: &Evidence, session: &str, order: &str) -> bool {
    let phase = evidence.placements.get(session).map(|placement| &placement.phase);
    matches!(phase, Some(Phase::Placed(receipt)) if receipt.id.as_str() == order)
}

/// Everything is told: every placed order, and the status that an order has ended in, last of all.
pub(super) fn completeness(evidence: &Evidence) -> Vec<Finding> {
    missing(evidence, &all(evidence))
}

/// What was not `told`.
pub(super) fn missing(evidence: &Evidence, told: &[Told]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (session, placement) in &evidence.placements {
        let Phase::Placed(receipt) = &placement.phase else { continue };
        let is_it = |told: &&Told| told.kind == "order.placed" && told.text("/session") == session;
        if !told.iter().filter(is_it).any(|told| told.order() == receipt.id.as_str()) {
            findings.push((session.clone(), format!("has placed {}, and order.placed was not told", receipt.id)));
        }
    }
    for order in &evidence.upstream {
        let Some((_, expected)) = ENDS.iter().find(|(status, _)| *status == order.status) else { continue };
        let of_order = told.iter().filter(|told| told.order() == order.id);
        let ends = of_order.filter(|told| ENDS.iter().any(|(_, kind)| *kind == told.kind));
        let last = ends.max_by_key(|told| told.sequence()).map(|told| told.kind.as_str());
        if last != Some(*expected) {
            findings.push((order.id.clone(), format!("is {}, and the last that was told is {last:?}", order.status)));
        }
    }
    findings
}

/// Nothing is told twice: an order is placed once by a session, ends once, and is completed once, unless it waited since.
pub(super) fn once(evidence: &Evidence) -> Vec<Finding> {
    let mut counts: BTreeMap<(String, String, String), usize> = BTreeMap::new();
    for told in all(evidence).iter().filter(|told| told.data.get("order").is_some()) {
        let about = format!("{}{}", told.text("/session"), told.text("/domain"));
        *counts.entry((told.order().to_owned(), told.kind.clone(), about)).or_default() += 1;
    }
    let waited = |order: &str| {
        let of_order = counts.iter().filter(|((id, kind, _), _)| id == order && kind == "order.needs_action");
        of_order.map(|(_, count)| *count).sum::<usize>()
    };
    let most = |order: &str, kind: &str| match kind {
        "order.placed" | "order.failed" | "order.cancelled" => 1,
        "order.completed" | "domain.connected" => 1 + waited(order),
        _ => usize::MAX,
    };
    let doubled = counts.iter().filter(|((order, kind, _), count)| **count > most(order, kind));
    doubled
        .map(|((order, kind, about), count)| (order.clone(), format!("{kind} {about} was told {count} times")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{completeness, once, truth};
    use crate::invariants::facts::{Evidence, UpstreamOrder};
    use serde_json::{Value, json};

    fn item(kind: &str, sequence: u64) -> Value {
        let event = json!({"type": kind, "data": {"order": {"id": "ord_1"}, "sequence": sequence}}).to_string();
        json!({"sk": {"S": "NOTIFICATION"}, "event": {"S": event}})
    }

    fn world(status: &str, told: &[&str]) -> Evidence {
        let order = UpstreamOrder {
            id: "ord_1".to_owned(),
            status: status.to_owned(),
            total_cents: None,
            domains: Vec::new(),
            imported: Vec::new(),
            registration_cents: 0,
            live: Vec::new(),
            created: 0,
            steps: Vec::new(),
            origin: None,
        };
        let items = told.iter().zip(1..).map(|(kind, sequence)| item(kind, sequence)).collect();
        Evidence { upstream: vec![order], items, ..Evidence::default() }
    }

    fn broken(status: &str, told: &[&str]) -> [usize; 3] {
        let world = world(status, told);
        [truth(&world), completeness(&world), once(&world)].map(|findings| findings.len())
    }

    #[test]
    fn false_missing_and_doubled_notifications_are_found() {
        assert_eq!(broken("completed", &["order.needs_action", "order.completed"]), [0, 0, 0]);
        assert_eq!(broken("completed", &["order.failed", "order.completed"]), [1, 0, 0]);
        assert_eq!(broken("completed", &[]), [0, 1, 0]);
        assert_eq!(broken("cancelled", &["order.cancelled", "order.completed"]), [0, 1, 0]);
        assert_eq!(broken("failed", &["order.failed", "order.failed"]), [0, 0, 1]);
        assert_eq!(broken("completed", &["order.completed", "order.needs_action", "order.completed"]), [0, 0, 0]);
    }
}
