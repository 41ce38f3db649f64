//! Every way a request can end without success, and the only place that turns one into a status and a body.

use crate::store::StoreError;
use crate::upstream::UpstreamError;
use crate::upstream::plan::PlanError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shared::order::Receipt;
use shared::problem::{Details, Finding, Problem};
use std::borrow::Cow;

/// Why a request was not fulfilled. Causes stay inside; only [`Failure::outward`] speaks to the world.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What was sent is wrong, and the problem says how to mend it.
    #[error("invalid: {}", .0.code)]
    Invalid(Box<Problem>),
    /// The credentials are missing or wrong.
    #[error("unauthorized: {0}")]
    Unauthorized(&'static str, &'static str),
    /// The session token is proven, and its claims are wrong; the problem says which and why.
    #[error("token: {}", .0.code)]
    Token(Box<Problem>),
    /// The page is not one of those that may call.
    #[error("origin not allowed")]
    OriginNotAllowed,
    /// The credentials are good, and this is not for them.
    #[error("forbidden: {0}")]
    Forbidden(&'static str, &'static str),
    /// No such order, or not this customer's.
    #[error("order not found")]
    OrderNotFound,
    /// No such import, or not this customer's.
    #[error("import not found")]
    ImportNotFound,
    /// No such bundle.
    #[error("bundle not found")]
    BundleNotFound,
    /// Upstream did not do what the partner asked.
    #[error(transparent)]
    Partner(UpstreamError),
    /// No such path.
    #[error("route not found")]
    RouteNotFound,
    /// The path exists under another method.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// Something has changed since the session was minted or the page was loaded.
    #[error("conflict: {0}")]
    Conflict(&'static str, &'static str),
    /// The session has placed another order, whose receipt is here once it is known and the customer may see it.
    #[error("session used")]
    SessionUsed(Option<Box<Receipt>>),
    /// What the customer was told no longer holds, or there would be too much of something; the problem says more.
    #[error("changed: {}", .0.code)]
    Changed(Box<Problem>),
    /// The day's limit is reached.
    #[error("daily limit: {0}")]
    DailyLimit(&'static str),
    /// The stage of the other environment gave no answer.
    #[error("the other stage cannot be reached")]
    OtherStageUnreachable,
    /// New orders are stopped by the switch.
    #[error("orders are stopped")]
    OrdersStopped,
    /// The body is over the limit.
    #[error("body too large")]
    BodyTooLarge,
    /// The session has used up what it may ask of upstream.
    #[error("session budget spent")]
    BudgetSpent,
    /// Upstream did not do what was asked.
    #[error(transparent)]
    Upstream(UpstreamError),
    /// The table did not do what was asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A bug, or a machine without randomness.
    #[error("internal: {0}")]
    Internal(Cow<'static, str>),
}

#[derive(Serialize)]
struct Envelope<'p> {
    error: Refusal<'p>,
}

#[derive(Serialize)]
struct Refusal<'p> {
    #[serde(flatten)]
    problem: &'p Problem,
    retryable: bool,
}

impl Failure {
    /// What upstream said to the partner's own request: the partner can mend it, so it is told all.
    pub const fn partner(error: UpstreamError) -> Self {
        Self::Partner(error)
    }

    /// `401` for claims that are wrong.
    pub fn token(problem: Problem) -> Self {
        Self::Token(Box::new(problem))
    }

