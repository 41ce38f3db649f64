//! One thing that is wrong with what was sent.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// One thing that is wrong with what was sent, and the field that can mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable word to branch on, such as `domain_count_mismatch`.
    pub code: Cow<'static, str>,
    /// Path of the field, such as `domains[3]`; empty when the whole body is meant.
    pub field: String,
    /// A sentence for a person that says what to do. Not stable: branch on `code`.
    pub message: String,
}

impl Finding {
    /// A finding of `code` at `field`.
    pub fn new(code: impl Into<Cow<'static, str>>, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), field: field.into(), message: message.into() }
    }
}
