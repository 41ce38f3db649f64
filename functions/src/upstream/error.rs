//! Every way upstream can fail us, told apart by the one thing that matters: may it have acted?

use crate::upstream::transport::TransportError;
use axum::http::StatusCode;
use shared::domain_name::DomainName;
use shared::problem::{Details, Finding, Problem};

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
/// Longest wait that a customer is given: upstream counts by the minute.
const MAX_RETRY_SECONDS: u32 = 60;

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

    /// What went wrong in a word: upstream's own code, or ours where there is none.
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
            Self::Refused { status, problem, .. } => *status != StatusCode::TOO_MANY_REQUESTS && !is_mendable(problem),
            Self::Misconfigured(_) => true,
            _ => false,
        }
    }

    /// What the partner is told about a request of its own: upstream's words, because it is the one to mend it.
    pub fn to_partner(&self) -> (StatusCode, Problem) {
        let keys = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS];
        let Self::Refused { status, problem, is_documented, .. } = self else {
            return self.outward();
        };
        // Conflicts and the like are not documented as refusals, but upstream's own words say what to do.
        let says_why = matches!(*status, StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY);
        if !is_documented && (!says_why || problem.code == UNKNOWN_CODE) {
            return self.unreadable();
        }
        if keys.contains(status) {
            return self.outward();
        }
        let mut problem = with_finding(problem);
        problem.details.upstream_request_id = self.request_id().map(str::to_owned);
        let status = match *status {
            known @ (StatusCode::NOT_FOUND | StatusCode::CONFLICT) => known,
            _ => StatusCode::BAD_REQUEST,
        };
        (status, problem)
    }

    /// What a browser is told: what the customer can mend as it is, the rest as a plain refusal.
    pub fn outward(&self) -> (StatusCode, Problem) {
        let (status, mut problem) = match self {
            Self::Refused { status, problem, .. } => refusal(*status, problem),
            Self::NoAnswer(TransportError::TimedOut(_)) => (
                StatusCode::GATEWAY_TIMEOUT,
                Problem::new("upstream_timeout", "The supplier took too long to answer. Try again in a moment."),
            ),
            Self::Misconfigured(_) => misconfigured(),
            Self::Busy { retry_after } => busy(*retry_after),
            Self::BudgetSpent => (
                StatusCode::TOO_MANY_REQUESTS,
                Problem::new(
                    "session_budget_spent",
                    "This session has made all the look-ups it may. Reload the page for a new one.",
                ),
            ),
            Self::BudgetUnknown(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                Problem::new("store_unavailable", "Our records cannot be reached just now. Try again in a moment."),
            ),
            Self::Unreadable { .. } => return self.unreadable(),
            Self::Unreachable(_) | Self::NoAnswer(_) | Self::Failed { .. } => (
                StatusCode::BAD_GATEWAY,
                Problem::new("upstream_unavailable", "The supplier cannot be reached just now. Try again in a moment."),
            ),
        };
        problem.details.upstream_request_id = self.request_id().map(str::to_owned);
        (status, problem)
    }

    fn unreadable(&self) -> (StatusCode, Problem) {
        let message = "The supplier gave an answer that cannot be read. Try again.";
        let mut problem = Problem::new("upstream_unreadable", message);
        problem.details.upstream_request_id = self.request_id().map(str::to_owned);
        (StatusCode::BAD_GATEWAY, problem)
    }
}

fn misconfigured() -> (StatusCode, Problem) {
    let message = "The shop's connection to its supplier does not work. Its operator has been told.";
    (StatusCode::BAD_GATEWAY, Problem::new("upstream_misconfigured", message))
}

fn refusal(status: StatusCode, problem: &Problem) -> (StatusCode, Problem) {
    if status == StatusCode::TOO_MANY_REQUESTS {
        let seconds = problem.details.retry_after_seconds.unwrap_or(DEFAULT_RETRY_SECONDS);
        return busy(seconds);
    }
    if !is_mendable(problem) {
        // A bad key, a missing permission, a bundle that is gone, a wrong login: the partner's to mend.
        tracing::error!(
            alarm = "upstream_refused",
            upstream.status = status.as_u16(),
            upstream.code = %problem.code,
            upstream.field = problem.field.as_deref(),
            "upstream refused what only the partner can mend"
        );
        return misconfigured();
    }
    (StatusCode::BAD_REQUEST, with_finding(problem))
}

fn busy(seconds: u32) -> (StatusCode, Problem) {
    let busy = Problem::new("upstream_busy", "Too much is being looked up just now. Try again in a moment.");
    (StatusCode::TOO_MANY_REQUESTS, busy.retry_after(seconds.min(MAX_RETRY_SECONDS)))
}

fn with_finding(problem: &Problem) -> Problem {
    let mut problem = problem.clone();
    if problem.details.findings.is_empty()
        && let Some(field) = problem.field.clone()
    {
        let finding = Finding::new(problem.code.clone(), field, problem.message.clone());
        problem.details = Details { findings: vec![finding], ..problem.details };
    }
    problem
}

/// Whether the field that upstream names is one that the customer fills in.
fn is_mendable(problem: &Problem) -> bool {
    let root = problem.field.as_deref().and_then(|field| field.split(['.', '[']).next());
    matches!(root, Some("domains" | "personas" | "forwarding_url"))
}
