//! Every kind of upstream failure: lookups report it, and an order is never lost, duplicated or wrongly reported as
//! failed.

use crate::client::{CUSTOMER, Call, FOUR, Harness, Reply, draft};
use sandbox::{Drop, Fault};
use serde_json::json;

/// Longer than the 17 s that a `429` below asks for, and the additional second.
const SILENCE: u64 = 18;

/// Upstream failures, and the status and code for the browser.
fn failures() -> Vec<(&'static str, Fault, u16, &'static str)> {
    let status = |status| Fault { status: Some(status), ..Fault::default() };
    let body = |body: &str| Fault { body: Some(body.to_owned()), ..Fault::default() };
    vec![
        ("down", Fault { drop: Some(Drop::Before), ..Fault::default() }, 502, "upstream_unavailable"),
        ("401", status(401), 502, "upstream_misconfigured"),
        ("403", status(403), 502, "upstream_misconfigured"),
        ("429", Fault { retry_after_seconds: Some(17), ..status(429) }, 429, "upstream_busy"),
        ("500", status(500), 502, "upstream_unavailable"),
        ("503", status(503), 502, "upstream_unavailable"),
        ("not JSON", body("<html>Bad gateway</html>"), 502, "upstream_unreadable"),
        ("no data", body("{}"), 502, "upstream_unreadable"),
        ("a list", body("[]"), 502, "upstream_unreadable"),
        ("cut off", body(r#"{"data": {"#), 502, "upstream_unreadable"),
        ("a redirect", status(302), 502, "upstream_unreadable"),
    ]
}

fn on(fault: &Fault, method: &str, path: &str) -> Fault {
    // More often than any client would retry.
    Fault { method: Some(method.to_owned()), path: Some(path.to_owned()), times: 20, ..fault.clone() }
}

fn assert_error(what: &str, reply: &Reply, status: u16, code: &str) {
    assert_eq!(reply.status, status, "{what}: {}", reply.text);
    assert_eq!(reply.code(), code, "{what}");
    if code == "upstream_busy" {
        assert_eq!(reply.header("retry-after"), Some("17"), "{what}");
        assert_eq!(reply.error()["details"]["retry_after_seconds"], 17, "{what}");
    }
    // No text of upstream's errors reaches a browser.
    assert!(!reply.text.contains("scripted") && !reply.text.contains("html"), "{what}: {}", reply.text);
}

#[tokio::test]
async fn lookup_reports_each_upstream_failure_and_recovers() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let ask = || Call::post("/v1/domains/availability").bearer(&token).json(&json!({"domains": ["getacme.com"]}));
    for (what, fault, status, code) in failures() {
        harness.stack.sandbox.fail_next(on(&fault, "POST", "/domains/availability"));
        assert_error(what, &harness.exchange(ask()).await, status, code);
        harness.stack.sandbox.clear_faults();
        harness.advance(SILENCE).await;
        harness.send(ask(), 200).await;
    }
}

#[tokio::test]
async fn session_reports_each_upstream_failure_and_recovers() {
    for (what, fault, status, code) in failures() {
        // A separate stack: a plan is cached for a while.
        let harness = Harness::start().await;
        let show = || Call::get("/v1/session").bearer(&harness.session("ses_1"));
        harness.stack.sandbox.fail_next(on(&fault, "GET", "/bundles"));
        assert_error(what, &harness.exchange(show()).await, status, code);
        harness.stack.sandbox.clear_faults();
        harness.advance(SILENCE).await;
        harness.send(show(), 200).await;
    }
}

#[tokio::test]
async fn failure_before_sending_frees_the_session() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    for (what, fault, status, code) in failures() {
        for (method, path) in [("GET", "/bundles"), ("POST", "/domains/availability")] {
            harness.stack.sandbox.fail_next(on(&fault, method, path));
            let refused = harness.exchange(Call::post("/v1/orders").bearer(&token).json(&draft(&FOUR))).await;
            assert_error(&format!("{what} at {path}"), &refused, status, code);
            harness.stack.sandbox.clear_faults();
            harness.advance(SILENCE).await;
        }
    }
    assert_eq!(harness.orders_sent(), 0);
    assert!(harness.show_session(&token).await["order"].is_null());
    harness.place(&token, &draft(&FOUR), 201).await;
}

