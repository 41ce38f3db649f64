//! Stores rejected deliveries for diagnosis, if a setting enables it.

use crate::clock::Timestamp;
use crate::store::Store;
use crate::store::rejected::{HeaderText, Headers, MAX_BODY, Rejected};
use crate::webhook::credentials;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Maximum deliveries that one process stores per minute: anybody can cause rejections, and each write costs money.
pub const MOST_PER_MINUTE: u32 = 30;
/// Headers of one delivery that are kept, and the characters of a value.
const MAX_HEADERS: usize = 64;
const MAX_VALUE: usize = 1_024;
/// Timeout of the write: it must not delay the response.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Stores rejected deliveries. Clones share the limit.
#[derive(Debug, Clone, Default)]
pub struct Capture(Arc<Mutex<Minute>>);

/// A minute, and the number of deliveries stored in it.
#[derive(Debug, Default)]
struct Minute {
    number: Timestamp,
    kept: u32,
}

impl Capture {
    /// Stores a delivery that was rejected for `reason`. A failed write is logged and changes nothing else.
    pub async fn keep(&self, store: &Store, headers: &HeaderMap, body: &[u8], reason: &str, now: Timestamp) {
        if !self.has_room(now) {
            return;
        }
        let kept = body.get(..MAX_BODY).unwrap_or(body);
        // Of the whole of it: its end decides whether it is JSON.
        let is_withheld = credentials::in_body(body);
        let rejected = Rejected {
            reason: reason.to_owned(),
            headers: shown(headers),
            body: if is_withheld { Vec::new() } else { kept.to_vec() },
            body_bytes: body.len(),
            is_withheld,
        };
        let why = match tokio::time::timeout(TIMEOUT, store.keep_rejected(&rejected, now)).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(elapsed) => elapsed.to_string(),
        };
        tracing::warn!(error.cause = why, "rejected delivery not stored");
    }

    fn has_room(&self, now: Timestamp) -> bool {
        let number = now.div_euclid(60);
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if minute.number != number {
            *minute = Minute { number, kept: 0 };
        }
        minute.kept = minute.kept.saturating_add(1);
        minute.kept <= MOST_PER_MINUTE
    }
}

/// Headers as strings, without credentials.
fn shown(headers: &HeaderMap) -> Headers {
    let is_open = |name: &HeaderName, value: &HeaderValue| !credentials::in_header(name.as_str(), value.as_bytes());
    let mut shown = Headers::new();
    for (name, value) in headers.iter().filter(|(name, value)| is_open(name, value)).take(MAX_HEADERS) {
        let name: String = name.as_str().chars().take(MAX_VALUE).collect();
        let value: String = String::from_utf8_lossy(value.as_bytes()).chars().take(MAX_VALUE).collect();
        let text = match shown.remove(&name) {
            Some(known) => known.and(value),
            None => HeaderText::One(value),
        };
        shown.insert(name, text);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{Capture, HeaderText, MOST_PER_MINUTE, shown};
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    #[test]
    fn capture_limit_resets_every_minute() {
        let capture = Capture::default();
        let room = |now| (0..100).filter(|_| capture.clone().has_room(now)).count();
        let most = usize::try_from(MOST_PER_MINUTE).unwrap_or_default();
        assert_eq!((room(600), room(659), room(660)), (most, 0, most));
    }

    #[test]
    fn stored_headers_are_short_text_without_credentials() {
        let mut headers = HeaderMap::new();
        let long = "a".repeat(5_000);
        let values: [(&str, &[u8]); 10] = [
            ("Authorization", b"Bearer secret"),
            ("COOKIE", b"session=secret"),
            ("Proxy-Authorization", b"secret"),
            ("X-Api-Key", b"abc"),
            ("X-Auth-Token", b"abc"),
            ("peeker-signature", b"v1=aa"),
            ("Peeker-Signature", b"v1=bb"),
            ("x-key", b"Pk_Live_abc"),
            ("x-odd", b"\xff"),
            ("x-long", long.as_bytes()),
        ];
        for (name, value) in values {
            let name = HeaderName::try_from(name).unwrap_or(HeaderName::from_static("none"));
            headers.append(name, HeaderValue::from_bytes(value).unwrap_or(HeaderValue::from_static("none")));
        }
        let shown = shown(&headers);
        let names: Vec<&str> = shown.keys().map(String::as_str).collect();
        assert_eq!(names, ["peeker-signature", "x-long", "x-odd"]);
        let one = |text: &str| Some(HeaderText::One(text.to_owned()));
        let both = HeaderText::Several(vec!["v1=aa".to_owned(), "v1=bb".to_owned()]);
        assert_eq!(shown.get("peeker-signature"), Some(&both));
        assert_eq!(shown.get("x-odd").cloned(), one("\u{fffd}"));
        assert_eq!(shown.get("x-long").cloned(), one(&"a".repeat(1_024)));
    }
}
