//! Spend guards: what a day may see, and the switch that stops new orders.

use crate::client::{Bench, Call, FOUR, draft};
use crate::table::{Item, Table, items_of, text};
use aws_sdk_dynamodb::types::AttributeValue;
use e2e::StackConfig;
use functions::store::guard::Limit;
use sandbox::Fault;

fn names(prefix: &str) -> Vec<String> {
    (0..4).map(|index| format!("{prefix}-{index}.com")).collect()
}

async fn order(bench: &Bench, session: &str, status: u16) -> crate::client::Reply {
    let names = names(session);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    bench.place(&bench.session(session), &draft(&names), status).await
}

fn limits(customer: Limit, partner: Limit) -> StackConfig {
    StackConfig { customer_daily: customer, partner_daily: partner, ..StackConfig::paused() }
}

/// The partner's counter of the day.
async fn partner_counter(bench: &Bench) -> Item {
    let counters = items_of(&bench.stack, "GUARD#").await;
    counters.into_iter().find(|item| text(item, "pk").ends_with("#PARTNER")).unwrap()
}

const NONE: Limit = Limit { orders: None, cents: None };

#[tokio::test]
async fn a_customer_orders_so_often_a_day_and_again_tomorrow() {
    let bench = Bench::with(limits(Limit { orders: Some(2), cents: None }, NONE)).await;
    order(&bench, "first", 201).await;
    order(&bench, "second", 201).await;
    assert_eq!(order(&bench, "third", 429).await.code(), "customer_limit_reached");
    assert_eq!(bench.stack.sandbox.orders().len(), 2);
    bench.advance(12 * 60 * 60).await;
    order(&bench, "third", 201).await;
}

#[tokio::test]
async fn all_customers_together_spend_so_much_a_day() {
    let bench = Bench::with(limits(NONE, Limit { orders: None, cents: Some(2 * 4 * 1_900) })).await;
    let mut codes = Vec::new();
    for (session, customer) in [("alpha", "a@example.com"), ("bravo", "b@example.com"), ("delta", "c@example.com")] {
        let mut claims = bench.claims(session);
        claims["sub"] = customer.into();
        let names = names(session);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let reply = bench.exchange(Call::post("/v1/orders").bearer(&bench.sign(&claims)).json(&draft(&names))).await;
        codes.push(if reply.status == 201 { "placed".to_owned() } else { reply.code() });
    }
    // Four .com names cost 5200 and their licences 2000: two orders are counted as 14400, and a third has no room.
    assert_eq!(codes, ["placed", "placed", "partner_limit_reached"]);
}

#[tokio::test]
async fn licences_count_as_soon_as_the_receipt_tells_their_price() {
    let bench = Bench::with(limits(NONE, Limit { orders: None, cents: Some(1_000_000) })).await;
    let placed = order(&bench, "first", 201).await.data();
    let counter = partner_counter(&bench).await;
    let total = placed["costs"]["total_cents"].as_u64().unwrap();
    assert!(total > 4 * 1_300, "the receipt has licences on it: {total}");
    assert_eq!(counter["cents"], AttributeValue::N(total.to_string()));
    assert_eq!(counter["orders"], AttributeValue::N("1".to_owned()));
}

#[tokio::test]
async fn an_order_whose_end_was_found_out_later_is_counted_like_any_other() {
    let bench = Bench::with(limits(NONE, Limit { orders: None, cents: Some(1_000_000) })).await;
    // Upstream took it and the answer was lost; then upstream cannot be asked for a while. A look-up is tried twice.
    bench.stack.sandbox.fail_next(Fault { act: true, status: Some(502), ..Fault::on("POST", "/orders") });
    bench.stack.sandbox.fail_next(Fault { status: Some(503), times: 2, ..Fault::on("GET", "/orders") });
    order(&bench, "first", 202).await;
    bench.advance(60).await;
    let placed = order(&bench, "first", 201).await.data();
    let counter = partner_counter(&bench).await;
    assert_eq!(counter["cents"], AttributeValue::N(placed["costs"]["total_cents"].to_string()));
}

#[tokio::test]
async fn an_order_that_came_to_nothing_does_not_count() {
    let bench = Bench::with(limits(Limit { orders: Some(1), cents: None }, NONE)).await;
    bench.stack.sandbox.fail_next(Fault { status: Some(429), ..Fault::on("POST", "/orders") });
    order(&bench, "first", 429).await;
    // Upstream named no wait: then it is five seconds and up to one more.
    bench.advance(6).await;
    order(&bench, "first", 201).await;
}

#[tokio::test]
async fn a_deployment_that_takes_no_orders_refuses_new_ones_and_answers_the_rest() {
    let bench = Bench::with(StackConfig { orders_enabled: false, ..StackConfig::paused() }).await;
    assert_eq!(order(&bench, "one", 503).await.code(), "orders_stopped");
    assert_eq!(bench.stack.sandbox.orders().len(), 0);
    bench.ask(&bench.session("one"), &FOUR, 200).await;
}

#[tokio::test]
async fn the_switch_stops_new_orders_and_leaves_reading_alone() {
    let bench = Bench::start().await;
    let placed = bench.place(&bench.session("before"), &draft(&FOUR), 201).await.data();
    let table = Table::of(&bench.stack);
    let item = [("pk", "SWITCH"), ("sk", "ORDERS"), ("state", "stopped")]
        .map(|(name, value)| (name.to_owned(), AttributeValue::S(value.to_owned())));
    table.restore(("SWITCH", "ORDERS"), Some(item.into())).await;

    assert_eq!(order(&bench, "after", 503).await.code(), "orders_stopped");
    assert_eq!(bench.stack.sandbox.orders().len(), 1);
    let token = bench.session("before");
    bench.advance(6).await;
    assert_eq!(bench.order(&token, placed["id"].as_str().unwrap()).await["status"], "completed");
    // The order that was placed is still answered with its receipt.
    assert_eq!(bench.place(&token, &draft(&FOUR), 201).await.data()["id"], placed["id"]);

    table.restore(("SWITCH", "ORDERS"), None).await;
    order(&bench, "after", 201).await;
}
