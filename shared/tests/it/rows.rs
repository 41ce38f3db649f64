//! Availability rows from upstream: one malformed field never drops the row.

use crate::cases::{all, same};
use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use serde_json::{Map, Value, json};
use shared::availability::{AvailabilityRow, MAX_PRICE_CENTS};

/// Parses a row with these fields beside its domain, as (available, price, reason, checked).
fn read(fields: Value) -> (bool, Option<u32>, Option<String>, bool) {
    let mut row = json!({"domain": "acme.com"});
    row.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let row = AvailabilityRow::lenient(&row).unwrap();
    (row.available, row.price_cents, row.reason, row.checked)
}

#[test]
fn row_is_parsed_despite_unexpected_fields() {
    let free = (true, Some(1300), None, true);
    let no = |reason: &str| (false, None, Some(reason.to_owned()), reason != "errored" && reason != "stale");
    let priced = |reason: &str| (false, Some(1300), Some(reason.to_owned()), reason != "errored");
    let cases = [
        (json!({"available": true, "price_cents": 1300}), free.clone()),
        (json!({"available": true, "price_cents": 1300.0, "usable_for": null}), free.clone()),
        (json!({"available": true, "price_cents": "1300", "currency": 5}), free.clone()),
        (json!({"available": "true", "price_cents": 1300, "reason": null}), free.clone()),
        (json!({"available": 1, "price_cents": 1300, "reason": "", "premium": "no"}), free),
        (json!({"available": true, "price_cents": 0}), (true, Some(0), None, true)),
        (json!({"available": true}), no("errored")),
        (json!({"available": true, "price_cents": null}), no("errored")),
        (json!({"available": true, "price_cents": -1}), no("errored")),
        (json!({"available": true, "price_cents": 1300.5}), no("errored")),
        (json!({"available": true, "price_cents": "13.00"}), no("errored")),
        (json!({"available": true, "price_cents": 1e300}), no("errored")),
        (json!({"available": true, "price_cents": u64::MAX}), no("errored")),
        (json!({"available": true, "price_cents": MAX_PRICE_CENTS + 1}), no("errored")),
        (json!({"available": true, "price_cents": {"usd": 1300}}), no("errored")),
        (json!({"available": false, "reason": "taken", "price_cents": "x", "usable_for": null}), no("taken")),
        (json!({"available": false, "reason": "TAKEN ", "premium": null}), no("taken")),
        (json!({"reason": "taken"}), no("taken")),
        (json!({"available": "?", "reason": "taken"}), no("taken")),
        (json!({"available": true, "reason": "taken", "price_cents": 1300}), priced("taken")),
        (json!({"available": true, "premium": true, "price_cents": 1300}), priced("premium")),
        (json!({"available": false, "premium": true}), no("premium")),
        (json!({"available": false, "reason": "reserved"}), no("reserved")),
        (json!({"reason": "reserved"}), no("reserved")),
        (json!({"available": false, "reason": ["taken"]}), (false, None, None, true)),
        (json!({"available": false}), (false, None, None, true)),
        (json!({"available": false, "reason": "stale"}), no("stale")),
        (json!({"available": null, "price_cents": 1300}), priced("errored")),
        (json!({}), no("errored")),
    ];
    all(&cases, |(fields, expected)| same(&fields.to_string(), &read(fields.clone()), expected));
}

#[test]
fn usable_for_is_parsed_from_any_list_of_words() {
    let row = |usable_for: Value| {
        let row = json!({"domain": " ACME.com. ", "available": true, "price_cents": 1, "usable_for": usable_for});
        AvailabilityRow::lenient(&row).unwrap()
    };
    let cases = [
        (json!(["google", "microsoft"]), vec!["google", "microsoft"]),
        (json!(["Google", 5, null, "google", ""]), vec!["google"]),
        (json!("google, microsoft"), vec!["google", "microsoft"]),
        (json!(["google", "zoho"]), vec!["google", "zoho"]),
        // An absent list does not exclude any provider.
        (json!(null), vec!["google", "microsoft"]),
        (json!({"google": true}), vec![]),
    ];
    all(&cases, |(given, expected)| {
        let row = row(given.clone());
        same("the domain", &row.domain.as_str(), &"acme.com")?;
        same(&given.to_string(), &row.usable_for.iter().map(String::as_str).collect(), expected)
    });
}

#[test]
fn row_without_a_domain_is_skipped() {
    for value in [json!(null), json!("acme.com"), json!([]), json!({"name": "acme.com"}), json!({"domain": 5})] {
        assert_eq!(AvailabilityRow::lenient(&value), None, "{value}");
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop::sample::select(vec!["taken", "google", "true", "1300", "usd"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| prop::collection::vec(inner, 0..4).prop_map(Value::from))
}

proptest! {
    #[test]
    fn available_row_always_has_a_price(
        fields in prop::collection::btree_map(
            prop::sample::select(vec!["available", "price_cents", "renewal_price_cents", "currency", "usable_for", "premium", "reason"]),
            any_value(), 0..8,
        ),
    ) {
        let mut row: Map<String, Value> = fields.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        row.insert("domain".to_owned(), json!("acme.com"));
        let read = AvailabilityRow::lenient(&Value::Object(row)).unwrap();
        prop_assert!(!read.available || read.price_cents.is_some_and(|cents| cents <= MAX_PRICE_CENTS));
        prop_assert!(!read.available || read.reason.is_none());
        prop_assert_eq!(read.checked, !read.is_unsettled());
        if fields.get("reason").and_then(Value::as_str) == Some("taken") {
            prop_assert_eq!(read.reason.as_deref(), Some("taken"));
        }
    }
}
