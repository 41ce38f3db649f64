//! Alive and ready are two questions, and readiness names each dependency.

use crate::client::{Bench, Call};
use sandbox::{Drop, Fault};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_whole_stack_is_alive_and_ready() {
    let bench = Bench::start().await;
    assert_eq!(bench.send(Call::get("/healthz"), 200).await.data(), json!({"status": "alive"}));
    let ready = bench.send(Call::get("/readyz"), 200).await.data();
    assert_eq!(ready, json!({"status": "ready", "dynamodb": "ready", "upstream": "ready", "environment": "test"}));
}

#[tokio::test]
async fn readiness_says_that_upstream_is_what_does_not_answer() {
    for fault in [
        Fault { drop: Some(Drop::Before), ..Fault::on("GET", "/me") },
        Fault { status: Some(503), ..Fault::on("GET", "/me") },
        Fault { status: Some(403), ..Fault::on("GET", "/me") },
    ] {
        let bench = Bench::start().await;
        // More often than any client would try again by itself.
        bench.stack.sandbox.fail_next(Fault { times: 10, ..fault });
        let told = bench.send(Call::get("/readyz"), 503).await.data();
        assert_eq!(told, json!({"status": "unreachable", "dynamodb": "ready", "upstream": "unreachable"}));
        bench.send(Call::get("/healthz"), 200).await;
    }
}

/// Calls of upstream's that only a readiness check makes.
fn checks(bench: &Bench) -> usize {
    bench.stack.sandbox.received().iter().filter(|request| request.path.ends_with("/me")).count()
}

#[tokio::test]
async fn one_answer_of_readiness_is_kept_for_thirty_seconds() {
    let bench = Bench::start().await;
    let ask = || bench.send(Call::get("/readyz"), 200);
    futures::future::join_all((0..200).map(|_| ask())).await;
    assert_eq!(checks(&bench), 1);
    bench.stack.sandbox.advance(Duration::from_secs(29)).await;
    ask().await;
    assert_eq!(checks(&bench), 1);
    bench.stack.sandbox.advance(Duration::from_secs(1)).await;
    futures::future::join_all((0..200).map(|_| ask())).await;
    assert_eq!(checks(&bench), 2);
    // What cannot be reached is kept just as long.
    bench.stack.sandbox.advance(Duration::from_secs(30)).await;
    bench.stack.sandbox.fail_next(Fault { times: 1, status: Some(403), ..Fault::on("GET", "/me") });
    bench.send(Call::get("/readyz"), 503).await;
    bench.send(Call::get("/readyz"), 503).await;
    assert_eq!(checks(&bench), 3);
    bench.stack.sandbox.advance(Duration::from_secs(30)).await;
    ask().await;
}
