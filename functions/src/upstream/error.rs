//! Errors of calls to upstream, separated by whether upstream may have acted.

use crate::upstream::transport::TransportError;
use axum::http::StatusCode;
use shared::domain_name::DomainName;
use shared::problem::Problem;

/// Upstream did not do what was asked, or did not say so.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// No connection: nothing was sent.
    #[error("upstream cannot be reached")]
    Unreachable(#[source] TransportError),
    /// Sent, and then no answer: upstream may have acted.
    #[error("upstream did not answer")]
    NoAnswer(#[source] TransportError),
    /// An answer that is not upstream's form: upstream may have acted.
    #[error("upstream's answer cannot be read (status {status})")]
    Unreadable {
        /// Its status.
        status: StatusCode,
        /// Its request id.
        request_id: Option<String>,
    },
    /// `5xx`, or a proxy's word about the connection: upstream may have acted.
    #[error("upstream failed (status {status})")]
    Failed {
        /// Its status.
        status: StatusCode,
        /// Its request id.
        request_id: Option<String>,
    },
    /// Any other `4xx`: upstream did nothing if it says so in its documented form, and may have acted if not.
    #[error("upstream refused: {} (status {status})", .problem.code)]
    Refused {
        /// Its status.
        status: StatusCode,
        /// Its words.
        problem: Box<Problem>,
        /// The domains that it names as the reason, each with a word for it.
        names: Vec<(DomainName, Option<String>)>,
        /// Whether it is upstream's envelope with a code, under a status that upstream documents for refusals.
        is_documented: bool,
        /// Its request id.
        request_id: Option<String>,
    },
    /// Not sent: the key's rate is spent, or upstream wants to hear nothing for a while.
    #[error("upstream may be asked again in {retry_after} s")]
    Busy {
        /// Seconds.
        retry_after: u32,
    },
    /// Not sent: the session has used up its budget.
    #[error("the session's budget of upstream calls is spent")]
    BudgetSpent,
    /// Not sent: the session's budget cannot be read.
    #[error("the session's budget cannot be read: {0}")]
    BudgetUnknown(String),
    /// Our own settings cannot be sent.
    #[error("misconfigured: {0}")]
    Misconfigured(&'static str),
}

impl From<TransportError> for UpstreamError {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::NotSent(_) => Self::Unreachable(error),
            _ => Self::NoAnswer(error),
        }
    }
}

/// Wait when upstream names none: docs/upstream.md#rate-limit.
const DEFAULT_RETRY_SECONDS: u32 = 5;
/// The code of a refusal that names none.
pub const UNKNOWN_CODE: &str = "unknown";

impl UpstreamError {
    /// Whether it is certain that upstream did nothing.
    pub const fn is_certain(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_)
                | Self::Refused { is_documented: true, .. }
                | Self::Busy { .. }
                | Self::BudgetSpent
                | Self::BudgetUnknown(_)
                | Self::Misconfigured(_)
        )
    }

    /// The error code: upstream's, or ours if there is none.
    pub fn code(&self) -> &str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::NoAnswer(TransportError::TimedOut(_)) => "timeout",
            Self::NoAnswer(_) => "broken",
            Self::Unreadable { .. } => "unreadable",
            Self::Failed { .. } => "failed",
            Self::Refused { problem, .. } => &problem.code,
            Self::Busy { .. } => "busy",
            Self::BudgetSpent | Self::BudgetUnknown(_) => "budget",
            Self::Misconfigured(_) => "misconfigured",
        }
    }

    /// The domains that upstream names as the reason of its refusal, each with a word for it.
    pub fn refused_names(&self) -> &[(DomainName, Option<String>)] {
        match self {
            Self::Refused { names, .. } => names,
            _ => &[],
        }
    }

    /// Upstream's request id, for a support request.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Unreadable { request_id, .. }
            | Self::Failed { request_id, .. }
            | Self::Refused { request_id, .. } => request_id.as_deref(),
            _ => None,
        }
    }

    /// Seconds after which it may be tried again, when the rate is the reason.
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Busy { retry_after } => Some(*retry_after),
            Self::Refused { status: StatusCode::TOO_MANY_REQUESTS, problem, .. } => {
                Some(problem.details.retry_after_seconds.unwrap_or(DEFAULT_RETRY_SECONDS))
            }
            _ => None,
        }
    }

    /// Whether it stays until the partner changes something: its key, its permissions, its login, its bundle.
    pub fn is_the_partners(&self) -> bool {
        match self {
            Self::Refused { status, problem, .. } => {
                *status != StatusCode::TOO_MANY_REQUESTS && !is_correctable(problem)
            }
            Self::Misconfigured(_) => true,
            _ => false,
        }
    }
}

/// Whether the field that upstream names is one that the customer fills in.
fn is_correctable(problem: &Problem) -> bool {
    let root = problem.field.as_deref().and_then(|field| field.split(['.', '[']).next());
    matches!(root, Some("domains" | "personas" | "forwarding_url"))
}
