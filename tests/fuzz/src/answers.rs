//! Upstream's responses: every parser of the client gets the same bytes as its response.

use crate::NOW;
use axum::http::{HeaderValue, Request, Response, StatusCode};
use bytes::Bytes;
use functions::clock::{Clock, Random};
use functions::secret::{Secret, SequencerLogin};
use functions::secret_store::SecretStore;
use functions::secrets::Secrets;
use functions::upstream::order_body::OrderBody;
use functions::upstream::orders::OrderCriteria;
use functions::upstream::transport::{Transport, TransportError};
use functions::upstream::{Upstream, UpstreamConfig};
use futures::future::BoxFuture;
use shared::draft::CheckedOrder;
use shared::ids::{BundleId, ImportId, OrderId};
use shared::plan::PlanChoice;
use std::sync::Arc;
use std::time::Duration;

/// Response statuses; the first byte of the data selects one.
const STATUSES: [u16; 9] = [200, 201, 202, 204, 302, 400, 404, 429, 500];
/// The order to place and to search for.
const ORDER: &str = r#"{"domains":[{"domain":"acme.com","forwarding_url":null}],"personas":[{"first_name":"Sam","last_name":"Lee","profile_picture_url":null}],"forwarding_url":null}"#;
/// Its plan.
const PLAN: &str = r#"{"google_licenses":2,"microsoft_licenses":0,"google_inboxes_per_domain":2}"#;

/// An upstream with one fixed response.
#[derive(Debug)]
struct Says {
    status: StatusCode,
    body: Bytes,
}

impl Transport for Says {
    fn send(&self, _: Request<Bytes>, _: Duration) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let mut response = Response::new(self.body.clone());
        *response.status_mut() = self.status;
        response.headers_mut().insert("date", HeaderValue::from_static("Fri, 08 May 2026 12:00:00 GMT"));
        Box::pin(async { Ok(response) })
    }
}

/// The first byte selects the status; the rest is the body of every response.
pub fn answer(data: &[u8]) {
    let Some((status, body)) = data.split_first() else {
        return;
    };
    let status = STATUSES.get(usize::from(*status) % STATUSES.len()).copied().unwrap_or(200);
    let status = StatusCode::from_u16(status).unwrap_or_default();
    if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build() {
        runtime.block_on(ask(status, Bytes::copy_from_slice(body)));
    }
}

async fn ask(status: StatusCode, body: Bytes) {
    let secrets = Secrets { peeker: vec![Secret::new("pk_test_x")], ..Secrets::default() };
    let config = UpstreamConfig {
        base_url: "http://nowhere".to_owned(),
        secret_store: SecretStore::fixed(secrets),
        availability_batch: 25,
        calls_per_minute: None,
        clock: Clock::from_fn(|| NOW),
        random: Random::system(),
    };
    let upstream = Upstream::over(Arc::new(Says { status, body: body.clone() }), config);
    let login = SequencerLogin { email: Secret::new("a@b.co"), password: Secret::new("p") };
    let (Ok(order), Ok(plan), Some(id)) = (
        serde_json::from_str::<CheckedOrder>(ORDER),
        serde_json::from_str::<PlanChoice>(PLAN),
        OrderId::parse("ord_1"),
    ) else {
        assert!(status.as_u16() == 0, "the order or the plan of this target is no longer one");
        return;
    };
    if let Ok(bytes) = OrderBody::new("a@b.co", &plan, None, &login, &order)
        && let Ok(seen) = upstream.place(&bytes).await
    {
        assert!(status.is_success(), "an order that was refused is placed");
        let id = seen.receipt.id.as_str();
        assert!(String::from_utf8_lossy(&body).contains("id"), "the id {id} was made up");
        assert!(seen.at.is_none_or(|at| at <= NOW + 60), "a receipt is ahead of the clock");
    }
    let criteria = OrderCriteria {
        customer: "a@b.co",
        plan: &plan,
        domains: ["acme.com"].into(),
        people: [("Sam", "Lee")].into(),
        claimed_at: NOW,
    };
    if let Ok(search) = upstream.find(&criteria).await {
        assert!(status.is_success(), "a list that was refused was read");
        assert!(search.found.len() <= 1_000, "more was found than is looked at");
    }
    drop(upstream.observe(&id).await);
    drop(upstream.pending_actions(&id).await);
    drop(upstream.cancel(&id, None).await);
    drop(upstream.environment().await);
    drop(upstream.bundles(&[]).await);
    if let (Some(bundle), Some(import)) = (BundleId::parse("bun_1"), ImportId::parse("imp_1")) {
        drop(upstream.bundle_shown(&bundle).await);
        drop(upstream.import_status(&import).await);
    }
}
