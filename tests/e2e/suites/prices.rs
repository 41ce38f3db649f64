//! Prices that the partner sets: what the customer is shown and pays, and what the partner learns of it.

use crate::client::{Call, FOUR, Harness, Reply, draft};
use crate::log::Log;
use sandbox::{DomainOutcome, Fault};
use serde_json::{Value, json};

/// Names at 19 dollars, and at 37 percent above their cost.
fn retail() -> Value {
    json!({
        "show": "retail", "currency": "usd",
        "domains": [{"tld": "com", "price_cents": 1900, "renewal_price_cents": 2100}],
        "plan": {"price_cents": 9900, "per": "month"},
    })
}

fn session(harness: &Harness, id: &str, pricing: &Value) -> String {
    let mut claims = harness.claims(id);
    claims["pricing"] = pricing.clone();
    claims["reference"] = json!("sale-1042");
    claims["metadata"] = json!({"campaign": "spring"});
    harness.sign(&claims)
}

async fn quote(harness: &Harness, token: &str, status: u16) -> Reply {
    let call = Call::post("/v1/quotes").bearer(token).json(&json!({ "domains": FOUR }));
    harness.send(call, status).await
}

fn with_quote(token: &Value) -> Value {
    let mut draft = draft(&FOUR);
    draft["quote"] = token.clone();
    draft
}

fn cost(harness: &Harness, cents: u64) {
    for name in FOUR {
        harness.stack.sandbox.set_domain(name, DomainOutcome::priced(cents, cents));
    }
}

fn assert_below_cost(reply: &Reply) {
    let message = "This order cannot be placed at the price shown. Nothing was ordered or charged.";
    assert_eq!((reply.code().as_str(), &reply.error()["message"]), ("price_below_cost", &json!(message)));
    assert_eq!(reply.error()["details"], Value::Null);
}

#[tokio::test]
async fn rows_and_quotes_show_the_partners_prices() {
    let harness = Harness::start().await;
    let token = session(&harness, "s1", &retail());
    let rows =
        harness.ask(&token, &["getacme.com", "getacme.net", "taken-acme.com"], 200).await.data()["domains"].clone();
    let shown = |row: &Value| json!([row["price_cents"], row["renewal_price_cents"], row["currency"], row["reason"]]);
    assert_eq!(shown(&rows[0]), json!([1900, 2100, "usd", null]));
    assert_eq!(shown(&rows[1]), json!([null, null, null, "tld_not_offered"]));
    assert_eq!(shown(&rows[2]), json!([null, null, null, "taken"]));
    let quoted = quote(&harness, &token, 200).await.data();
    assert_eq!(quoted["lines"][0], json!({"domain": FOUR[0], "price_cents": 1900, "renewal_price_cents": 2100}));
    let totals = json!([quoted["total_cents"], quoted["renewal_total_cents"], quoted["currency"]]);
    assert_eq!(totals, json!([7600, 8400, "usd"]));
    let hidden = session(&harness, "s2", &json!({"show": "none"}));
    let rows = harness.ask(&hidden, &["getacme.com"], 200).await.data()["domains"].clone();
    assert_eq!((shown(&rows[0]), &rows[0]["available"]), (json!([null, null, null, null]), &json!(true)));
    let quoted = quote(&harness, &hidden, 200).await.data();
    assert_eq!(quoted["lines"], json!(FOUR.map(|domain| json!({ "domain": domain }))));
    assert_eq!(
        json!([quoted["total_cents"], quoted["renewal_total_cents"], quoted["currency"]]),
        json!([null, null, null])
    );
}

#[tokio::test]
async fn markup_follows_the_cost_and_owned_names_are_free() {
    let harness = Harness::start().await;
    let token = session(
        &harness,
        "s1",
        &json!({"show": "retail", "currency": "usd",
        "domains": [{"tld": "*", "markup_percent": 37, "markup_cents": 100, "round_up_to_cents": 50}]}),
    );
    cost(&harness, 1337);
    // 1337 × 1.37 = 1831.69, then 1932, then 1950.
    assert_eq!(quote(&harness, &token, 200).await.data()["total_cents"], 4 * 1950);
    harness.advance(1).await;
    cost(&harness, 2000);
    assert_eq!(quote(&harness, &token, 200).await.data()["total_cents"], 4 * 2850);
}

