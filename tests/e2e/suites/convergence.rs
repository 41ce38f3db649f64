//! Any order, repetition and loss of an order's events, followed by a run of the reconciler, gives the same state.

use crate::client::{FOUR, Harness, draft};
use crate::redelivery::{self, NOWHERE};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any};
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

const HOUR: u64 = 60 * 60;
/// Number of random event streams. Each one has its own stack.
const STREAMS: u32 = 24;

/// An order that was completed and then cancelled while no webhook arrived: none was sent, or all first attempts
/// failed.
async fn without_webhooks(harness: &Harness, is_sent: bool) -> String {
    let url = format!("{}/v1/webhooks/peeker", harness.stack.api);
    harness.stack.sandbox.hold_webhooks(!is_sent);
    harness.stack.sandbox.set_webhook_url(Some(NOWHERE.to_owned()));
    let placed = harness.place(&harness.session("s1"), &draft(&FOUR), 201).await.data();
    let id = placed["id"].as_str().unwrap().to_owned();
    harness.advance(HOUR).await;
    harness.as_partner("POST", &format!("/v1/orders/{id}/cancel"), Some(&json!({"whole": true})), 200).await;
    harness.stack.sandbox.hold_webhooks(true);
    harness.stack.sandbox.set_webhook_url(Some(url));
    id
}

/// The order as the customer sees it, without the received events.
async fn shown(harness: &Harness, id: &str) -> Value {
    let view = harness.partner_view(id).await;
    let domains: Vec<Value> = view["domains"].as_array().unwrap().iter().map(|row| row["status"].clone()).collect();
    json!([view["status"], view["final"], view["domain_count"], view["costs"], domains])
}

async fn receive_some(deliveries: &[Index], resigned: bool) -> Value {
    // A repeated first signature is an hour old, and accepted only as a late delivery.
    let harness = redelivery::harness(resigned, !resigned).await;
    let id = without_webhooks(&harness, !resigned).await;
    let events: Vec<String> = harness.stack.sandbox.events().into_iter().map(|event| event.id).collect();
    assert!(events.len() >= 7, "{events:?}");
    for delivery in deliveries {
        let event = events[delivery.index(events.len())].clone();
        assert_eq!(harness.stack.sandbox.deliver(&[event]).await, [204]);
    }
    harness.advance(2 * HOUR).await;
    harness.stack.reconciler.run().await.unwrap();
    shown(&harness, &id).await
}

#[test]
fn final_state_matches_upstream_whatever_events_arrive() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner =
        TestRunner::new(ProptestConfig { cases: STREAMS, failure_persistence: None, ..Default::default() });
    let outcome = runner.run(&(vec(any::<Index>(), 0..16), any::<bool>()), |(deliveries, resigned)| {
        let end = runtime.block_on(receive_some(&deliveries, resigned));
        let connected = ["connected"; 4];
        assert_eq!((&end[0], &end[1], &end[2]), (&json!("cancel_scheduled"), &json!(false), &json!(4)), "{end}");
        assert_eq!(end[4], json!(connected), "{end}");
        Ok(())
    });
    assert_eq!(outcome.map_err(|error| error.to_string()), Ok(()));
}
