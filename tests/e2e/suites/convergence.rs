//! Any order, any repetition and any loss of an order's events, followed by a run of the reconciler, end alike.

use crate::client::{Bench, FOUR, draft};
use crate::redelivery::{self, NOWHERE};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any};
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

const HOUR: u64 = 60 * 60;
/// Streams that are tried. Each one is a stack of its own.
const STREAMS: u32 = 24;

/// An order that was completed and then cancelled, while no webhook came through: none was sent, or all first attempts
/// failed.
async fn unheard(bench: &Bench, is_sent: bool) -> String {
    let url = format!("{}/v1/webhooks/peeker", bench.stack.api);
    bench.stack.sandbox.hold_webhooks(!is_sent);
    bench.stack.sandbox.set_webhook_url(Some(NOWHERE.to_owned()));
    let placed = bench.place(&bench.session("s1"), &draft(&FOUR), 201).await.data();
    let id = placed["id"].as_str().unwrap().to_owned();
    bench.advance(HOUR).await;
    bench.as_partner("POST", &format!("/v1/orders/{id}/cancel"), Some(&json!({"whole": true})), 200).await;
    bench.stack.sandbox.hold_webhooks(true);
    bench.stack.sandbox.set_webhook_url(Some(url));
    id
}

/// What a customer is shown, but for the events that were heard of.
async fn shown(bench: &Bench, id: &str) -> Value {
    let view = bench.partner_view(id).await;
    let domains: Vec<Value> = view["domains"].as_array().unwrap().iter().map(|row| row["status"].clone()).collect();
    json!([view["status"], view["final"], view["domain_count"], view["costs"], domains])
}

async fn hear(deliveries: &[Index], resigned: bool) -> Value {
    // A repeated first signature is an hour old, and taken where late ones are.
    let bench = redelivery::bench(resigned, !resigned).await;
    let id = unheard(&bench, !resigned).await;
    let events: Vec<String> = bench.stack.sandbox.events().into_iter().map(|event| event.id).collect();
    assert!(events.len() >= 7, "{events:?}");
    for delivery in deliveries {
        let event = events[delivery.index(events.len())].clone();
        assert_eq!(bench.stack.sandbox.deliver(&[event]).await, [204]);
    }
    bench.advance(2 * HOUR).await;
    bench.stack.reconciler.run().await.unwrap();
    shown(&bench, &id).await
}

#[test]
fn whatever_came_through_of_the_events_the_end_is_upstreams() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner =
        TestRunner::new(ProptestConfig { cases: STREAMS, failure_persistence: None, ..Default::default() });
    let outcome = runner.run(&(vec(any::<Index>(), 0..16), any::<bool>()), |(deliveries, resigned)| {
        let end = runtime.block_on(hear(&deliveries, resigned));
        let connected = ["connected"; 4];
        assert_eq!((&end[0], &end[1], &end[2]), (&json!("cancel_scheduled"), &json!(false), &json!(4)), "{end}");
        assert_eq!(end[4], json!(connected), "{end}");
        Ok(())
    });
    assert_eq!(outcome.map_err(|error| error.to_string()), Ok(()));
}
