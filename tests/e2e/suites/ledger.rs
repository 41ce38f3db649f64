//! The ledger of a month, filters by reference and domain, and the stage's own price list.

use crate::client::{Call, FOUR, Harness, draft};
use e2e::StackConfig;
use serde_json::{Value, json};

const OTHERS: [&str; 4] = ["acme-team.com", "acme-post.com", "acme-send.com", "acme-box.com"];
const THIRD: [&str; 4] = ["acme-one.com", "acme-two.com", "acme-six.com", "acme-ten.com"];

fn retail() -> Value {
    json!({"show": "retail", "currency": "usd", "domains": [{"tld": "*", "price_cents": 2_000}]})
}

/// Places an order of `names` with these claims.
async fn place(harness: &Harness, id: &str, names: &[&str], change: impl FnOnce(&mut Value)) -> String {
    let mut claims = harness.claims(id);
    claims["pricing"] = retail();
    change(&mut claims);
    let placed = harness.place(&harness.sign(&claims), &draft(names), 201).await.data();
    placed["id"].as_str().unwrap().to_owned()
}

/// The ids of the rows, split by blanks.
async fn ids(harness: &Harness, query: &str) -> String {
    let rows = harness.as_partner("GET", &format!("/v1/orders?{query}"), None, 200).await.data();
    rows.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn ledger_adds_up_the_orders_of_a_month() {
    let harness = Harness::start().await;
    let one = place(&harness, "s1", &FOUR, |claims| claims["reference"] = json!("=cmd,1")).await;
    harness.advance(60).await;
    let two = place(&harness, "s2", &OTHERS, |claims| claims["sub"] = json!("other@example.com")).await;
    harness.advance(60).await;
    let hidden = place(&harness, "s3", &THIRD, |claims| claims["pricing"] = json!({"show": "none"})).await;
    let ledger = harness.as_partner("GET", "/v1/ledger?month=2026-05", None, 200).await.data();
    let rows = ledger["orders"].as_array().unwrap();
    assert_eq!(rows.iter().map(|row| row["order"].as_str().unwrap()).collect::<Vec<_>>(), [&one, &two, &hidden]);
    let cost = |row: &Value| row["cost_cents"].as_i64().unwrap();
    for row in &rows[..2] {
        assert_eq!((&row["charge_cents"], &row["margin_cents"]), (&json!(8_000), &json!(8_000 - cost(row))));
    }
    assert_eq!((&rows[2]["charge_cents"], &rows[2]["margin_cents"]), (&Value::Null, &Value::Null));
    let of = |list: &str, key: &str, value: Value| {
        ledger[list].as_array().unwrap().iter().find(|sum| sum[key] == value).cloned().unwrap()
    };
    let client = of("customers", "customer", json!("client@example.com"));
    let sum = cost(&rows[0]) + cost(&rows[2]);
    // One of the two has no charge: half a sum would read as a loss.
    let (hidden, other) = (client, of("customers", "customer", json!("other@example.com")));
    let sums = |row: &Value| json!([row["orders"], row["cost_cents"], row["charge_cents"], row["margin_cents"]]);
    assert_eq!(sums(&hidden), json!([2, sum, null, null]));
    assert_eq!(sums(&other), json!([1, cost(&rows[1]), 8_000, 8_000 - cost(&rows[1])]));
    assert_eq!(of("references", "reference", json!("=cmd,1"))["orders"], 1);
    assert_eq!(of("references", "reference", Value::Null)["orders"], 2);
    let empty = harness.as_partner("GET", "/v1/ledger?month=2026-06", None, 200).await.data();
    assert_eq!(empty, json!({"month": "2026-06", "orders": [], "customers": [], "references": []}));
}

#[tokio::test]
async fn ledger_is_a_table_for_those_who_ask_for_csv() {
    let harness = Harness::start().await;
    let id = place(&harness, "s1", &FOUR, |claims| claims["reference"] = json!("=cmd,1")).await;
    let key = harness.stack.values.partner_key.clone();
    let asked = |path: &str| Call::get(path).bearer(&key);
    let by_format = harness.exchange_any(asked("/v1/ledger?month=2026-05&format=csv")).await;
    let by_header = harness.exchange_any(asked("/v1/ledger?month=2026-05").header("accept", "text/csv")).await;
    assert_eq!(by_format.text, by_header.text);
    assert_eq!(by_format.header("content-type"), Some("text/csv; charset=utf-8"));
    let lines: Vec<&str> = by_format.text.split("\r\n").collect();
    assert_eq!(lines[0], "order,customer,reference,placed_at,status,currency,cost_cents,charge_cents,margin_cents");
    assert!(
        lines[1].starts_with(&format!("{id},client@example.com,\"'=cmd,1\",2026-05-08T12:00:00Z,")),
        "{}",
        lines[1]
    );
    for call in [
        asked("/v1/ledger?month=2026-05&format=json").header("accept", "text/csv"),
        asked("/v1/ledger?month=2026-05").header("accept", "application/json, text/csv;q=0.5"),
    ] {
        assert_eq!(harness.send(call, 200).await.data()["orders"][0]["order"], id.as_str());
    }
}

#[tokio::test]
async fn ledger_is_the_partners_and_names_what_is_wrong() {
    let harness = Harness::start().await;
    for (query, finding) in [
        ("", "month missing_parameter"),
        ("?month=2026-13", "month month_invalid"),
        ("?month=2026-5", "month month_invalid"),
        ("?month=2026-05-01", "month month_invalid"),
        ("?month=2026-05&format=xls", "format format_unknown"),
        ("?month=2026-05&customer=a%40b.com", "customer unknown_parameter"),
    ] {
        let path = format!("/v1/ledger{query}");
        assert_eq!(harness.as_partner("GET", &path, None, 400).await.findings(), [finding], "{query}");
    }
    let call = Call::get("/v1/ledger?month=2026-05").bearer(&harness.session("s1"));
    assert_eq!(harness.send(call, 401).await.code(), "partner_key_wrong");
}

#[tokio::test]
async fn orders_are_found_by_reference_and_by_domain() {
    let harness = Harness::start().await;
    let one = place(&harness, "s1", &FOUR, |claims| claims["reference"] = json!("sale 7")).await;
    let two = place(&harness, "s2", &OTHERS, |claims| claims["reference"] = json!("sale 8")).await;
    assert_eq!(ids(&harness, "reference=sale%207").await, one);
    assert_eq!(ids(&harness, "reference=sale").await, "");
    assert_eq!(ids(&harness, "domain=ACME-team.com").await, two);
    assert_eq!(ids(&harness, "domain=acme-mail.com&reference=sale%208").await, "");
    assert_eq!(ids(&harness, "domain=acme-mail.com&reference=sale%207").await, one);
    // A session filters its own orders by domain, and knows no references.
    let token = harness.session("s3");
    let rows = harness.send(Call::get("/v1/orders?domain=acme-team.com").bearer(&token), 200).await.data();
    assert_eq!(rows[0]["id"], two.as_str());
    let refused = harness.send(Call::get("/v1/orders?reference=sale").bearer(&token), 400).await;
    assert_eq!(refused.findings(), ["reference unknown_parameter"]);
    let refused = harness.as_partner("GET", "/v1/orders?domain=a..com", None, 400).await;
    assert_eq!(refused.error()["field"], "domain");
}

#[tokio::test]
async fn domain_filter_finds_orders_with_many_names() {
    let harness = Harness::start().await;
    let names: Vec<String> = (0..60).map(|n| format!("acme-{n}-{}.com", n * 7_919 % 1_000)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let id = place(&harness, "s1", &names, |claims| claims["plan"] = json!({"google_licenses": 120})).await;
    assert_eq!(ids(&harness, &format!("domain={}", names[59])).await, id);
    assert_eq!(ids(&harness, "domain=acme-mail.com").await, "");
}

#[tokio::test]
async fn stage_prices_sessions_that_name_none() {
    let list = json!({"show": "retail", "currency": "usd", "domains": [{"tld": "com", "price_cents": 2_500}]});
    let config = StackConfig { default_pricing: Some(list.to_string()), ..StackConfig::paused() };
    let harness = Harness::with(config).await;
    let token = harness.session("s1");
    assert_eq!(harness.show_session(&token).await["pricing"], json!({"show": "retail", "currency": "usd"}));
    let rows = harness.ask(&token, &["getacme.com", "getacme.net"], 200).await.data()["domains"].clone();
    assert_eq!((&rows[0]["price_cents"], &rows[1]["reason"]), (&json!(2_500), &json!("tld_not_offered")));
    let mut claims = harness.claims("s2");
    claims["pricing"] = json!({"show": "cost"});
    let rows = harness.ask(&harness.sign(&claims), &["getacme.com"], 200).await.data()["domains"].clone();
    assert_eq!(rows[0]["price_cents"], 1_300);
}
