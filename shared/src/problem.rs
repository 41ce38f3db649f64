//! The one error shape: what is wrong, where, and everything else that was found with it.

pub use crate::finding::Finding;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Most findings of one refusal: one for each domain of the largest order and as many again, so that the answer to any body
/// stays far below the 6 MB that Lambda returns.
pub const MAX_FINDINGS: usize = 2_000;

/// The body of every refusal: `{"error": Problem}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable word to branch on.
    pub code: Cow<'static, str>,
    /// A sentence for a person that says what to do.
    pub message: String,
    /// The field that is to blame, when one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Numbers and further findings.
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub details: Details,
}

/// What a program can use of a [`Problem`]; each key is there only when it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// Everything that was found, in the order of the form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// How many more there are, when there are more than [`MAX_FINDINGS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub findings_left_out: Option<u32>,
    /// Domains that the plan asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_count: Option<u32>,
    /// Domains that were sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_count: Option<u32>,
    /// Domains that are missing; absent when there are too many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_count: Option<u32>,
    /// How many there may be, of what there would be too many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// How many of these there are already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_count: Option<u32>,
    /// When to try again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u32>,
    /// What the picks cost now, when a quote no longer holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<crate::quote::SignedQuote>,
    /// The receipt of the order that the session has placed before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<crate::order::Receipt>,
    /// Upstream's request id, for a support request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upstream_request_id: Option<String>,
}

impl Details {
    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Problem {
    /// A problem without field or details.
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), field: None, details: Details::default() }
    }

    /// The problem that a list of findings amounts to: the first one leads, all are listed.
    ///
    /// `None` when the list is empty, because then nothing is wrong.
    pub fn from_findings(mut findings: Vec<Finding>) -> Option<Self> {
        let left_out = findings.len().saturating_sub(MAX_FINDINGS);
        findings.truncate(MAX_FINDINGS);
        let first = findings.first()?;
        Some(Self {
            code: first.code.clone(),
            message: first.message.clone(),
            field: Some(first.field.clone()).filter(|field| !field.is_empty()),
            details: Details {
                findings_left_out: u32::try_from(left_out).ok().filter(|count| *count > 0),
                findings,
                ..Details::default()
            },
        })
    }

    /// The same problem, blamed on `field`.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The same problem, saying when to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.details.retry_after_seconds = Some(seconds);
        self
    }
}
