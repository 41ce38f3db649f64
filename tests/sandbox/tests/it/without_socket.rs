//! Running the sandbox in the same process, as simulations do.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use sandbox::{Drop, Fault, Sandbox, SandboxConfig};
use serde_json::Value;

use crate::harness::{KEY, order};

fn request(method: &str, path: &str, body: &str) -> Request<Bytes> {
    Request::builder()
        .method(method)
        .uri(format!("/partner/v1{path}"))
        .header("authorization", format!("Bearer {KEY}"))
        .body(Bytes::from(body.to_owned()))
        .unwrap()
}

#[tokio::test]
async fn requests_and_webhooks_work_without_a_socket() {
    let sandbox = Sandbox::without_socket(&SandboxConfig::for_tests()).unwrap();
    let arrived = Arc::new(Mutex::new(Vec::new()));
    let kept = arrived.clone();
    sandbox.set_deliverer(Arc::new(move |request: Request<Bytes>| {
        let id = request.headers()["peeker-event-id"].to_str().unwrap().to_owned();
        let mut kept = kept.lock().unwrap();
        kept.push(id);
        // The first attempt gets no response.
        let answer = (kept.len() > 1).then_some(200);
        Box::pin(std::future::ready(answer))
    }));
    let body = order(&["acme-mail.com"], 1).to_string();
    let response = sandbox.handle(request("POST", "/orders", &body)).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.headers().contains_key("peeker-request-id"));
    sandbox.advance(Duration::from_secs(120)).await;
    assert_eq!(arrived.lock().unwrap().len(), 4);
    let list = sandbox.handle(request("GET", "/orders", "")).await.unwrap();
    let list: Value = serde_json::from_slice(list.body()).unwrap();
    assert_eq!(list["data"][0]["status"], "completed");
    assert_eq!(list["meta"]["path"], "http://sandbox.invalid/partner/v1/orders");

    sandbox.fail_next(Fault { drop: Some(Drop::Before), ..Fault::default() });
    assert!(sandbox.handle(request("GET", "/me", "")).await.is_none());
}

#[tokio::test]
async fn stored_records_are_bounded() {
    const ORDERS: usize = 2_000;
    let config =
        SandboxConfig { rate_limit_per_minute: 0, received_limit: 10, events_limit: 50, ..SandboxConfig::for_tests() };
    let sandbox = Sandbox::without_socket(&config).unwrap();
    sandbox.set_deliverer(Arc::new(|_| Box::pin(std::future::ready(Some(204)))));
    for n in 0..ORDERS {
        let mut body = order(&[format!("acme-mail-{n}.com").as_str()], 1);
        body["user"] = format!("client-{n}@example.com").into();
        let response = sandbox.handle(request("POST", "/orders", &body.to_string())).await.unwrap();
        assert_eq!(response.status(), 200);
    }
    sandbox.advance(Duration::from_secs(6)).await;
    assert_eq!(sandbox.orders().len(), ORDERS);
    assert_eq!(sandbox.received().len(), 10);
    assert!(sandbox.events().len() <= ORDERS);
    let last = sandbox.handle(request("GET", "/orders?user_email=client-7%40example.com", "")).await.unwrap();
    let last: Value = serde_json::from_slice(last.body()).unwrap();
    assert_eq!(last["data"][0]["status"], "completed");
}
