//! Answers how an order stands: one read by key.

use crate::failure::Failure;
use crate::http::reply;
use crate::session::{Access, Keys};
use crate::store::Store;
use crate::upstream::Upstream;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRef, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};
use shared::answers::{Data, OrderView};
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

/// `GET /v1/orders/{id}`.
pub fn routes(window: Window) -> Router {
    Router::new().route("/v1/orders/{id}", get(order)).with_state(window)
}

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
        Access::Customer(session) => found.is_of(&session.id),
    };
    if !readable {
        return Err(Failure::OrderNotFound);
    }
    let mut view = found.view;
    if view.status == OrderStatus::ActionRequired {
        match window.upstream.pending_actions(&id).await {
            Ok(actions) => view.pending_actions = actions,
            // The status is known all the same; the next look may tell what to do.
            Err(error) => tracing::warn!(order.id = %id, error.cause = %error, "pending actions could not be read"),
        }
    }
    answer(view, &headers)
}

/// The view with its `ETag`, or `304` when the caller has it already.
fn answer(view: OrderView, headers: &HeaderMap) -> Result<Response, Failure> {
    let body =
        serde_json::to_vec(&Data { data: view }).map_err(|_| Failure::Internal("an order is not JSON".into()))?;
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

fn knows(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|known| known.trim().trim_start_matches("W/"))
        .any(|known| known == tag || known == "*")
}
