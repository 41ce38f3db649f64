//! Cancels an order, whole or in part, at the end of its paid period.

use serde_json::{Value, json};

use super::call::Call;
use super::fields;
use super::reply::{Answer, Refusal, Reply};
use crate::emit::emit;
use crate::queue::Job;
use crate::state::State;
use crate::times::iso;
use crate::world::{Cancellation, Order, OrderStatus, World};

/// As in the documented sample: docs/upstream.md#cancellation.
const PERIOD_SECONDS: i64 = 30 * 24 * 60 * 60;

pub(crate) fn schedule(state: &mut State, call: &Call, order_id: &str) -> Answer {
    let inboxes = state.settings.readings.inboxes;
    let world = state.worlds.of_mut(call.env);
    let order = world.orders.get(order_id).ok_or_else(|| Refusal::no_record("order", order_id))?;
    let some = chosen(world, order, call)?;
    match order.status {
        OrderStatus::Cancelled | OrderStatus::Failed => {
            let message = format!("an order that is {} cannot be cancelled", order.status.as_str());
            return Err(Refusal::bad("invalid_request", message));
        }
        // A repeated request changes nothing and returns the scheduled cancellation.
        OrderStatus::CancelScheduled => {
            return Ok(Reply::ok(answer(order, order.cancellation, &ids(order))));
        }
        _ => {}
    }
    let cancellation = Cancellation { scheduled_at: call.now, cancels_at: call.now + PERIOD_SECONDS };
    let whole = some.as_ref().is_none_or(|some| some.len() == order.domains.len());
    let affected = some.filter(|_| !whole);
    let job = Job::Cancel { env: call.env, order: order_id.to_owned(), domains: affected.clone() };
    state.queue.push(cancellation.cancels_at.saturating_mul(1000), job);

    let rows = affected.unwrap_or_else(|| ids(order));
    for id in &rows {
        if let Some(domain) = world.domains.get_mut(id) {
            "cancel_scheduled".clone_into(&mut domain.status);
        }
    }
    let Some(order) = world.orders.get_mut(order_id) else {
        return Err(Refusal::no_record("order", order_id));
    };
    let reply = answer(order, Some(cancellation), &rows);
    if whole {
        order.status = OrderStatus::CancelScheduled;
        order.cancellation = Some(cancellation);
        let full = order.full(inboxes);
        emit(state, call.env, "order.cancel_scheduled", Some(order_id), full);
    }
    Ok(Reply::ok(reply))
}

/// The domains named in the body, by id or name; all of them without a body.
fn chosen(world: &World, order: &Order, call: &Call) -> Result<Option<Vec<String>>, Refusal> {
    if call.body.is_empty() {
        return Ok(None);
    }
    let body = fields::object(&call.body)?;
    if !body.contains_key("domains") {
        return Ok(None);
    }
    let mut some: Vec<String> = Vec::new();
    for wanted in fields::texts(&body, "domains", usize::MAX)? {
        let id = world.domain(wanted).map(|domain| domain.id.as_str());
        let row = order.domains.iter().find(|row| Some(row.id.as_str()) == id);
        let row = row.ok_or_else(|| Refusal::invalid("domains", format!("{wanted} is not a domain of this order")))?;
        if !some.contains(&row.id) {
            some.push(row.id.clone());
        }
    }
    Ok(Some(some))
}

fn ids(order: &Order) -> Vec<String> {
    order.domains.iter().map(|row| row.id.clone()).collect()
}

fn answer(order: &Order, cancellation: Option<Cancellation>, ids: &[String]) -> Value {
    let rows = order.domains.iter().filter(|row| ids.contains(&row.id));
    let domains: Vec<Value> = rows.map(|row| json!({"id": row.id, "domain": row.name})).collect();
    json!({
        "id": order.id,
        "status": "cancel_scheduled",
        "cancellation_scheduled_at": cancellation.map(|at| iso(at.scheduled_at)),
        "cancels_at": cancellation.map(|at| iso(at.cancels_at)),
        "domains": domains,
    })
}
