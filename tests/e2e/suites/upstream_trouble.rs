//! Upstream fails in every way it can: look-ups say so, and an order is never lost, doubled or called failed in error.

use crate::client::{Bench, CUSTOMER, Call, FOUR, Reply, draft};
use sandbox::{Drop, Fault};
use serde_json::json;

/// Longer than the 17 s for which a `429` below asks to hear nothing, and the second on top.
const SILENCE: u64 = 18;

/// How upstream fails, and what a browser is told: status and code.
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
    // More often than any client would try again by itself.
    Fault { method: Some(method.to_owned()), path: Some(path.to_owned()), times: 20, ..fault.clone() }
}

fn assert_told(what: &str, reply: &Reply, status: u16, code: &str) {
    assert_eq!(reply.status, status, "{what}: {}", reply.text);
    assert_eq!(reply.code(), code, "{what}");
    if code == "upstream_busy" {
        assert_eq!(reply.header("retry-after"), Some("17"), "{what}");
        assert_eq!(reply.error()["details"]["retry_after_seconds"], 17, "{what}");
    }
    // Nothing of upstream's own words for its trouble reaches a browser.
    assert!(!reply.text.contains("scripted") && !reply.text.contains("html"), "{what}: {}", reply.text);
}

#[tokio::test]
async fn a_look_up_says_what_the_matter_is_and_works_again_afterwards() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let ask = || Call::post("/v1/domains/availability").bearer(&token).json(&json!({"domains": ["getacme.com"]}));
    for (what, fault, status, code) in failures() {
        bench.stack.sandbox.fail_next(on(&fault, "POST", "/domains/availability"));
        assert_told(what, &bench.exchange(ask()).await, status, code);
        bench.stack.sandbox.clear_faults();
        bench.advance(SILENCE).await;
        bench.send(ask(), 200).await;
    }
}

#[tokio::test]
async fn the_session_says_what_the_matter_is_and_works_again_afterwards() {
    for (what, fault, status, code) in failures() {
        // A stack of its own: a plan that was read once is remembered for a while.
        let bench = Bench::start().await;
        let show = || Call::get("/v1/session").bearer(&bench.session("ses_1"));
        bench.stack.sandbox.fail_next(on(&fault, "GET", "/bundles"));
        assert_told(what, &bench.exchange(show()).await, status, code);
        bench.stack.sandbox.clear_faults();
        bench.advance(SILENCE).await;
        bench.send(show(), 200).await;
    }
}

#[tokio::test]
async fn trouble_before_an_order_is_sent_is_told_and_frees_the_session() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    for (what, fault, status, code) in failures() {
        for (method, path) in [("GET", "/bundles"), ("POST", "/domains/availability")] {
            bench.stack.sandbox.fail_next(on(&fault, method, path));
            let refused = bench.exchange(Call::post("/v1/orders").bearer(&token).json(&draft(&FOUR))).await;
            assert_told(&format!("{what} at {path}"), &refused, status, code);
            bench.stack.sandbox.clear_faults();
            bench.advance(SILENCE).await;
        }
    }
    assert_eq!(bench.orders_sent(), 0);
    assert!(bench.show_session(&token).await["order"].is_null());
    bench.place(&token, &draft(&FOUR), 201).await;
}

