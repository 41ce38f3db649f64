//! No key, login or secret is written anywhere: not into the table, not into a log line, not into an answer.

use crate::client::{Bench, Call, FOUR, draft};
use crate::delivery::event;
use crate::log::Log;
use crate::table::scan;
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

/// The flow's metrics are there, in CloudWatch's embedded format (its specification names the members).
fn assert_metrics(log: &str) {
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let metrics: Vec<Value> = lines.filter(|line| line.get("_aws").is_some()).collect();
    for line in &metrics {
        let told = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(told["Namespace"], "peeker-checkout/secrecy");
        assert!(line["_aws"]["Timestamp"].is_u64());
        let name = told["Metrics"][0]["Name"].as_str().unwrap();
        assert!(line[name].is_u64(), "{line}");
        for dimension in told["Dimensions"][0].as_array().unwrap() {
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
async fn a_whole_flow_with_trouble_leaves_no_secret_behind() {
    let log = Log::start("peeker-checkout/secrecy");
    let bench = Bench::start().await;
    let partner = bench.stack.values.partner_key.clone();
    let token = bench.session("ses_1");

    // Each answer below is searched by the client itself.
    let mint = json!({"customer": "client@example.com", "plan": {"bundle_id": bench.stack.bundle_id()}});
    bench.send(Call::post("/v1/sessions").bearer(&partner).json(&mint), 201).await;
    bench.send(Call::post("/v1/sessions").bearer(&format!("{partner}x")).json(&mint), 401).await;
    bench.send(Call::get("/v1/session").bearer(&partner), 401).await;
    bench.place(&token, &json!({"domains": []}), 400).await;
    bench.place(&token, &draft(&FOUR[..3]), 400).await;
    for fault in [
        Fault { status: Some(401), ..Fault::on("POST", "/domains") },
        Fault { drop: Some(Drop::Before), times: 5, ..Fault::on("POST", "/domains") },
    ] {
        bench.stack.sandbox.fail_next(fault);
        bench.ask(&token, &["getacme.com"], 502).await;
        bench.stack.sandbox.clear_faults();
    }
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    bench.stack.sandbox.fail_next(Fault { status: Some(503), times: 5, ..Fault::on("GET", "/orders") });
    bench.place(&token, &draft(&FOUR), 202).await;
    bench.stack.sandbox.clear_faults();
    bench.advance(60).await;
    let id = bench.show_session(&token).await["order"]["id"].as_str().unwrap().to_owned();
    bench.order(&token, &id).await;
    // An upstream that echoes the login must not make us keep it.
    let values = &bench.stack.values;
    let echo = json!({"id": id, "status": "completed", "sequencer": {"provider": "smartlead",
        "login_email": values.login_email, "login_password": values.login_password}});
    bench.tell("evt_echo", "order.completed", "2026-05-08T12:01:00Z", &echo).await;
    let forged = bench.signed("evt_x", &event("evt_x", "order.failed", "2026-05-08T12:01:00Z", &json!({"id": id})));
    bench.deliver(&forged.with("peeker-signature", &format!("v1={}", "0".repeat(64))), 401).await;
    bench.send(Call::get("/readyz"), 200).await;

    let items = scan(&bench.stack).await;
    assert!(items.len() > 8, "{} items are too few to prove anything", items.len());
    for item in &items {
        bench.assert_no_secret(&format!("{item:?}"), "the table");
    }
    let text = log.text();
    for line in ["answered", "refused", "failed", "placed", "minted", "upstream_refused", "webhook_signature"] {
        assert!(text.contains(line), "the log was not captured: it lacks {line}");
    }
    bench.assert_no_secret(&text, "the log");
    assert_metrics(&text);
    for (name, word) in [("session token", token.as_str()), ("customer", "client@example.com"), ("person", "Sam")] {
        assert!(!text.contains(word), "the {name} is in the log");
    }
}

#[tokio::test]
async fn what_the_functions_are_made_of_shows_no_secret_when_printed() {
    let bench = Bench::start().await;
    bench.assert_no_secret(&format!("{:?}", bench.stack), "Debug of the stack");
}
