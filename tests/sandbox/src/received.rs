//! Recorded requests, without their secrets.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use http::Request;
use serde::Serialize;
use serde_json::Value;

use crate::world::Environment;

const REDACTED: &str = "[redacted]";

/// One recorded request.
#[derive(Clone, Debug, Serialize)]
pub struct Received {
    /// Sequence number since the start.
    pub serial: u64,
    /// The method, such as `POST`.
    pub method: String,
    /// Path and query, unchanged.
    pub path: String,
    /// Headers with lower-case names; of `authorization` only the key's prefix is kept.
    pub headers: BTreeMap<String, String>,
    /// The body as JSON with each `login_password` replaced, or a note if it is not JSON.
    pub body: Value,
    /// Virtual time, Unix seconds.
    pub at: i64,
    /// `test` or `live`, by the key; `None` without a known key.
    pub environment: Option<String>,
    /// The status of the response; 0 until there is one, or if the connection was closed.
    pub status: u16,
}

impl Received {
    pub(crate) fn new(request: &Request<Bytes>, at: i64, environment: Option<Environment>) -> Self {
        let headers = request.headers().iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            let kept = match name.as_str() {
                "authorization" => redacted_authorization(&value),
                "proxy-authorization" | "cookie" => REDACTED.to_owned(),
                _ => value.into_owned(),
            };
            (name.as_str().to_owned(), kept)
        });
        Self {
            serial: 0,
            method: request.method().to_string(),
            path: request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            headers: headers.collect(),
            body: redacted_body(request.body()),
            at,
            environment: environment.map(|env| env.as_str().to_owned()),
            status: 0,
        }
    }
}

fn redacted_authorization(value: &str) -> String {
    for prefix in ["Bearer pk_test_", "Bearer pk_live_"] {
        if value.starts_with(prefix) {
            return format!("{prefix}…");
        }
    }
    REDACTED.to_owned()
}

fn redacted_body(body: &Bytes) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    match serde_json::from_slice(body) {
        Ok(mut value) => {
            redact(&mut value);
            value
        }
        // Text that cannot be parsed cannot be redacted, so it is not kept.
        Err(_) => Value::String(format!("[not JSON, {} bytes]", body.len())),
    }
}

fn redact(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if name == "login_password" {
                    *field = Value::String(REDACTED.to_owned());
                } else {
                    redact(field);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        _ => {}
    }
}

/// The most recent requests, up to a limit.
#[derive(Debug)]
pub(crate) struct ReceivedLog {
    kept: VecDeque<Received>,
    limit: usize,
    seen: u64,
}

impl ReceivedLog {
    pub(crate) fn new(limit: usize) -> Self {
        Self { kept: VecDeque::new(), limit, seen: 0 }
    }

    pub(crate) fn keeps(&self) -> bool {
        self.limit > 0
    }

    /// Stores a request and returns its sequence number.
    pub(crate) fn push(&mut self, mut received: Received) -> u64 {
        self.seen += 1;
        received.serial = self.seen;
        self.kept.push_back(received);
        while self.kept.len() > self.limit {
            self.kept.pop_front();
        }
        self.seen
    }

    pub(crate) fn answered(&mut self, serial: u64, status: u16) {
        let mut newest_first = self.kept.iter_mut().rev();
        if let Some(received) = newest_first.find(|received| received.serial == serial) {
            received.status = status;
        }
    }

    pub(crate) fn list(&self) -> Vec<Received> {
        self.kept.iter().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.kept.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{redacted_authorization, redacted_body};
    use bytes::Bytes;
    use serde_json::json;

    #[test]
    fn recorded_requests_contain_no_secrets() {
        assert_eq!(redacted_authorization("Bearer pk_live_abc"), "Bearer pk_live_…");
        assert_eq!(redacted_authorization("Basic abc"), "[redacted]");
        let body = Bytes::from_static(br#"{"a":[{"login_password":"x"}],"b":1}"#);
        assert_eq!(redacted_body(&body), json!({"a":[{"login_password":"[redacted]"}],"b":1}));
        let broken = Bytes::from_static(br#"{"login_password":"x""#);
        assert_eq!(redacted_body(&broken), json!("[not JSON, 21 bytes]"));
    }
}
