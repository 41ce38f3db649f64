//! `GET /v1/orders/{id}`: one read by key, compared with what the caller has already.

use crate::failure::Failure;
use crate::http::id::Id;
use crate::http::reply;
use crate::session::Access;
use crate::session::meter::SessionMeter;
use crate::status::actions;
use crate::status::amounts::{Amounts, SaleView};
use crate::status::api::StatusApi;
use crate::store::order::FullOrder;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use shared::answers::{Data, OrderView};
use shared::customer::is_pseudonym;
use shared::ids::OrderId;
use shared::order::OrderStatus;

/// The status of an order.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OrderView")]
pub(super) struct Detailed {
    #[serde(flatten)]
    pub(super) view: OrderView,
    #[serde(flatten)]
    pub(super) sale: Option<SaleView>,
    /// Partner only: the customer, or the pseudonym of an erased customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) customer: Option<String>,
    /// Partner only: the latest order object from upstream, without personal data.
    #[schemars(with = "serde_json::Map<String, Value>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) full: Option<Value>,
    /// `true` if long texts and lists in `full` were truncated, or `full` was omitted; absent otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) full_truncated: bool,
}

/// Bytes of an answer: Lambda's has at most 6 MB.
const MOST_BYTES: usize = 5_500_000;
/// Hexadecimal digits of an `ETag`: half of a SHA-256.
const TAG_LENGTH: usize = 32;

pub(super) async fn order(
    State(status_api): State<StatusApi>,
    access: Access,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let id = OrderId::parse(id).ok_or(Failure::OrderNotFound)?;
    let found = status_api.store.order(&id).await?.ok_or(Failure::OrderNotFound)?;
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
    let amounts = Amounts::of(&access, view.costs.as_ref(), found.sale);
    view.costs = view.costs.filter(|_| amounts.shows_costs);
    (view.charge, view.domains_renewal) = (amounts.charge, amounts.renewal);
    if view.status == OrderStatus::ActionRequired || (!view.is_final && actions::is_needed(&view.domains)) {
        let upstream = match &access {
            Access::Partner => status_api.upstream.clone(),
            // Counted, and never refused: a customer who has used up its budget still sees what to do.
            Access::Customer(session) => {
                status_api.upstream.charging(SessionMeter::new(status_api.store.clone(), session, u64::MAX))
            }
        };
        let found = upstream.pending_actions(&id).await.unwrap_or_else(|error| {
            // The status is known anyway; the next request may return the pending actions.
            tracing::warn!(
                order.id = %id,
                upstream.request_id = error.request_id(),
                error.cause = %error,
                "pending actions unavailable"
            );
            Vec::new()
        });
        // Upstream still knows the people of a customer who was forgotten here.
        let found = if is_forgotten { found.into_iter().map(actions::without_people).collect() } else { found };
        let found = match amounts.shows_costs {
            true => found,
            false => found.into_iter().map(actions::without_amounts).collect(),
        };
        view.pending_actions = actions::advised_all(found, &view.domains);
    }
    let (customer, full) = match access {
        Access::Partner => (found.customer, status_api.full(&id, view.is_final).await?),
        Access::Customer(_) => (None, None),
    };
    let (full, full_truncated) = full.map_or((None, false), |kept| (Some(kept.order), kept.truncated));
    answer(Detailed { view, sale: amounts.sale, customer, full, full_truncated }, &headers)
}

impl StatusApi {
    /// The full order from an event; read from upstream once when the order has ended and its events were thin.
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
                    "full order unavailable"
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
    let mut tag = hex::encode(Sha256::digest(&body));
    tag.truncate(TAG_LENGTH);
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
