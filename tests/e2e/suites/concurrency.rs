//! Concurrent requests: one session places one order, however many requests arrive.

use crate::client::{CUSTOMER, Call, FOUR, Harness, draft};
use crate::receiver::START;
use functions::model::sale::SaleLabels;
use functions::placement::{Phase, Placement};
use futures::StreamExt;
use serde_json::Value;
use shared::ids::SessionId;
use shared::plan::{Licences, PlanChoice};
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn simultaneous_requests_place_one_order() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    // All bodies differ, so that upstream's duplicate detection cannot hide a second order.
    let different = |number: u32| {
        let mut body = draft(&FOUR);
        body["personas"][0]["last_name"] = format!("Lee {number}").into();
        Call::post("/v1/orders").bearer(&token).json(&body)
    };
    let calls = (0..200).map(|number| harness.exchange(different(number)));
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
    assert_eq!(harness.stack.sandbox.orders_of(CUSTOMER), 1);
    assert_eq!(harness.orders_sent(), 1);
    let receipt: Value = serde_json::from_str(receipts.first().unwrap()).unwrap();
    assert_eq!(harness.show_session(&token).await["order"]["id"], receipt["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn budget_holds_under_concurrent_lookups() {
    let harness = Harness::with(e2e::StackConfig { session_calls: 10, ..e2e::StackConfig::paused() }).await;
    let token = harness.session("ses_1");
    let body = serde_json::json!({"domains": ["getacme.com"]});
    let call = Call::post("/v1/domains/availability").bearer(&token).json(&body);
    let calls = (0..40).map(|_| harness.exchange(call.clone()));
    let replies: Vec<_> = futures::stream::iter(calls).buffer_unordered(40).collect().await;
    let with = |status: u16| replies.iter().filter(|reply| reply.status == status).count();
    // Ten calls and ten checks of the four domains of the plan, one call of which reads the plan.
    assert_eq!((with(200), with(429)), (19, 21), "{:?}", harness.stack.sandbox.received().len());
}

/// Two requests may both find no placement; of their two claims on the session, the table accepts one.
#[tokio::test]
async fn stale_read_cannot_claim_a_claimed_session() {
    let harness = Harness::start().await;
    let claimed_by = |claim: &str| Placement {
        session: SessionId::parse("ses_1").unwrap(),
        claim: claim.to_owned(),
        phase: Phase::Claimed,
        lease_until: START + 40,
        claimed_at: START,
        content: String::new(),
        labels: SaleLabels::default(),
        sale: None,
        sent: None,
        customer: CUSTOMER.to_owned(),
        user: CUSTOMER.to_owned(),
        plan: PlanChoice::Custom(Licences { google_licenses: 2, microsoft_licenses: 1, google_inboxes_per_domain: 2 }),
        client_id: None,
        approval: None,
    };
    let (first, second) = (claimed_by("clm_1"), claimed_by("clm_2"));
    let store = &harness.stack.store;
    assert!(store.claim(&first, None).await.unwrap());
    assert!(!store.claim(&second, None).await.unwrap());
    assert_eq!(store.placement(&first.session).await.unwrap(), Some(first.clone()));
    // A call with a lost response is repeated: its own claim does not block it.
    assert!(store.claim(&first, None).await.unwrap());
    // Only the owner of a claim may continue from it.
    let stolen = Placement { phase: Phase::Refused, ..second.clone() };
    assert!(!store.move_placement(&second, &stolen).await.unwrap());
    assert_eq!(store.placement(&first.session).await.unwrap(), Some(first));
}
