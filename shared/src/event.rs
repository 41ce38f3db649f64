//! Upstream's webhook envelope, read leniently in both nestings of docs/upstream.md#event-envelope.

use crate::ids::{EventId, is_id, usable_id};
use crate::lenient_json;
use serde_json::{Map, Value};

/// Keys under `data` that may hold the entity: docs/upstream.md#event-envelope.
const NESTINGS: [&str; 4] = ["order", "domain_import", "swap", "domain"];

/// A parsed event. Unknown types and fields are kept, never an error.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Stable per logical event; duplicates have the same id.
    pub id: EventId,
    /// The event type, such as `order.completed`. Unknown types are kept.
    pub kind: String,
    /// The time of the event, ISO 8601 as upstream sent it; a number as its digits; empty if absent.
    pub created_at: String,
    /// The object that the event describes.
    pub entity: Value,
    /// `data.api_key.environment`: docs/upstream.md#webhook-endpoint.
    pub environment: Option<String>,
    /// Fields of the envelope that are missing or have the wrong type: `id`, `type`.
    pub odd: Vec<&'static str>,
}

/// The reason why bytes are not an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventProblem {
    /// Not JSON, or not an object.
    NotAnObject,
    /// No id in the body or in the header.
    NoId,
    /// The body and the header have different ids.
    OtherId,
}

impl EventProblem {
    /// The message for people. It says what to do.
    pub const fn message(self) -> &'static str {
        match self {
            Self::NotAnObject => "The body must be a JSON object.",
            Self::NoId => "The body needs an id, such as evt_….",
            Self::OtherId => "Peeker-Event-Id and the body's id differ.",
        }
    }
}

/// Characters of an event type that are kept: four times the longest known one.
const MAX_TYPE_LENGTH: usize = 128;
/// The type of an event without one.
const NO_TYPE: &str = "unknown";

impl Event {
    /// Parses a body leniently. Call it only after the signature over the same bytes was verified.
    ///
    /// # Errors
    /// [`EventProblem::NotAnObject`] and [`EventProblem::NoId`]; every other field may be malformed.
    pub fn parse(body: &[u8]) -> Result<Self, EventProblem> {
        Self::delivered(body, "")
    }

    /// Parses the body of a delivery. `beside` is the header `Peeker-Event-Id`, which is used if the body has no valid
    /// id.
    ///
    /// # Errors
    /// [`EventProblem`]. If both ids are valid and differ, the event is ambiguous, because only the body is signed.
    pub fn delivered(body: &[u8], beside: &str) -> Result<Self, EventProblem> {
        let Some(Value::Object(mut envelope)) = lenient_json::read(body).map(|reading| reading.value) else {
            return Err(EventProblem::NotAnObject);
        };
        let mut odd = Vec::new();
        let (id, is_odd) = id(envelope.remove("id"), beside)?;
        odd.extend(is_odd.then_some("id"));
        let (kind, is_odd) = kind(envelope.remove("type"));
        odd.extend(is_odd.then_some("type"));
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
        Ok(Self { id, kind, created_at, entity, environment, odd })
    }

    /// Whether the type has an unexpected format. Such an event changes nothing.
    pub fn has_odd_type(&self) -> bool {
        self.odd.contains(&"type")
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

/// The id of the body, or else that of the header; and whether the id of the body is invalid.
fn id(inside: Option<Value>, beside: &str) -> Result<(EventId, bool), EventProblem> {
    let inside = match inside {
        Some(Value::String(text)) if is_id(&text) && is_id(beside) && text != beside => {
            return Err(EventProblem::OtherId);
        }
        Some(Value::String(text)) => text,
        // Without a better id, the digits of a number are used.
        Some(Value::Number(number)) => return odd_id(&number.to_string(), beside),
        _ => return odd_id("", beside),
    };
    match EventId::parse(inside.as_str()) {
        Some(id) => Ok((id, false)),
        None => odd_id(&inside, beside),
    }
}

fn odd_id(inside: &str, beside: &str) -> Result<(EventId, bool), EventProblem> {
    let found = EventId::parse(beside).or_else(|| usable_id(inside).and_then(EventId::parse));
    found.map(|id| (id, true)).ok_or(EventProblem::NoId)
}

/// The type, shortened to the limit; and whether it is invalid.
fn kind(given: Option<Value>) -> (String, bool) {
    let text = match given {
        Some(Value::String(text)) => text,
        Some(word @ (Value::Number(_) | Value::Bool(_))) => return (shown(&word.to_string()), true),
        // An object or a list may contain personal data.
        _ => String::new(),
    };
    let is_word = !text.is_empty() && text.len() <= MAX_TYPE_LENGTH && text.bytes().all(|b| b.is_ascii_graphic());
    if is_word { (text, false) } else { (shown(&text), true) }
}

/// At most [`MAX_TYPE_LENGTH`] characters without control characters; never empty.
fn shown(text: &str) -> String {
    let tame = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let text: String = text.trim().chars().take(MAX_TYPE_LENGTH).map(tame).collect();
    if text.is_empty() { NO_TYPE.to_owned() } else { text }
}
