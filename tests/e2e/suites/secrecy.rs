//! Keys, logins and secrets are never written to the table, the log or a response.

use crate::client::{Call, FOUR, Harness, draft};
use crate::delivery::event;
use crate::log::Log;
use crate::table::scan;
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

/// Checks that the flow's metrics are logged in CloudWatch's embedded metric format.
fn assert_metrics(log: &str) {
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let metrics: Vec<Value> = lines.filter(|line| line.get("_aws").is_some()).collect();
    for line in &metrics {
        let metrics = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(metrics["Namespace"], "peeker-checkout/secrecy");
        assert!(line["_aws"]["Timestamp"].is_u64());
        let name = metrics["Metrics"][0]["Name"].as_str().unwrap();
        assert!(line[name].is_u64(), "{line}");
        for dimension in metrics["Dimensions"][0].as_array().unwrap() {
            assert!(line[dimension.as_str().unwrap()].is_string(), "{line}");
        }
    }
    for (name, dimension, word) in [
        ("AvailabilityLatency", "", ""),
        ("Orders", "Outcome", "unknown"),
        ("Orders", "Outcome", "placed"),
        ("Orders", "Outcome", "refused"),
        ("UnknownPlacementAge", "", ""),
        ("Events", "Outcome", "new"),
        ("WebhookLag", "", ""),
        ("UpstreamErrors", "Code", "broken"),
        ("Alarms", "Alarm", "upstream_refused"),
        ("Alarms", "Alarm", "webhook_signature"),
    ] {
        let is_it = |line: &&Value| line.get(name).is_some() && (dimension.is_empty() || line[dimension] == word);
        assert!(metrics.iter().any(|line| is_it(&line)), "there is no {name} {word} among {metrics:#?}");
    }
}

#[tokio::test]
async fn flow_with_failures_leaves_no_secret() {
    let log = Log::start("peeker-checkout/secrecy");
    let harness = Harness::start().await;
    let partner = harness.stack.values.partner_key.clone();
    let token = harness.session("ses_1");

    // The client searches each response below.
    let mint = json!({"customer": "client@example.com", "plan": {"bundle_id": harness.stack.bundle_id()}});
    harness.send(Call::post("/v1/sessions").bearer(&partner).json(&mint), 201).await;
    harness.send(Call::post("/v1/sessions").bearer(&format!("{partner}x")).json(&mint), 401).await;
    harness.send(Call::get("/v1/session").bearer(&partner), 401).await;
    harness.place(&token, &json!({"domains": []}), 400).await;
    harness.place(&token, &draft(&FOUR[..3]), 400).await;
    for fault in [
        Fault { status: Some(401), ..Fault::on("POST", "/domains") },
        Fault { drop: Some(Drop::Before), times: 5, ..Fault::on("POST", "/domains") },
    ] {
        harness.stack.sandbox.fail_next(fault);
        harness.ask(&token, &["getacme.com"], 502).await;
        harness.stack.sandbox.clear_faults();
    }
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    harness.stack.sandbox.fail_next(Fault { status: Some(503), times: 5, ..Fault::on("GET", "/orders") });
    harness.place(&token, &draft(&FOUR), 202).await;
    harness.stack.sandbox.clear_faults();
    harness.advance(60).await;
    let id = harness.show_session(&token).await["order"]["id"].as_str().unwrap().to_owned();
    harness.order(&token, &id).await;
    // An upstream that echoes the login must not make us store it.
    let values = &harness.stack.values;
    let echo = json!({"id": id, "status": "completed", "sequencer": {"provider": "smartlead",
        "login_email": values.login_email, "login_password": values.login_password}});
    harness.deliver_event("evt_echo", "order.completed", "2026-05-08T12:01:00Z", &echo).await;
    let forged = harness.signed("evt_x", &event("evt_x", "order.failed", "2026-05-08T12:01:00Z", &json!({"id": id})));
    harness.deliver(&forged.with("peeker-signature", &format!("v1={}", "0".repeat(64))), 401).await;
    harness.send(Call::get("/readyz"), 200).await;

    let items = scan(&harness.stack).await;
    assert!(items.len() > 8, "{} items are too few to prove anything", items.len());
    for item in &items {
        harness.assert_no_secret(&format!("{item:?}"), "the table");
    }
    let text = log.text();
    for line in [
        "request completed",
        "request rejected",
        "request failed",
        "order placed",
        "session created",
        "upstream_refused",
        "webhook_signature",
    ] {
        assert!(text.contains(line), "the log was not captured: it lacks {line}");
    }
    harness.assert_no_secret(&text, "the log");
    assert_metrics(&text);
    for (name, word) in [("session token", token.as_str()), ("customer", "client@example.com"), ("person", "Sam")] {
        assert!(!text.contains(word), "the {name} is in the log");
    }
}

#[tokio::test]
async fn debug_output_of_the_stack_contains_no_secret() {
    let harness = Harness::start().await;
    harness.assert_no_secret(&format!("{:?}", harness.stack), "Debug of the stack");
}
