//! Reads an order from the table after every webhook about it, so that no step back is missed between two reads of a
//! customer.

use crate::diary::Sight;
use crate::table::execute;
use crate::time::Timeline;
use crate::values::TABLE;
use dynoxide::Database;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Observes every write about orders.
#[derive(Clone)]
pub(crate) struct Observer {
    database: Database,
    timeline: Timeline,
    seen: Arc<Mutex<BTreeMap<String, Vec<Sight>>>>,
}

impl std::fmt::Debug for Observer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Observer")
    }
}

impl Observer {
    pub(crate) fn new(database: &Database, timeline: Timeline) -> Self {
        Self { database: database.clone(), timeline, seen: Arc::default() }
    }

    /// Reads the order in the body of a webhook, if there is one.
    pub(crate) fn look_after(&self, webhook: &[u8]) {
        let webhook: Value = serde_json::from_slice(webhook).unwrap_or_default();
        let text = |path: &str| webhook.pointer(path).and_then(Value::as_str).unwrap_or_default();
        if text("/type").starts_with("order.") {
            self.look_at(text("/data/id"));
        }
    }

    fn look_at(&self, id: &str) {
        let key = json!({"pk": {"S": format!("ORDER#{id}")}, "sk": {"S": "ORDER"}});
        let request = json!({"TableName": TABLE, "Key": key, "ConsistentRead": true}).to_string();
        let answer = execute(&self.database, "GetItem", &request).unwrap_or_default();
        let item: Value = serde_json::from_str(&answer).unwrap_or_default();
        if let Some(status) = item.pointer("/Item/status/S").and_then(Value::as_str) {
            let sight = Sight { at: self.timeline.millis(), status: status.to_owned(), domains: Vec::new() };
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.entry(id.to_owned()).or_default().push(sight);
        }
    }

    /// The observed states of each order.
    pub(crate) fn seen(&self) -> BTreeMap<String, Vec<Sight>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
