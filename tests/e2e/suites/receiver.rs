//! The functions' webhook receiver without its socket, with secrets, template and time chosen by the test.

use crate::client::Harness;
use crate::delivery::Delivery;
use axum::Router;
use axum::body::Body;
use functions::clock::{Clock, Random};
use functions::config::ReceiverSettings;
use functions::secret::Secret;
use functions::secret_store::SecretStore;
use functions::secrets::{Secrets, SigningSecret, StageKind};
use functions::webhook::signature::{BaseString, SigningSettings};
use functions::wiring::resources::Resources;
use functions::wiring::{gateway, parts};
use http::Request;
use tower::ServiceExt;

/// The virtual start time of a stack, Unix seconds.
pub(crate) const START: i64 = 1_778_241_600;

/// A receiver on the harness's table; `secrets` are pairs of environment and secret.
pub(crate) fn receiver(harness: &Harness, secrets: &[(&'static str, &str)], template: &str, now: i64) -> Router {
    receiver_tolerating(harness, secrets, template, now, 300)
}

/// The same receiver with a `tolerance` in seconds between signing and arrival.
pub(crate) fn receiver_tolerating(
    harness: &Harness,
    secrets: &[(&'static str, &str)],
    template: &str,
    now: i64,
    tolerance: i64,
) -> Router {
    receiver_with(harness, secrets, template, now, (tolerance, false))
}

/// The same receiver, which may accept late deliveries.
pub(crate) fn receiver_with(
    harness: &Harness,
    secrets: &[(&'static str, &str)],
    template: &str,
    now: i64,
    (tolerance, accepts_late): (i64, bool),
) -> Router {
    let secret =
        |(environment, secret): &(&'static str, &str)| SigningSecret { environment, secret: Secret::new(*secret) };
    let secret_store =
        SecretStore::fixed(Secrets { webhook: secrets.iter().map(secret).collect(), ..Secrets::default() });
    let signing = SigningSettings { base_string: BaseString::parse(template).unwrap(), tolerance, accepts_late };
    let clock = Clock::from_fn(move || now);
    let store = harness.stack.store.clone();
    let resources = Resources { stage: StageKind::Test, store, secret_store, clock, random: Random::system() };
    let receiver = parts::webhook(&resources, ReceiverSettings { signing, captures: false }, None);
    let dependencies = receiver.dependencies();
    gateway::webhook(receiver, dependencies)
}

/// Sends it a delivery, and returns the status.
pub(crate) async fn take(receiver: &Router, delivery: &Delivery) -> u16 {
    let mut request = Request::post("/v1/webhooks/peeker");
    for (name, value) in &delivery.headers {
        request = request.header(*name, value);
    }
    let request = request.body(Body::from(delivery.body.clone())).unwrap();
    receiver.clone().oneshot(request).await.unwrap().status().as_u16()
}
