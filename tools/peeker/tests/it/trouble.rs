//! Limits, outages and broken connections: what is sent again, and what is not.

use crate::bench::Bench;
use sandbox::Fault;

/// How often upstream was asked so.
fn asked(bench: &Bench, method: &str, path: &str) -> usize {
    let received = bench.stack.sandbox.received();
    received.iter().filter(|request| request.method == method && request.path.contains(path)).count()
}

#[tokio::test]
async fn a_rate_limit_is_waited_for_as_long_as_it_says() {
    let bench = Bench::start().await;
    let limited = |method: &str, path: &str| Fault {
        status: Some(429),
        code: Some("rate_limited".to_owned()),
        retry_after_seconds: Some(1),
        ..Fault::on(method, path)
    };
    bench.stack.sandbox.fail_next(limited("GET", "/orders"));
    bench.run(&["orders", "list", "--via", "peeker"]).await.ended(0);
    assert_eq!(asked(&bench, "GET", "/orders"), 2);
    // Nothing was done, so even what is not a look-up may be sent again.
    bench.stack.sandbox.fail_next(limited("POST", "/bundles"));
    bench.run(&["bundles", "create", "--name", "x", "--volume", "1000", "--via", "peeker"]).await.ended(0);
    assert_eq!(asked(&bench, "POST", "/bundles"), 2);
}

#[tokio::test]
async fn what_may_have_been_done_is_not_sent_again() {
    let bench = Bench::start().await;
    bench.stack.sandbox.fail_next(Fault { status: Some(503), ..Fault::on("GET", "/bundles") });
    bench.run(&["bundles", "list", "--via", "peeker"]).await.ended(0);
    bench.stack.sandbox.fail_next(Fault { status: Some(503), act: true, ..Fault::on("POST", "/bundles") });
    let create = ["bundles", "create", "--name", "Once", "--volume", "1000", "--via", "peeker"];
    bench.run(&create).await.ended(5);
    assert_eq!(asked(&bench, "POST", "/bundles"), 1);
    let listed = bench.run(&["bundles", "list", "--via", "peeker"]).await.ended(0).stdout;
    assert_eq!(listed.matches("Once").count(), 1, "{listed}");
}

#[tokio::test]
async fn a_connection_that_breaks_is_told_with_what_to_look_at() {
    let bench = Bench::start().await;
    bench.stack.sandbox.fail_next(Fault { drop: Some(sandbox::Drop::After), ..Fault::on("POST", "/bundles") });
    let create = ["bundles", "create", "--name", "Once", "--volume", "1000", "--via", "peeker"];
    let broken = bench.json(&create, 5).await;
    assert_eq!(broken["error"]["code"], "no_answer");
    assert!(broken["error"]["advice"].as_str().unwrap().contains("peeker bundles list"), "{broken}");
}
