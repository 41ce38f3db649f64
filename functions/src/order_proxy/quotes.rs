//! `POST /v1/quotes`: re-checks every pick live and signs what they cost.

use crate::failure::Failure;
use crate::http::fields::{Fields, JsonObject, refuse_if_any};
use crate::http::reply;
use crate::order_proxy::bodies::QuoteDomains;
use crate::order_proxy::proxy::Proxy;
use crate::session::Buyer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};
use shared::draft::MAX_ORDER_DOMAINS;

pub(super) async fn quote(
    State(proxy): State<Proxy>,
    Buyer(session): Buyer,
    body: JsonObject<QuoteDomains>,
) -> Result<Response, Failure> {
    let domains = read(body.fields)?;
    let order_placement = proxy.order_placement().charging(&session);
    let signed = order_placement.quote(&session, &domains).await;
    order_placement.settle_budget().await;
    Ok(reply::data(StatusCode::OK, signed?))
}

pub(super) fn read(body: Map<String, Value>) -> Result<Vec<String>, Failure> {
    let mut findings = Vec::new();
    let mut fields = Fields::new(body, "", &mut findings);
    let values = fields.required_array("domains").unwrap_or_default();
    if values.len() > MAX_ORDER_DOMAINS {
        fields.add_finding("domains", "out_of_range", "domains must have at most 1,000 entries.");
    }
    let domains = fields.strings("domains", values.into_iter().take(MAX_ORDER_DOMAINS).collect());
    fields.finish();
    refuse_if_any(findings)?;
    Ok(domains)
}
