//! Errors of commands: exit codes and messages.

use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::process::ExitCode;

/// Exit codes. The numbers are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Success.
    Ok = 0,
    /// Refused or failed.
    Refused = 1,
    /// The command line or the configuration is invalid; nothing was sent.
    Usage = 2,
    /// The key is missing, invalid, or lacks permission.
    NotAuthorised = 3,
    /// Not found.
    NotFound = 4,
    /// Temporary: the same command may succeed later.
    Temporary = 5,
    /// A person must act first.
    Waiting = 6,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Shown below the main help.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  success
  1  refused, failed, or an unexpected result
  2  the command line or the configuration is wrong; nothing was sent
  3  not authorised: the key is missing, wrong, or lacks permission
  4  not found
  5  temporary: the same command may succeed later
  6  pending actions come first (`orders watch`, `smoke`)";

/// The reason why a command failed.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    /// The exit code.
    pub(crate) exit: Exit,
    /// Stable error code, such as `order_not_found`.
    pub(crate) code: Cow<'static, str>,
    /// The message for people.
    pub(crate) message: String,
    /// Further facts; boxed to keep the result small.
    pub(crate) more: Box<More>,
}

/// Further facts of some failures.
#[derive(Debug, Clone, Default)]
pub(crate) struct More {
    /// What to do.
    pub(crate) advice: Option<String>,
    /// The field with the problem.
    pub(crate) field: Option<String>,
    /// The request id in the logs of the server.
    pub(crate) request_id: Option<String>,
    /// Other facts, unchanged.
    pub(crate) details: Map<String, Value>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { exit, code: code.into(), message: message.into(), more: Box::default() }
    }

    /// The command line or the configuration is invalid.
    pub(crate) fn usage(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, code, message)
    }

    /// Adds advice.
    #[must_use]
    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.more.advice = Some(advice.into());
        self
    }

    /// Adds the id of the request.
    #[must_use]
    pub(crate) fn of_request(mut self, id: Option<String>) -> Self {
        self.more.request_id = id;
        self
    }

    /// Adds further facts under `key`.
    #[must_use]
    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.more.details.insert(key.to_owned(), value.into());
        self
    }

    /// A numeric fact.
    pub(crate) fn number(&self, key: &str) -> Option<u64> {
        self.more.details.get(key).and_then(Value::as_u64)
    }

    /// `details.findings` as `(field, message)`.
    pub(crate) fn findings(&self) -> Vec<(String, String)> {
        let text = |finding: &Value, key| finding.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let findings = self.more.details.get("findings").and_then(Value::as_array);
        findings.into_iter().flatten().map(|finding| (text(finding, "field"), text(finding, "message"))).collect()
    }

    /// The document of `--json`.
    pub(crate) fn document(&self) -> Value {
        let mut error = Map::new();
        error.insert("code".to_owned(), json!(self.code));
        error.insert("message".to_owned(), json!(self.message));
        let more = &self.more;
        let optional = [("advice", &more.advice), ("field", &more.field), ("request_id", &more.request_id)];
        for (key, value) in optional {
            if let Some(value) = value {
                error.insert(key.to_owned(), json!(value));
            }
        }
        if !more.details.is_empty() {
            error.insert("details".to_owned(), Value::Object(more.details.clone()));
        }
        error.insert("exit_code".to_owned(), json!(self.exit as u8));
        json!({ "error": error })
    }
}
