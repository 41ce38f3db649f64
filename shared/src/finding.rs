//! A validation finding.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A validation error and its field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct Finding {
    /// Stable code, such as `missing_field`, `wrong_type`, `unknown_field`, or `duplicate_field` (a name that occurs
    /// twice in an object).
    pub code: Cow<'static, str>,
    /// Path of the field, such as `domains[3]`; empty for the whole body.
    pub field: String,
    /// What to do, as a sentence for people. The text may change; use `code` in programs.
    pub message: String,
}

impl Finding {
    /// A finding of `code` at `field`.
    pub fn new(code: impl Into<Cow<'static, str>>, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), field: field.into(), message: message.into() }
    }
}
