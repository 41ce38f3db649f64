//! One thing that keeps a delivery from being taken, and who can change it.

use serde_json::{Value, json};

/// Who can change it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Remedy {
    /// A setting of the stage: its name, the parameter of the template where it is one, and what to set it to.
    Setting { name: &'static str, parameter: Option<&'static str>, value: Option<String> },
    /// The developers alone: no setting has this.
    Report,
    /// It is not clear yet: there is something to look at.
    Check,
    /// Worth knowing only.
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

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// Stable word to branch on.
    pub(crate) code: &'static str,
    pub(crate) remedy: Remedy,
    pub(crate) message: String,
}

impl Finding {
    /// A setting has to be changed.
    pub(crate) fn setting(
        code: &'static str,
        (name, parameter): (&'static str, Option<&'static str>),
        value: Option<String>,
        message: impl Into<String>,
    ) -> Self {
        Self { code, remedy: Remedy::Setting { name, parameter, value }, message: message.into() }
    }

    /// The developers have to change the functions.
    pub(crate) fn report(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, remedy: Remedy::Report, message: message.into() }
    }

    /// Somebody has to look.
    pub(crate) fn check(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, remedy: Remedy::Check, message: message.into() }
    }

    /// Nothing has to be done.
    pub(crate) fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, remedy: Remedy::Note, message: message.into() }
    }

    /// For programs.
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
