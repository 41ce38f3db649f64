//! Scripted faults: which requests fail, how, and how often.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// When to close a connection without a response.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drop {
    /// Before the request is executed.
    Before,
    /// After the request was executed.
    After,
}

/// One scripted fault. Without `status`, `body` and `drop`, the request is executed and answered normally, after the
/// delay.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// Only requests with this method.
    pub method: Option<String>,
    /// Only requests with this path prefix, without the base, such as `/orders`.
    pub path: Option<String>,
    /// Number of requests that it applies to.
    pub times: u32,
    /// Real milliseconds to wait before execution.
    pub delay_ms: u64,
    /// Return this status with the error envelope.
    pub status: Option<u16>,
    /// The `code` in the envelope; by default one that matches the status.
    pub code: Option<String>,
    /// Return these bytes instead of the envelope; the status defaults to 200.
    pub body: Option<String>,
    /// Value of `details.retry_after_seconds`.
    pub retry_after_seconds: Option<u64>,
    /// Value of `details.reason`.
    pub reason: Option<String>,
    /// Close the connection instead of responding.
    pub drop: Option<Drop>,
    /// Execute the request before the scripted status or body is returned.
    pub act: bool,
    /// Real milliseconds to wait after execution.
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
    /// A fault for requests with a method and a path prefix; the other fields define its effect.
    pub fn on(method: &str, path: &str) -> Self {
        Self { method: Some(method.to_owned()), path: Some(path.to_owned()), ..Self::default() }
    }

    /// Whether the request is executed.
    pub(crate) fn acts(&self) -> bool {
        let scripted = self.status.is_some() || self.body.is_some();
        self.drop != Some(Drop::Before) && (self.act || !scripted)
    }

    /// The scripted response, if there is one.
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
        // Upstream does not document codes for its own errors.
        _ => "internal_error",
    }
}

/// The pending faults, in the order they were scripted.
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

    /// Takes the fault for a request.
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
