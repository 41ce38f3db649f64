//! A reconciler whose clock is ahead takes what is under way for dead: then nothing is sent, and nothing is sent twice.

use crate::client::{Bench, CUSTOMER, FOUR, draft};
use bytes::Bytes;
use e2e::StackConfig;
use functions::clock::{Clock, Random};
use functions::model::placement::CLAIM_LEASE;
use functions::placement::{Desk, Outcome, Phase};
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

/// A network on which the reconciler runs once, just before the check of the names goes out: the claim is written by
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

/// The desk of `bench`, with a reconciler on the way whose clock is ahead by a lease.
fn overtaken_desk(bench: &Bench) -> Desk {
    let desk = bench.stack.reconciler.desk.clone();
    let behind = desk.clock.clone();
    let clock = Clock::from_fn(move || behind.now() + CLAIM_LEASE);
    let ahead = Desk { clock: clock.clone(), ..desk.clone() };
    let reconciler = Mutex::new(Some(Reconciler { desk: ahead, clock, calls: 50 }));
    let config = UpstreamConfig {
        base_url: bench.stack.sandbox.base_url(),
        vault: desk.vault.clone(),
        availability_batch: 50,
        calls_per_minute: None,
        clock: desk.clock.clone(),
        random: Random::system(),
    };
    let network = std::sync::Arc::new(Overtaken { network: Network::new().unwrap(), reconciler });
    Desk { upstream: Upstream::over(network, config), ..desk }
}

#[tokio::test]
async fn a_claim_that_was_refused_behind_its_back_sends_nothing_and_the_session_is_free() {
    let bench = Bench::start().await;
    let now = bench.stack.sandbox.now();
    let session =
        Session::from_payload(bench.claims("ses_1").to_string().as_bytes(), functions::secrets::StageKind::Test, now)
            .unwrap();
    let mut slow = draft(&FOUR);
    slow["domains"] = FOUR.iter().map(|name| json!({ "domain": name })).collect();
    let slow = serde_json::from_value(slow).unwrap();

    let told = overtaken_desk(&bench).place(&session, &slow).await;
    assert_eq!(told.unwrap(), Outcome::Placing);
    assert_eq!(bench.orders_sent(), 0, "an order went out under a claim that was refused");
    let id = SessionId::parse("ses_1").unwrap();
    let left = bench.stack.store.placement(&id).await.unwrap().unwrap();
    assert_eq!((left.phase, left.sent), (Phase::Refused, None));

    // The customer's next try is an order of its own; upstream's dedupe must not be what makes it the only one.
    let token = bench.session("ses_1");
    assert_eq!(bench.show_session(&token).await["order"], json!(null));
    let mut mended = draft(&FOUR);
    mended["personas"][0]["last_name"] = "Lee Jones".into();
    let receipt = bench.place(&token, &mended, 201).await.data();
    assert_eq!(bench.orders_sent(), 1);
    assert_eq!(bench.stack.sandbox.orders_of(CUSTOMER), 1);
    assert_eq!(bench.stack.sandbox.orders()[0]["id"], receipt["id"]);
    assert_eq!(bench.show_session(&token).await["order"]["id"], receipt["id"]);
}

#[tokio::test]
async fn an_order_that_may_be_on_its_way_is_not_sent_again_by_whoever_has_a_later_clock() {
    let bench = Bench::start().await;
    bench.stack.sandbox.fail_next(Fault { status: Some(504), ..Fault::on("POST", "/orders") });
    bench.place(&bench.session("ses_1"), &draft(&FOUR), 202).await;
    let desk = bench.stack.reconciler.desk.clone();
    let run_with_clock_ahead_by = async |seconds| {
        let behind = desk.clock.clone();
        let clock = Clock::from_fn(move || behind.now() + seconds);
        let ahead = Desk { clock: clock.clone(), ..desk.clone() };
        Reconciler { desk: ahead, clock, calls: 50 }.run().await.unwrap();
    };
    // Leases are over by each of these clocks; by upstream's, no time has passed.
    for seconds in [60, 120, 180] {
        run_with_clock_ahead_by(seconds).await;
        assert_eq!(bench.orders_sent(), 1, "sent again by a clock {seconds} s ahead");
    }
    bench.advance(31).await;
    run_with_clock_ahead_by(240).await;
    assert_eq!((bench.orders_sent(), bench.stack.sandbox.orders_of(CUSTOMER)), (2, 1));
}

#[tokio::test]
async fn what_the_reconciler_reads_is_dated_by_upstreams_clock() {
    let bench = Bench::with(StackConfig { clock_ahead: 120, ..StackConfig::paused() }).await;
    bench.stack.sandbox.set_webhook_url(None);
    let id = bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(60 * 60).await;
    let body = Some(json!({"data": {"id": id, "status": "failed"}}).to_string());
    bench.stack.sandbox.fail_next(Fault { body, ..Fault::on("GET", &format!("/orders/{id}")) });
    assert_eq!(bench.stack.reconciler.run().await.unwrap().orders, 1);
    assert_eq!(bench.partner_view(&id).await["status"], "failed");
    // Later by upstream's clock, and earlier than what the functions' clock said at the look.
    bench.advance(60).await;
    bench.tell("evt_1", "order.in_progress", "2026-05-08T13:01:00Z", &json!({"id": id, "status": "in_progress"})).await;
    assert_eq!(bench.partner_view(&id).await["status"], "in_progress");
}