#[tokio::test]
async fn an_order_that_upstream_refuses_for_certain_is_told_and_may_be_placed_again() {
    let status = |status| Fault { status: Some(status), ..Fault::on("POST", "/orders") };
    for (fault, told, code) in [
        (status(401), 502, "upstream_misconfigured"),
        (status(403), 502, "upstream_misconfigured"),
        (status(404), 502, "upstream_misconfigured"),
        (Fault { retry_after_seconds: Some(17), ..status(429) }, 429, "upstream_busy"),
        (Fault { code: Some("order_shape_conflict".to_owned()), ..status(400) }, 502, "upstream_misconfigured"),
    ] {
        let bench = Bench::start().await;
        let token = bench.session("ses_1");
        bench.stack.sandbox.fail_next(fault.clone());
        let refused = bench.exchange(Call::post("/v1/orders").bearer(&token).json(&draft(&FOUR))).await;
        assert_told(&format!("{fault:?}"), &refused, told, code);
        bench.advance(SILENCE).await;
        assert!(bench.show_session(&token).await["order"].is_null());
        bench.place(&token, &draft(&FOUR), 201).await;
        assert_eq!(bench.stack.sandbox.orders_of(CUSTOMER), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_refusal_that_the_customer_can_mend_keeps_upstreams_code_field_and_counts() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let body = json!({"error": {"code": "domain_count_mismatch", "message": "Submitted domain count does not match the order plan",
        "field": "domains", "details": {"required_count": 4, "submitted_count": 2, "missing_count": 2}}});
    bench.stack.sandbox.fail_next(Fault {
        status: Some(400),
        body: Some(body.to_string()),
        ..Fault::on("POST", "/orders")
    });
    let refused = bench.place(&token, &draft(&FOUR), 400).await;
    let error = refused.error();
    assert_eq!((&error["code"], &error["field"]), (&json!("domain_count_mismatch"), &json!("domains")));
    assert_eq!(refused.findings(), ["domains domain_count_mismatch"]);
    assert_eq!(error["details"]["missing_count"], 2);
    bench.place(&token, &draft(&FOUR), 201).await;
}

/// Loses upstream's answer to an order in one way, optionally with the look-up out of order for a while.
async fn lost(what: &str, fault: Fault, blind: bool) {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.stack.sandbox.fail_next(fault);
    if blind {
        bench.stack.sandbox.fail_next(Fault { status: Some(503), times: 50, ..Fault::on("GET", "/orders") });
    }
    let reply = bench.exchange(Call::post("/v1/orders").bearer(&token).json(&draft(&FOUR))).await;
    assert!(matches!(reply.status, 201 | 202), "{what}: never a failure: {} {}", reply.status, reply.text);
    let shown = bench.show_session(&token).await["order"].clone();
    assert!(shown["id"].is_string() || shown["status"] == "placing", "{what}: {shown}");
    bench.stack.sandbox.clear_faults();
    let mut id = shown["id"].clone();
    // A customer who keeps looking: leases end, and what happened is found out.
    for _ in 0..8 {
        bench.advance(45).await;
        let order = bench.show_session(&bench.session("ses_1")).await["order"].clone();
        id = order["id"].clone();
        if id.is_string() {
            break;
        }
    }
    assert!(id.is_string(), "{what}: the order is never told");
    assert_eq!(bench.stack.sandbox.orders_of(CUSTOMER), 1, "{what}");
    assert_eq!(bench.stack.sandbox.orders()[0]["id"], id, "{what}");
    let again = bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await.data();
    assert_eq!(again["id"], id, "{what}");
    assert_eq!(bench.stack.sandbox.orders_of(CUSTOMER), 1, "{what}");
    bench.advance(60).await;
    assert_eq!(bench.order(&bench.session("ses_1"), id.as_str().unwrap()).await["status"], "completed", "{what}");
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

/// Answers below 500 that are no refusal: statuses that upstream does not document for one, and bodies that are not its
/// envelope.
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
async fn an_answer_below_500_that_is_no_refusal_never_makes_a_second_order() {
    let other = ["mail-acme.com", "goacme.com", "acmehq.com", "withacme.com"];
    for act in [true, false] {
        for (status, body) in no_refusals() {
            let what = format!("{status} {body:?}, acted: {act}");
            let bench = Bench::start().await;
            let token = bench.session("ses_1");
            let body = body.map(str::to_owned);
            bench.stack.sandbox.fail_next(Fault { status: Some(status), body, act, ..Fault::on("POST", "/orders") });
            let reply = bench.exchange(Call::post("/v1/orders").bearer(&token).json(&draft(&FOUR))).await;
            // After a `429` nothing is looked for until upstream wants to hear something again.
            assert_eq!(reply.status, if act && status != 429 { 201 } else { 202 }, "{what}: {}", reply.text);
            let second = bench.place(&token, &draft(&other), 409).await;
            assert_eq!(second.code(), "session_used", "{what}");
            for _ in 0..3 {
                bench.advance(45).await;
                bench.stack.reconciler.run().await.unwrap();
            }
            assert!(bench.show_session(&token).await["order"]["id"].is_string(), "{what}");
            assert_eq!(bench.stack.sandbox.orders_of(CUSTOMER), 1, "{what}");
        }
    }
}

#[tokio::test]
async fn an_order_whose_answer_is_lost_is_found_or_sent_again_and_exists_once() {
    for (what, fault) in lost_answers() {
        lost(what, fault, false).await;
    }
}

#[tokio::test]
async fn it_is_so_even_when_upstream_cannot_be_asked_for_a_while() {
    for (what, fault) in lost_answers() {
        lost(&format!("{what}, and blind"), fault, true).await;
    }
}

#[tokio::test]
async fn a_look_up_that_takes_too_long_is_a_timeout() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.stack.sandbox.fail_next(Fault { delay_ms: 30_000, ..Fault::on("POST", "/domains/availability") });
    let reply = bench.ask(&token, &["getacme.com"], 504).await;
    assert_eq!(reply.code(), "upstream_timeout");
}

#[tokio::test]
async fn an_order_that_takes_too_long_to_be_answered_is_found_upstream() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.stack.sandbox.fail_next(Fault { delay_after_ms: 60_000, ..Fault::on("POST", "/orders") });
    let receipt = bench.place(&token, &draft(&FOUR), 201).await.data();
    assert_eq!(bench.stack.sandbox.orders()[0]["id"], receipt["id"]);
    assert_eq!(bench.orders_sent(), 1);
}

#[tokio::test]
async fn nothing_is_sent_again_while_a_proxys_504_may_hide_that_upstream_is_still_at_work() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    for _ in 0..2 {
        // The second one meets the bytes that are sent again.
        bench.stack.sandbox.fail_next(Fault { status: Some(504), ..Fault::on("POST", "/orders") });
    }
    bench.place(&token, &draft(&FOUR), 202).await;
    bench.advance(29).await;
    assert_eq!(bench.show_session(&token).await["order"]["status"], "placing");
    assert_eq!(bench.orders_sent(), 1);
    // The owner's lease ends after 40 s.
    bench.advance(12).await;
    assert_eq!(bench.show_session(&token).await["order"]["status"], "placing");
    assert_eq!(bench.orders_sent(), 2);
    // Upstream would refuse it now: while the second request may be at work, that would be no end.
    let taken = r#"{"error":{"code":"invalid_request","message":"Taken","field":"domains"}}"#;
    bench.stack.sandbox.fail_next(Fault {
        status: Some(400),
        body: Some(taken.to_owned()),
        ..Fault::on("POST", "/orders")
    });
    bench.advance(20).await;
    assert_eq!(bench.show_session(&token).await["order"]["status"], "placing");
    assert_eq!(bench.orders_sent(), 2);
    bench.advance(30).await;
    assert!(bench.show_session(&token).await["order"].is_null());
    assert_eq!((bench.orders_sent(), bench.stack.sandbox.orders_of(CUSTOMER)), (3, 0));
}

#[tokio::test]
async fn an_order_found_completed_is_not_taken_back_by_an_event_that_comes_late() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.stack.sandbox.hold_webhooks(true);
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    bench.stack.sandbox.fail_next(Fault { status: Some(503), times: 9, ..Fault::on("GET", "/orders") });
    bench.place(&token, &draft(&FOUR), 202).await;
    bench.stack.sandbox.clear_faults();
    bench.advance(10 * 60).await;
    let id = bench.show_session(&token).await["order"]["id"].as_str().unwrap().to_owned();
    assert_eq!(bench.order(&token, &id).await["status"], "completed");
    let events = bench.stack.sandbox.events();
    let first = events.iter().find(|event| event.kind == "order.in_progress").unwrap();
    assert_eq!(bench.stack.sandbox.deliver(std::slice::from_ref(&first.id)).await, [204]);
    let shown = bench.order(&token, &id).await;
    assert_eq!((&shown["status"], &shown["final"]), (&json!("completed"), &json!(true)));
    assert_eq!(shown["timeline"].as_array().map(Vec::len), Some(1), "what is late is still in the timeline: {shown}");
}
