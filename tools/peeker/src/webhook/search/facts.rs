//! The parts of a delivery that a signature may cover: signatures, times, ids, URLs.

use super::places::{Place, ids, times};
use super::signatures::{Written, signatures};
use crate::webhook::RECEIVER;
use crate::webhook::capture::Capture;
use serde_json::Value;

/// A parsed delivery.
#[derive(Debug)]
pub(crate) struct Facts<'c> {
    pub(crate) capture: &'c Capture,
    /// The body as JSON, if it is valid.
    pub(crate) json: Option<Value>,
    pub(crate) signatures: Vec<Written>,
    pub(crate) times: Vec<Place>,
    pub(crate) ids: Vec<Place>,
}

impl<'c> Facts<'c> {
    /// Parses `capture`.
    pub(crate) fn of(capture: &'c Capture) -> Self {
        let json = serde_json::from_slice::<Value>(&capture.body).ok();
        Self {
            capture,
            signatures: signatures(&capture.headers),
            times: times(capture, json.as_ref()),
            ids: ids(capture, json.as_ref()),
            json,
        }
    }

    /// The value at `place`.
    pub(crate) fn read(&self, place: &Place) -> Option<String> {
        place.read(self.capture, self.json.as_ref())
    }

    /// The method of the request.
    pub(crate) fn method(&self) -> &str {
        self.capture.request.as_ref().map_or("POST", |(method, _)| method)
    }

    /// The path of the request, with its query.
    pub(crate) fn path(&self) -> &str {
        let target = self.capture.request.as_ref().map_or(RECEIVER, |(_, target)| target);
        let whole = target.split_once("://").map(|(_, rest)| rest);
        whole.map_or(target, |rest| rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/"))
    }

    /// The URL that the sender used, according to the Host header.
    pub(crate) fn url(&self) -> Option<String> {
        let host = self.capture.values("Host").first().copied()?;
        Some(format!("https://{host}{}", self.path()))
    }
}
