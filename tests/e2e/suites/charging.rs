//! Every upstream call that a session causes is charged to it, and what can be refused without upstream is.

use crate::client::{Bench, Call, FOUR, draft};
use crate::table::Table;
use e2e::StackConfig;
use sandbox::{Drop, Fault};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Calls that the table says the session has made.
async fn charged(bench: &Bench, session: &str) -> u64 {
    let item = Table::of(&bench.stack).get((&format!("SESSION#{session}"), "BUDGET")).await;
    item.map_or(0, |item| item["calls"].as_n().unwrap().parse().unwrap())
}

fn names(prefix: &str, count: usize) -> Value {
    (0..count).map(|index| format!("{prefix}-{index}.com")).collect()
}

#[tokio::test]
async fn the_budget_of_a_session_is_what_upstream_received() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let post = |path: &str, body: Value| Call::post(path).bearer(&token).json(&body);
    let quote = json!({ "domains": FOUR });
    let steps = [
        ("session", Call::get("/v1/session").bearer(&token)),
        ("session again", Call::get("/v1/session").bearer(&token)),
        ("no names", post("/v1/domains/availability", json!({"domains": []}))),
        ("names that are wrong", post("/v1/domains/availability", json!({"domains": ["no name", "mail.acme.com"]}))),
        ("endings not on offer", post("/v1/domains/availability", json!({"domains": ["acme.dev", "acme.xyz"]}))),
        ("four names", post("/v1/domains/availability", quote.clone())),
        ("200 names", post("/v1/domains/availability", json!({"domains": names("many", 200)}))),
        ("an import", post("/v1/domains/import", json!({"domains": ["owned-acme.com"]}))),
        ("an owned name", post("/v1/domains/availability", json!({"domains": ["owned-acme.com", "getacme.com"]}))),
        ("an import that is looked for", Call::get("/v1/domains/import?domains=owned-acme.com").bearer(&token)),
        ("claims", Call::get("/v1/domains/claims").bearer(&token)),
        ("an import that is not there", Call::get("/v1/domains/import/imp_none").bearer(&token)),
        ("an empty quote", post("/v1/quotes", json!({"domains": []}))),
        ("a quote that is too short", post("/v1/quotes", json!({"domains": [FOUR[0]]}))),
        ("a quote", post("/v1/quotes", quote)),
        ("an empty order", post("/v1/orders", json!({"domains": [], "personas": []}))),
        ("an order of the wrong shape", post("/v1/orders", json!({"domains": 5}))),
        ("an order that is refused", post("/v1/orders", draft(&["acme.dev", FOUR[0], FOUR[1], FOUR[2]]))),
        ("an order", post("/v1/orders", draft(&FOUR))),
        ("the order again", post("/v1/orders", draft(&FOUR))),
        ("an order that is not there", Call::get("/v1/orders/ord_none").bearer(&token)),
        ("the orders of the customer", Call::get("/v1/orders").bearer(&token)),
    ];
    bench.stack.sandbox.forget_received();
    let mut called: BTreeSet<String> = BTreeSet::new();
    let mut charges_all = async |what: &str, call: Call| {
        called.insert(call.route());
        let reply = bench.exchange(call).await;
        let received = u64::try_from(bench.stack.sandbox.received().len()).unwrap();
        assert_eq!(charged(&bench, "ses_1").await, received, "{what}");
        reply
    };
    for (what, call) in steps {
        charges_all(what, call).await;
    }
    assert_eq!(bench.orders_sent(), 1);
    let job = charges_all("one more import", post("/v1/domains/import", json!({"domains": ["owned-more.com"]}))).await;
    let job = format!("/v1/domains/import/{}", job.data()["id"].as_str().unwrap());
    bench.advance(61).await;
    charges_all("an import that is looked at", Call::get(&job).bearer(&token)).await;
    charges_all("a release", post(&format!("{job}/release"), json!({"domains": ["owned-more.com"]}))).await;
    charges_all("claims given up", post("/v1/domains/claims/release", json!({"domains": ["owned-more.com"]}))).await;
    let id = bench.stack.sandbox.orders()[0]["id"].as_str().unwrap().to_owned();
    let waits = json!({"id": id, "status": "action_required"});
    bench.tell("evt_waits", "order.action_required", "2027-05-08T12:00:00Z", &waits).await;
    let before = bench.stack.sandbox.received().len();
    let shown = charges_all("an order that waits", Call::get(&format!("/v1/orders/{id}")).bearer(&token)).await;
    assert_eq!(shown.data()["status"], "action_required");
    assert!(bench.stack.sandbox.received().len() > before, "upstream was not asked what the order waits for");
    assert_eq!(
        called,
        crate::documented::routes_of("session"),
        "routes that a session may call, and that are called here"
    );
}

