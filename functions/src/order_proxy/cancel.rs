//! `POST /v1/orders/{id}/cancel`: the whole order, or some of its domains, at the end of what is paid.

use crate::failure::Failure;
use crate::http::fields::{Fields, JsonObject, refuse_if_any};
use crate::http::reply;
use crate::order_proxy::Proxy;
use crate::root_domain;
use crate::session::Partner;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};
use shared::draft::MAX_ORDER_DOMAINS;
use shared::ids::{OrderId, is_id};
use shared::order::OrderStatus;

pub(super) async fn cancel(
    State(proxy): State<Proxy>,
    _: Partner,
    Path(id): Path<String>,
    JsonObject(body): JsonObject,
) -> Result<Response, Failure> {
    let id = OrderId::parse(id).ok_or(Failure::OrderNotFound)?;
    let domains = read(body)?;
    let cancelled = proxy.upstream.cancel(&id, domains.as_deref()).await.map_err(Failure::partner)?;
    tracing::info!(order.id = %id, whole = domains.is_none(), "cancelled");
    let status = cancelled.order.get("status").and_then(Value::as_str);
    if let (Some(status), None) = (status, &domains) {
        // The event will say the same; until then nobody should read that the order goes on.
        let now = proxy.clock.now();
        let status = OrderStatus::from(status.to_owned());
        if proxy.store.order_head(&id).await?.is_some() {
            proxy.store.observe(&id, &status, &cancelled.order, cancelled.at.unwrap_or(now), now).await?;
        }
    }
    let field = |name: &str| cancelled.order.get(name).cloned().unwrap_or_default();
    let view = serde_json::json!({
        "id": id,
        "status": field("status"),
        "cancellation_scheduled_at": field("cancellation_scheduled_at"),
        "cancels_at": field("cancels_at"),
        "domains": names(&cancelled.order),
    });
    Ok(reply::data(StatusCode::OK, view))
}

/// `{"whole": true}` is the whole order, and `{"domains": […]}` is some of its domains: a forgotten field must not cancel
/// everything. `None` is the whole order.
fn read(body: Map<String, Value>) -> Result<Option<Vec<String>>, Failure> {
    let mut findings = Vec::new();
    let mut fields = Fields::new(body, "", &mut findings);
    let whole = fields.take("whole");
    let values = fields.take("domains");
    let message =
        "Send {\"whole\": true} to cancel the whole order, or {\"domains\": […]} to cancel some of its domains.";
    let values = match (whole, values) {
        (Some(Value::Bool(true)), None) => None,
        (None, Some(Value::Array(values))) => Some(values),
        (Some(_), Some(_)) => {
            fields.blame("whole", "cancel_ambiguous", message);
            None
        }
        (Some(_), None) => {
            fields.blame("whole", "wrong_type", message);
            None
        }
        (None, Some(_)) => {
            fields.blame("domains", "wrong_type", message);
            None
        }
        (None, None) => {
            fields.blame("whole", "missing_field", message);
            None
        }
    };
    let domains = values.map(|values| {
        if !(1..=MAX_ORDER_DOMAINS).contains(&values.len()) {
            let message = "Name 1 to 1,000 domains.";
            fields.blame("domains", "out_of_range", message);
        }
        let given = fields.strings("domains", values.into_iter().take(MAX_ORDER_DOMAINS).collect());
        let mut domains = Vec::with_capacity(given.len());
        for (index, text) in given.into_iter().enumerate() {
            match root_domain::read(&text) {
                Ok(name) => domains.push(name.to_string()),
                Err(_) if text.starts_with("dom_") && is_id(&text) => domains.push(text),
                Err(problem) => {
                    fields.blame(&format!("domains[{index}]"), problem.code(), problem.message());
                }
            }
        }
        domains
    });
    fields.finish();
    refuse_if_any(findings)?;
    Ok(domains)
}

fn names(order: &Value) -> Vec<String> {
    crate::upstream::orders::domain_names(order).into_iter().collect()
}
