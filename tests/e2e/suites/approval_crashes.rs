//! A function that dies between two steps of an approved order: nothing is asked or paid twice, and each approval ends.

use crate::approval_backend::{
    Backend, Says, assert_nothing_ordered, by_call, by_token, claims, order, quote, reconcile_after, states, words,
};
use crate::client::{CUSTOMER, Harness};
use crate::instances::Instance;
use functions::model::approval::State;
use functions::placement::{Phase, Placement};
use sandbox::{Drop, Fault};
use serde_json::Value;
use shared::ids::SessionId;
use std::time::Duration;

/// Seconds after which every lease of a placement has ended.
const LEASES: u64 = 61;

/// Sends the order to another instance, and kills it once `has_come` says that it got there.
async fn dies_when(harness: &Harness, token: &str, body: &Value, has_come: impl AsyncFn() -> bool) {
    let instance = Instance::of(harness).await;
    let request = instance.post("/v1/orders", token, body);
    tokio::select! {
        answer = request => panic!("it answered: {answer:?}"),
        () = async { while !has_come().await { tokio::time::sleep(Duration::from_millis(5)).await; } } => {}
    }
}

async fn placement(harness: &Harness) -> Option<Placement> {
    harness.stack.store.placement(&SessionId::parse("ses_1").unwrap()).await.unwrap()
}

async fn phase(harness: &Harness) -> Option<&'static str> {
    placement(harness).await.map(|placement| placement.phase.as_str())
}

/// Upstream does not answer the next look at names, so that the function is stopped while the session is claimed.
fn stop_at_checks(harness: &Harness) {
    harness.stack.sandbox.fail_next(Fault { delay_ms: 60_000, ..Fault::on("POST", "/domains/availability") });
}

#[tokio::test]
async fn death_after_the_claim_leaves_the_approval_usable() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    let body = order(&shown, Some(&harness.sign(&claims(&harness, "ses_1", "pay_1", &shown))));
    stop_at_checks(&harness);
    dies_when(&harness, &token, &body, async || phase(&harness).await == Some("claimed")).await;
    harness.stack.sandbox.clear_faults();
    assert_eq!(words(&harness).await, ["open"]);
    harness.advance(LEASES).await;
    harness.place(&token, &body, 201).await;
    reconcile_after(&harness, 7_200).await;
    assert_eq!((harness.orders_sent(), words(&harness).await), (1, vec!["capture".to_owned()]));
}

#[tokio::test]
async fn death_after_the_claim_ends_in_void_when_nobody_returns() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    let body = order(&shown, Some(&harness.sign(&claims(&harness, "ses_1", "pay_1", &shown))));
    stop_at_checks(&harness);
    dies_when(&harness, &token, &body, async || phase(&harness).await == Some("claimed")).await;
    harness.stack.sandbox.clear_faults();
    // The placement first, then the approval: in one run or the next.
    for _ in 0..2 {
        reconcile_after(&harness, 1_801).await;
    }
    assert_eq!((phase(&harness).await, words(&harness).await), (Some("refused"), vec!["void".to_owned()]));
    assert_nothing_ordered(&harness, "the function died before anything was sent");
}

/// The function dies while the partner's backend thinks.
async fn dead_while_asking() -> (Backend, Harness, String, Value) {
    let backend = Backend::start().await;
    let harness = Harness::with(by_call(&backend)).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    backend.will([Says::Nothing]);
    dies_when(&harness, &token, &order(&shown, None), async || !backend.asked().is_empty()).await;
    let kept = placement(&harness).await.and_then(|placement| placement.approval).unwrap();
    assert_eq!(kept.state, State::Asking, "it is written before the question is asked");
    (backend, harness, token, shown)
}

