//! `POST /v1/quotes`: re-checks every pick live and signs what they cost.

use crate::failure::Failure;
use crate::http::fields::{Fields, JsonObject, refuse_if_any};
use crate::http::reply;
use crate::order_proxy::Proxy;
use crate::session::Buyer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shared::draft::MAX_ORDER_DOMAINS;

pub(super) async fn quote(
    State(proxy): State<Proxy>,
    Buyer(session): Buyer,
    JsonObject(body): JsonObject,
) -> Result<Response, Failure> {
    let mut findings = Vec::new();
    let mut fields = Fields::new(body, "", &mut findings);
    let values = fields.required_array("domains").unwrap_or_default();
    if values.len() > MAX_ORDER_DOMAINS {
        fields.blame("domains", "out_of_range", "An order has at most 1,000 domains.");
    }
    let domains = fields.strings("domains", values.into_iter().take(MAX_ORDER_DOMAINS).collect());
    fields.finish();
    refuse_if_any(findings)?;
    let desk = proxy.desk().charging(&session);
    let signed = desk.quote(&session, &domains).await;
    desk.settle_budget().await;
    Ok(reply::data(StatusCode::OK, signed?))
}
