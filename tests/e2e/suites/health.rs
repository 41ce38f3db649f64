//! Alive and ready are two questions, and readiness names each dependency.

use crate::client::{Bench, Call};
use sandbox::{Drop, Fault};
use serde_json::json;

#[tokio::test]
async fn a_whole_stack_is_alive_and_ready() {
    let bench = Bench::start().await;
    assert_eq!(bench.send(Call::get("/healthz"), 200).await.data(), json!({"status": "alive"}));
    let ready = bench.send(Call::get("/readyz"), 200).await.data();
    assert_eq!(ready, json!({"status": "ready", "dynamodb": "ready", "upstream": "ready", "environment": "test"}));
}

#[tokio::test]
async fn readiness_says_that_upstream_is_what_does_not_answer() {
    let bench = Bench::start().await;
    for fault in [
        Fault { drop: Some(Drop::Before), ..Fault::on("GET", "/me") },
        Fault { status: Some(503), ..Fault::on("GET", "/me") },
        Fault { status: Some(403), ..Fault::on("GET", "/me") },
    ] {
        bench.stack.sandbox.clear_faults();
        // More often than any client would try again by itself.
        bench.stack.sandbox.fail_next(Fault { times: 10, ..fault });
        let told = bench.send(Call::get("/readyz"), 503).await.data();
        assert_eq!(told, json!({"status": "unreachable", "dynamodb": "ready", "upstream": "unreachable"}));
        bench.send(Call::get("/healthz"), 200).await;
    }
    bench.stack.sandbox.clear_faults();
    bench.send(Call::get("/readyz"), 200).await;
}
