//! A captured delivery: headers and raw body, from a text as it went over the wire, from JSON, or from two files.

use crate::failure::Failure;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use shared::file_text;

/// What a capture looks like, for help and errors.
pub(crate) const FORMAT: &str = "\
A captured delivery is a file of headers, an empty line, and the body exactly as it came:

  Peeker-Event-Id: evt_01HZX0EV1A2B3C4D5E6F7G8H
  Peeker-Timestamp: 1778241600
  Peeker-Signature: v1=5257a869…

  {\"id\":\"evt_01HZX0EV1A2B3C4D5E6F7G8H\",\"type\":\"order.completed\",…}

A request line before the headers is ignored, and so are other headers. JSON will do as well, as API Gateway hands
it to a function: {\"headers\": {…}, \"body\": \"…\", \"isBase64Encoded\": false}.";

/// A delivery as it was captured.
#[derive(Debug)]
pub(crate) struct Capture {
    /// In their order, as they were written.
    pub(crate) headers: Vec<(String, String)>,
    /// The bytes of the body.
    pub(crate) body: Vec<u8>,
    /// When it arrived, Unix seconds, where the capture tells.
    pub(crate) received_at: Option<i64>,
    /// Header lines that are none.
    pub(crate) odd_lines: Vec<String>,
}

impl Capture {
    /// Reads a capture that is one file.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Failure> {
        if file_text::is_utf16(bytes) {
            let message = "The capture is UTF-16 text, and the body's bytes are lost. Capture it byte for byte.";
            return Err(Failure::usage("capture_malformed", message).advise(FORMAT));
        }
        // An editor's mark before the headers is no part of the delivery.
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

    /// Reads headers and body that were captured apart.
    pub(crate) fn from_parts(head: &[u8], body: Vec<u8>) -> Result<Self, Failure> {
        let head = String::from_utf8_lossy(file_text::without_mark(head));
        let mut headers = Vec::new();
        let mut odd_lines = Vec::new();
        for (index, line) in head.lines().map(str::trim_end).enumerate() {
            let request_line =
                index == 0 && (line.ends_with("HTTP/1.1") || line.starts_with("HTTP/") || line.ends_with("HTTP/2"));
            // curl -v marks what it sends.
            let line = line.strip_prefix("> ").unwrap_or(line);
            match line.split_once(':') {
                _ if line.trim().is_empty() || request_line => {}
                Some((name, value)) if !name.trim().is_empty() && !name.trim().contains(' ') => {
                    headers.push((name.trim().to_owned(), value.trim().to_owned()));
                }
                _ => odd_lines.push(line.to_owned()),
            }
        }
        if headers.is_empty() {
            return Err(Failure::usage("capture_malformed", "The capture has no headers.").advise(FORMAT));
        }
        Ok(Self { headers, body, received_at: None, odd_lines })
    }

    fn from_json(bytes: &[u8]) -> Result<Self, Failure> {
        let fail = |message: &str| Failure::usage("capture_malformed", message).advise(FORMAT);
        let capture: Value = serde_json::from_slice(bytes)
            .map_err(|error| fail(&format!("The capture starts like JSON and is none: {error}.")))?;
        let capture = capture.get("data").filter(|data| data.get("headers").is_some()).unwrap_or(&capture);
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
        let body = match capture.get("body").or_else(|| capture.pointer("/postData/text")) {
            Some(Value::String(body)) => body.clone(),
            Some(_) => {
                let message = "body is JSON in JSON: what was parsed has lost its bytes. Capture it as a string.";
                return Err(fail(message));
            }
            None => return Err(fail("The capture has no body.")),
        };
        let encoded = capture.get("isBase64Encoded").and_then(Value::as_bool).unwrap_or(false);
        let body = match encoded {
            true => STANDARD.decode(body).map_err(|_| fail("isBase64Encoded is true, and the body is no base64."))?,
            false => body.into_bytes(),
        };
        let millis = capture.pointer("/requestContext/timeEpoch").and_then(Value::as_i64);
        Ok(Self { headers, body, received_at: millis.map(|millis| millis / 1000), odd_lines: Vec::new() })
    }

    /// All values of the header `name`, whatever its case.
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }
}

/// Up to the first empty line, and what follows it.
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
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Array(values) => values.iter().map(|value| (name.to_owned(), text(value))).collect(),
        value => vec![(name.to_owned(), text(value))],
    }
}

fn header_pair(name: Option<&Value>, value: Option<&Value>) -> Option<(String, String)> {
    Some((name?.as_str()?.to_owned(), value?.as_str()?.to_owned()))
}
