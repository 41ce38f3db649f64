//! What became of each approval, as the table executed it.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The story of one approval.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fate {
    /// Its states, in order; a repeated write counts once.
    pub(crate) states: Vec<String>,
    /// The session that it was for.
    pub(crate) session: String,
    /// The order that is paid with it.
    pub(crate) order: Option<String>,
}

/// The story of each approval. It stays when the approval is removed, because its customer was erased.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fates(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    fates: BTreeMap<String, Fate>,
    /// Transactions that were executed. A copy that arrives later is answered alike, and executes nothing.
    tokens: BTreeSet<String>,
}

impl Fates {
    /// Notes what an executed operation did to approvals.
    pub(crate) fn note(&self, operation: &str, body: &str) {
        if !body.contains("APPROVAL#") {
            return;
        }
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        match operation {
            "TransactWriteItems" => {
                let token = body.get("ClientRequestToken").and_then(Value::as_str);
                if token.is_some_and(|token| !self.known().tokens.insert(token.to_owned())) {
                    return;
                }
                let items = body.get("TransactItems").and_then(Value::as_array).into_iter().flatten();
                items.filter_map(|item| item.get("Update")).for_each(|update| self.note_update(update));
            }
            "UpdateItem" => self.note_update(&body),
            _ => {}
        }
    }

    fn note_update(&self, update: &Value) {
        let text = |path: &str| update.pointer(path).and_then(Value::as_str).map(str::to_owned);
        let value = |name: &str| text(&format!("/ExpressionAttributeValues/:{name}/S"));
        let key = text("/Key/pk/S").unwrap_or_default();
        if let (Some(id), Some(state)) = (key.strip_prefix("APPROVAL#"), value("state")) {
            let mut known = self.known();
            let fate = known.fates.entry(id.to_owned()).or_default();
            if fate.states.last() != Some(&state) {
                fate.states.push(state);
            }
            fate.session = value("session").unwrap_or_else(|| std::mem::take(&mut fate.session));
            fate.order = value("order").or_else(|| fate.order.take());
        }
    }

    /// All of them.
    pub(crate) fn all(&self) -> BTreeMap<String, Fate> {
        self.known().fates.clone()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
