//! Request id and trace headers are passed to upstream calls; invalid ones are not.

use crate::client::{Call, Harness};
use serde_json::json;

const W3C: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const AMAZON: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";

async fn asked_with(harness: &Harness, headers: &[(&str, &str)]) -> (String, Vec<sandbox::Received>) {
    harness.stack.sandbox.forget_received();
    let mut call = Call::post("/v1/domains/availability").bearer(&harness.session("s1"));
    for (name, value) in headers {
        call = call.header(name, value);
    }
    let reply = harness.send(call.json(&json!({"domains": ["getacme.com"]})), 200).await;
    let id = reply.headers.get("checkout-request-id").unwrap().to_str().unwrap().to_owned();
    (id, harness.stack.sandbox.received())
}

#[tokio::test]
async fn request_id_and_trace_headers_are_passed_upstream() {
    let harness = Harness::start().await;
    let (id, received) = asked_with(&harness, &[("traceparent", W3C), ("x-amzn-trace-id", AMAZON)]).await;
    assert!(!received.is_empty());
    for request in received {
        let of = |name: &str| request.headers.get(name).map(String::as_str);
        assert_eq!(of("checkout-request-id"), Some(id.as_str()));
        assert_eq!(of("traceparent"), Some(W3C));
        assert_eq!(of("x-amzn-trace-id"), Some(AMAZON));
    }
}

#[tokio::test]
async fn invalid_trace_header_is_not_passed_on() {
    let harness = Harness::start().await;
    let long = "a".repeat(300);
    for (name, value) in [
        ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7"),
        ("traceparent", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"),
        ("traceparent", "client@example.com"),
        ("x-amzn-trace-id", "Root=1 client@example.com"),
        ("x-amzn-trace-id", long.as_str()),
    ] {
        let (_, received) = asked_with(&harness, &[(name, value)]).await;
        assert!(received.iter().all(|request| !request.headers.contains_key(name)), "{name}: {value} was passed on");
    }
}
