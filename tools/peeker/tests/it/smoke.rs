//! `peeker smoke` against a real stack: what it does, and whom it blames when a step fails.

use crate::bench::{Bench, Shell};
use sandbox::Fault;
use serde_json::{Value, json};

fn steps(document: &Value) -> Vec<String> {
    let place = if document.get("data").is_some() { &document["data"] } else { &document["error"]["details"] };
    let word = |step: &Value| format!("{} {}", step["step"].as_str().unwrap(), step["outcome"].as_str().unwrap());
    place["steps"].as_array().unwrap_or_else(|| panic!("{document}")).iter().map(word).collect()
}

#[tokio::test]
async fn three_calls_and_the_webhooks_bring_the_order_to_its_end() {
    let bench = Bench::start().await;
    let document = bench.json(&["smoke"], 0).await;
    assert_eq!(steps(&document), ["key ok", "availability ok", "import ok", "order ok", "status ok"]);
    let status = &document["data"]["steps"][4]["data"];
    assert_eq!(status["by_webhook"], true);
    assert_eq!(
        status["events"],
        json!(["order.in_progress", "domain.connected", "domain.connected", "order.completed"])
    );
    let order = document["data"]["order_id"].as_str().unwrap();
    let shown = bench.json(&["orders", "show", order], 0).await;
    assert_eq!(shown["data"]["status"], "completed");
    let orders = bench.stack.sandbox.orders();
    let order = serde_json::to_value(&orders[0]).unwrap();
    assert_eq!(orders.len(), 1, "{order}");
}

#[tokio::test]
async fn each_step_is_told_with_its_time() {
    let bench = Bench::start().await;
    let run = bench.run(&["smoke"]).await.ended(0);
    let lines: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with("ok ")).collect();
    assert_eq!(lines.len(), 5, "{}", run.stdout);
    assert!(lines.iter().all(|line| line.ends_with(" s)")), "{}", run.stdout);
    assert!(run.stdout.contains("All of it works"), "{}", run.stdout);
    assert_eq!(run.stderr, "");
}

#[tokio::test]
async fn without_webhooks_the_receiver_is_blamed_and_not_upstream() {
    let bench = Bench::start().await;
    bench.stack.sandbox.set_webhook_secret("whsec_that_nobody_configured".to_owned());
    let run = bench.run(&["--json", "smoke"]).await.ended(1);
    assert_eq!(run.error_code(), "webhook_missing");
    assert!(run.stderr.contains(&format!("{}/v1/webhooks/peeker", bench.stack.api)), "{}", run.stderr);
    assert_eq!(steps(&run.document()).last().unwrap(), "status failed");
}

#[tokio::test]
async fn a_step_that_fails_is_named_with_the_reason_and_the_request_id() {
    let bench = Bench::start().await;
    bench.stack.sandbox.fail_next(Fault {
        status: Some(503),
        code: Some("maintenance".to_owned()),
        ..Fault::on("POST", "/orders")
    });
    let run = bench.run(&["--json", "smoke"]).await.ended(5);
    let document = run.document();
    assert_eq!(steps(&document), ["key ok", "availability ok", "import ok", "order failed"]);
    assert_eq!(document["error"]["code"], "maintenance");
    assert!(document["error"]["message"].as_str().unwrap().starts_with("order: "), "{document}");
    let id = document["error"]["request_id"].as_str().unwrap();
    assert!(id.starts_with("req_") && run.stderr.contains(id), "{}", run.stderr);
}

#[tokio::test]
async fn an_order_without_enough_free_names_is_not_sent() {
    let bench = Bench::start().await;
    let document = bench.json(&["smoke", "--no-import", "--domain", "taken-acme.com"], 1).await;
    assert_eq!(document["error"]["code"], "domains_missing");
    assert_eq!(steps(&document), ["key ok", "availability ok", "import skipped", "order failed"]);
}

#[tokio::test]
async fn a_key_that_may_not_order_is_told_before_anything_is_done() {
    let bench = Bench::start().await;
    let body =
        json!({"data": {"api_key": {"environment": "test", "permission_preset": "read"}, "partner": {"name": "Acme"}}});
    bench.stack.sandbox.fail_next(Fault { status: Some(200), body: Some(body.to_string()), ..Fault::on("GET", "/me") });
    let document = bench.json(&["smoke"], 3).await;
    assert_eq!(document["error"]["code"], "key_not_full");
    assert_eq!(steps(&document), ["key failed"]);
}

#[tokio::test]
async fn an_order_that_fails_is_no_success() {
    let bench = Bench::start().await;
    // The sandbox fails orders for such names for good.
    let document = bench.json(&["smoke", "--no-import", "--domain", "fail-acme.com"], 1).await;
    assert_eq!(document["error"]["code"], "order_failed");
    assert_eq!(steps(&document).last().unwrap(), "status failed");
}

/// A shell with a key that was never made.
fn with_key(key: &str) -> Shell {
    let mut shell = Shell::empty();
    shell.set("PEEKER_KEY", key);
    shell.set("PEEKER_URL", "http://127.0.0.1:9");
    shell.set("PEEKER_LOGIN_EMAIL", "ops@acme.com");
    shell.set("PEEKER_LOGIN_PASSWORD", "hunter2");
    shell
}

#[test]
fn a_live_key_is_refused_unless_it_is_said_twice() {
    let shell = with_key("pk_live_0123456789");
    for arguments in [&["smoke"][..], &["smoke", "--live"], &["smoke", "--yes-spend-money"]] {
        let run = shell.run(&[&["--json"], arguments].concat()).ended(2);
        assert_eq!(run.error_code(), "live_key", "{arguments:?}");
    }
    let run = shell.run(&["--json", "smoke", "--live", "--yes-spend-money"]).ended(5);
    assert_eq!(run.error_code(), "unreachable");
}

#[test]
fn a_key_of_an_unknown_kind_counts_as_live() {
    let run = with_key("key_0123456789").run(&["--json", "smoke"]).ended(2);
    assert_eq!(run.error_code(), "live_key");
}

#[tokio::test]
async fn a_test_key_that_upstream_calls_live_is_refused_before_anything_is_done() {
    let bench = Bench::start().await;
    let body =
        json!({"data": {"api_key": {"environment": "live", "permission_preset": "full"}, "partner": {"name": "Acme"}}});
    bench.stack.sandbox.fail_next(Fault { status: Some(200), body: Some(body.to_string()), ..Fault::on("GET", "/me") });
    let document = bench.json(&["smoke"], 2).await;
    assert_eq!(document["error"]["code"], "live_key");
    assert!(bench.stack.sandbox.received().iter().all(|request| request.method == "GET"));
}
