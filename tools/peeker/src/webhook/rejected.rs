//! Rejected deliveries: rows of the stage's list, and files.

use crate::failure::Failure;
use crate::json::text;
use crate::times::iso;
use crate::webhook::capture::Capture;
use serde_json::{Value, json};
use shared::file_text;

/// One rejected delivery.
#[derive(Debug)]
pub(crate) struct Delivery {
    /// The stage's id, or the name of the file.
    pub(crate) name: String,
    /// The stage's reason, if known.
    pub(crate) reason: Option<String>,
    pub(crate) capture: Capture,
}

impl Delivery {
    /// Parses a row of the stage's list, or a saved file.
    pub(crate) fn of(row: &Value, otherwise: &str) -> Result<Self, Failure> {
        Ok(Self {
            name: text(row, "/id").unwrap_or(otherwise).to_owned(),
            reason: text(row, "/reason").map(str::to_owned),
            capture: Capture::from_value(row)?,
        })
    }

    /// All deliveries in a file: one, or a list from `webhook rejected --json`.
    pub(crate) fn all_in(bytes: &[u8], file: &str) -> Result<Vec<Self>, Failure> {
        let document = serde_json::from_slice::<Value>(file_text::without_mark(bytes)).ok();
        let list = document.as_ref().and_then(|document| {
            ["/data/deliveries", "/data", ""].into_iter().find_map(|at| document.pointer(at)?.as_array())
        });
        match (list, &document) {
            (Some(rows), _) => rows.iter().map(|row| Self::of(row, file)).collect(),
            (None, Some(row)) => Ok(vec![Self::of(row, file)?]),
            (None, None) => Ok(vec![Self { name: file.to_owned(), reason: None, capture: Capture::parse(bytes)? }]),
        }
    }

    /// The event id: from the header, or from the body.
    pub(crate) fn event_id(&self) -> Option<String> {
        let header = self.capture.values("Peeker-Event-Id").first().map(|id| (*id).to_owned());
        let body = || serde_json::from_slice::<Value>(&self.capture.body).ok();
        header.filter(|id| !id.is_empty()).or_else(|| text(&body()?, "/id").map(str::to_owned))
    }

    /// Size of the whole body in bytes, before truncation.
    pub(crate) fn size(&self) -> u64 {
        let kept = u64::try_from(self.capture.body.len()).unwrap_or(u64::MAX);
        self.capture.cut_from.unwrap_or(0).max(kept)
    }

    /// Time of arrival, ISO 8601.
    pub(crate) fn received_at(&self) -> Option<String> {
        self.capture.received_at.map(iso)
    }

    /// The capture file for `verify`, with the reason.
    pub(crate) fn document(&self) -> Value {
        let mut document = self.capture.document();
        document.insert("id".to_owned(), json!(self.name));
        document.insert("reason".to_owned(), json!(self.reason));
        document.insert("event_id".to_owned(), json!(self.event_id()));
        Value::Object(document)
    }

    /// The file name, with characters that are valid on every system.
    pub(crate) fn file_name(&self) -> String {
        let kept = |text: &str| -> String {
            text.chars().map(|c| if c.is_ascii_alphanumeric() || "_-".contains(c) { c } else { '-' }).take(80).collect()
        };
        let time = self.received_at().map(|at| format!("{}-", kept(&at))).unwrap_or_default();
        format!("{time}{}.capture", kept(&self.name))
    }
}
