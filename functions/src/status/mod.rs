//! Answers how orders stand: one read by key for one of them, pages of an index for all.

mod actions;
mod events;
mod list;
mod rejected;

use crate::failure::Failure;
use crate::http::reply;
use crate::session::meter::SessionMeter;
use crate::session::{Access, Keys};
use crate::store::Store;
use crate::store::order::FullOrder;
use crate::upstream::Upstream;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRef, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use shared::answers::{Data, OrderView};
use shared::customer::is_pseudonym;
use shared::ids::OrderId;
use shared::order::OrderStatus;

/// What the status endpoints need.
#[derive(Debug, Clone)]
pub struct Window {
    /// The table.
    pub store: Store,
    /// Who may read.
    pub keys: Keys,
    /// Asked only for the pending actions of an order that waits for somebody.
    pub upstream: Upstream,
}

impl FromRef<Window> for Keys {
    fn from_ref(window: &Window) -> Self {
        window.keys.clone()
    }
}

/// `GET /v1/orders`, `GET /v1/orders/{id}`, `GET /v1/events`, `GET /v1/webhooks/rejected`.
pub fn routes(window: Window) -> Router {
    Router::new()
        .route("/v1/orders", get(list::orders))
        .route("/v1/orders/{id}", get(order))
        .route("/v1/events", get(events::events))
        .route("/v1/webhooks/rejected", get(rejected::rejected))
        .with_state(window)
}

/// What the partner sees in addition.
#[derive(Serialize)]
struct Detailed {
    #[serde(flatten)]
    view: OrderView,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    full: Option<Value>,
    /// Whether long lists in `full` were cut, or all of it was left out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    full_truncated: bool,
}

/// Bytes of an answer: Lambda's has at most 6 MB.
const MOST_BYTES: usize = 5_500_000;

async fn order(
    State(window): State<Window>,
    access: Access,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let id = OrderId::parse(id).ok_or(Failure::OrderNotFound)?;
    let found = window.store.order(&id).await?.ok_or(Failure::OrderNotFound)?;
    // A stranger's order and no order look the same.
    let readable = match &access {
        Access::Partner => true,
        // A session's id proves nothing: another customer's token may name the same one.
        Access::Customer(session) => found.belongs_to(&session.customer),
    };
    if !readable {
        return Err(Failure::OrderNotFound);
    }
    let is_forgotten = found.customer.as_deref().is_some_and(is_pseudonym);
    let mut view = found.view;
    if view.status == OrderStatus::ActionRequired || (!view.is_final && actions::is_needed(&view.domains)) {
        let upstream = match &access {
            Access::Partner => window.upstream.clone(),
            // Counted, and never refused: a customer who has used up its budget still sees what to do.
            Access::Customer(session) => {
                window.upstream.charging(SessionMeter::new(window.store.clone(), session, u64::MAX))
            }
        };
        let found = upstream.pending_actions(&id).await.unwrap_or_else(|error| {
            // The status is known all the same; the next look may tell what to do.
            tracing::warn!(
                order.id = %id,
                upstream.request_id = error.request_id(),
                error.cause = %error,
                "pending actions could not be read"
            );
            Vec::new()
        });
        // Upstream still knows the people of a customer who was forgotten here.
        let found = if is_forgotten { found.into_iter().map(actions::without_people).collect() } else { found };
        view.pending_actions = actions::advised_all(found, &view.domains);
    }
    let (customer, full) = match access {
        Access::Partner => (found.customer, window.full(&id, view.is_final).await?),
        Access::Customer(_) => (None, None),
    };
    let (full, full_truncated) = full.map_or((None, false), |kept| (Some(kept.order), kept.truncated));
    answer(Detailed { view, customer, full, full_truncated }, &headers)
}

impl Window {
    /// The full order, as an event brought it; asked for once when the order has ended and its events were thin.
    async fn full(&self, id: &OrderId, is_final: bool) -> Result<Option<FullOrder>, Failure> {
        let kept = self.store.full_order(id).await?;
        if kept.is_some() || !is_final {
            return Ok(kept);
        }
        match self.upstream.observe(id).await {
            Ok(seen) => {
                self.store.keep_full_order(id, &seen.order, seen.at.unwrap_or_else(|| self.keys.clock.now())).await?;
                Ok(self.store.full_order(id).await?)
            }
            Err(error) => {
                tracing::warn!(
                    order.id = %id,
                    upstream.request_id = error.request_id(),
                    error.cause = %error,
                    "the full order could not be read"
                );
                Ok(None)
            }
        }
    }
}

/// The view with its `ETag`, or `304` when the caller has it already.
fn answer(view: Detailed, headers: &HeaderMap) -> Result<Response, Failure> {
    let mut view = Data { data: view };
    let mut body = written(&view)?;
    if body.len() > MOST_BYTES && view.data.full.take().is_some() {
        view.data.full_truncated = true;
        body = written(&view)?;
    }
    let digest = Sha256::digest(&body);
    let tag: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    let mut response = if knows(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let json = HeaderValue::from_static("application/json");
        (StatusCode::OK, [(header::CONTENT_TYPE, json)], Bytes::from(body)).into_response()
    };
    let tag = HeaderValue::try_from(tag).map_err(|_| Failure::Internal("an ETag is no header value".into()))?;
    response.headers_mut().insert(header::ETAG, tag);
    reply::no_cache(&mut response);
    Ok(response)
}

fn written(view: &Data<Detailed>) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(view).map_err(|_| Failure::Internal("an order is not JSON".into()))
}

fn knows(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|known| known.trim().trim_start_matches("W/"))
        .any(|known| known == tag || known == "*")
}
