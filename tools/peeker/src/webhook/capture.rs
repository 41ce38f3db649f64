//! A captured delivery: headers and raw body, from an HTTP message, from JSON, or from two files.

use crate::failure::Failure;
use crate::json::{number, text};
use crate::times::{from_iso, iso};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use shared::file_text;

/// The formats of a capture, for help and errors.
pub(crate) const FORMAT: &str = "\
A captured delivery is a file of headers, an empty line, and the body exactly as it came:

  Peeker-Event-Id: evt_01HZX0EV1A2B3C4D5E6F7G8H
  Peeker-Timestamp: 1778241600
  Peeker-Signature: v1=5257a869…

  {\"id\":\"evt_01HZX0EV1A2B3C4D5E6F7G8H\",\"type\":\"order.completed\",…}

A request line before the headers is ignored, and so are other headers. JSON will do as well, as API Gateway hands
it to a function: {\"headers\": {…}, \"body\": \"…\", \"isBase64Encoded\": false}.";

/// A captured delivery.
#[derive(Debug)]
pub(crate) struct Capture {
    /// The headers in their order, unchanged.
    pub(crate) headers: Vec<(String, String)>,
    /// The bytes of the body.
    pub(crate) body: Vec<u8>,
    /// Time of arrival, Unix seconds, if known.
    pub(crate) received_at: Option<i64>,
    /// Malformed header lines.
    pub(crate) odd_lines: Vec<String>,
    /// Method and URL of the request, if known.
    pub(crate) request: Option<(String, String)>,
    /// Set if the stage truncated the body: its full length in bytes, 0 if unknown.
    pub(crate) cut_from: Option<u64>,
    /// Whether the stage withheld the body because it may contain a credential; `cut_from` is set then, too.
    pub(crate) is_withheld: bool,
}

impl Capture {
    /// Parses a capture in one file.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Failure> {
        if file_text::is_utf16(bytes) {
            let message = "The capture is UTF-16 text, and the body's bytes are lost. Capture it byte for byte.";
            return Err(Failure::usage("capture_malformed", message).advise(FORMAT));
        }
        // A byte order mark before the headers is not part of the delivery.
        let bytes = file_text::without_mark(bytes);
        if bytes.trim_ascii_start().starts_with(b"{") {
            return Self::from_json(bytes);
        }
        let Some((head, body)) = split_head(bytes) else {
            let message = "The capture has no empty line between headers and body.";
            return Err(Failure::usage("capture_malformed", message).advise(FORMAT));
        };
        Self::from_parts(head, body.to_vec())
    }

    /// Parses headers and body from two files.
    pub(crate) fn from_parts(head: &[u8], body: Vec<u8>) -> Result<Self, Failure> {
        let head = String::from_utf8_lossy(file_text::without_mark(head));
        let mut headers = Vec::new();
        let mut odd_lines = Vec::new();
        let mut request = None;
        for (index, line) in head.lines().map(str::trim_end).enumerate() {
            let request_line =
                index == 0 && (line.ends_with("HTTP/1.1") || line.starts_with("HTTP/") || line.ends_with("HTTP/2"));
            // curl -v marks sent lines.
            let line = line.strip_prefix("> ").unwrap_or(line);
            match line.split_once(':') {
                _ if request_line => request = request_of(line),
                _ if line.trim().is_empty() => {}
                Some((name, value)) if !name.trim().is_empty() && !name.trim().contains(' ') => {
                    headers.push((name.trim().to_owned(), value.trim().to_owned()));
                }
                _ => odd_lines.push(line.to_owned()),
            }
        }
        if headers.is_empty() {
            return Err(Failure::usage("capture_malformed", "The capture has no headers.").advise(FORMAT));
        }
        Ok(Self { headers, body, received_at: None, odd_lines, request, cut_from: None, is_withheld: false })
    }

    fn from_json(bytes: &[u8]) -> Result<Self, Failure> {
        let fail = |message: &str| Failure::usage("capture_malformed", message).advise(FORMAT);
        let capture: Value = serde_json::from_slice(bytes)
            .map_err(|error| fail(&format!("The capture starts like JSON and is none: {error}.")))?;
        Self::from_value(&capture)
    }

    /// Parses a JSON capture: of API Gateway, of a browser, of Node, or of a stage.
    pub(crate) fn from_value(capture: &Value) -> Result<Self, Failure> {
        let fail = |message: &str| Failure::usage("capture_malformed", message).advise(FORMAT);
        let capture = capture.get("data").filter(|data| data.get("headers").is_some()).unwrap_or(capture);
        let headers = match capture.get("headers").or_else(|| capture.get("rawHeaders")) {
            Some(Value::Object(headers)) => {
                headers.iter().flat_map(|(name, value)| header_values(name, value)).collect()
            }
            // Node's rawHeaders: name, value, name, value.
            Some(Value::Array(flat)) if flat.iter().all(Value::is_string) => {
                flat.chunks_exact(2).filter_map(|pair| header_pair(pair.first(), pair.last())).collect()
            }
            // Pairs, or {"name", "value"} as in a HAR file.
            Some(Value::Array(rows)) => rows
                .iter()
                .filter_map(|row| {
                    let named = header_pair(row.get("name"), row.get("value"));
                    named.or_else(|| header_pair(row.get(0), row.get(1)))
                })
                .collect(),
            _ => return Err(fail("The capture has no headers: a body alone cannot be verified.")),
        };
        let millis = capture.pointer("/requestContext/timeEpoch").and_then(Value::as_i64);
        let received_at = text(capture, "/received_at").and_then(from_iso);
        let method = text(capture, "/requestContext/http/method").or_else(|| text(capture, "/httpMethod"));
        let path = text(capture, "/rawPath").or_else(|| text(capture, "/path"));
        let is_set = |key: &str| capture.get(key).and_then(Value::as_bool).unwrap_or(false);
        let (truncated, is_withheld) = (is_set("truncated"), is_set("withheld"));
        Ok(Self {
            headers,
            body: body_of(capture).map_err(fail)?,
            received_at: received_at.or_else(|| millis.map(|millis| millis / 1000)),
            odd_lines: Vec::new(),
            request: path.map(|path| (method.unwrap_or("POST").to_owned(), path.to_owned())),
            cut_from: (truncated || is_withheld).then(|| number(capture, "/body_bytes").unwrap_or(0)),
            is_withheld,
        })
    }

    /// A document for [`Capture::parse`], without loss for any bytes.
    pub(crate) fn document(&self) -> Map<String, Value> {
        let text = std::str::from_utf8(&self.body).ok();
        let body = text.map_or_else(|| json!(STANDARD.encode(&self.body)), |text| json!(text));
        let mut document = Map::new();
        let mut set = |key: &str, value: Value| document.insert(key.to_owned(), value);
        set("headers", json!(self.headers));
        set("body", body);
        set("isBase64Encoded", json!(text.is_none()));
        if let Some(at) = self.received_at {
            set("received_at", json!(iso(at)));
        }
        if let Some(bytes) = self.cut_from {
            set("truncated", json!(true));
            set("body_bytes", json!(bytes));
        }
        if self.is_withheld {
            set("withheld", json!(true));
        }
        document
    }

    /// All values of the header `name`; the case is ignored.
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }
}

