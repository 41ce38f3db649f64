//! Status and problem for a failed request to upstream.

use crate::model::amount_text::may_name_amount;
use crate::upstream::transport::TransportError;
use crate::upstream::{UNKNOWN_CODE, UpstreamError};
use axum::http::StatusCode;
use shared::problem::{Details, Finding, Problem};

/// Longest wait that a customer is given, in seconds: upstream counts by the minute.
const MAX_RETRY_SECONDS: u32 = 60;

/// For the partner's own request: upstream's error, because the partner can act on it.
pub(super) fn for_partner(error: &UpstreamError) -> (StatusCode, Problem) {
    let keys = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS];
    let UpstreamError::Refused { status, problem, is_documented, .. } = error else {
        return for_browser(error);
    };
    // Conflicts and the like are not documented as refusals, but upstream's message explains what to do.
    let says_why = matches!(*status, StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY);
    if !is_documented && (!says_why || problem.code == UNKNOWN_CODE) {
        return with_request_id(error, unreadable());
    }
    if keys.contains(status) {
        return for_browser(error);
    }
    let status = match *status {
        known @ (StatusCode::NOT_FOUND | StatusCode::CONFLICT) => known,
        _ => StatusCode::BAD_REQUEST,
    };
    with_request_id(error, (status, with_finding(problem)))
}

/// DynamoDB throttles for seconds at most; its SDK has retried before we say this.
const STORE_RETRY_SECONDS: u32 = 2;

/// For a browser: upstream's error if the customer can correct it, otherwise a general error.
pub(super) fn for_browser(error: &UpstreamError) -> (StatusCode, Problem) {
    let answer = match error {
        UpstreamError::Refused { status, problem, .. } => match error.retry_after() {
            Some(seconds) => busy(seconds),
            None if error.is_the_partners() => {
                report(*status, problem);
                misconfigured()
            }
            None => (StatusCode::BAD_REQUEST, with_finding(&without_amounts(problem))),
        },
        UpstreamError::NoAnswer(TransportError::TimedOut(_)) => (
            StatusCode::GATEWAY_TIMEOUT,
            Problem::new("upstream_timeout", "The request to the supplier timed out. Try again in a moment."),
        ),
        UpstreamError::Misconfigured(_) => misconfigured(),
        UpstreamError::Busy { retry_after } => busy(*retry_after),
        UpstreamError::BudgetSpent => budget_spent(),
        UpstreamError::BudgetUnknown(_) => store_unavailable(),
        UpstreamError::Unreadable { .. } => unreadable(),
        UpstreamError::Unreachable(_) | UpstreamError::NoAnswer(_) | UpstreamError::Failed { .. } => (
            StatusCode::BAD_GATEWAY,
            Problem::new("upstream_unavailable", "The supplier is unavailable. Try again in a moment."),
        ),
    };
    with_request_id(error, answer)
}

fn with_request_id(error: &UpstreamError, (status, mut problem): (StatusCode, Problem)) -> (StatusCode, Problem) {
    problem.details.upstream_request_id = error.request_id().map(str::to_owned);
    (status, problem)
}

/// The session has used up its calls.
pub(super) fn budget_spent() -> (StatusCode, Problem) {
    let message = "The session's lookup limit is reached. Reload the page for a new session.";
    (StatusCode::TOO_MANY_REQUESTS, Problem::new("session_budget_spent", message))
}

/// The table does not answer.
pub(super) fn store_unavailable() -> (StatusCode, Problem) {
    let message = "The service is temporarily unavailable. Try again in a moment.";
    let problem = Problem::new("store_unavailable", message).retry_after(STORE_RETRY_SECONDS);
    (StatusCode::SERVICE_UNAVAILABLE, problem)
}

fn unreadable() -> (StatusCode, Problem) {
    let message = "The supplier sent an invalid response. Try again.";
    (StatusCode::BAD_GATEWAY, Problem::new("upstream_unreadable", message))
}

fn misconfigured() -> (StatusCode, Problem) {
    let message = "The shop cannot reach its supplier. Its operator has been notified.";
    (StatusCode::BAD_GATEWAY, Problem::new("upstream_misconfigured", message))
}

fn busy(seconds: u32) -> (StatusCode, Problem) {
    let busy = Problem::new("upstream_busy", "Too many lookups at the moment. Try again in a moment.");
    (StatusCode::TOO_MANY_REQUESTS, busy.retry_after(seconds.min(MAX_RETRY_SECONDS)))
}

/// Raises the alarm for a refusal that stays until the partner changes its key, permissions, bundle or login.
fn report(status: StatusCode, problem: &Problem) {
    tracing::error!(
        alarm = "upstream_refused",
        upstream.status = status.as_u16(),
        upstream.code = %problem.code,
        upstream.field = problem.field.as_deref(),
        "upstream request failed; partner action required"
    );
}

/// Upstream's problem with its field as a finding, which forms read.
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

/// The message in place of one of upstream's that may name an amount.
const REFUSED: &str = "The supplier does not accept this value. Change it, or ask the shop.";

/// Upstream's problem in words that name no amount.
fn without_amounts(problem: &Problem) -> Problem {
    match may_name_amount(&problem.message) {
        false => problem.clone(),
        true => Problem { message: REFUSED.to_owned(), ..problem.clone() },
    }
}
