//! A reconciler whose clock is ahead takes a claim for dead while its request is still at work: then nothing is sent.

use crate::client::{Bench, CUSTOMER, FOUR, draft};
use bytes::Bytes;
use functions::clock::{Clock, Random};
use functions::network::Network;
use functions::placement::state::CLAIM_LEASE;
use functions::placement::{Desk, Outcome, Phase};
use functions::reconciler::Reconciler;
use functions::session::Session;
use functions::upstream::transport::{Transport, TransportError};
use functions::upstream::{Upstream, UpstreamConfig};
use futures::future::BoxFuture;
use http::{Request, Response};
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
    let network = std::sync::Arc::new(Overtaken { network: Network::new(), reconciler });
    Desk { upstream: Upstream::over(network, config), ..desk }
}

#[tokio::test]
async fn a_claim_that_was_refused_behind_its_back_sends_nothing_and_the_session_is_free() {
    let bench = Bench::start().await;
    let now = bench.stack.sandbox.now();
    let session = Session::from_payload(bench.claims("ses_1").to_string().as_bytes(), now).unwrap();
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
