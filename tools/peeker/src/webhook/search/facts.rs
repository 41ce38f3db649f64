//! What one delivery offers to the search: signatures, times, ids, addresses.

use super::places::{Place, ids, times};
use super::signatures::{Written, signatures};
use crate::webhook::RECEIVER;
use crate::webhook::capture::Capture;
use serde_json::Value;

/// A delivery, looked through once.
#[derive(Debug)]
pub(crate) struct Facts<'c> {
    pub(crate) capture: &'c Capture,
    /// The body as JSON, where it is.
    pub(crate) json: Option<Value>,
    pub(crate) signatures: Vec<Written>,
    pub(crate) times: Vec<Place>,
    pub(crate) ids: Vec<Place>,
}

impl<'c> Facts<'c> {
    /// Looks through `capture`.
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

    /// What stands at `place`.
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

    /// The address that the sender wrote, by its Host header.
    pub(crate) fn url(&self) -> Option<String> {
        let host = self.capture.values("Host").first().copied()?;
        Some(format!("https://{host}{}", self.path()))
    }
}
