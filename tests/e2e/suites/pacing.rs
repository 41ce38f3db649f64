//! Rate of upstream calls: within the key's limit, paused when upstream asks for it, and no unsafe call repeated.

use crate::client::{Call, FOUR, Harness, draft};
use e2e::StackConfig;
use sandbox::{Drop, Fault};
use serde_json::json;

const PATH: &str = "/domains/availability";

#[tokio::test]
async fn after_a_429_no_call_is_sent_until_retry_after() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.stack.sandbox.fail_next(Fault {
        status: Some(429),
        retry_after_seconds: Some(30),
        ..Fault::on("POST", PATH)
    });
    let refused = harness.ask(&token, &["getacme.com"], 429).await;
    assert_eq!((refused.code().as_str(), refused.header("retry-after")), ("upstream_busy", Some("30")));
    harness.stack.sandbox.forget_received();
    for (seconds, what) in [(0, "immediately"), (29, "a second early")] {
        harness.advance(seconds).await;
        let refused = harness.ask(&token, &["getacme.com"], 429).await;
        assert_eq!(refused.code(), "upstream_busy", "{what}");
        assert!(
            refused.error()["details"]["retry_after_seconds"].as_u64().is_some_and(|left| (1..=31).contains(&left))
        );
        assert_eq!(harness.place(&token, &draft(&FOUR), 429).await.code(), "upstream_busy", "{what}");
    }
    assert!(harness.stack.sandbox.received().is_empty(), "upstream was asked while it wanted silence");
    // The requested pause, and up to a second of jitter.
    harness.advance(2).await;
    harness.ask(&token, &["getacme.com"], 200).await;
    harness.place(&token, &draft(&FOUR), 201).await;
}

#[tokio::test]
async fn rate_limited_import_job_pauses_every_call() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.stack.sandbox.fail_next(Fault {
        status: Some(429),
        retry_after_seconds: Some(30),
        ..Fault::on("POST", "/domains/import/jobs")
    });
    let names: Vec<String> = (0..26).map(|index| format!("owned-{index}.com")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(harness.start_import(&token, &names, 429).await.code(), "upstream_busy");
    harness.stack.sandbox.forget_received();
    assert_eq!(harness.ask(&token, &["getacme.com"], 429).await.code(), "upstream_busy");
    assert!(harness.stack.sandbox.received().is_empty(), "upstream was asked before the wait was over");
}

#[tokio::test]
async fn short_retry_after_is_waited_out_within_the_request() {
    let harness =
        Harness::with(StackConfig { clock: sandbox::ClockMode::Real { speed: 1.0 }, ..StackConfig::default() }).await;
    let token = harness.session("ses_1");
    harness.stack.sandbox.fail_next(Fault {
        status: Some(429),
        retry_after_seconds: Some(0),
        ..Fault::on("POST", PATH)
    });
    let reply = harness
        .exchange(Call::post("/v1/domains/availability").bearer(&token).json(&json!({"domains": ["getacme.com"]})))
        .await;
    // The jitter is random: either the pause was over, or it is reported.
    assert!(reply.status == 200 || reply.code() == "upstream_busy", "{}", reply.text);
}

#[tokio::test]
async fn functions_stay_below_the_rate_and_reserve_orders() {
    let harness = Harness::with(StackConfig { calls_per_minute: Some(90), ..StackConfig::paused() }).await;
    let token = harness.session("ses_1");
    harness.show_session(&token).await;
    // Half of the minute is reserved for orders; of the other half a tenth may be used immediately, and the plan took
    // one call.
    let mut asked = 0;
    while harness
        .exchange(Call::post("/v1/domains/availability").bearer(&token).json(&json!({"domains": ["getacme.com"]})))
        .await
        .status
        == 200
    {
        asked += 1;
    }
    assert_eq!(asked, 3);
    let refused = harness.ask(&token, &["getacme.com"], 429).await;
    assert_eq!(refused.code(), "upstream_busy");
    assert_eq!(harness.stack.sandbox.received().len(), 4);
    harness.advance(60).await;
    harness.ask(&token, &["getacme.com"], 200).await;
}

#[tokio::test]
async fn unsafe_requests_are_sent_once() {
    let harness = Harness::start().await;
    let id =
        harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::Before), ..Fault::on("POST", "/orders") });
    harness.stack.sandbox.forget_received();
    let path = format!("/v1/orders/{id}/cancel");
    assert_eq!(
        harness.as_partner("POST", &path, Some(&json!({"whole": true})), 502).await.code(),
        "upstream_unavailable"
    );
    assert_eq!(harness.upstream_calls("POST").len(), 1);
}

#[tokio::test]
async fn every_upstream_error_carries_its_request_id() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    for (status, expected) in [(400, 502), (403, 502), (404, 502), (429, 429), (500, 502)] {
        harness.stack.sandbox.fail_next(Fault { status: Some(status), times: 2, ..Fault::on("POST", PATH) });
        let reply = harness.ask(&token, &["getacme.com"], expected).await;
        let id = reply.error()["details"]["upstream_request_id"].as_str().unwrap_or_default().to_owned();
        assert!(id.starts_with("req_"), "{status}: {}", reply.text);
        harness.stack.sandbox.clear_faults();
        harness.advance(10).await;
    }
}