/// The bytes of the body: `body`, or `body_base64` as a stage returns it.
fn body_of(capture: &Value) -> Result<Vec<u8>, &'static str> {
    if let Some(encoded) = text(capture, "/body_base64") {
        return STANDARD.decode(encoded).map_err(|_| "body_base64 is not valid base64.");
    }
    let body = match capture.get("body").or_else(|| capture.pointer("/postData/text")) {
        Some(Value::String(body)) => body,
        Some(_) => return Err("body is parsed JSON, so its original bytes are lost. Capture it as a string."),
        None => return Err("The capture has no body."),
    };
    match capture.get("isBase64Encoded").and_then(Value::as_bool) {
        Some(true) => STANDARD.decode(body).map_err(|_| "isBase64Encoded is true, but the body is not valid base64."),
        _ => Ok(body.clone().into_bytes()),
    }
}

/// Method and URL of a request line such as `POST /v1/webhooks/peeker HTTP/1.1`.
fn request_of(line: &str) -> Option<(String, String)> {
    let mut words = line.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    (!method.starts_with("HTTP/")).then(|| (method.to_owned(), target.to_owned()))
}

/// The part up to the first empty line, and the rest.
fn split_head(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut from = 0;
    while let Some(length) = bytes.get(from..)?.iter().position(|byte| *byte == b'\n') {
        let end = from + length;
        let line = bytes.get(from..end)?;
        if line.trim_ascii().is_empty() && from > 0 {
            return Some((bytes.get(..from)?, bytes.get(end + 1..)?));
        }
        from = end + 1;
    }
    None
}

fn header_values(name: &str, value: &Value) -> Vec<(String, String)> {
    let written = |value: &Value| value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned());
    match value {
        Value::Array(values) => values.iter().map(|value| (name.to_owned(), written(value))).collect(),
        value => vec![(name.to_owned(), written(value))],
    }
}

fn header_pair(name: Option<&Value>, value: Option<&Value>) -> Option<(String, String)> {
    // Spaces around a value are not part of it.
    Some((name?.as_str()?.to_owned(), value?.as_str()?.trim().to_owned()))
}
