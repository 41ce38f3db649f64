//! What the partner's backend receives when the charge of an order does not cover its cost.

use crate::client::{Call, FOUR, Harness, draft};
use crate::endpoint_server::Server;
use e2e::StackConfig;
use functions::notifier::invocation::Invocation;
use sandbox::{DomainOutcome, Fault};
use serde_json::{Value, json};
use std::time::Duration;

/// Names at 19 dollars, for at least 10 percent above their cost.
fn token(harness: &Harness) -> String {
    let mut claims = harness.claims("s1");
    claims["pricing"] = json!({
        "show": "retail", "currency": "usd", "min_margin_percent": 10, "domains": [{"tld": "com", "price_cents": 1900}],
    });
    claims["reference"] = json!("sale-1042");
    claims["metadata"] = json!({"campaign": "spring"});
    harness.sign(&claims)
}

async fn quoted(harness: &Harness, token: &str) -> Value {
    let call = Call::post("/v1/quotes").bearer(token).json(&json!({ "domains": FOUR }));
    let mut draft = draft(&FOUR);
    draft["quote"] = harness.send(call, 200).await.data()["token"].clone();
    draft
}

/// Upstream's next answers, with this price and currency for each name.
fn answer(harness: &Harness, price: &Value, currency: impl Fn(usize) -> &'static str) {
    let row = |(index, name): (usize, &&str)| json!({"domain": name, "available": true, "price_cents": price, "currency": currency(index)});
    let rows: Vec<Value> = FOUR.iter().enumerate().map(row).collect();
    let body = Some(json!({"data": {"domains": rows}}).to_string());
    harness.stack.sandbox.fail_next(Fault { body, times: 2, ..Fault::on("POST", "/domains/availability") });
}

async fn refused(harness: &Harness, token: &str, draft: &Value) {
    assert_eq!(harness.place(token, draft, 409).await.code(), "price_below_cost");
}

#[tokio::test]
async fn refused_order_is_received_once_with_cost_and_charge() {
    let server = Server::start(204).await;
    let endpoints = vec![("backend".to_owned(), server.url.clone())];
    let harness = Harness::with(StackConfig { endpoints, ..StackConfig::paused() }).await;
    let token = token(&harness);
    let draft = quoted(&harness, &token).await;
    for cents in [1_800, 2_500] {
        for name in FOUR {
            harness.stack.sandbox.set_domain(name, DomainOutcome::priced(cents, cents));
        }
        for _ in 0..2 {
            refused(&harness, &token, &draft).await;
        }
    }
    harness.advance(60).await;
    harness.stack.notifier.invoke(Invocation::Everything, Duration::from_secs(30)).await.unwrap();
    let received = server.received();
    let [below] = &received[..] else { panic!("{received:?}") };
    let body = below.json();
    let data = json!({
        "session": "s1", "reason": "too_low", "cost_cents": 4 * 1_800, "cost_currency": "usd", "charge_cents": 4 * 1_900,
        "currency": "usd", "min_margin_percent": 10, "reference": "sale-1042", "metadata": {"campaign": "spring"},
    });
    assert_eq!((&body["type"], &body["data"]), (&json!("margin.below_floor"), &data));
    assert_eq!((body.get("test"), harness.orders_sent()), (None, 0));
}

#[tokio::test]
async fn unusable_cost_is_told_with_its_reason() {
    for (price, currencies, reason, cost) in [
        (Value::Null, ["usd", "usd"], "cost_missing", json!([null, null, null])),
        (json!(1_300), ["usd", "eur"], "several_currencies", json!([null, null, null])),
        (json!(1_300), ["eur", "eur"], "other_currency", json!([5_200, "eur", 7_600])),
    ] {
        let harness = Harness::start().await;
        let token = token(&harness);
        let draft = quoted(&harness, &token).await;
        answer(&harness, &price, |index| currencies[index % 2]);
        refused(&harness, &token, &draft).await;
        let told = harness.told().await;
        let [below] = &told[..] else { panic!("{reason}: {told:?}") };
        let data = &below["data"];
        assert_eq!((&below["type"], &data["reason"]), (&json!("margin.below_floor"), &json!(reason)));
        assert_eq!(json!([data["cost_cents"], data["cost_currency"], data["charge_cents"]]), cost, "{reason}");
        assert_eq!((&data["currency"], &data["reference"]), (&json!("usd"), &json!("sale-1042")), "{reason}");
        harness.stack.stop().await;
    }
}

#[tokio::test]
async fn another_order_of_the_session_is_another_fact() {
    let harness = Harness::start().await;
    let token = token(&harness);
    let others = ["other-a.com", "other-b.com", "other-c.com", "other-d.com"];
    for name in FOUR.iter().chain(&others) {
        harness.stack.sandbox.set_domain(name, DomainOutcome::priced(1_800, 1_800));
    }
    for names in [FOUR, others, FOUR] {
        refused(&harness, &token, &draft(&names)).await;
    }
    let told = harness.told().await;
    assert_eq!(told.iter().map(|row| row["type"].as_str().unwrap()).collect::<Vec<_>>(), ["margin.below_floor"; 2]);
    assert_ne!(told[0]["id"], told[1]["id"]);
}