#[tokio::test]
async fn retries_and_lost_answers_are_charged_too() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.stack.sandbox.forget_received();
    bench.stack.sandbox.fail_next(Fault { status: Some(503), ..Fault::on("POST", "/domains/availability") });
    bench.ask(&token, &FOUR, 200).await;
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    bench.place(&token, &draft(&FOUR), 201).await;
    let received = u64::try_from(bench.stack.sandbox.received().len()).unwrap();
    assert_eq!(charged(&bench, "ses_1").await, received);
}

#[tokio::test]
async fn an_order_that_may_be_on_its_way_is_looked_for_when_the_budget_is_spent() {
    let bench = Bench::with(StackConfig { session_calls: 0, ..StackConfig::paused() }).await;
    let mut claims = bench.claims("ses_1");
    claims["plan"] = json!({"microsoft_licenses": 4});
    let token = bench.sign(&claims);
    bench.stack.sandbox.forget_received();
    // Ten checks of four names are ten calls: seven here, and three for the order.
    for _ in 0..7 {
        bench.ask(&token, &["getacme.com"], 200).await;
    }
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    bench.stack.sandbox.fail_next(Fault { status: Some(503), ..Fault::on("GET", "/orders") });
    bench.place(&token, &draft(&FOUR), 201).await;
    let received = u64::try_from(bench.stack.sandbox.received().len()).unwrap();
    assert!(received > 10, "{received}");
    assert_eq!(charged(&bench, "ses_1").await, received);
    assert_eq!(bench.ask(&token, &["getacme.com"], 429).await.code(), "session_budget_spent");
}

#[tokio::test]
async fn what_is_empty_or_not_on_offer_costs_no_call() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.stack.sandbox.forget_received();
    for (path, body) in [
        ("/v1/quotes", json!({"domains": []})),
        ("/v1/orders", json!({"domains": [], "personas": []})),
        ("/v1/domains/availability", json!({"domains": ["acme.dev"]})),
    ] {
        bench.exchange(Call::post(path).bearer(&token).json(&body)).await;
    }
    assert_eq!(bench.stack.sandbox.received().len(), 0);
}

#[tokio::test]
async fn an_ending_that_is_not_on_offer_is_refused_everywhere() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let names = ["acme-mail.dev", "getacme.dev", "acme-hq.dev", "tryacme.dev"];
    for row in bench.ask(&token, &names, 200).await.data()["domains"].as_array().unwrap() {
        assert_eq!(row["reason"], "tld_not_offered");
    }
    for (path, body) in [("/v1/quotes", json!({ "domains": names })), ("/v1/orders", draft(&names))] {
        let refused = bench.send(Call::post(path).bearer(&token).json(&body), 400).await;
        assert_eq!(refused.code(), "domain_unavailable", "{path}");
        assert_eq!(refused.findings().len(), 4, "{path}");
    }
    assert!(bench.stack.sandbox.orders().is_empty());
}

#[tokio::test]
async fn the_budget_grows_with_the_plan() {
    let bench = Bench::with(StackConfig { session_calls: 0, ..StackConfig::paused() }).await;
    let mut claims = bench.claims("ses_1");
    claims["plan"] = json!({"microsoft_licenses": 90});
    let token = bench.sign(&claims);
    // Ten checks of 90 names are 20 calls; nothing else may be asked.
    for _ in 0..20 {
        bench.ask(&token, &["getacme.com"], 200).await;
    }
    assert_eq!(bench.ask(&token, &["getacme.com"], 429).await.code(), "session_budget_spent");
}

#[tokio::test]
async fn a_session_without_a_plan_looks_and_does_not_order() {
    let bench = Bench::start().await;
    let mut claims = bench.claims("ses_1");
    claims.as_object_mut().unwrap().remove("plan");
    let token = bench.sign(&claims);
    let shown = bench.send(Call::get("/v1/session").bearer(&token), 200).await.data();
    assert_eq!((&shown["plan"], &shown["order"]), (&Value::Null, &Value::Null));
    for (path, body) in [
        ("/v1/domains/availability", json!({ "domains": FOUR })),
        ("/v1/domains/import", json!({"domains": ["owned-acme.com"]})),
        ("/v1/domains/claims/release", json!({"domains": ["owned-acme.com"]})),
        ("/v1/quotes", json!({ "domains": FOUR })),
        ("/v1/orders", draft(&FOUR)),
    ] {
        let refused = bench.send(Call::post(path).bearer(&token).json(&body), 403).await;
        assert_eq!(refused.code(), "session_without_plan", "{path}");
        // Whatever the body is: it is not read.
        let refused = bench.send(Call::post(path).bearer(&token).body("no JSON"), 403).await;
        assert_eq!(refused.code(), "session_without_plan", "{path}");
    }
    for path in ["/v1/domains/import?domains=owned-acme.com", "/v1/domains/import/imp_1", "/v1/domains/claims"] {
        assert_eq!(bench.send(Call::get(path).bearer(&token), 403).await.code(), "session_without_plan", "{path}");
    }
    assert_eq!(bench.stack.sandbox.received().len(), 0);
}
