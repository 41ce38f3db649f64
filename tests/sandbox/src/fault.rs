//! Scripted failures: which request fails next, how, and how often.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// When a connection is closed without an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drop {
    /// Before anything happened.
    Before,
    /// After the request was carried out.
    After,
}

/// One scripted failure. Without `status`, `body` and `drop` the request is carried out and answered
/// as usual, only late.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// Only requests with this method.
    pub method: Option<String>,
    /// Only requests whose path starts so; without the base, e.g. `/orders`.
    pub path: Option<String>,
    /// How many requests it meets.
    pub times: u32,
    /// Real milliseconds to wait before anything else.
    pub delay_ms: u64,
    /// Answer with this status and the error envelope.
    pub status: Option<u16>,
    /// The `code` of the envelope; left out, one that fits the status.
    pub code: Option<String>,
    /// Answer with these bytes in place of the envelope; the status is then 200 unless given.
    pub body: Option<String>,
    /// Goes into `details.retry_after_seconds`.
    pub retry_after_seconds: Option<u64>,
    /// Goes into `details.reason`.
    pub reason: Option<String>,
    /// Close the connection in place of an answer.
    pub drop: Option<Drop>,
    /// Carry the request out before the scripted status or body is answered.
    pub act: bool,
    /// Real milliseconds to wait after the request was carried out.
    pub delay_after_ms: u64,
}

impl Default for Fault {
    fn default() -> Self {
        Self {
            method: None,
            path: None,
            times: 1,
            delay_ms: 0,
            status: None,
            code: None,
            body: None,
            retry_after_seconds: None,
            reason: None,
            drop: None,
            act: false,
            delay_after_ms: 0,
        }
    }
}

impl Fault {
    /// A failure of the requests with a method and a path prefix; say how with the other fields.
    pub fn on(method: &str, path: &str) -> Self {
        Self { method: Some(method.to_owned()), path: Some(path.to_owned()), ..Self::default() }
    }

    /// Whether the request is carried out.
    pub(crate) fn acts(&self) -> bool {
        let scripted = self.status.is_some() || self.body.is_some();
        self.drop != Some(Drop::Before) && (self.act || !scripted)
    }

    /// The scripted answer, if there is one.
    pub(crate) fn answer(&self) -> Option<(u16, String)> {
        if let Some(body) = &self.body {
            return Some((self.status.unwrap_or(200), body.clone()));
        }
        let status = self.status?;
        let code = self.code.clone().unwrap_or_else(|| usual_code(status).to_owned());
        let mut error =
            serde_json::json!({"code": code, "message": "This failure was scripted; see /_sandbox/faults."});
        let mut details = serde_json::Map::new();
        if let Some(seconds) = self.retry_after_seconds {
            details.insert("retry_after_seconds".to_owned(), seconds.into());
        }
        if let Some(reason) = &self.reason {
            details.insert("reason".to_owned(), reason.clone().into());
        }
        if let (false, Some(fields)) = (details.is_empty(), error.as_object_mut()) {
            fields.insert("details".to_owned(), details.into());
        }
        Some((status, serde_json::json!({"error": error}).to_string()))
    }

    fn meets(&self, method: &str, path: &str) -> bool {
        self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.path.as_deref().is_none_or(|prefix| path.starts_with(prefix))
    }
}

fn usual_code(status: u16) -> &'static str {
    match status {
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not_found",
        429 => "rate_limited",
        400..=499 => "invalid_request",
        // Upstream's words for its own faults are not published.
        _ => "internal_error",
    }
}

/// The scripted failures to come, first come, first served.
#[derive(Debug, Default)]
pub(crate) struct Faults(VecDeque<Fault>);

impl Faults {
    pub(crate) fn push(&mut self, fault: Fault) {
        if fault.times > 0 {
            self.0.push_back(fault);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn list(&self) -> Vec<Fault> {
        self.0.iter().cloned().collect()
    }

    /// The failure for a request, used up once.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Option<Fault> {
        let index = self.0.iter().position(|fault| fault.meets(method, path))?;
        let fault = self.0.get_mut(index)?;
        fault.times -= 1;
        let taken = fault.clone();
        if fault.times == 0 {
            self.0.remove(index);
        }
        Some(taken)
    }
}
