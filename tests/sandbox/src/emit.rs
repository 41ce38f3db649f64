//! Creates events for changes, due immediately.

use serde_json::{Value, json};

use crate::events::EventRecord;
use crate::queue::Job;
use crate::state::State;
use crate::times::iso;
use crate::world::Environment;

/// Records an event and queues its first delivery immediately.
pub(crate) fn emit(state: &mut State, env: Environment, kind: &str, order: Option<&str>, data: Value) {
    let now_ms = state.clock.now_ms();
    let created_at = now_ms.div_euclid(1000);
    let id = state.ids.mint("evt");
    let mut body = json!({"id": id, "type": kind, "created_at": iso(created_at)});
    if let Some(fields) = body.as_object_mut() {
        fields.insert("data".to_owned(), data);
    }
    state.queue.push(now_ms, Job::Deliver { event: id.clone(), attempt: 1 });
    state.events.push(
        EventRecord {
            id,
            kind: kind.to_owned(),
            created_at,
            body: body.to_string(),
            order_id: order.map(str::to_owned),
            environment: env.as_str().to_owned(),
            attempts: Vec::new(),
            settled: false,
            first_signed_at: None,
        },
        state.settings.events_limit,
    );
}
