//! A reason why a delivery is rejected, and who can fix it.

use serde_json::{Value, json};

/// Who can fix it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Remedy {
    /// A setting of the stage: its name, its template parameter if any, and the value.
    Setting { name: &'static str, parameter: Option<&'static str>, value: Option<String> },
    /// Only the developers: there is no setting for it.
    Report,
    /// Unclear: something must be checked.
    Check,
    /// Only information.
    Note,
}

impl Remedy {
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Setting { .. } => "setting",
            Self::Report => "report",
            Self::Check => "check",
            Self::Note => "note",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// Stable code, such as `base_string`.
    pub(crate) code: &'static str,
    pub(crate) remedy: Remedy,
    pub(crate) message: String,
}

impl Finding {
    /// A setting must be changed.
    pub(crate) fn setting(
        code: &'static str,
        (name, parameter): (&'static str, Option<&'static str>),
        value: Option<String>,
        message: impl Into<String>,
    ) -> Self {
        Self { code, remedy: Remedy::Setting { name, parameter, value }, message: message.into() }
    }

    /// The developers must change the functions.
    pub(crate) fn report(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, remedy: Remedy::Report, message: message.into() }
    }

    /// Something must be checked.
    pub(crate) fn check(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, remedy: Remedy::Check, message: message.into() }
    }

    /// No change is needed.
    pub(crate) fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, remedy: Remedy::Note, message: message.into() }
    }

    /// The JSON form.
    pub(crate) fn document(&self) -> Value {
        let (setting, parameter, value) = match &self.remedy {
            Remedy::Setting { name, parameter, value } => (Some(name), *parameter, value.as_deref()),
            _ => (None, None, None),
        };
        json!({
            "code": self.code,
            "fix": self.remedy.word(),
            "setting": setting,
            "parameter": parameter,
            "value": value,
            "message": self.message,
        })
    }
}
