//! Spend limits: the daily maximum, and the switch that stops new orders.

use crate::client::{Call, FOUR, Harness, draft};
use crate::table::{Item, Table, items_of, text};
use aws_sdk_dynamodb::types::AttributeValue;
use e2e::StackConfig;
use functions::store::spend_counter::Limit;
use sandbox::Fault;

fn names(prefix: &str) -> Vec<String> {
    (0..4).map(|index| format!("{prefix}-{index}.com")).collect()
}

async fn order(harness: &Harness, session: &str, status: u16) -> crate::client::Reply {
    let names = names(session);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    harness.place(&harness.session(session), &draft(&names), status).await
}

fn limits(customer: Limit, partner: Limit) -> StackConfig {
    StackConfig { customer_daily: customer, partner_daily: partner, ..StackConfig::paused() }
}

/// The partner's counter of the day.
async fn partner_counter(harness: &Harness) -> Item {
    let counters = items_of(&harness.stack, "SPEND#").await;
    counters.into_iter().find(|item| text(item, "pk").ends_with("#PARTNER")).unwrap()
}

const NONE: Limit = Limit { orders: None, cents: None };

#[tokio::test]
async fn customer_has_a_daily_order_limit() {
    let harness = Harness::with(limits(Limit { orders: Some(2), cents: None }, NONE)).await;
    order(&harness, "first", 201).await;
    order(&harness, "second", 201).await;
    assert_eq!(order(&harness, "third", 429).await.code(), "customer_limit_reached");
    assert_eq!(harness.stack.sandbox.orders().len(), 2);
    harness.advance(12 * 60 * 60).await;
    order(&harness, "third", 201).await;
}

#[tokio::test]
async fn all_customers_share_a_daily_spend_limit() {
    let harness = Harness::with(limits(NONE, Limit { orders: None, cents: Some(2 * 4 * 1_900) })).await;
    let mut codes = Vec::new();
    for (session, customer) in [("alpha", "a@example.com"), ("bravo", "b@example.com"), ("delta", "c@example.com")] {
        let mut claims = harness.claims(session);
        claims["sub"] = customer.into();
        let names = names(session);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let reply =
            harness.exchange(Call::post("/v1/orders").bearer(&harness.sign(&claims)).json(&draft(&names))).await;
        codes.push(if reply.status == 201 { "placed".to_owned() } else { reply.code() });
    }
    // Four .com names cost 5200 and their licences 2000: two orders count as 14400, and a third exceeds the limit.
    assert_eq!(codes, ["placed", "placed", "partner_limit_reached"]);
}

#[tokio::test]
async fn licences_count_once_the_receipt_has_their_price() {
    let harness = Harness::with(limits(NONE, Limit { orders: None, cents: Some(1_000_000) })).await;
    let placed = order(&harness, "first", 201).await.data();
    let counter = partner_counter(&harness).await;
    let total = placed["costs"]["total_cents"].as_u64().unwrap();
    assert!(total > 4 * 1_300, "the receipt has licences on it: {total}");
    assert_eq!(counter["cents"], AttributeValue::N(total.to_string()));
    assert_eq!(counter["orders"], AttributeValue::N("1".to_owned()));
}

#[tokio::test]
async fn order_found_later_counts_against_the_limits() {
    let harness = Harness::with(limits(NONE, Limit { orders: None, cents: Some(1_000_000) })).await;
    // Upstream accepted it and the response was lost; then upstream is unavailable for a while. A lookup is tried
    // twice.
    harness.stack.sandbox.fail_next(Fault { act: true, status: Some(502), ..Fault::on("POST", "/orders") });
    harness.stack.sandbox.fail_next(Fault { status: Some(503), times: 2, ..Fault::on("GET", "/orders") });
    order(&harness, "first", 202).await;
    harness.advance(60).await;
    let placed = order(&harness, "first", 201).await.data();
    let counter = partner_counter(&harness).await;
    assert_eq!(counter["cents"], AttributeValue::N(placed["costs"]["total_cents"].to_string()));
}

#[tokio::test]
async fn refused_order_does_not_count_against_the_limits() {
    let harness = Harness::with(limits(Limit { orders: Some(1), cents: None }, NONE)).await;
    harness.stack.sandbox.fail_next(Fault { status: Some(429), ..Fault::on("POST", "/orders") });
    order(&harness, "first", 429).await;
    // Upstream named no delay: then it is five seconds and up to one more.
    harness.advance(6).await;
    order(&harness, "first", 201).await;
}

#[tokio::test]
async fn stopped_deployment_refuses_only_new_orders() {
    let harness = Harness::with(StackConfig { orders_enabled: false, ..StackConfig::paused() }).await;
    assert_eq!(order(&harness, "one", 503).await.code(), "orders_stopped");
    assert_eq!(harness.stack.sandbox.orders().len(), 0);
    harness.ask(&harness.session("one"), &FOUR, 200).await;
}

#[tokio::test]
async fn switch_stops_new_orders_and_allows_reads() {
    let harness = Harness::start().await;
    let placed = harness.place(&harness.session("before"), &draft(&FOUR), 201).await.data();
    let table = Table::of(&harness.stack);
    let item = [("pk", "SWITCH"), ("sk", "ORDERS"), ("state", "stopped")]
        .map(|(name, value)| (name.to_owned(), AttributeValue::S(value.to_owned())));
    table.restore(("SWITCH", "ORDERS"), Some(item.into())).await;

    assert_eq!(order(&harness, "after", 503).await.code(), "orders_stopped");
    assert_eq!(harness.stack.sandbox.orders().len(), 1);
    let token = harness.session("before");
    harness.advance(6).await;
    assert_eq!(harness.order(&token, placed["id"].as_str().unwrap()).await["status"], "completed");
    // The existing order still returns its receipt.
    assert_eq!(harness.place(&token, &draft(&FOUR), 201).await.data()["id"], placed["id"]);

    table.restore(("SWITCH", "ORDERS"), None).await;
    order(&harness, "after", 201).await;
}
