//! The error envelope: code, message, field, and further findings.

pub use crate::finding::Finding;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Most findings of one refusal: one for each domain of the largest order and as many again, so that the answer to any
/// body stays far below the 6 MB that Lambda returns.
pub const MAX_FINDINGS: usize = 2_000;

/// The body of every refusal: `{"error": Problem}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct Problem {
    /// Stable code, such as `quote_changed`.
    pub code: Cow<'static, str>,
    /// What to do, as a sentence for people. The text may change; use `code` in programs.
    pub message: String,
    /// Path of the field, such as `domains[3]`; absent if the error is not about a field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Numbers and further findings; each is present only if it applies.
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub details: Details,
}

/// Details for programs; each key is present only if it applies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
pub struct Details {
    /// All findings, in the order of the fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Number of further findings; at most 2,000 are listed.
    #[cfg_attr(not(target_family = "wasm"), schemars(range(min = 1)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub findings_left_out: Option<u32>,
    /// Number of domains that the plan requires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_count: Option<u32>,
    /// Number of domains that were sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_count: Option<u32>,
    /// Number of missing domains; absent if there are too many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_count: Option<u32>,
    /// The maximum, with `too_many_open_claims`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Number of open claims of the customer, with `too_many_open_claims`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_count: Option<u32>,
    /// Seconds after which to try again, as in `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u32>,
    /// A new quote, if the one that was sent is no longer valid; with `approval_required` the id of the one to approve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<QuoteDetail>,
    /// The amount to approve, in cents, with `approval_required`; absent where no amounts are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_cents: Option<u64>,
    /// Its currency, ISO 4217 in lower case, with `approval_required`; absent where no amounts are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The claim of an approval that is wrong, with `approval_invalid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// Receipt of the earlier order of the session, with `session_used`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<crate::order::Receipt>,
    /// Upstream's request id, for a support request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upstream_request_id: Option<String>,
}

/// A quote in the details of a problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(not(target_family = "wasm"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_family = "wasm"), schemars(inline))]
pub enum QuoteDetail {
    /// A new one.
    Signed(Box<crate::quote::SignedQuote>),
    /// The id, `quo_…`, of one that exists.
    Id(#[cfg_attr(not(target_family = "wasm"), schemars(with = "crate::schema::Id"))] crate::ids::QuoteId),
}

impl Details {
    /// Whether there are no details.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Problem {
    /// A problem without field and details.
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), field: None, details: Details::default() }
    }

    /// Converts findings to one problem: the first one is the main one, and all are listed.
    ///
    /// `None` if there are no findings.
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

    /// The same problem with `field`.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The same problem with the time of the next attempt.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.details.retry_after_seconds = Some(seconds);
        self
    }
}