    /// `400` with one problem and no field.
    pub fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(Box::new(Problem::new(code, message)))
    }

    /// `400` with one problem at one field.
    pub fn bad_field(code: &'static str, field: &'static str, message: &'static str) -> Self {
        let finding = Finding::new(code, field, message);
        let problem = Problem::new(code, message).at(field);
        let details = Details { findings: vec![finding], ..Details::default() };
        Self::Invalid(Box::new(Problem { details, ..problem }))
    }

    /// Whether the very same request may succeed later.
    fn is_retryable(&self, status: StatusCode) -> bool {
        let for_now = status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
        match self {
            // A session never gets more calls than it had.
            Self::BudgetSpent => false,
            // The partner has to mend it first.
            Self::Upstream(error) if error.is_the_partners() => false,
            Self::Partner(error) if error.is_certain() && error.is_the_partners() => false,
            Self::Invalid(problem) => problem.code == "domain_not_checked",
            _ => for_now,
        }
    }

    /// What the world is told.
    pub fn outward(&self) -> (StatusCode, Problem) {
        let plain = |status: StatusCode, code: &'static str, message: &str| (status, Problem::new(code, message));
        match self {
            Self::Invalid(problem) => (StatusCode::BAD_REQUEST, problem.as_ref().clone()),
            Self::Token(problem) => (StatusCode::UNAUTHORIZED, problem.as_ref().clone()),
            Self::Unauthorized(code, message) => plain(StatusCode::UNAUTHORIZED, code, message),
            Self::Forbidden(code, message) => plain(StatusCode::FORBIDDEN, code, message),
            Self::Changed(problem) => (StatusCode::CONFLICT, problem.as_ref().clone()),
            Self::SessionUsed(order) => {
                let message = "This session has placed another order. Open a new session to place one more.";
                let details = Details { order: order.as_deref().cloned(), ..Details::default() };
                (StatusCode::CONFLICT, Problem { details, ..Problem::new("session_used", message) })
            }
            Self::DailyLimit(code) => plain(
                StatusCode::TOO_MANY_REQUESTS,
                code,
                "Today's limit of orders is reached. Try again tomorrow, or ask the shop.",
            ),
            Self::OrdersStopped => plain(
                StatusCode::SERVICE_UNAVAILABLE,
                "orders_stopped",
                "New orders are stopped for now. Orders that were placed go on.",
            ),
            Self::OtherStageUnreachable => plain(
                StatusCode::SERVICE_UNAVAILABLE,
                "other_stage_unreachable",
                "The stage that the delivery is for cannot be reached. Deliver it again later.",
            ),
            Self::Conflict(code, message) => plain(StatusCode::CONFLICT, code, message),
            Self::OriginNotAllowed => plain(
                StatusCode::FORBIDDEN,
                "origin_not_allowed",
                "This page may not order here. Its address has to be among the allowed origins.",
            ),
            Self::OrderNotFound => plain(StatusCode::NOT_FOUND, "order_not_found", "There is no such order."),
            Self::BundleNotFound => plain(StatusCode::NOT_FOUND, "bundle_not_found", "There is no such bundle."),
            Self::Partner(error) => error.to_partner(),
            Self::ImportNotFound => plain(StatusCode::NOT_FOUND, "import_not_found", "There is no such import."),
            Self::RouteNotFound => plain(StatusCode::NOT_FOUND, "route_not_found", "There is nothing at this path."),
            Self::MethodNotAllowed => {
                plain(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This path takes another method.")
            }
            Self::BodyTooLarge => {
                plain(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The body is too large. Send less at once.")
            }
            Self::BudgetSpent => plain(
                StatusCode::TOO_MANY_REQUESTS,
                "session_budget_spent",
                "This session has made all the look-ups it may. Reload the page for a new one.",
            ),
            Self::Upstream(error) => error.outward(),
            Self::Store(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                Problem::new("store_unavailable", "Our records cannot be reached just now. Try again in a moment.")
                    .retry_after(STORE_RETRY_SECONDS),
            ),
            Self::Internal(_) => plain(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "Something went wrong on our side. Try again, and name the Checkout-Request-Id if it stays.",
            ),
        }
    }
}

/// DynamoDB throttles for seconds at most; its SDK has retried before we say this.
const STORE_RETRY_SECONDS: u32 = 2;

impl From<UpstreamError> for Failure {
    fn from(error: UpstreamError) -> Self {
        match error {
            UpstreamError::BudgetSpent => Self::BudgetSpent,
            other => Self::Upstream(other),
        }
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Invalid(message) => Self::bad_request("plan_invalid", message),
            PlanError::Unavailable => {
                Self::Conflict("plan_unavailable", "This plan is no longer on offer. Ask the shop for another one.")
            }
            PlanError::TooLarge => Self::Conflict(
                "plan_too_large",
                "This plan has more than 1,000 domains, which one order cannot carry. Ask the shop for a smaller one.",
            ),
            PlanError::Upstream(error) => error.into(),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, problem) = self.outward();
        let upstream = problem.details.upstream_request_id.as_deref();
        if status.is_server_error() {
            let cause = Causes(&self);
            tracing::error!(error.code = %problem.code, upstream.request_id = upstream, error.cause = %cause, "failed");
        } else {
            let field = problem.field.as_deref();
            tracing::info!(error.code = %problem.code, upstream.request_id = upstream, error.field = field, "refused");
        }
        let retry_after = problem.details.retry_after_seconds;
        let error = Refusal { problem: &problem, retryable: self.is_retryable(status) };
        let mut response = (status, axum::Json(Envelope { error })).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// An error and what caused it, on one line.
struct Causes<'e>(&'e dyn std::error::Error);

impl std::fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