#[tokio::test]
async fn certainly_refused_order_may_be_placed_again() {
    let status = |status| Fault { status: Some(status), ..Fault::on("POST", "/orders") };
    for (fault, expected, code) in [
        (status(401), 502, "upstream_misconfigured"),
        (status(403), 502, "upstream_misconfigured"),
        (status(404), 502, "upstream_misconfigured"),
        (Fault { retry_after_seconds: Some(17), ..status(429) }, 429, "upstream_busy"),
        (Fault { code: Some("order_shape_conflict".to_owned()), ..status(400) }, 502, "upstream_misconfigured"),
    ] {
        let harness = Harness::start().await;
        let token = harness.session("ses_1");
        harness.stack.sandbox.fail_next(fault.clone());
        let refused = harness.exchange(Call::post("/v1/orders").bearer(&token).json(&draft(&FOUR))).await;
        assert_error(&format!("{fault:?}"), &refused, expected, code);
        harness.advance(SILENCE).await;
        assert!(harness.show_session(&token).await["order"].is_null());
        harness.place(&token, &draft(&FOUR), 201).await;
        assert_eq!(harness.stack.sandbox.orders_of(CUSTOMER), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn correctable_refusal_keeps_upstream_code_and_field() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let body = json!({"error": {"code": "domain_count_mismatch", "message": "Submitted domain count does not match the order plan",
        "field": "domains", "details": {"required_count": 4, "submitted_count": 2, "missing_count": 2}}});
    harness.stack.sandbox.fail_next(Fault {
        status: Some(400),
        body: Some(body.to_string()),
        ..Fault::on("POST", "/orders")
    });
    let refused = harness.place(&token, &draft(&FOUR), 400).await;
    let error = refused.error();
    assert_eq!((&error["code"], &error["field"]), (&json!("domain_count_mismatch"), &json!("domains")));
    assert_eq!(refused.findings(), ["domains domain_count_mismatch"]);
    assert_eq!(error["details"]["missing_count"], 2);
    harness.place(&token, &draft(&FOUR), 201).await;
}

/// Loses upstream's response to an order in one way, optionally with failing lookups for a while.
async fn lost(what: &str, fault: Fault, blind: bool) {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.stack.sandbox.fail_next(fault);
    if blind {
        harness.stack.sandbox.fail_next(Fault { status: Some(503), times: 50, ..Fault::on("GET", "/orders") });
    }
    let reply = harness.exchange(Call::post("/v1/orders").bearer(&token).json(&draft(&FOUR))).await;
    assert!(matches!(reply.status, 201 | 202), "{what}: never a failure: {} {}", reply.status, reply.text);
    let shown = harness.show_session(&token).await["order"].clone();
    assert!(shown["id"].is_string() || shown["status"] == "placing", "{what}: {shown}");
    harness.stack.sandbox.clear_faults();
    let mut id = shown["id"].clone();
    // A customer who keeps polling: leases end, and the order is found.
    for _ in 0..8 {
        harness.advance(45).await;
        let order = harness.show_session(&harness.session("ses_1")).await["order"].clone();
        id = order["id"].clone();
        if id.is_string() {
            break;
        }
    }
    assert!(id.is_string(), "{what}: the order id never appears");
    assert_eq!(harness.stack.sandbox.orders_of(CUSTOMER), 1, "{what}");
    assert_eq!(harness.stack.sandbox.orders()[0]["id"], id, "{what}");
    let again = harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await.data();
    assert_eq!(again["id"], id, "{what}");
    assert_eq!(harness.stack.sandbox.orders_of(CUSTOMER), 1, "{what}");
    harness.advance(60).await;
    assert_eq!(harness.order(&harness.session("ses_1"), id.as_str().unwrap()).await["status"], "completed", "{what}");
}

fn lost_answers() -> Vec<(&'static str, Fault)> {
    let post = || Fault::on("POST", "/orders");
    vec![
        ("500 without acting", Fault { status: Some(500), ..post() }),
        ("500 after acting", Fault { status: Some(500), act: true, ..post() }),
        ("closed before acting", Fault { drop: Some(Drop::Before), ..post() }),
        ("closed after acting", Fault { drop: Some(Drop::After), ..post() }),
        ("not JSON after acting", Fault { body: Some("<html>".to_owned()), act: true, ..post() }),
        (
            "a receipt without an id after acting",
            Fault { body: Some(r#"{"data":{}}"#.to_owned()), act: true, ..post() },
        ),
        ("503 three times without acting", Fault { status: Some(503), times: 3, ..post() }),
    ]
}

/// Responses below 500 that are not documented errors: undocumented statuses, and bodies without the envelope.
fn no_refusals() -> Vec<(u16, Option<&'static str>)> {
    let statuses = [402, 408, 409, 413, 421, 422, 425, 451, 499].into_iter().map(|status| (status, None));
    let page = Some("<html><h1>Bad request</h1></html>");
    let bodies = [
        (400, page),
        (400, Some("")),
        (400, Some(r#"{"error":{}}"#)),
        (400, Some(r#"{"error":{"code":""}}"#)),
        (400, Some(r#"{"error":{"code":5}}"#)),
        (400, Some(r#"{"error":"invalid_request"}"#)),
        (400, Some(r#"{"error":{"code":"invalid_request""#)),
        (401, page),
        (403, page),
        (404, Some("")),
        (404, page),
        (408, page),
        (413, page),
        (429, page),
    ];
    statuses.chain(bodies).collect()
}

#[tokio::test]
async fn unclear_4xx_never_causes_a_second_order() {
    let other = ["mail-acme.com", "goacme.com", "acmehq.com", "withacme.com"];
    for act in [true, false] {
        for (status, body) in no_refusals() {
            let what = format!("{status} {body:?}, acted: {act}");
            let harness = Harness::start().await;
            let token = harness.session("ses_1");
            let body = body.map(str::to_owned);
            harness.stack.sandbox.fail_next(Fault { status: Some(status), body, act, ..Fault::on("POST", "/orders") });
            let reply = harness.exchange(Call::post("/v1/orders").bearer(&token).json(&draft(&FOUR))).await;
            // After a `429`, nothing is searched until upstream's delay is over.
            assert_eq!(reply.status, if act && status != 429 { 201 } else { 202 }, "{what}: {}", reply.text);
            let second = harness.place(&token, &draft(&other), 409).await;
            assert_eq!(second.code(), "session_used", "{what}");
            for _ in 0..3 {
                harness.advance(45).await;
                harness.stack.reconciler.run().await.unwrap();
            }
            assert!(harness.show_session(&token).await["order"]["id"].is_string(), "{what}");
            assert_eq!(harness.stack.sandbox.orders_of(CUSTOMER), 1, "{what}");
        }
    }
}

#[tokio::test]
async fn order_with_lost_response_exists_once() {
    for (what, fault) in lost_answers() {
        lost(what, fault, false).await;
    }
}

#[tokio::test]
async fn order_with_lost_response_survives_an_outage() {
    for (what, fault) in lost_answers() {
        lost(&format!("{what}, and blind"), fault, true).await;
    }
}

#[tokio::test]
async fn slow_lookup_times_out() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.stack.sandbox.fail_next(Fault { delay_ms: 30_000, ..Fault::on("POST", "/domains/availability") });
    let reply = harness.ask(&token, &["getacme.com"], 504).await;
    assert_eq!(reply.code(), "upstream_timeout");
}

#[tokio::test]
async fn order_with_slow_response_is_found_upstream() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.stack.sandbox.fail_next(Fault { delay_after_ms: 60_000, ..Fault::on("POST", "/orders") });
    let receipt = harness.place(&token, &draft(&FOUR), 201).await.data();
    assert_eq!(harness.stack.sandbox.orders()[0]["id"], receipt["id"]);
    assert_eq!(harness.orders_sent(), 1);
}

#[tokio::test]
async fn order_is_not_resent_soon_after_a_504() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    for _ in 0..2 {
        // The second fault applies to the repeated request.
        harness.stack.sandbox.fail_next(Fault { status: Some(504), ..Fault::on("POST", "/orders") });
    }
    harness.place(&token, &draft(&FOUR), 202).await;
    harness.advance(29).await;
    assert_eq!(harness.show_session(&token).await["order"]["status"], "placing");
    assert_eq!(harness.orders_sent(), 1);
    // The owner's lease ends after 40 s.
    harness.advance(12).await;
    assert_eq!(harness.show_session(&token).await["order"]["status"], "placing");
    assert_eq!(harness.orders_sent(), 2);
    // Upstream would refuse it now: while the second request may be in progress, that is not final.
    let taken = r#"{"error":{"code":"invalid_request","message":"Taken","field":"domains"}}"#;
    harness.stack.sandbox.fail_next(Fault {
        status: Some(400),
        body: Some(taken.to_owned()),
        ..Fault::on("POST", "/orders")
    });
    harness.advance(20).await;
    assert_eq!(harness.show_session(&token).await["order"]["status"], "placing");
    assert_eq!(harness.orders_sent(), 2);
    harness.advance(30).await;
    assert!(harness.show_session(&token).await["order"].is_null());
    assert_eq!((harness.orders_sent(), harness.stack.sandbox.orders_of(CUSTOMER)), (3, 0));
}

#[tokio::test]
async fn late_event_does_not_reopen_a_completed_order() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.stack.sandbox.hold_webhooks(true);
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    harness.stack.sandbox.fail_next(Fault { status: Some(503), times: 9, ..Fault::on("GET", "/orders") });
    harness.place(&token, &draft(&FOUR), 202).await;
    harness.stack.sandbox.clear_faults();
    harness.advance(10 * 60).await;
    let id = harness.show_session(&token).await["order"]["id"].as_str().unwrap().to_owned();
    assert_eq!(harness.order(&token, &id).await["status"], "completed");
    let events = harness.stack.sandbox.events();
    let first = events.iter().find(|event| event.kind == "order.in_progress").unwrap();
    assert_eq!(harness.stack.sandbox.deliver(std::slice::from_ref(&first.id)).await, [204]);
    let shown = harness.order(&token, &id).await;
    assert_eq!((&shown["status"], &shown["final"]), (&json!("completed"), &json!(true)));
    assert_eq!(shown["timeline"].as_array().map(Vec::len), Some(1), "what is late is still in the timeline: {shown}");
}
