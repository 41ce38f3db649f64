//! The webhook receiver of the functions without its socket, under secrets, a template and a time of the test's choice.

use crate::client::Bench;
use crate::delivery::Delivery;
use axum::Router;
use axum::body::Body;
use functions::clock::Clock;
use functions::gateway;
use functions::secret::Secret;
use functions::secrets::{Secrets, SigningSecret};
use functions::vault::Vault;
use functions::webhook::Receiver;
use functions::webhook::signature::{BaseString, SigningSettings};
use http::Request;
use tower::ServiceExt;

/// The virtual time at which a stack starts.
pub(crate) const START: i64 = 1_778_241_600;

/// A receiver that writes to the bench's table; `secrets` are pairs of environment and secret.
pub(crate) fn receiver(bench: &Bench, secrets: &[(&'static str, &str)], template: &str, now: i64) -> Router {
    receiver_tolerating(bench, secrets, template, now, 300)
}

/// The same, with `tolerance` seconds between signing and arrival.
pub(crate) fn receiver_tolerating(
    bench: &Bench,
    secrets: &[(&'static str, &str)],
    template: &str,
    now: i64,
    tolerance: i64,
) -> Router {
    receiver_with(bench, secrets, template, now, (tolerance, false))
}

/// The same, with a word on whether late deliveries are accepted.
pub(crate) fn receiver_with(
    bench: &Bench,
    secrets: &[(&'static str, &str)],
    template: &str,
    now: i64,
    (tolerance, accepts_late): (i64, bool),
) -> Router {
    let secret =
        |(environment, secret): &(&'static str, &str)| SigningSecret { environment, secret: Secret::new(*secret) };
    let vault = Vault::fixed(Secrets { webhook: secrets.iter().map(secret).collect(), ..Secrets::default() });
    let signing = SigningSettings { base_string: BaseString::parse(template).unwrap(), tolerance, accepts_late };
    let clock = Clock::from_fn(move || now);
    let store = bench.stack.store.clone();
    let receiver = Receiver { store, clock, vault, signing, other: None, capture: None };
    let dependencies = receiver.dependencies();
    gateway::webhook(receiver, dependencies)
}

/// Hands it a delivery, and gives the status.
pub(crate) async fn take(receiver: &Router, delivery: &Delivery) -> u16 {
    let mut request = Request::post("/v1/webhooks/peeker");
    for (name, value) in &delivery.headers {
        request = request.header(*name, value);
    }
    let request = request.body(Body::from(delivery.body.clone())).unwrap();
    receiver.clone().oneshot(request).await.unwrap().status().as_u16()
}