#[tokio::test]
async fn quoted_charge_holds_down_to_the_floor() {
    let log = Log::start("peeker-checkout/floor");
    let harness = Harness::start().await;
    let list = json!({"min_margin_percent": 10});
    let mut pricing = retail();
    pricing["min_margin_percent"] = list["min_margin_percent"].clone();
    let token = session(&harness, "s1", &pricing);
    let quoted = quote(&harness, &token, 200).await.data();
    // 1900 × 100 is exactly the floor of 1727.27…; one cent more is below it.
    cost(&harness, 1728);
    assert_below_cost(&harness.place(&token, &with_quote(&quoted["token"]), 409).await);
    assert_below_cost(&harness.place(&token, &draft(&FOUR), 409).await);
    assert_below_cost(&quote(&harness, &token, 409).await);
    assert_eq!(harness.orders_sent(), 0);
    assert!(log.text().contains("price_below_cost"), "no alarm was raised");
    cost(&harness, 1727);
    let receipt = harness.place(&token, &with_quote(&quoted["token"]), 201).await.data();
    let plan = json!({"price_cents": 9900, "per": "month"});
    assert_eq!(receipt["charge"], json!({"total_cents": 7600 + 9900, "currency": "usd", "plan": plan}));
    assert_eq!(receipt["costs"], Value::Null);
}

#[tokio::test]
async fn cost_that_is_missing_or_in_another_currency_sends_nothing() {
    let harness = Harness::start().await;
    let token = session(&harness, "s1", &retail());
    let quoted = quote(&harness, &token, 200).await.data();
    let answer = |price: Value, currency: &str| {
        let row = |name: &&str| json!({"domain": name, "available": true, "price_cents": price, "currency": currency});
        let rows: Vec<Value> = FOUR.iter().map(row).collect();
        let body = Some(json!({"data": {"domains": rows}}).to_string());
        harness.stack.sandbox.fail_next(Fault { body, times: 2, ..Fault::on("POST", "/domains/availability") });
    };
    for (price, currency) in [(Value::Null, "usd"), (json!(1300), "eur")] {
        for body in [with_quote(&quoted["token"]), draft(&FOUR)] {
            answer(price.clone(), currency);
            assert_below_cost(&harness.place(&token, &body, 409).await);
            harness.stack.sandbox.clear_faults();
        }
    }
    assert_eq!(harness.orders_sent(), 0);
    harness.place(&token, &with_quote(&quoted["token"]), 201).await;
}

