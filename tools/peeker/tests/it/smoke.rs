//! `peeker smoke` with a real stack: its steps, and its reports of failures.

use crate::harness::{Harness, Shell};
use e2e::StackConfig;
use sandbox::{ClockMode, Drop, Fault};
use serde_json::{Value, json};
use shared::ids::SessionId;
use std::time::Duration;

/// Paths of the requests to the sandbox.
fn asked(harness: &Harness) -> Vec<String> {
    let received = harness.stack.sandbox.received();
    received.iter().filter(|call| call.method == "POST").map(|call| call.path.clone()).collect()
}

/// Longer than any test.
const NEVER: Duration = Duration::from_secs(24 * 60 * 60);

async fn never_completed() -> Harness {
    Harness::with(StackConfig { provisioning: NEVER, ..StackConfig::default() }).await
}

fn steps(document: &Value) -> Vec<String> {
    let place = if document.get("data").is_some() { &document["data"] } else { &document["error"]["details"] };
    let word = |step: &Value| format!("{} {}", step["step"].as_str().unwrap(), step["outcome"].as_str().unwrap());
    place["steps"].as_array().unwrap_or_else(|| panic!("{document}")).iter().map(word).collect()
}

#[tokio::test]
async fn smoke_test_completes_an_order_with_webhooks() {
    let harness = Harness::start().await;
    let document = harness.json(&["smoke"], 0).await;
    assert_eq!(steps(&document), ["session ok", "availability ok", "import ok", "order ok", "status ok"]);
    let session = document["data"]["steps"][0]["data"]["id"].as_str().and_then(SessionId::parse).unwrap();
    let placement = harness.stack.store.placement(&session).await.unwrap().unwrap();
    assert_eq!(placement.phase.as_str(), "placed", "the order did not go through the functions");
    let status = &document["data"]["steps"][4]["data"];
    assert_eq!(status["by_webhook"], true);
    assert_eq!(
        status["events"],
        json!(["order.in_progress", "domain.connected", "domain.connected", "order.completed"])
    );
    let order = document["data"]["order_id"].as_str().unwrap();
    let shown = harness.json(&["orders", "show", order], 0).await;
    assert_eq!(shown["data"]["status"], "completed");
    let orders = harness.stack.sandbox.orders();
    let order = serde_json::to_value(&orders[0]).unwrap();
    assert_eq!(orders.len(), 1, "{order}");
}

#[tokio::test]
async fn smoke_test_can_run_against_peeker_directly() {
    let harness = Harness::start().await;
    let all = ["key ok", "availability ok", "import ok", "order ok", "status ok"];
    let said = harness.json(&["smoke", "--via", "peeker"], 0).await;
    assert_eq!(
        (steps(&said), &said["data"]["steps"][4]["data"]["by_webhook"]),
        (all.map(str::to_owned).to_vec(), &json!(true))
    );
    harness.hide(&["api", "partner_key", "session_key"]);
    let alone = harness.json(&["smoke"], 0).await;
    assert_eq!(
        (steps(&alone), &alone["data"]["steps"][4]["data"]["by_webhook"]),
        (all.map(str::to_owned).to_vec(), &json!(false))
    );
    let placed = asked(&harness).iter().filter(|path| path.ends_with("/orders")).count();
    assert_eq!(placed, 2);
}

#[tokio::test]
async fn smoke_test_works_with_only_the_session_key() {
    let harness = Harness::start().await;
    harness.hide(&["partner_key", "peeker_key", "control_url"]);
    let document = harness.json(&["smoke", "--no-import"], 0).await;
    assert_eq!(steps(&document), ["session ok", "availability ok", "import skipped", "order ok", "status ok"]);
}

