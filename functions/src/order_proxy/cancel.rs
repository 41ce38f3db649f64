//! `POST /v1/orders/{id}/cancel`: the whole order, or some of its domains, at the end of what is paid.

use crate::clock::to_iso;
use crate::failure::Failure;
use crate::http::fields::{Fields, JsonObject, refuse_if_any};
use crate::http::reply;
use crate::order_proxy::Proxy;
use crate::root_domain;
use crate::session::Partner;
use crate::store::open::SILENT_AFTER;
use crate::times;
use crate::upstream::orders::domain_names;
use crate::upstream::receipt;
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
    let cancelled = match proxy.upstream.cancel(&id, domains.as_deref()).await {
        Ok(cancelled) => cancelled,
        Err(error) => {
            // It may be cancelled all the same: the order is compared soon.
            if !error.is_certain() {
                proxy.store.look_after(&id, proxy.clock.now().saturating_sub(SILENT_AFTER)).await?;
            }
            return Err(Failure::partner(error));
        }
    };
    tracing::info!(order.id = %id, whole = domains.is_none(), "cancelled");
    let order = &cancelled.order;
    let date = |name: &str| order.get(name).and_then(times::read);
    let cancels_at = date("cancels_at");
    // An answer with a date says that the end is scheduled, also when its status cannot be read.
    let status = receipt::status_of(order).or_else(|| cancels_at.map(|_| OrderStatus::CancelScheduled));
    if let Some(head) = proxy.store.order_head(&id).await? {
        let now = proxy.clock.now();
        let at = cancelled.at.unwrap_or(now);
        match (&status, &domains) {
            // The event will say the same; until then nobody should read that the order goes on.
            (Some(status), None) => {
                proxy.store.observe(&id, status, order, at, now).await?;
                proxy.store.keep_dates(&id, status, order, at).await?;
                // Which of its domains are live is in the full order.
                if !head.was_completed {
                    proxy.store.look_after(&id, now).await?;
                }
            }
            // The order goes on, and no event will say when these domains have left it.
            (_, Some(_)) => proxy.store.look_after(&id, cancels_at.unwrap_or(now)).await?,
            (None, None) => {}
        }
    }
    let view = serde_json::json!({
        "id": id,
        "status": status,
        "cancellation_scheduled_at": date("cancellation_scheduled_at").map(to_iso),
        "cancels_at": cancels_at.map(to_iso),
        "domains": domain_names(order),
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
