//! Rate limits, outages and broken connections: which requests are repeated.

use crate::harness::Harness;
use sandbox::Fault;

/// Number of such requests to upstream.
fn asked(harness: &Harness, method: &str, path: &str) -> usize {
    let received = harness.stack.sandbox.received();
    received.iter().filter(|request| request.method == method && request.path.contains(path)).count()
}

#[tokio::test]
async fn rate_limit_is_waited_out() {
    let harness = Harness::start().await;
    let limited = |method: &str, path: &str| Fault {
        status: Some(429),
        code: Some("rate_limited".to_owned()),
        retry_after_seconds: Some(1),
        ..Fault::on(method, path)
    };
    harness.stack.sandbox.fail_next(limited("GET", "/orders"));
    harness.run(&["orders", "list", "--via", "peeker"]).await.ended(0);
    assert_eq!(asked(&harness, "GET", "/orders"), 2);
    // The call was not executed, so even a write may be repeated.
    harness.stack.sandbox.fail_next(limited("POST", "/bundles"));
    harness.run(&["bundles", "create", "--name", "x", "--volume", "1000", "--via", "peeker"]).await.ended(0);
    assert_eq!(asked(&harness, "POST", "/bundles"), 2);
}

#[tokio::test]
async fn request_that_may_have_succeeded_is_not_resent() {
    let harness = Harness::start().await;
    harness.stack.sandbox.fail_next(Fault { status: Some(503), ..Fault::on("GET", "/bundles") });
    harness.run(&["bundles", "list", "--via", "peeker"]).await.ended(0);
    harness.stack.sandbox.fail_next(Fault { status: Some(503), act: true, ..Fault::on("POST", "/bundles") });
    let create = ["bundles", "create", "--name", "Once", "--volume", "1000", "--via", "peeker"];
    harness.run(&create).await.ended(5);
    assert_eq!(asked(&harness, "POST", "/bundles"), 1);
    let listed = harness.run(&["bundles", "list", "--via", "peeker"]).await.ended(0).stdout;
    assert_eq!(listed.matches("Once").count(), 1, "{listed}");
}

#[tokio::test]
async fn broken_connection_is_reported_with_advice() {
    let harness = Harness::start().await;
    harness.stack.sandbox.fail_next(Fault { drop: Some(sandbox::Drop::After), ..Fault::on("POST", "/bundles") });
    let create = ["bundles", "create", "--name", "Once", "--volume", "1000", "--via", "peeker"];
    let broken = harness.json(&create, 5).await;
    assert_eq!(broken["error"]["code"], "no_answer");
    assert!(broken["error"]["advice"].as_str().unwrap().contains("peeker bundles list"), "{broken}");
}
