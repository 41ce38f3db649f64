//! Many at once: one session places one order, however many ask for it.

use crate::client::{Bench, CUSTOMER, Call, FOUR, draft};
use futures::StreamExt;
use serde_json::Value;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_simultaneous_orders_of_one_session_are_one_order() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let call = Call::post("/v1/orders").bearer(&token).json(&draft(&FOUR));
    let calls = (0..200).map(|_| bench.exchange(call.clone()));
    let replies: Vec<_> = futures::stream::iter(calls).buffer_unordered(200).collect().await;
    let mut receipts: BTreeSet<String> = BTreeSet::new();
    for reply in &replies {
        match reply.status {
            201 => drop(receipts.insert(reply.data().to_string())),
            202 => assert_eq!(reply.data()["status"], "placing"),
            status => panic!("{status}: {}", reply.text),
        }
    }
    assert_eq!(receipts.len(), 1, "all receipts are the same: {receipts:?}");
    assert_eq!(bench.stack.sandbox.orders_of(CUSTOMER), 1);
    assert_eq!(bench.orders_sent(), 1);
    let receipt: Value = serde_json::from_str(receipts.first().unwrap()).unwrap();
    assert_eq!(bench.show_session(&token).await["order"]["id"], receipt["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_budget_holds_when_many_ask_at_once() {
    let bench = Bench::with(e2e::StackConfig { session_calls: 10, ..e2e::StackConfig::paused() }).await;
    let token = bench.session("ses_1");
    let body = serde_json::json!({"domains": ["getacme.com"]});
    let call = Call::post("/v1/domains/availability").bearer(&token).json(&body);
    let calls = (0..40).map(|_| bench.exchange(call.clone()));
    let replies: Vec<_> = futures::stream::iter(calls).buffer_unordered(40).collect().await;
    let with = |status: u16| replies.iter().filter(|reply| reply.status == status).count();
    assert_eq!((with(200), with(429)), (10, 30));
    assert_eq!(bench.stack.sandbox.received().len(), 10);
}