#[tokio::test]
async fn death_while_asking_is_void_and_never_asked_again() {
    let (backend, harness, token, shown) = dead_while_asking().await;
    harness.advance(LEASES).await;
    // The customer's page sends the same order again by itself.
    let refused = harness.place(&token, &order(&shown, None), 402).await;
    assert_eq!(refused.code(), "approval_refused");
    assert_eq!(backend.asked().len(), 1);
    assert_nothing_ordered(&harness, "the answer was lost");
    let lost = backend.asked()[0].id();
    assert_eq!(states(&harness).await, [(lost.clone(), ("void".to_owned(), None))].into());
    // The customer tries again.
    harness.place(&token, &order(&shown, None), 201).await;
    let asked = backend.asked();
    assert_eq!(asked.len(), 2);
    assert_ne!(asked[1].id(), lost);
    let states = states(&harness).await;
    assert_eq!((states[&lost].0.as_str(), states[&asked[1].id()].0.as_str()), ("void", "capture"));
}

#[tokio::test]
async fn reconciler_ends_a_question_that_nobody_heard() {
    let (backend, harness, token, shown) = dead_while_asking().await;
    harness.stack.reconciler.run().await.unwrap();
    assert_eq!(words(&harness).await, ["open"], "somebody may still be at it");
    for _ in 0..2 {
        reconcile_after(&harness, LEASES).await;
    }
    assert_eq!((backend.asked().len(), words(&harness).await), (1, vec!["void".to_owned()]));
    harness.place(&token, &order(&shown, None), 201).await;
    let mut words = words(&harness).await;
    words.sort();
    assert_eq!((backend.asked().len(), words), (2, vec!["capture".to_owned(), "void".to_owned()]));
}

/// The function dies once the order is on its way: before upstream takes it, or after.
async fn dead_while_sending(asks: bool, takes: bool) {
    let backend = Backend::start().await;
    let harness = Harness::with(if asks { by_call(&backend) } else { by_token() }).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    let approval = harness.sign(&claims(&harness, "ses_1", "pay_1", &shown));
    let body = order(&shown, Some(approval.as_str()).filter(|_| !asks));
    let fault = match takes {
        true => Fault { delay_after_ms: 60_000, ..Fault::on("POST", "/orders") },
        false => Fault { delay_ms: 60_000, ..Fault::on("POST", "/orders") },
    };
    harness.stack.sandbox.fail_next(fault);
    let orders = usize::from(takes);
    dies_when(&harness, &token, &body, async || {
        phase(&harness).await == Some("sent") && harness.stack.sandbox.orders_of(CUSTOMER) == orders
    })
    .await;
    harness.stack.sandbox.clear_faults();
    assert_eq!(words(&harness).await, ["open"]);
    // Neither its time nor that of its quote ends an approval whose order may exist.
    for _ in 0..4 {
        reconcile_after(&harness, 1_900).await;
    }
    assert!(matches!(placement(&harness).await.unwrap().phase, Phase::Placed(_)), "{asks} {takes}");
    assert_eq!(harness.stack.sandbox.orders_of(CUSTOMER), 1, "{asks} {takes}");
    assert_eq!(words(&harness).await, ["capture"], "{asks} {takes}");
    assert_eq!(backend.asked().len(), usize::from(asks), "{takes}");
}

#[tokio::test]
async fn death_while_sending_is_captured_once() {
    for asks in [false, true] {
        for takes in [false, true] {
            dead_while_sending(asks, takes).await;
        }
    }
}

#[tokio::test]
async fn lost_order_that_never_arrived_ends_in_void() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    let body = order(&shown, Some(&harness.sign(&claims(&harness, "ses_1", "pay_1", &shown))));
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::Before), ..Fault::on("POST", "/orders") });
    harness.place(&token, &body, 202).await;
    // When it is sent again, upstream refuses it.
    let refusal = r#"{"error": {"code": "invalid_request", "message": "No"}}"#.to_owned();
    harness.stack.sandbox.fail_next(Fault { status: Some(400), body: Some(refusal), ..Fault::on("POST", "/orders") });
    for _ in 0..4 {
        reconcile_after(&harness, 900).await;
    }
    assert_eq!((phase(&harness).await, words(&harness).await), (Some("refused"), vec!["void".to_owned()]));
    assert_eq!(harness.stack.sandbox.orders_of(CUSTOMER), 0);
}