#[tokio::test]
async fn hidden_costs_matter_to_the_sessions_limit_alone() {
    let harness = Harness::start().await;
    let mut claims = harness.claims("s1");
    claims["pricing"] = json!({"show": "none"});
    claims["max_total_cents"] = json!(4 * 2_000);
    let token = harness.sign(&claims);
    let quoted = quote(&harness, &token, 200).await.data();
    cost(&harness, 2_001);
    let refused = harness.place(&token, &with_quote(&quoted["token"]), 400).await;
    assert_eq!(refused.code(), "total_too_high");
    cost(&harness, 2_000);
    let receipt = harness.place(&token, &with_quote(&quoted["token"]), 201).await.data();
    assert_eq!((&receipt["costs"], &receipt["charge"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn altered_foreign_and_expired_quotes_place_nothing() {
    let harness = Harness::start().await;
    let token = session(&harness, "s1", &retail());
    let quoted = quote(&harness, &token, 200).await.data();
    let theirs = quote(&harness, &session(&harness, "s2", &retail()), 200).await.data();
    let text = quoted["token"].as_str().unwrap();
    let mut altered = text.to_owned();
    let last = altered.pop().unwrap();
    altered.push(if last == 'A' { 'E' } else { 'A' });
    for wrong in [&theirs["token"], &json!(altered), &json!("x.y.z"), &json!(token)] {
        assert_eq!(harness.place(&token, &with_quote(wrong), 400).await.code(), "quote_invalid");
    }
    harness.advance(600).await;
    let refused = harness.place(&token, &with_quote(&quoted["token"]), 409).await;
    assert_eq!(refused.findings(), ["quote quote_expired"]);
    let fresh = refused.error()["details"]["quote"].clone();
    assert_eq!((&fresh["total_cents"], fresh["lines"][0]["price_cents"].clone()), (&json!(7600), json!(1900)));
    assert_eq!(harness.orders_sent(), 0);
    harness.place(&token, &with_quote(&fresh["token"]), 201).await;
}

#[tokio::test]
async fn partner_sees_cost_charge_and_margin_and_customers_their_charge() {
    let harness = Harness::start().await;
    let token = session(&harness, "s1", &retail());
    let id = harness.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/orders/{id}");
    let own = harness.as_partner("GET", &path, None, 200).await.data();
    let row = harness.as_partner("GET", "/v1/orders", None, 200).await.data()[0].clone();
    let cost = own["cost"]["total_cents"].as_i64().unwrap();
    assert!(cost > 4 * 1_300, "the receipt has licences, too");
    for seen in [&own, &row] {
        assert_eq!(seen["cost"], seen["costs"]);
        assert_eq!(seen["charge"]["total_cents"], 17_500);
        assert_eq!(seen["margin_cents"], 17_500 - cost);
        assert_eq!((&seen["reference"], &seen["metadata"]), (&json!("sale-1042"), &json!({"campaign": "spring"})));
    }
    let hidden = session(&harness, "s2", &json!({"show": "none"}));
    let open = session(&harness, "s3", &json!({"show": "cost"}));
    for (token, charge, costs) in
        [(&token, json!(17_500), Value::Null), (&hidden, Value::Null, Value::Null), (&open, json!(17_500), Value::Null)]
    {
        let view = harness.order(token, &id).await;
        let row = harness.send(Call::get("/v1/orders").bearer(token), 200).await.data()[0].clone();
        for seen in [view, row] {
            assert_eq!((&seen["charge"]["total_cents"], &seen["costs"]["total_cents"]), (&charge, &costs), "{seen}");
            for own in ["cost", "margin_cents", "reference", "metadata"] {
                assert!(seen.get(own).is_none(), "{own} in {seen}");
            }
        }
    }
}

#[tokio::test]
async fn charge_equals_the_cost_where_costs_are_shown() {
    let harness = Harness::start().await;
    let token = session(&harness, "s1", &json!({"show": "cost"}));
    let receipt = harness.place(&token, &draft(&FOUR), 201).await.data();
    let costs = receipt["costs"].clone();
    assert_eq!(receipt["charge"]["total_cents"], costs["total_cents"]);
    let path = format!("/v1/orders/{}", receipt["id"].as_str().unwrap());
    let own = harness.as_partner("GET", &path, None, 200).await.data();
    assert_eq!(
        (&own["cost"], &own["charge"]["total_cents"], &own["margin_cents"]),
        (&costs, &costs["total_cents"], &json!(0))
    );
    // A customer who is shown retail prices does not learn it from an order that had none.
    let view = harness.order(&session(&harness, "s2", &retail()), own["id"].as_str().unwrap()).await;
    assert_eq!((view.get("charge"), view.get("costs")), (None, None));
}

#[tokio::test]
async fn replays_and_used_sessions_show_the_charge() {
    let harness = Harness::start().await;
    let token = session(&harness, "s1", &retail());
    let first = harness.place(&token, &draft(&FOUR), 201).await.data();
    let again = harness.place(&token, &draft(&FOUR), 201).await.data();
    assert_eq!((&again["charge"], &again["replayed"]), (&first["charge"], &json!(true)));
    let others = ["acme-mail.com", "getacme.com", "acme-hq.com", "acme-team.com"];
    let used = harness.place(&token, &draft(&others), 409).await;
    let order = used.error()["details"]["order"].clone();
    assert_eq!((used.code().as_str(), &order["charge"], order.get("costs")), ("session_used", &first["charge"], None));
}

#[tokio::test]
async fn order_shows_what_its_domains_renew_at_and_the_period() {
    let (sold, open) = (retail(), json!({"show": "cost"}));
    // Four names: at 21 dollars, and at upstream's 15.
    for (pricing, cents, seen_as) in [(&sold, 8_400, [true, true, false]), (&open, 6_000, [false, true, false])] {
        let harness = Harness::start().await;
        cost(&harness, 1_500);
        let token = session(&harness, "s1", pricing);
        let id = harness.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
        let renewal = json!({"total_cents": cents, "currency": "usd", "per": "year"});
        let own = harness.as_partner("GET", &format!("/v1/orders/{id}"), None, 200).await.data();
        assert_eq!(own["domains_renewal"], renewal);
        for (reader, sees) in [&sold, &open, &json!({"show": "none"})].into_iter().zip(seen_as) {
            let view = harness.order(&session(&harness, "s2", reader), &id).await;
            assert_eq!(view.get("domains_renewal"), Some(&renewal).filter(|_| sees), "{pricing} read with {reader}");
        }
    }
}
