//! `{"data"}` and `{"error"}`, read leniently: unknown words are kept, missing ones are no reason to fail.

use crate::clock::Timestamp;
use crate::upstream::error::{UNKNOWN_CODE, UpstreamError};
use axum::http::StatusCode;
use serde_json::Value;
use shared::domain_name::DomainName;
use shared::lenient_json::{self, whole};
use shared::problem::{Details, Problem};
use shared::root_domain;

/// A success.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// `data`.
    pub data: Value,
    /// `links.next`, when the answer is a page with more to come.
    pub next: Option<String>,
    /// `Date`: when upstream answered, on its own clock.
    pub date: Option<Timestamp>,
    /// `Peeker-Request-Id`.
    pub request_id: Option<String>,
}

impl Envelope {
    /// Reads an answer.
    ///
    /// # Errors
    /// [`UpstreamError::Refused`], [`UpstreamError::Failed`] or [`UpstreamError::Unreadable`].
    pub fn read(status: StatusCode, request_id: Option<String>, body: &[u8]) -> Result<Self, UpstreamError> {
        // An answer that was cut off is not the whole of it: then it is not known what upstream said.
        let json = lenient_json::read(body).filter(|reading| reading.is_whole).map(|reading| reading.value);
        if status.is_server_error() || OF_A_GATEWAY.contains(&status.as_u16()) {
            return Err(UpstreamError::Failed { status, request_id });
        }
        if status.is_client_error() {
            let error = json.as_ref().and_then(|json| json.get("error"));
            let problem = error.map_or_else(|| Problem::new(UNKNOWN_CODE, "No reason was given."), problem_of);
            let names = error.map(names_of).unwrap_or_default();
            let code = error.and_then(|error| error.get("code")).and_then(Value::as_str);
            let is_documented = REFUSALS.contains(&status) && code.is_some_and(|code| !code.is_empty());
            return Err(UpstreamError::Refused {
                status,
                problem: Box::new(problem),
                names,
                is_documented,
                request_id,
            });
        }
        let mut json = json.filter(|_| status.is_success());
        let next =
            json.as_ref().and_then(|json| json.pointer("/links/next")).and_then(Value::as_str).map(str::to_owned);
        match json.as_mut().and_then(|json| json.get_mut("data")).map(Value::take) {
            Some(data) => Ok(Self { data, next, date: None, request_id }),
            None => Err(UpstreamError::Unreadable { status, request_id }),
        }
    }
}

/// The statuses of upstream's refusals: docs/upstream.md#errors.
const REFUSALS: [StatusCode; 5] = [
    StatusCode::BAD_REQUEST,
    StatusCode::UNAUTHORIZED,
    StatusCode::FORBIDDEN,
    StatusCode::NOT_FOUND,
    StatusCode::TOO_MANY_REQUESTS,
];

/// What a proxy says about the connection, while upstream may be at work behind it: timeout, misdirected, too early, and
/// closed by the client.
const OF_A_GATEWAY: [u16; 4] = [408, 421, 425, 499];

/// Longest text of upstream's that is passed on.
const MAX_TEXT: usize = 500;

/// Most names of one refusal: an order has no more.
const MAX_NAMES: usize = 1_000;

/// The domains in `details.domains`: names, or objects with a `domain` and a `reason`. The form is unknown:
/// docs/upstream.md#errors.
fn names_of(error: &Value) -> Vec<(DomainName, Option<String>)> {
    let list = error.pointer("/details/domains").and_then(Value::as_array);
    let entry = |value: &Value| {
        let name = value.as_str().or_else(|| value.get("domain")?.as_str())?;
        let reason = value.get("reason").and_then(Value::as_str);
        let reason = reason.map(|reason| reason.chars().take(MAX_TEXT).collect());
        Some((root_domain::read(name).ok()?, reason))
    };
    list.into_iter().flatten().take(MAX_NAMES).filter_map(entry).collect()
}

fn problem_of(error: &Value) -> Problem {
    let text =
        |key: &str| error.get(key).and_then(Value::as_str).map(|text| text.chars().take(MAX_TEXT).collect::<String>());
    // `{"error": "some words"}`
    let bare = error.as_str().map(|text| text.chars().take(MAX_TEXT).collect::<String>());
    let details = error.get("details").cloned().unwrap_or(Value::Null);
    // A list of details may hold the one object.
    let count = |key: &str| {
        let found = details.get(key).or_else(|| details.as_array()?.iter().find_map(|entry| entry.get(key)));
        found.and_then(whole).and_then(|n| u32::try_from(n).ok())
    };
    Problem {
        code: text("code").unwrap_or_else(|| UNKNOWN_CODE.to_owned()).into(),
        message: text("message").or_else(|| bare.clone()).unwrap_or_else(|| "No reason was given.".to_owned()),
        field: text("field"),
        details: Details {
            required_count: count("required_count"),
            submitted_count: count("submitted_count"),
            missing_count: count("missing_count"),
            retry_after_seconds: count("retry_after_seconds"),
            ..Details::default()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::Envelope;
    use crate::upstream::UpstreamError;
    use axum::http::StatusCode;

    fn read(status: u16, body: &str) -> UpstreamError {
        Envelope::read(StatusCode::from_u16(status).unwrap(), None, body.as_bytes()).unwrap_err()
    }

    const IN_FORM: &str = r#"{"error":{"code":"some_code","message":"Some words."}}"#;

    #[test]
    fn only_documented_error_responses_count_as_rejections() {
        for status in 300..600 {
            let documented = [400, 401, 403, 404, 429].contains(&status);
            assert_eq!(read(status, IN_FORM).is_certain(), documented, "{status}");
            let others = [
                "",
                "<html>",
                "{}",
                "null",
                r#"{"error":null}"#,
                r#"{"error":"some_code"}"#,
                r#"{"error":["some_code"]}"#,
                r#"{"error":{"message":"Some words."}}"#,
                r#"{"error":{"code":""}}"#,
                r#"{"error":{"code":7}}"#,
                r#"{"error":{"code":"some_code""#,
                r#"{"code":"some_code"}"#,
                r#"{"errors":[{"code":"some_code"}]}"#,
            ];
            for body in others {
                assert!(!read(status, body).is_certain(), "{status} {body}");
            }
        }
    }

    #[test]
    fn proxy_connection_errors_are_failures() {
        for status in [408, 421, 425, 499, 500, 502, 503, 504, 520] {
            assert!(matches!(read(status, IN_FORM), UpstreamError::Failed { .. }), "{status}");
        }
    }
}
