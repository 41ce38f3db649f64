//! Liveness and readiness: readiness reports each dependency.

use crate::client::{Call, Harness};
use sandbox::{Drop, Fault};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn complete_stack_is_live_and_ready() {
    let harness = Harness::start().await;
    assert_eq!(harness.send(Call::get("/healthz"), 200).await.data(), json!({"status": "alive"}));
    let ready = harness.send(Call::get("/readyz"), 200).await.data();
    assert_eq!(ready, json!({"status": "ready", "dynamodb": "ready", "upstream": "ready", "environment": "test"}));
}

#[tokio::test]
async fn readiness_names_upstream_as_unreachable() {
    for fault in [
        Fault { drop: Some(Drop::Before), ..Fault::on("GET", "/me") },
        Fault { status: Some(503), ..Fault::on("GET", "/me") },
        Fault { status: Some(403), ..Fault::on("GET", "/me") },
    ] {
        let harness = Harness::start().await;
        // More often than any client would retry.
        harness.stack.sandbox.fail_next(Fault { times: 10, ..fault });
        let report = harness.send(Call::get("/readyz"), 503).await.data();
        assert_eq!(report, json!({"status": "unreachable", "dynamodb": "ready", "upstream": "unreachable"}));
        harness.send(Call::get("/healthz"), 200).await;
    }
}

/// Number of upstream calls that only the readiness check makes.
fn checks(harness: &Harness) -> usize {
    harness.stack.sandbox.received().iter().filter(|request| request.path.ends_with("/me")).count()
}

#[tokio::test]
async fn readiness_is_cached_for_30_seconds() {
    let harness = Harness::start().await;
    let ask = || harness.send(Call::get("/readyz"), 200);
    futures::future::join_all((0..200).map(|_| ask())).await;
    assert_eq!(checks(&harness), 1);
    harness.stack.sandbox.advance(Duration::from_secs(29)).await;
    ask().await;
    assert_eq!(checks(&harness), 1);
    harness.stack.sandbox.advance(Duration::from_secs(1)).await;
    futures::future::join_all((0..200).map(|_| ask())).await;
    assert_eq!(checks(&harness), 2);
    // A failure is cached for the same time.
    harness.stack.sandbox.advance(Duration::from_secs(30)).await;
    harness.stack.sandbox.fail_next(Fault { times: 1, status: Some(403), ..Fault::on("GET", "/me") });
    harness.send(Call::get("/readyz"), 503).await;
    harness.send(Call::get("/readyz"), 503).await;
    assert_eq!(checks(&harness), 3);
    harness.stack.sandbox.advance(Duration::from_secs(30)).await;
    ask().await;
}
