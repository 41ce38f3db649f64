//! Many at once: one session places one order, however many ask for it.

use crate::client::{Bench, CUSTOMER, Call, FOUR, draft};
use crate::receiver::START;
use functions::placement::{Phase, Placement};
use futures::StreamExt;
use serde_json::Value;
use shared::ids::SessionId;
use shared::plan::{Licences, PlanChoice};
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_simultaneous_orders_of_one_session_are_one_order() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    // No two bodies are the same: upstream's own dedupe must not be what holds them together.
    let different = |number: u32| {
        let mut body = draft(&FOUR);
        body["personas"][0]["last_name"] = format!("Lee {number}").into();
        Call::post("/v1/orders").bearer(&token).json(&body)
    };
    let calls = (0..200).map(|number| bench.exchange(different(number)));
    let replies: Vec<_> = futures::stream::iter(calls).buffer_unordered(200).collect().await;
    let mut receipts: BTreeSet<String> = BTreeSet::new();
    for reply in &replies {
        match reply.status {
            201 => drop(receipts.insert(reply.data().to_string())),
            202 => assert_eq!(reply.data()["status"], "placing"),
            409 => assert_eq!(reply.code(), "session_used"),
            status => panic!("{status}: {}", reply.text),
        }
    }
    assert_eq!(receipts.len(), 1, "one of the orders was placed: {receipts:?}");
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
    // Ten calls, ten checks of the plan's four domains, and of these one for the plan itself.
    assert_eq!((with(200), with(429)), (19, 21), "{:?}", bench.stack.sandbox.received().len());
}

/// What keeps two requests apart that have both found nothing: of two claims on one session, the table takes one.
#[tokio::test]
async fn a_session_that_is_claimed_cannot_be_claimed_by_one_who_looked_before() {
    let bench = Bench::start().await;
    let claimed_by = |claim: &str| Placement {
        session: SessionId::parse("ses_1").unwrap(),
        claim: claim.to_owned(),
        phase: Phase::Claimed,
        lease_until: START + 40,
        claimed_at: START,
        content: String::new(),
        sent: None,
        customer: CUSTOMER.to_owned(),
        user: CUSTOMER.to_owned(),
        plan: PlanChoice::Custom(Licences { google_licenses: 2, microsoft_licenses: 1, google_inboxes_per_domain: 2 }),
        client_id: None,
    };
    let (first, second) = (claimed_by("clm_1"), claimed_by("clm_2"));
    let store = &bench.stack.store;
    assert!(store.claim(&first, None).await.unwrap());
    assert!(!store.claim(&second, None).await.unwrap());
    assert_eq!(store.placement(&first.session).await.unwrap(), Some(first.clone()));
    // A call whose answer was lost is repeated: one's own claim does not stand in one's way.
    assert!(store.claim(&first, None).await.unwrap());
    // Moving on from what was found is for the owner alone.
    let stolen = Placement { phase: Phase::Refused, ..second.clone() };
    assert!(!store.move_placement(&second, &stolen).await.unwrap());
    assert_eq!(store.placement(&first.session).await.unwrap(), Some(first));
}