#[tokio::test]
async fn order_with_lost_response_is_waited_for() {
    let clock = ClockMode::Real { speed: 20.0 };
    let harness =
        Harness::with(StackConfig { clock, provisioning: Duration::from_secs(20), ..StackConfig::default() }).await;
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    harness.stack.sandbox.fail_next(Fault { status: Some(503), times: 2, ..Fault::on("GET", "/orders") });
    let document = harness.json(&["smoke", "--no-import"], 0).await;
    assert_eq!(steps(&document)[3], "order ok");
    assert_eq!(document["data"]["order_id"], harness.stack.sandbox.orders()[0]["id"]);
    assert_eq!(harness.stack.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn timeout_reports_that_the_order_may_succeed() {
    let harness = never_completed().await;
    let smoke = ["smoke", "--no-import", "--timeout", "1s"];
    for (hidden, words) in
        [(&[][..], "the status at Peeker is still in_progress"), (&["peeker_key"], "no webhook has reported")]
    {
        harness.hide(hidden);
        let run = harness.run(&[&["--json"], &smoke[..]].concat()).await.ended(5);
        assert_eq!(run.error_code(), "still_in_progress");
        let error = run.document()["error"].clone();
        assert!(error["message"].as_str().unwrap().contains(words), "{error}");
        assert!(error["advice"].as_str().unwrap().contains("peeker orders watch ord_"), "{error}");
    }
}

#[tokio::test]
async fn waiting_order_ends_with_exit_code_6_and_advice() {
    let harness = never_completed().await;
    let waits = async {
        let order = loop {
            if let Some(order) = harness.stack.sandbox.orders().first() {
                break order["id"].clone();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        let event = json!({"id": "evt_cli_1", "type": "order.action_required", "created_at": "2100-01-01T00:00:00Z",
                           "data": {"id": order, "status": "action_required"}});
        harness.shell.write("event.json", event.to_string());
        harness.run(&["webhook", "send", "event.json", "--sign"]).await.ended(0);
    };
    let (document, ()) = tokio::join!(harness.json(&["smoke", "--no-import"], 6), waits);
    assert_eq!(steps(&document).last().unwrap(), "status skipped");
    assert_eq!(document["data"]["steps"][4]["data"]["status"], "action_required");
}

#[tokio::test]
async fn deployment_with_a_live_key_is_refused() {
    let harness = Harness::start().await;
    for environment in ["live", "staging"] {
        let me = json!({"data": {"api_key": {"environment": environment, "permission_preset": "full"}}});
        let script = || Fault { status: Some(200), body: Some(me.to_string()), ..Fault::on("GET", "/me") };
        harness.stack.sandbox.fail_next(script());
        let document = harness.json(&["smoke"], 2).await;
        assert_eq!(
            (document["error"]["code"].as_str(), steps(&document)),
            (Some("live_key"), vec!["session failed".to_owned()])
        );
        assert_eq!(asked(&harness), Vec::<String>::new(), "{environment}");
    }
    let me = json!({"data": {"api_key": {"environment": "live", "permission_preset": "full"}}});
    harness.stack.sandbox.fail_next(Fault { status: Some(200), body: Some(me.to_string()), ..Fault::on("GET", "/me") });
    let document = harness.json(&["smoke", "--live", "--yes-spend-money"], 0).await;
    // With a live key, a domain is imported only if it is named.
    assert_eq!(steps(&document)[2], "import skipped");
}

#[tokio::test]
async fn deployment_that_is_not_ready_is_reported() {
    let harness = Harness::start().await;
    harness.stack.sandbox.fail_next(Fault { status: Some(403), times: 20, ..Fault::on("GET", "/me") });
    let document = harness.json(&["smoke"], 5).await;
    assert!(document["error"]["message"].as_str().unwrap().contains("not ready"), "{document}");
    assert!(document["error"]["advice"].as_str().unwrap().contains("/readyz"), "{document}");
}

#[tokio::test]
async fn every_step_is_printed_with_its_duration() {
    let harness = Harness::start().await;
    let run = harness.run(&["smoke"]).await.ended(0);
    let lines: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with("ok ")).collect();
    assert_eq!(lines.len(), 5, "{}", run.stdout);
    assert!(lines.iter().all(|line| line.ends_with(" s)")), "{}", run.stdout);
    assert!(run.stdout.contains("Smoke test passed"), "{}", run.stdout);
    assert_eq!(run.stderr, "");
}

#[tokio::test]
async fn missing_webhooks_point_to_the_receiver() {
    let harness = Harness::start().await;
    harness.stack.sandbox.set_webhook_secret("whsec_that_nobody_configured".to_owned());
    let run = harness.run(&["--json", "smoke", "--no-import"]).await.ended(1);
    assert_eq!(run.error_code(), "webhook_missing");
    assert!(run.stderr.contains(&format!("{}/v1/webhooks/peeker", harness.stack.api)), "{}", run.stderr);
    assert_eq!(steps(&run.document()).last().unwrap(), "status failed");
}

#[tokio::test]
async fn failed_step_shows_reason_and_request_id() {
    let harness = Harness::start().await;
    harness.stack.sandbox.fail_next(Fault {
        status: Some(503),
        code: Some("maintenance".to_owned()),
        ..Fault::on("POST", "/orders")
    });
    let run = harness.run(&["--json", "smoke", "--via", "peeker"]).await.ended(5);
    let document = run.document();
    assert_eq!(steps(&document), ["key ok", "availability ok", "import ok", "order failed"]);
    assert_eq!(document["error"]["code"], "maintenance");
    assert!(document["error"]["message"].as_str().unwrap().starts_with("order: "), "{document}");
    let id = document["error"]["request_id"].as_str().unwrap();
    assert!(id.starts_with("req_") && run.stderr.contains(id), "{}", run.stderr);
}

#[tokio::test]
async fn order_is_not_sent_without_enough_free_names() {
    let harness = Harness::start().await;
    let document = harness.json(&["smoke", "--no-import", "--domain", "taken-acme.com"], 1).await;
    assert_eq!(document["error"]["code"], "domain_not_free");
    assert_eq!(steps(&document), ["session ok", "availability failed"]);
}

#[tokio::test]
async fn key_without_order_permission_is_refused_first() {
    let harness = Harness::start().await;
    let body =
        json!({"data": {"api_key": {"environment": "test", "permission_preset": "read"}, "partner": {"name": "Acme"}}});
    harness.stack.sandbox.fail_next(Fault {
        status: Some(200),
        body: Some(body.to_string()),
        ..Fault::on("GET", "/me")
    });
    let document = harness.json(&["smoke", "--via", "peeker"], 3).await;
    assert_eq!(document["error"]["code"], "key_not_full");
    assert_eq!(steps(&document), ["key failed"]);
}

#[tokio::test]
async fn failed_order_fails_the_smoke_test() {
    let harness = Harness::start().await;
    // The sandbox fails orders for such names.
    let document = harness.json(&["smoke", "--no-import", "--domain", "fail-acme.com"], 1).await;
    assert_eq!(document["error"]["code"], "order_failed");
    assert_eq!(steps(&document).last().unwrap(), "status failed");
}

#[tokio::test]
async fn unavailable_named_domain_stops_before_ordering() {
    let harness = Harness::start().await;
    for via in ["api", "peeker"] {
        let document = harness.json(&["smoke", "--domain", "taken-x.com", "--via", via], 1).await;
        assert_eq!(document["error"]["code"], "domain_not_free", "{document}");
        let message = document["error"]["message"].as_str().unwrap();
        assert_eq!(message, "availability: Nothing was ordered: taken-x.com is taken.");
    }
    assert!(!asked(&harness).iter().any(|path| path.ends_with("/orders")));
}

#[tokio::test]
async fn malformed_name_is_refused_before_sending() {
    let harness = Harness::start().await;
    let before = harness.stack.sandbox.received().len();
    for option in ["--domain", "--import"] {
        let document = harness.json(&["smoke", option, "bad name"], 2).await;
        assert_eq!(document["error"]["code"], "domain_invalid");
        let message = format!("{option} bad name: Use only letters, digits and hyphens.");
        assert_eq!(document["error"]["message"], message);
    }
    assert_eq!(harness.stack.sandbox.received().len(), before);
}

/// A shell with an unknown key.
fn with_key(key: &str) -> Shell {
    let mut shell = Shell::empty();
    shell.set("PEEKER_KEY", key);
    shell.set("PEEKER_URL", "http://127.0.0.1:9");
    shell.set("PEEKER_LOGIN_EMAIL", "ops@acme.com");
    shell.set("PEEKER_LOGIN_PASSWORD", "hunter2");
    shell
}

#[test]
fn live_key_needs_two_confirmations() {
    let shell = with_key("pk_live_0123456789");
    for arguments in [&["smoke"][..], &["smoke", "--live"], &["smoke", "--yes-spend-money"]] {
        let run = shell.run(&[&["--json"], arguments].concat()).ended(2);
        assert_eq!(run.error_code(), "live_key", "{arguments:?}");
    }
    let run = shell.run(&["--json", "smoke", "--live", "--yes-spend-money"]).ended(5);
    assert_eq!(run.error_code(), "unreachable");
}

#[test]
fn unknown_key_kind_counts_as_live() {
    let run = with_key("key_0123456789").run(&["--json", "smoke"]).ended(2);
    assert_eq!(run.error_code(), "live_key");
}

#[test]
fn live_key_beside_a_deployment_is_refused() {
    let mut shell = with_key("pk_live_0123456789");
    shell.set("PEEKER_API", "http://127.0.0.1:9");
    shell.set("PEEKER_PARTNER_KEY", "partner_0123456789");
    assert_eq!(shell.run(&["--json", "smoke"]).ended(2).error_code(), "live_key");
}

#[tokio::test]
async fn test_key_that_upstream_reports_as_live_is_refused() {
    let harness = Harness::start().await;
    let body =
        json!({"data": {"api_key": {"environment": "live", "permission_preset": "full"}, "partner": {"name": "Acme"}}});
    harness.stack.sandbox.fail_next(Fault {
        status: Some(200),
        body: Some(body.to_string()),
        ..Fault::on("GET", "/me")
    });
    let document = harness.json(&["smoke", "--via", "peeker"], 2).await;
    assert_eq!(document["error"]["code"], "live_key");
    assert!(harness.stack.sandbox.received().iter().all(|request| request.method == "GET"));
}
