//! Upstream's webhook envelope, read leniently in both nestings that were ever documented.

use crate::ids::EventId;
use crate::lenient_json;
use serde_json::{Map, Value};

/// Keys under `data` that may hold the entity (May edition). June puts the entity straight into `data`.
const NESTINGS: [&str; 4] = ["order", "domain_import", "swap", "domain"];

/// A parsed event. Unknown types and fields are kept, never an error.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Stable per logical event: what duplicates are told by.
    pub id: EventId,
    /// Such as `order.completed`; any word.
    pub kind: String,
    /// When upstream saw it happen, as it came; a number as its digits, empty when it is missing.
    pub created_at: String,
    /// What it is about: an object.
    pub entity: Value,
    /// `data.api_key.environment` (May edition only).
    pub environment: Option<String>,
}

/// Why bytes are not an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventProblem {
    /// Not JSON, or not an object.
    NotAnObject,
    /// `id` is missing or cannot be an id.
    NoId,
    /// `type` is missing or not a short word.
    NoType,
}

impl EventProblem {
    /// What to do about it, in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::NotAnObject => "The body must be a JSON object.",
            Self::NoId => "The body needs an id, such as evt_….",
            Self::NoType => "The body needs a type, such as order.completed.",
        }
    }
}

/// Characters of an event type: four times the longest known one.
const MAX_TYPE_LENGTH: usize = 128;

impl Event {
    /// Reads a delivery's body, as far as it can be read. Call it only after the signature over the same bytes was
    /// verified: then what is in them is a fact, however it is written.
    ///
    /// # Errors
    /// What is missing from the envelope; `created_at` and `data` may be anything.
    pub fn parse(body: &[u8]) -> Result<Self, EventProblem> {
        let Some(Value::Object(mut envelope)) = lenient_json::read(body).map(|reading| reading.value) else {
            return Err(EventProblem::NotAnObject);
        };
        let mut text = |key: &str| match envelope.remove(key) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        let id = text("id").and_then(EventId::parse).ok_or(EventProblem::NoId)?;
        let kind = text("type")
            .filter(|kind| {
                !kind.is_empty() && kind.len() <= MAX_TYPE_LENGTH && kind.bytes().all(|b| b.is_ascii_graphic())
            })
            .ok_or(EventProblem::NoType)?;
        let created_at = match envelope.remove("created_at") {
            Some(Value::String(text)) => text,
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let mut data = match envelope.remove("data") {
            Some(Value::Object(data)) => data,
            _ => Map::new(),
        };
        let environment =
            data.get("api_key").and_then(|key| key.get("environment")).and_then(Value::as_str).map(str::to_owned);
        let entity = NESTINGS.iter().find_map(|key| match data.get(*key) {
            Some(Value::Object(_)) => data.remove(*key),
            _ => None,
        });
        let entity = entity.unwrap_or(Value::Object(data));
        Ok(Self { id, kind, created_at, entity, environment })
    }

    /// The part of the type before the dot: `order`, `domain`, `domain_import`, `swap`.
    pub fn family(&self) -> &str {
        self.kind.split('.').next().unwrap_or_default()
    }

    /// The part of the type after the dot: `completed`, `action_required`.
    pub fn verb(&self) -> &str {
        self.kind.split_once('.').map_or("", |(_, verb)| verb)
    }

    /// A string field of the entity.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.entity.get(key).and_then(Value::as_str)
    }
}
