//! Receipts as upstream sends them: an id is proof enough that the order is placed; everything else is optional.

use crate::clock::{Timestamp, to_iso};
use crate::times;
use serde_json::Value;
use shared::ids::OrderId;
use shared::lenient_json::whole;
use shared::order::{Costs, OrderStatus, Receipt};

/// Whether a field is what it should be.
type Check = fn(&Value) -> bool;

/// Fields that every documented receipt has (docs/upstream.md#receipt), each with its type.
const DOCUMENTED: [(&str, Check); 6] = [
    ("user_id", Value::is_string),
    ("email", Value::is_string),
    ("status", Value::is_string),
    ("domain_count", Value::is_u64),
    ("costs", |costs| Costs::read(costs).is_some()),
    ("created_at", |at| times::read(at).is_some()),
];

/// Our own data about an order, for fields that its receipt lacks.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// Domains that were ordered.
    pub domain_count: u32,
    /// When it was taken at the latest.
    pub at: Timestamp,
}

/// The order in `data`: May nested some objects once more.
pub fn order_in(data: &Value) -> &Value {
    match data.get("order") {
        Some(order @ Value::Object(_)) => order,
        _ => data,
    }
}

/// The order's id, as a text or as a number.
pub fn id_of(order: &Value) -> Option<OrderId> {
    match order.get("id")? {
        Value::String(id) => OrderId::parse(id.as_str()),
        Value::Number(id) if id.is_u64() => OrderId::parse(id.to_string()),
        _ => None,
    }
}

/// The order's status; `None` when it cannot be read.
pub fn status_of(order: &Value) -> Option<OrderStatus> {
    let word = order.get("status").and_then(Value::as_str).filter(|word| !word.is_empty())?;
    // As long as words are.
    Some(OrderStatus::from(word.chars().take(64).collect::<String>()))
}

/// Domains in the order, by its own count.
pub fn count_of(order: &Value) -> Option<u32> {
    order.get("domain_count").and_then(whole).and_then(|count| u32::try_from(count).ok())
}

/// When upstream took the order; `None` when that cannot be right at `now`.
pub fn created_at(order: &Value, now: Timestamp) -> Option<Timestamp> {
    times::believable(order.get("created_at").and_then(times::read), now)
}

/// A text of the order's.
fn word_of(order: &Value, name: &str) -> Option<String> {
    order.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// The receipt in `order`, with what we know in place of what it lacks; `None` without an id.
pub fn read(order: &Value, known: Known) -> Option<Receipt> {
    Some(Receipt {
        id: id_of(order)?,
        status: status_of(order).unwrap_or(OrderStatus::InProgress),
        domain_count: count_of(order).unwrap_or(known.domain_count),
        costs: order.get("costs").and_then(Costs::read),
        charge: None,
        created_at: to_iso(created_at(order, known.at).unwrap_or(known.at)),
        renews_at: order.get("renews_at").and_then(times::read).map(to_iso),
        user_id: word_of(order, "user_id"),
        email: word_of(order, "email"),
    })
}

/// The documented fields that `order` lacks, split by commas; `None` when it has them all.
pub fn missing(order: &Value) -> Option<String> {
    let lacks = |(name, is_right): &(&'static str, Check)| (!order.get(*name).is_some_and(is_right)).then_some(*name);
    let names: Vec<&str> = DOCUMENTED.iter().filter_map(lacks).collect();
    (!names.is_empty()).then(|| names.join(","))
}

#[cfg(test)]
mod tests {
    use super::{Known, missing, order_in, read};
    use serde_json::{Value, json};

    const KNOWN: Known = Known { domain_count: 4, at: 1_778_241_600 };

    fn receipt(data: &Value) -> Value {
        serde_json::to_value(read(order_in(data), KNOWN)).unwrap_or_default()
    }

    #[test]
    fn receipt_with_only_an_id_uses_known_values() {
        let known =
            json!({"id": "ord_1", "status": "in_progress", "domain_count": 4, "created_at": "2026-05-08T12:00:00Z"});
        for data in [
            json!({"id": "ord_1"}),
            json!({"order": {"id": "ord_1"}}),
            json!({"id": "ord_1", "status": null, "domain_count": [], "costs": "free", "created_at": false}),
            json!({"id": "ord_1", "status": {"name": "x"}, "costs": {"total_cents": -1}, "renews_at": "soon"}),
            json!({"id": "ord_1", "status": 5, "domain_count": -4, "created_at": "2036-05-08T12:00:00Z"}),
        ] {
            assert_eq!(receipt(&data), known, "{data}");
            assert!(missing(order_in(&data)).is_some(), "{data}");
        }
        assert_eq!(receipt(&json!({"id": 17}))["id"], "17");
        for data in
            [json!(null), json!([]), json!({}), json!({"id": null}), json!({"id": ""}), json!({"order": "ord_1"})]
        {
            assert_eq!(receipt(&data), json!(null), "{data}");
        }
    }

    #[test]
    fn receipt_fields_are_parsed_from_any_clear_format() {
        let whole = json!({
            "id": "ord_1", "user_id": "usr_1", "email": "a@b.co", "status": "on_hold", "domain_count": 4,
            "costs": {"total_cents": 6700, "currency": "usd"},
            "created_at": "2026-05-08T11:59:00Z", "renews_at": "2026-06-08T12:00:00Z",
        });
        let shown = json!({
            "id": "ord_1", "status": "on_hold", "domain_count": 4, "costs": {"total_cents": 6700, "currency": "usd"},
            "created_at": "2026-05-08T11:59:00Z", "renews_at": "2026-06-08T12:00:00Z",
        });
        assert_eq!((receipt(&whole), missing(&whole)), (shown.clone(), None));
        let other = json!({
            "id": "ord_1", "status": "on_hold", "domain_count": "4", "costs": {"total_cents": 6700.0},
            "created_at": 1_778_241_540_000_i64, "renews_at": "2026-06-08 12:00:00",
        });
        assert_eq!(receipt(&other), shown);
        assert_eq!(missing(&other).as_deref(), Some("user_id,email,domain_count"));
    }
}
