//! The three headers and the raw bytes of a delivery, before the bytes are parsed.

use crate::failure::Failure;
use axum::body::Bytes;
use axum::http::HeaderMap;

/// A delivery as it arrived.
#[derive(Debug)]
pub struct Delivery {
    /// `Peeker-Event-Id`.
    pub event_id: String,
    /// `Peeker-Timestamp`, as it was written: the signature covers these characters.
    pub timestamp: String,
    /// `Peeker-Signature`, all of it.
    pub signature: String,
    /// The bytes as they came.
    pub body: Bytes,
}

impl Delivery {
    /// Takes the headers out of `headers`.
    ///
    /// # Errors
    /// `401` when one is missing, empty, not text, or there twice: which of the two was meant is not ours to guess.
    pub fn read(headers: &HeaderMap, body: Bytes) -> Result<Self, Failure> {
        Ok(Self {
            event_id: only(headers, "peeker-event-id")?,
            timestamp: only(headers, "peeker-timestamp")?,
            signature: only(headers, "peeker-signature")?,
            body,
        })
    }
}

/// The refusal of a delivery without its headers.
pub(super) const HEADERS: Failure = Failure::Unauthorized(
    "webhook_headers",
    "A delivery needs Peeker-Event-Id, Peeker-Timestamp and Peeker-Signature, each once.",
);

fn only(headers: &HeaderMap, name: &str) -> Result<String, Failure> {
    let mut values = headers.get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(HEADERS);
    };
    let text = value.to_str().ok().map(str::trim).filter(|text| !text.is_empty());
    text.map(str::to_owned)
        .ok_or(Failure::Unauthorized("webhook_headers", "A header of the delivery is empty or not text."))
}
