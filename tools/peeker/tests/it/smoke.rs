//! `peeker smoke` against a real stack: what it does, and whom it blames when a step fails.

use crate::bench::{Bench, Shell};
use e2e::StackConfig;
use sandbox::{ClockMode, Drop, Fault};
use serde_json::{Value, json};
use shared::ids::SessionId;
use std::time::Duration;

/// What the sandbox was asked to do, by path.
fn asked(bench: &Bench) -> Vec<String> {
    let received = bench.stack.sandbox.received();
    received.iter().filter(|call| call.method == "POST").map(|call| call.path.clone()).collect()
}

/// Longer than any test.
const NEVER: Duration = Duration::from_secs(24 * 60 * 60);

async fn never_completed() -> Bench {
    Bench::with(StackConfig { provisioning: NEVER, ..StackConfig::default() }).await
}

fn steps(document: &Value) -> Vec<String> {
    let place = if document.get("data").is_some() { &document["data"] } else { &document["error"]["details"] };
    let word = |step: &Value| format!("{} {}", step["step"].as_str().unwrap(), step["outcome"].as_str().unwrap());
    place["steps"].as_array().unwrap_or_else(|| panic!("{document}")).iter().map(word).collect()
}

#[tokio::test]
async fn three_calls_and_the_webhooks_bring_the_order_to_its_end() {
    let bench = Bench::start().await;
    let document = bench.json(&["smoke"], 0).await;
    assert_eq!(steps(&document), ["session ok", "availability ok", "import ok", "order ok", "status ok"]);
    let session = document["data"]["steps"][0]["data"]["id"].as_str().and_then(SessionId::parse).unwrap();
    let placement = bench.stack.store.placement(&session).await.unwrap().unwrap();
    assert_eq!(placement.phase.as_str(), "placed", "the order did not go through the functions");
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
async fn peeker_itself_is_asked_when_that_is_said_or_nothing_is_deployed() {
    let bench = Bench::start().await;
    let all = ["key ok", "availability ok", "import ok", "order ok", "status ok"];
    let said = bench.json(&["smoke", "--via", "peeker"], 0).await;
    assert_eq!(
        (steps(&said), &said["data"]["steps"][4]["data"]["by_webhook"]),
        (all.map(str::to_owned).to_vec(), &json!(true))
    );
    bench.hide(&["api", "partner_key", "session_key"]);
    let alone = bench.json(&["smoke"], 0).await;
    assert_eq!(
        (steps(&alone), &alone["data"]["steps"][4]["data"]["by_webhook"]),
        (all.map(str::to_owned).to_vec(), &json!(false))
    );
    let placed = asked(&bench).iter().filter(|path| path.ends_with("/orders")).count();
    assert_eq!(placed, 2);
}

#[tokio::test]
async fn the_session_key_does_where_there_is_no_partner_key_and_no_peeker_key() {
    let bench = Bench::start().await;
    bench.hide(&["partner_key", "peeker_key", "control_url"]);
    let document = bench.json(&["smoke", "--no-import"], 0).await;
    assert_eq!(steps(&document), ["session ok", "availability ok", "import skipped", "order ok", "status ok"]);
}

#[tokio::test]
async fn an_order_whose_answer_is_lost_is_waited_for() {
    let clock = ClockMode::Real { speed: 20.0 };
    let bench =
        Bench::with(StackConfig { clock, provisioning: Duration::from_secs(20), ..StackConfig::default() }).await;
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    bench.stack.sandbox.fail_next(Fault { status: Some(503), times: 2, ..Fault::on("GET", "/orders") });
    let document = bench.json(&["smoke", "--no-import"], 0).await;
    assert_eq!(steps(&document)[3], "order ok");
    assert_eq!(document["data"]["order_id"], bench.stack.sandbox.orders()[0]["id"]);
    assert_eq!(bench.stack.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn when_the_time_is_over_it_may_still_succeed() {
    let bench = never_completed().await;
    let smoke = ["smoke", "--no-import", "--timeout", "1s"];
    for (hidden, words) in [(&[][..], "Peeker still says in_progress"), (&["peeker_key"], "no webhook has said")] {
        bench.hide(hidden);
        let run = bench.run(&[&["--json"], &smoke[..]].concat()).await.ended(5);
        assert_eq!(run.error_code(), "still_in_progress");
        let told = run.document()["error"].clone();
        assert!(told["message"].as_str().unwrap().contains(words), "{told}");
        assert!(told["advice"].as_str().unwrap().contains("peeker orders watch ord_"), "{told}");
    }
}

#[tokio::test]
async fn an_order_that_waits_for_somebody_ends_with_6_and_says_what_to_do() {
    let bench = never_completed().await;
    let waits = async {
        let order = loop {
            if let Some(order) = bench.stack.sandbox.orders().first() {
                break order["id"].clone();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        let event = json!({"id": "evt_cli_1", "type": "order.action_required", "created_at": "2100-01-01T00:00:00Z",
                           "data": {"id": order, "status": "action_required"}});
        bench.shell.write("event.json", event.to_string());
        bench.run(&["webhook", "send", "event.json", "--sign"]).await.ended(0);
    };
    let (document, ()) = tokio::join!(bench.json(&["smoke", "--no-import"], 6), waits);
    assert_eq!(steps(&document).last().unwrap(), "status skipped");
    assert_eq!(document["data"]["steps"][4]["data"]["status"], "action_required");
}

#[tokio::test]
async fn a_deployment_with_a_live_key_is_refused_before_anything_is_ordered() {
    let bench = Bench::start().await;
    for environment in ["live", "staging"] {
        let me = json!({"data": {"api_key": {"environment": environment, "permission_preset": "full"}}});
        let script = || Fault { status: Some(200), body: Some(me.to_string()), ..Fault::on("GET", "/me") };
        bench.stack.sandbox.fail_next(script());
        let document = bench.json(&["smoke"], 2).await;
        assert_eq!(
            (document["error"]["code"].as_str(), steps(&document)),
            (Some("live_key"), vec!["session failed".to_owned()])
        );
        assert_eq!(asked(&bench), Vec::<String>::new(), "{environment}");
    }
    let me = json!({"data": {"api_key": {"environment": "live", "permission_preset": "full"}}});
    bench.stack.sandbox.fail_next(Fault { status: Some(200), body: Some(me.to_string()), ..Fault::on("GET", "/me") });
    let document = bench.json(&["smoke", "--live", "--yes-spend-money"], 0).await;
    // Nobody's domain is imported with a live key unless it is named.
    assert_eq!(steps(&document)[2], "import skipped");
}

#[tokio::test]
async fn a_deployment_that_is_not_ready_says_so() {
    let bench = Bench::start().await;
    bench.stack.sandbox.fail_next(Fault { status: Some(403), times: 20, ..Fault::on("GET", "/me") });
    let document = bench.json(&["smoke"], 5).await;
    assert!(document["error"]["message"].as_str().unwrap().contains("not ready"), "{document}");
    assert!(document["error"]["advice"].as_str().unwrap().contains("/readyz"), "{document}");
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
    let run = bench.run(&["--json", "smoke", "--no-import"]).await.ended(1);
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
    let run = bench.run(&["--json", "smoke", "--via", "peeker"]).await.ended(5);
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
    assert_eq!(document["error"]["code"], "domain_not_free");
    assert_eq!(steps(&document), ["session ok", "availability failed"]);
}

#[tokio::test]
async fn a_key_that_may_not_order_is_told_before_anything_is_done() {
    let bench = Bench::start().await;
    let body =
        json!({"data": {"api_key": {"environment": "test", "permission_preset": "read"}, "partner": {"name": "Acme"}}});
    bench.stack.sandbox.fail_next(Fault { status: Some(200), body: Some(body.to_string()), ..Fault::on("GET", "/me") });
    let document = bench.json(&["smoke", "--via", "peeker"], 3).await;
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

#[tokio::test]
async fn a_domain_that_is_named_and_not_free_ends_the_run_before_anything_is_ordered() {
    let bench = Bench::start().await;
    for via in ["api", "peeker"] {
        let document = bench.json(&["smoke", "--domain", "taken-x.com", "--via", via], 1).await;
        assert_eq!(document["error"]["code"], "domain_not_free", "{document}");
        let message = document["error"]["message"].as_str().unwrap();
        assert_eq!(message, "availability: Nothing was ordered: taken-x.com is taken.");
    }
    assert!(!asked(&bench).iter().any(|path| path.ends_with("/orders")));
}

#[tokio::test]
async fn a_malformed_name_is_refused_before_anything_is_sent() {
    let bench = Bench::start().await;
    let before = bench.stack.sandbox.received().len();
    for option in ["--domain", "--import"] {
        let document = bench.json(&["smoke", option, "bad name"], 2).await;
        assert_eq!(document["error"]["code"], "domain_invalid");
        let message = format!("{option} bad name: Use only letters, digits and hyphens.");
        assert_eq!(document["error"]["message"], message);
    }
    assert_eq!(bench.stack.sandbox.received().len(), before);
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

#[test]
fn a_live_key_that_is_set_beside_a_deployment_is_refused_too() {
    let mut shell = with_key("pk_live_0123456789");
    shell.set("PEEKER_API", "http://127.0.0.1:9");
    shell.set("PEEKER_PARTNER_KEY", "partner_0123456789");
    assert_eq!(shell.run(&["--json", "smoke"]).ended(2).error_code(), "live_key");
}

#[tokio::test]
async fn a_test_key_that_upstream_calls_live_is_refused_before_anything_is_done() {
    let bench = Bench::start().await;
    let body =
        json!({"data": {"api_key": {"environment": "live", "permission_preset": "full"}, "partner": {"name": "Acme"}}});
    bench.stack.sandbox.fail_next(Fault { status: Some(200), body: Some(body.to_string()), ..Fault::on("GET", "/me") });
    let document = bench.json(&["smoke", "--via", "peeker"], 2).await;
    assert_eq!(document["error"]["code"], "live_key");
    assert!(bench.stack.sandbox.received().iter().all(|request| request.method == "GET"));
}
