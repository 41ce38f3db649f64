//! How fast upstream is asked: within the key's rate, silent when it asks for silence, and never twice what is not safe.

use crate::client::{Bench, Call, FOUR, draft};
use e2e::StackConfig;
use sandbox::{Drop, Fault};
use serde_json::json;

const PATH: &str = "/domains/availability";

#[tokio::test]
async fn after_a_429_nothing_goes_out_until_the_wait_is_over() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.stack.sandbox.fail_next(Fault {
        status: Some(429),
        retry_after_seconds: Some(30),
        ..Fault::on("POST", PATH)
    });
    let refused = bench.ask(&token, &["getacme.com"], 429).await;
    assert_eq!((refused.code().as_str(), refused.header("retry-after")), ("upstream_busy", Some("30")));
    bench.stack.sandbox.forget_received();
    for (seconds, what) in [(0, "at once"), (29, "a second early")] {
        bench.advance(seconds).await;
        let refused = bench.ask(&token, &["getacme.com"], 429).await;
        assert_eq!(refused.code(), "upstream_busy", "{what}");
        assert!(
            refused.error()["details"]["retry_after_seconds"].as_u64().is_some_and(|left| (1..=31).contains(&left))
        );
        assert_eq!(bench.place(&token, &draft(&FOUR), 429).await.code(), "upstream_busy", "{what}");
    }
    assert!(bench.stack.sandbox.received().is_empty(), "upstream was asked while it wanted silence");
    // The wait, and up to a second on top.
    bench.advance(2).await;
    bench.ask(&token, &["getacme.com"], 200).await;
    bench.place(&token, &draft(&FOUR), 201).await;
}

#[tokio::test]
async fn a_429_to_an_import_job_is_one_of_the_key() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.stack.sandbox.fail_next(Fault {
        status: Some(429),
        retry_after_seconds: Some(30),
        ..Fault::on("POST", "/domains/import/jobs")
    });
    let names: Vec<String> = (0..26).map(|index| format!("owned-{index}.com")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(bench.bring(&token, &names, 429).await.code(), "upstream_busy");
    bench.stack.sandbox.forget_received();
    assert_eq!(bench.ask(&token, &["getacme.com"], 429).await.code(), "upstream_busy");
    assert!(bench.stack.sandbox.received().is_empty(), "upstream was asked before the wait was over");
}

#[tokio::test]
async fn a_short_wait_is_waited_for_and_the_customer_sees_nothing_of_it() {
    let bench =
        Bench::with(StackConfig { clock: sandbox::ClockMode::Real { speed: 1.0 }, ..StackConfig::default() }).await;
    let token = bench.session("ses_1");
    bench.stack.sandbox.fail_next(Fault { status: Some(429), retry_after_seconds: Some(0), ..Fault::on("POST", PATH) });
    let reply = bench
        .exchange(Call::post("/v1/domains/availability").bearer(&token).json(&json!({"domains": ["getacme.com"]})))
        .await;
    // The jitter is random: either the silence was over, or it is told.
    assert!(reply.status == 200 || reply.code() == "upstream_busy", "{}", reply.text);
}

#[tokio::test]
async fn the_functions_keep_below_the_rate_by_themselves_and_leave_some_of_it_for_orders() {
    let bench = Bench::with(StackConfig { calls_per_minute: Some(90), ..StackConfig::paused() }).await;
    let token = bench.session("ses_1");
    bench.show_session(&token).await;
    // Half of the minute is for orders; of the other half a tenth may go at once: one went to the plan.
    let mut asked = 0;
    while bench
        .exchange(Call::post("/v1/domains/availability").bearer(&token).json(&json!({"domains": ["getacme.com"]})))
        .await
        .status
        == 200
    {
        asked += 1;
    }
    assert_eq!(asked, 3);
    let refused = bench.ask(&token, &["getacme.com"], 429).await;
    assert_eq!(refused.code(), "upstream_busy");
    assert_eq!(bench.stack.sandbox.received().len(), 4);
    bench.advance(60).await;
    bench.ask(&token, &["getacme.com"], 200).await;
}

#[tokio::test]
async fn what_is_not_safe_to_repeat_is_sent_once() {
    let bench = Bench::start().await;
    let id = bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::Before), ..Fault::on("POST", "/orders") });
    bench.stack.sandbox.forget_received();
    let path = format!("/v1/orders/{id}/cancel");
    assert_eq!(
        bench.as_partner("POST", &path, Some(&json!({"whole": true})), 502).await.code(),
        "upstream_unavailable"
    );
    assert_eq!(bench.upstream_calls("POST").len(), 1);
}

#[tokio::test]
async fn every_refusal_of_upstreams_names_its_request() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    for (status, told) in [(400, 502), (403, 502), (404, 502), (429, 429), (500, 502)] {
        bench.stack.sandbox.fail_next(Fault { status: Some(status), times: 2, ..Fault::on("POST", PATH) });
        let reply = bench.ask(&token, &["getacme.com"], told).await;
        let id = reply.error()["details"]["upstream_request_id"].as_str().unwrap_or_default().to_owned();
        assert!(id.starts_with("req_"), "{status}: {}", reply.text);
        bench.stack.sandbox.clear_faults();
        bench.advance(10).await;
    }
}
