//! Events: content, signature time and delivery attempts.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// One delivery attempt.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// Virtual time, Unix seconds.
    pub at: i64,
    /// The receiver's status; 0 without a response.
    pub status: u16,
}

/// An event and its delivery attempts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EventRecord {
    /// `evt_…`.
    pub id: String,
    /// The type, such as `order.completed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Virtual time, Unix seconds.
    pub created_at: i64,
    /// The exact bytes that are signed and sent.
    pub body: String,
    /// The order of the event, if any.
    pub order_id: Option<String>,
    /// `test` or `live`.
    pub environment: String,
    /// Attempts so far, scripted ones included.
    pub attempts: Vec<Attempt>,
    /// Whether no automatic attempt follows: delivered, given up, or never sent.
    pub settled: bool,
    /// The timestamp of the first signature, for retries that repeat it.
    #[serde(default)]
    pub(crate) first_signed_at: Option<i64>,
}

impl EventRecord {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// Whether a receiver accepted it.
    pub fn delivered(&self) -> bool {
        self.attempts.iter().any(|attempt| (200..300).contains(&attempt.status))
    }
}

/// All kept events, oldest first.
#[derive(Debug, Default)]
pub(crate) struct EventLog {
    records: HashMap<String, EventRecord>,
    order: VecDeque<String>,
}

impl EventLog {
    /// Stores an event and drops the oldest settled ones beyond the limit.
    pub(crate) fn push(&mut self, record: EventRecord, limit: usize) {
        self.order.push_back(record.id.clone());
        self.records.insert(record.id.clone(), record);
        while self.order.len() > limit {
            let settled = |id: &String| self.records.get(id).is_none_or(|record| record.settled);
            if !self.order.front().is_some_and(settled) {
                break;
            }
            if let Some(id) = self.order.pop_front() {
                self.records.remove(&id);
            }
        }
    }

    pub(crate) fn get(&self, id: &str) -> Option<&EventRecord> {
        self.records.get(id)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut EventRecord> {
        self.records.get_mut(id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &EventRecord> {
        self.order.iter().filter_map(|id| self.records.get(id))
    }

    pub(crate) fn clear(&mut self) {
        self.records.clear();
        self.order.clear();
    }
}

impl Serialize for EventLog {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for EventLog {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut log = Self::default();
        for record in Vec::<EventRecord>::deserialize(deserializer)? {
            log.push(record, usize::MAX);
        }
        Ok(log)
    }
}
