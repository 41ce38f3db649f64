//! A request's id and trace go with every call upstream that it causes; what is no trace does not.

use crate::client::{Bench, Call};
use serde_json::json;

const W3C: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const AMAZON: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";

async fn asked_with(bench: &Bench, headers: &[(&str, &str)]) -> (String, Vec<sandbox::Received>) {
    bench.stack.sandbox.forget_received();
    let mut call = Call::post("/v1/domains/availability").bearer(&bench.session("s1"));
    for (name, value) in headers {
        call = call.header(name, value);
    }
    let reply = bench.send(call.json(&json!({"domains": ["getacme.com"]})), 200).await;
    let id = reply.headers.get("checkout-request-id").unwrap().to_str().unwrap().to_owned();
    (id, bench.stack.sandbox.received())
}

#[tokio::test]
async fn the_request_and_its_traces_are_named_upstream() {
    let bench = Bench::start().await;
    let (id, received) = asked_with(&bench, &[("traceparent", W3C), ("x-amzn-trace-id", AMAZON)]).await;
    assert!(!received.is_empty());
    for request in received {
        let of = |name: &str| request.headers.get(name).map(String::as_str);
        assert_eq!(of("checkout-request-id"), Some(id.as_str()));
        assert_eq!(of("traceparent"), Some(W3C));
        assert_eq!(of("x-amzn-trace-id"), Some(AMAZON));
    }
}

#[tokio::test]
async fn what_is_no_trace_is_not_passed_on() {
    let bench = Bench::start().await;
    let long = "a".repeat(300);
    for (name, value) in [
        ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7"),
        ("traceparent", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"),
        ("traceparent", "client@example.com"),
        ("x-amzn-trace-id", "Root=1 client@example.com"),
        ("x-amzn-trace-id", long.as_str()),
    ] {
        let (_, received) = asked_with(&bench, &[(name, value)]).await;
        assert!(received.iter().all(|request| !request.headers.contains_key(name)), "{name}: {value} was passed on");
    }
}
