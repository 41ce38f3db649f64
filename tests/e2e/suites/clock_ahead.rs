//! A reconciler with a clock that is ahead regards a pending order as dead: nothing is sent then, and nothing is sent
//! twice.

use crate::client::{CUSTOMER, FOUR, Harness, draft};
use bytes::Bytes;
use e2e::StackConfig;
use functions::clock::{Clock, Random};
use functions::model::placement::CLAIM_LEASE;
use functions::placement::{OrderPlacement, Outcome, Phase};
use functions::reconciler::Reconciler;
use functions::session::Session;
use functions::upstream::network::Network;
use functions::upstream::transport::{Transport, TransportError};
use functions::upstream::{Upstream, UpstreamConfig};
use futures::future::BoxFuture;
use http::{Request, Response};
use sandbox::Fault;
use serde_json::json;
use shared::ids::SessionId;
use std::sync::Mutex;
use std::time::Duration;

/// A network on which the reconciler runs once, just before the availability check is sent: the claim is stored by
/// then, and the order is not.
#[derive(Debug)]
struct Overtaken {
    network: Network,
    reconciler: Mutex<Option<Reconciler>>,
}

impl Transport for Overtaken {
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let checks = request.uri().path().ends_with("/domains/availability");
        let reconciler = self.reconciler.lock().unwrap().take_if(|_| checks);
        Box::pin(async move {
            if let Some(reconciler) = reconciler {
                let report = reconciler.run().await.unwrap();
                assert_eq!((report.placements, report.failed), (1, 0), "the reconciler did not see the claim");
            }
            Transport::send(&self.network, request, timeout).await
        })
    }
}

/// The order placement of `harness`, overtaken by a reconciler with a clock that is ahead by a lease.
fn overtaken_placement(harness: &Harness) -> OrderPlacement {
    let order_placement = harness.stack.reconciler.order_placement.clone();
    let behind = order_placement.clock.clone();
    let clock = Clock::from_fn(move || behind.now() + CLAIM_LEASE);
    let ahead = OrderPlacement { clock: clock.clone(), ..order_placement.clone() };
    let reconciler = Mutex::new(Some(Reconciler { order_placement: ahead, clock, calls: 50 }));
    let config = UpstreamConfig {
        base_url: harness.stack.sandbox.base_url(),
        secret_store: order_placement.secret_store.clone(),
        availability_batch: 50,
        calls_per_minute: None,
        clock: order_placement.clock.clone(),
        random: Random::system(),
    };
    let network = std::sync::Arc::new(Overtaken { network: Network::new().unwrap(), reconciler });
    OrderPlacement { upstream: Upstream::over(network, config), ..order_placement }
}

#[tokio::test]
async fn overtaken_claim_sends_nothing_and_frees_the_session() {
    let harness = Harness::start().await;
    let now = harness.stack.sandbox.now();
    let terms = functions::session::StageTerms::of(functions::secrets::StageKind::Test);
    let session = Session::from_payload(harness.claims("ses_1").to_string().as_bytes(), &terms, &[], now).unwrap();
    let mut slow = draft(&FOUR);
    slow["domains"] = FOUR.iter().map(|name| json!({ "domain": name })).collect();
    let slow = serde_json::from_value(slow).unwrap();

    let outcome = overtaken_placement(&harness).place(&session, &slow, None).await;
    assert_eq!(outcome.unwrap(), Outcome::Placing);
    assert_eq!(harness.orders_sent(), 0, "an order went out under a claim that was refused");
    let id = SessionId::parse("ses_1").unwrap();
    let left = harness.stack.store.placement(&id).await.unwrap().unwrap();
    assert_eq!((left.phase, left.sent), (Phase::Refused, None));

    // The customer's next attempt is another order; upstream's duplicate detection must not be what makes it the only
    // one.
    let token = harness.session("ses_1");
    assert_eq!(harness.show_session(&token).await["order"], json!(null));
    let mut corrected = draft(&FOUR);
    corrected["personas"][0]["last_name"] = "Lee Jones".into();
    let receipt = harness.place(&token, &corrected, 201).await.data();
    assert_eq!(harness.orders_sent(), 1);
    assert_eq!(harness.stack.sandbox.orders_of(CUSTOMER), 1);
    assert_eq!(harness.stack.sandbox.orders()[0]["id"], receipt["id"]);
    assert_eq!(harness.show_session(&token).await["order"]["id"], receipt["id"]);
}

#[tokio::test]
async fn clock_ahead_does_not_resend_a_pending_order() {
    let harness = Harness::start().await;
    harness.stack.sandbox.fail_next(Fault { status: Some(504), ..Fault::on("POST", "/orders") });
    harness.place(&harness.session("ses_1"), &draft(&FOUR), 202).await;
    let order_placement = harness.stack.reconciler.order_placement.clone();
    let run_with_clock_ahead_by = async |seconds| {
        let behind = order_placement.clock.clone();
        let clock = Clock::from_fn(move || behind.now() + seconds);
        let ahead = OrderPlacement { clock: clock.clone(), ..order_placement.clone() };
        Reconciler { order_placement: ahead, clock, calls: 50 }.run().await.unwrap();
    };
    // Leases have ended by each of these clocks; by upstream's clock, no time has passed.
    for seconds in [60, 120, 180] {
        run_with_clock_ahead_by(seconds).await;
        assert_eq!(harness.orders_sent(), 1, "sent again by a clock {seconds} s ahead");
    }
    harness.advance(31).await;
    run_with_clock_ahead_by(240).await;
    assert_eq!((harness.orders_sent(), harness.stack.sandbox.orders_of(CUSTOMER)), (2, 1));
}

#[tokio::test]
async fn reconciler_dates_readings_by_the_upstream_clock() {
    let harness = Harness::with(StackConfig { clock_ahead: 120, ..StackConfig::paused() }).await;
    harness.stack.sandbox.set_webhook_url(None);
    let id =
        harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(60 * 60).await;
    let body = Some(json!({"data": {"id": id, "status": "failed"}}).to_string());
    harness.stack.sandbox.fail_next(Fault { body, ..Fault::on("GET", &format!("/orders/{id}")) });
    assert_eq!(harness.stack.reconciler.run().await.unwrap().orders, 1);
    assert_eq!(harness.partner_view(&id).await["status"], "failed");
    // Later by upstream's clock, and earlier than the functions' clock at the last check.
    harness.advance(60).await;
    harness
        .deliver_event(
            "evt_1",
            "order.in_progress",
            "2026-05-08T13:01:00Z",
            &json!({"id": id, "status": "in_progress"}),
        )
        .await;
    assert_eq!(harness.partner_view(&id).await["status"], "in_progress");
}
