//! Every upstream call of a session is charged to it, and whatever is possible without upstream costs nothing.

use crate::client::{Call, FOUR, Harness, draft};
use crate::table::Table;
use e2e::StackConfig;
use sandbox::{Drop, Fault};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Calls charged to the session, from the table.
async fn charged(harness: &Harness, session: &str) -> u64 {
    let item = Table::of(&harness.stack).get((&format!("SESSION#{session}"), "BUDGET")).await;
    item.map_or(0, |item| item["calls"].as_n().unwrap().parse().unwrap())
}

fn names(prefix: &str, count: usize) -> Value {
    (0..count).map(|index| format!("{prefix}-{index}.com")).collect()
}

#[tokio::test]
async fn session_budget_equals_calls_upstream_received() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
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
    harness.stack.sandbox.forget_received();
    let mut called: BTreeSet<String> = BTreeSet::new();
    let mut charges_all = async |what: &str, call: Call| {
        called.insert(call.route());
        let reply = harness.exchange(call).await;
        let received = u64::try_from(harness.stack.sandbox.received().len()).unwrap();
        assert_eq!(charged(&harness, "ses_1").await, received, "{what}");
        reply
    };
    for (what, call) in steps {
        charges_all(what, call).await;
    }
    assert_eq!(harness.orders_sent(), 1);
    let job = charges_all("one more import", post("/v1/domains/import", json!({"domains": ["owned-more.com"]}))).await;
    let job = format!("/v1/domains/import/{}", job.data()["id"].as_str().unwrap());
    harness.advance(61).await;
    charges_all("reading an import", Call::get(&job).bearer(&token)).await;
    charges_all("a release", post(&format!("{job}/release"), json!({"domains": ["owned-more.com"]}))).await;
    charges_all("claims given up", post("/v1/domains/claims/release", json!({"domains": ["owned-more.com"]}))).await;
    let id = harness.stack.sandbox.orders()[0]["id"].as_str().unwrap().to_owned();
    let waits = json!({"id": id, "status": "action_required"});
    harness.deliver_event("evt_waits", "order.action_required", "2027-05-08T12:00:00Z", &waits).await;
    let before = harness.stack.sandbox.received().len();
    let shown = charges_all("an order that waits", Call::get(&format!("/v1/orders/{id}")).bearer(&token)).await;
    assert_eq!(shown.data()["status"], "action_required");
    assert!(harness.stack.sandbox.received().len() > before, "upstream was not asked what the order waits for");
    assert_eq!(
        called,
        crate::documented::routes_of("session"),
        "routes that a session may call, and that are called here"
    );
}

#[tokio::test]
async fn retries_and_lost_responses_are_charged() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.stack.sandbox.forget_received();
    harness.stack.sandbox.fail_next(Fault { status: Some(503), ..Fault::on("POST", "/domains/availability") });
    harness.ask(&token, &FOUR, 200).await;
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    harness.place(&token, &draft(&FOUR), 201).await;
    let received = u64::try_from(harness.stack.sandbox.received().len()).unwrap();
    assert_eq!(charged(&harness, "ses_1").await, received);
}

#[tokio::test]
async fn pending_order_is_searched_for_on_a_spent_budget() {
    let harness = Harness::with(StackConfig { session_calls: 0, ..StackConfig::paused() }).await;
    let mut claims = harness.claims("ses_1");
    claims["plan"] = json!({"microsoft_licenses": 4});
    let token = harness.sign(&claims);
    harness.stack.sandbox.forget_received();
    // Ten checks of four names are ten calls: seven here, and three for the order.
    for _ in 0..7 {
        harness.ask(&token, &["getacme.com"], 200).await;
    }
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    harness.stack.sandbox.fail_next(Fault { status: Some(503), ..Fault::on("GET", "/orders") });
    harness.place(&token, &draft(&FOUR), 201).await;
    let received = u64::try_from(harness.stack.sandbox.received().len()).unwrap();
    assert!(received > 10, "{received}");
    assert_eq!(charged(&harness, "ses_1").await, received);
    assert_eq!(harness.ask(&token, &["getacme.com"], 429).await.code(), "session_budget_spent");
}

#[tokio::test]
async fn empty_and_unoffered_lookups_cost_no_call() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.stack.sandbox.forget_received();
    for (path, body) in [
        ("/v1/quotes", json!({"domains": []})),
        ("/v1/orders", json!({"domains": [], "personas": []})),
        ("/v1/domains/availability", json!({"domains": ["acme.dev"]})),
    ] {
        harness.exchange(Call::post(path).bearer(&token).json(&body)).await;
    }
    assert_eq!(harness.stack.sandbox.received().len(), 0);
}

#[tokio::test]
async fn unoffered_tld_is_refused_on_every_route() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let names = ["acme-mail.dev", "getacme.dev", "acme-hq.dev", "tryacme.dev"];
    for row in harness.ask(&token, &names, 200).await.data()["domains"].as_array().unwrap() {
        assert_eq!(row["reason"], "tld_not_offered");
    }
    for (path, body) in [("/v1/quotes", json!({ "domains": names })), ("/v1/orders", draft(&names))] {
        let refused = harness.send(Call::post(path).bearer(&token).json(&body), 400).await;
        assert_eq!(refused.code(), "domain_unavailable", "{path}");
        assert_eq!(refused.findings().len(), 4, "{path}");
    }
    assert!(harness.stack.sandbox.orders().is_empty());
}

#[tokio::test]
async fn budget_grows_with_the_plan() {
    let harness = Harness::with(StackConfig { session_calls: 0, ..StackConfig::paused() }).await;
    let mut claims = harness.claims("ses_1");
    claims["plan"] = json!({"microsoft_licenses": 90});
    let token = harness.sign(&claims);
    // Ten checks of 90 names are 20 calls; nothing else is left.
    for _ in 0..20 {
        harness.ask(&token, &["getacme.com"], 200).await;
    }
    assert_eq!(harness.ask(&token, &["getacme.com"], 429).await.code(), "session_budget_spent");
}

#[tokio::test]
async fn session_without_a_plan_cannot_order() {
    let harness = Harness::start().await;
    let mut claims = harness.claims("ses_1");
    claims.as_object_mut().unwrap().remove("plan");
    let token = harness.sign(&claims);
    let shown = harness.send(Call::get("/v1/session").bearer(&token), 200).await.data();
    assert_eq!((&shown["plan"], &shown["order"]), (&Value::Null, &Value::Null));
    for (path, body) in [
        ("/v1/domains/availability", json!({ "domains": FOUR })),
        ("/v1/domains/import", json!({"domains": ["owned-acme.com"]})),
        ("/v1/domains/claims/release", json!({"domains": ["owned-acme.com"]})),
        ("/v1/quotes", json!({ "domains": FOUR })),
        ("/v1/orders", draft(&FOUR)),
    ] {
        let refused = harness.send(Call::post(path).bearer(&token).json(&body), 403).await;
        assert_eq!(refused.code(), "session_without_plan", "{path}");
        // The body does not matter: it is not read.
        let refused = harness.send(Call::post(path).bearer(&token).body("no JSON"), 403).await;
        assert_eq!(refused.code(), "session_without_plan", "{path}");
    }
    for path in ["/v1/domains/import?domains=owned-acme.com", "/v1/domains/import/imp_1", "/v1/domains/claims"] {
        assert_eq!(harness.send(Call::get(path).bearer(&token), 403).await.code(), "session_without_plan", "{path}");
    }
    assert_eq!(harness.stack.sandbox.received().len(), 0);
}
