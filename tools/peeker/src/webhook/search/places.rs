//! Possible places of a timestamp or an event id in a delivery, and their values.

use crate::webhook::capture::Capture;
use crate::webhook::receiver::repeated;
use crate::webhook::search::moments;
use serde_json::Value;

/// Maximum number of places of one kind: with more, an unrelated header might be taken for the right one.
const MAX_PLACES: usize = 4;
/// Maximum length of an id in bytes.
const MAX_ID: usize = 200;

/// The place of a value, common to several deliveries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A whole header.
    Header(String),
    /// An entry of a header: `t` of `t=1778241600,v1=…`.
    Entry(String, String),
    /// A top-level field of the body.
    Body(&'static str),
}

impl Place {
    /// The value at this place in a delivery.
    pub(crate) fn read(&self, capture: &Capture, body: Option<&Value>) -> Option<String> {
        let header = |name: &str| capture.values(name).first().map(|value| once(value).to_owned());
        match self {
            Self::Header(name) => header(name),
            Self::Entry(name, key) => {
                let value = header(name)?;
                entries(&value).find(|(known, _)| known == key).map(|(_, value)| value.to_owned())
            }
            Self::Body(field) => body?.get(field)?.as_str().map(str::to_owned),
        }
    }

    /// Whether it is the whole header with this name.
    pub(crate) fn is_header(&self, name: &str) -> bool {
        matches!(self, Self::Header(header) if header.eq_ignore_ascii_case(name))
    }

    /// The text form.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Header(name) => format!("the header {}", title(name)),
            Self::Entry(name, key) => format!("{key}= in the header {}", title(name)),
            Self::Body(field) => format!("{field} of the body"),
        }
    }
}

/// A value that a gateway repeated and joined by commas, once.
fn once(value: &str) -> &str {
    repeated(value).unwrap_or(value)
}

/// The usual spelling of a header's name: `Peeker-Signature`.
pub(crate) fn title(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(letters.map(|c| c.to_ascii_lowercase())).collect::<String>()
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}

/// `key=value` entries of a header.
fn entries(value: &str) -> impl Iterator<Item = (&str, &str)> {
    value.split([',', ';', ' ']).filter_map(|entry| entry.trim().split_once('='))
}

/// Every place with a time; Peeker-Timestamp first.
pub(crate) fn times(capture: &Capture, body: Option<&Value>) -> Vec<Place> {
    let mut found: Vec<(u8, Place)> = Vec::new();
    for (name, value) in &capture.headers {
        let known = name.to_ascii_lowercase();
        let rank = match known.as_str() {
            "peeker-timestamp" => 0,
            name if name.contains("timestamp") => 1,
            name if name.contains("time") => 3,
            _ => 4,
        };
        // The content of Peeker-Timestamp is signed unchanged, whatever it is.
        if rank == 0 || moments::millis(once(value)).is_some() {
            found.push((rank, Place::Header(name.clone())));
        }
        for (key, _) in entries(value).filter(|(_, value)| moments::millis(value).is_some()) {
            found.push((2, Place::Entry(name.clone(), key.to_owned())));
        }
    }
    let in_body = Place::Body("created_at");
    found.extend(in_body.read(capture, body).map(|_| (5, in_body)));
    first(found)
}

/// Every place with a possible event id; Peeker-Event-Id first.
pub(crate) fn ids(capture: &Capture, body: Option<&Value>) -> Vec<Place> {
    let in_body = Place::Body("id");
    let event = in_body.read(capture, body);
    let mut found: Vec<(u8, Place)> = Vec::new();
    for (name, value) in &capture.headers {
        let known = name.to_ascii_lowercase();
        let about_events = ["event", "webhook", "delivery", "message"].iter().any(|word| known.contains(word));
        let rank = match known.as_str() {
            "peeker-event-id" => 0,
            _ if event.as_deref() == Some(value) => 1,
            name if !name.split(['-', '_']).any(|word| word == "id") || name.contains("amz") => continue,
            _ if about_events => 2,
            _ => 4,
        };
        let value = once(value);
        let is_id = !value.is_empty() && value.len() <= MAX_ID && !value.contains(char::is_whitespace);
        if is_id {
            found.push((rank, Place::Header(name.clone())));
        }
    }
    found.extend(event.map(|_| (3, in_body)));
    first(found)
}

fn first(mut found: Vec<(u8, Place)>) -> Vec<Place> {
    found.sort_by_key(|(rank, _)| *rank);
    let mut places: Vec<Place> = Vec::new();
    for (_, place) in found {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places.truncate(MAX_PLACES);
    places
}
