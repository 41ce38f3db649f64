//! `POST /v1/orders/{id}/cancel`: cancels the whole order, or some of its domains, at the end of the paid period.

use crate::clock::to_iso;
use crate::failure::Failure;
use crate::http::fields::{Fields, JsonObject, refuse_if_any};
use crate::http::id::Id;
use crate::http::reply;
use crate::order_proxy::bodies::Cancel;
use crate::order_proxy::proxy::Proxy;
use crate::session::Partner;
use crate::store::order::{Observation, SILENT_AFTER};
use crate::times;
use crate::upstream::orders::domain_names;
use crate::upstream::receipt;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use shared::draft::MAX_ORDER_DOMAINS;
use shared::ids::{OrderId, is_id};
use shared::order::OrderStatus;
use shared::root_domain;
use shared::schema;
use std::collections::BTreeSet;

pub(super) async fn cancel(
    State(proxy): State<Proxy>,
    _: Partner,
    Id(id): Id,
    body: JsonObject<Cancel>,
) -> Result<Response, Failure> {
    let id = OrderId::parse(id).ok_or(Failure::OrderNotFound)?;
    let domains = read(body.fields)?;
    let cancelled = match proxy.upstream.cancel(&id, domains.as_deref()).await {
        Ok(cancelled) => cancelled,
        Err(error) => {
            // It may have been cancelled: the order is compared with upstream soon.
            if !error.is_certain() {
                proxy.store.look_after(&id, proxy.clock.now().saturating_sub(SILENT_AFTER)).await?;
            }
            return Err(Failure::partner(error));
        }
    };
    tracing::info!(order.id = %id, whole = domains.is_none(), "order cancelled");
    let order = &cancelled.order;
    let date = |name: &str| order.get(name).and_then(times::read);
    let cancels_at = date("cancels_at");
    // A response with a date means that the end is scheduled, even if its status cannot be parsed.
    let status = receipt::status_of(order).or_else(|| cancels_at.map(|_| OrderStatus::CancelScheduled));
    if let Some(head) = proxy.store.order_head(&id).await? {
        let now = proxy.clock.now();
        let at = cancelled.at.unwrap_or(now);
        match (&status, &domains) {
            // The event will repeat it; until then the order must not be shown as continuing.
            (Some(status), None) => {
                let observation = Observation { status, order, at, is_our_doing: true };
                proxy.store.observe(&id, observation, now).await?;
                proxy.store.keep_dates(&id, status, order, at).await?;
                // The full order lists its live domains.
                if !head.was_completed {
                    proxy.store.look_after(&id, now).await?;
                }
            }
            // The order continues, and no event will report when these domains are removed from it.
            (_, Some(_)) => proxy.store.look_after(&id, cancels_at.unwrap_or(now)).await?,
            (None, None) => {}
        }
    }
    let view = Cancelled {
        id: id.to_string(),
        status,
        cancellation_scheduled_at: date("cancellation_scheduled_at").map(to_iso),
        cancels_at: cancels_at.map(to_iso),
        domains: domain_names(order),
    };
    Ok(reply::data(StatusCode::OK, view))
}

/// The cancellation.
#[derive(Serialize, JsonSchema)]
pub(super) struct Cancelled {
    /// Upstream's `ord_…`.
    #[schemars(with = "schema::Id")]
    pub(super) id: String,
    /// The new status of the order; `null` if upstream does not send it.
    pub(super) status: Option<OrderStatus>,
    /// When the cancellation was accepted, ISO 8601 in UTC.
    pub(super) cancellation_scheduled_at: Option<String>,
    /// When it takes effect, ISO 8601 in UTC. If the whole order is cancelled, the order shows the same date
    /// immediately.
    pub(super) cancels_at: Option<String>,
    /// The domains to be cancelled.
    pub(super) domains: BTreeSet<String>,
}

/// `{"whole": true}` is the whole order, and `{"domains": […]}` is some of its domains: a forgotten field must not
/// cancel everything. `None` is the whole order.
pub(super) fn read(body: Map<String, Value>) -> Result<Option<Vec<String>>, Failure> {
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
            fields.add_finding("whole", "cancel_ambiguous", message);
            None
        }
        (Some(_), None) => {
            fields.add_finding("whole", "wrong_type", message);
            None
        }
        (None, Some(_)) => {
            fields.add_finding("domains", "wrong_type", message);
            None
        }
        (None, None) => {
            fields.add_finding("whole", "missing_field", message);
            None
        }
    };
    let domains = values.map(|values| {
        if !(1..=MAX_ORDER_DOMAINS).contains(&values.len()) {
            let message = "domains must have 1 to 1,000 entries.";
            fields.add_finding("domains", "out_of_range", message);
        }
        let given = fields.strings("domains", values.into_iter().take(MAX_ORDER_DOMAINS).collect());
        let mut domains = Vec::with_capacity(given.len());
        for (index, text) in given.into_iter().enumerate() {
            match root_domain::read(&text) {
                Ok(name) => domains.push(name.to_string()),
                Err(_) if text.starts_with("dom_") && is_id(&text) => domains.push(text),
                Err(problem) => {
                    fields.add_finding(&format!("domains[{index}]"), problem.code(), problem.message());
                }
            }
        }
        domains
    });
    fields.finish();
    refuse_if_any(findings)?;
    Ok(domains)
}
