//! Every way a command can end, the exit code of each, and what is told about it.

use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::process::ExitCode;

/// How a command ended; the numbers are a promise to scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Ok = 0,
    /// Refused, failed, or not as it should be.
    Refused = 1,
    /// The command line or the configuration is wrong; nothing was sent.
    Usage = 2,
    /// The key is missing, wrong, or may not do this.
    NotAuthorised = 3,
    /// There is no such thing.
    NotFound = 4,
    /// Not now: the same command may succeed later.
    Temporary = 5,
    /// Somebody has to do something first.
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
  0  done
  1  refused, failed, or not as it should be
  2  the command line or the configuration is wrong; nothing was sent
  3  not authorised: the key is missing, wrong, or may not do this
  4  not found
  5  temporary: the same command may succeed later
  6  somebody has to do something first (`orders watch`, `smoke`)";

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    /// How the program ends.
    pub(crate) exit: Exit,
    /// Stable word to branch on.
    pub(crate) code: Cow<'static, str>,
    /// What happened, for a person.
    pub(crate) message: String,
    /// What else is known; boxed, because a result is as large as its larger side.
    pub(crate) more: Box<More>,
}

/// What is known of some failures.
#[derive(Debug, Default)]
pub(crate) struct More {
    /// What to do about it.
    pub(crate) advice: Option<String>,
    /// The field that is to blame.
    pub(crate) field: Option<String>,
    /// Names the request in the logs of whoever answered.
    pub(crate) request_id: Option<String>,
    /// Whatever else is known, as it came.
    pub(crate) details: Map<String, Value>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { exit, code: code.into(), message: message.into(), more: Box::default() }
    }

    /// The command line or the configuration is wrong.
    pub(crate) fn usage(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, code, message)
    }

    /// The same, with what to do.
    #[must_use]
    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.more.advice = Some(advice.into());
        self
    }

    /// The same, in answer to that request.
    #[must_use]
    pub(crate) fn of_request(mut self, id: Option<String>) -> Self {
        self.more.request_id = id;
        self
    }

    /// The same, with further facts under `key`.
    #[must_use]
    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.more.details.insert(key.to_owned(), value.into());
        self
    }

    /// A number among the further facts.
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
