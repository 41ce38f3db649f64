//! Every way a request can end without success, and the only place that turns one into a status and a body.

mod upstream;

use crate::store::StoreError;
use crate::upstream::UpstreamError;
use crate::upstream::plan::PlanError;
use aide::OperationOutput;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use shared::order::Receipt;
use shared::problem::{Details, Finding, Problem};
use std::borrow::Cow;

/// Why a request was not fulfilled. Causes stay inside; only [`Failure::outward`] speaks to the world.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The request is invalid; the problem describes how to correct it.
    #[error("invalid: {}", .0.code)]
    Invalid(Box<Problem>),
    /// The credentials are missing or wrong.
    #[error("unauthorized: {0}")]
    Unauthorized(&'static str, &'static str),
    /// The session token's signature is valid, but its claims are not; the problem has the details.
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
    /// No such notification, or it has expired.
    #[error("notification not found")]
    NotificationNotFound,
    /// The partner's request to upstream failed.
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
    /// The session has placed another order. The receipt is present if it is known and the customer may see it.
    #[error("session used")]
    SessionUsed(Option<Box<Receipt>>),
    /// The order is not paid or approved; the problem says what is missing or wrong.
    #[error("payment required: {}", .0.code)]
    PaymentRequired(Box<Problem>),
    /// The quote is no longer valid, or a limit would be exceeded; the problem has the details.
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
    /// The session's budget of upstream calls is used up.
    #[error("session budget spent")]
    BudgetSpent,
    /// The request to upstream failed.
    #[error(transparent)]
    Upstream(UpstreamError),
    /// The access to the table failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A bug, or a machine without randomness.
    #[error("internal: {0}")]
    Internal(Cow<'static, str>),
}

/// The body of every error response.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Refusal")]
pub struct Refused<'p> {
    /// What is wrong, and what to do.
    error: ErrorBody<'p>,
}

/// What is wrong, and what to do.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
struct ErrorBody<'p> {
    #[serde(flatten)]
    problem: &'p Problem,
    /// Whether the same request may succeed later.
    retryable: bool,
}

impl Failure {
    /// Upstream's refusal of the partner's own request, returned in full because the partner can correct it.
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
            // The partner has to correct it first.
            Self::Upstream(error) if error.is_the_partners() => false,
            Self::Partner(error) if error.is_certain() && error.is_the_partners() => false,
            Self::Invalid(problem) => problem.code == "domain_not_checked",
            _ => for_now,
        }
    }

    /// The response to the client.
    pub fn outward(&self) -> (StatusCode, Problem) {
        let plain = |status: StatusCode, code: &'static str, message: &str| (status, Problem::new(code, message));
        match self {
            Self::Invalid(problem) => (StatusCode::BAD_REQUEST, problem.as_ref().clone()),
            Self::Token(problem) => (StatusCode::UNAUTHORIZED, problem.as_ref().clone()),
            Self::Unauthorized(code, message) => plain(StatusCode::UNAUTHORIZED, code, message),
            Self::Forbidden(code, message) => plain(StatusCode::FORBIDDEN, code, message),
            Self::PaymentRequired(problem) => (StatusCode::PAYMENT_REQUIRED, problem.as_ref().clone()),
            Self::Changed(problem) => (StatusCode::CONFLICT, problem.as_ref().clone()),
            Self::SessionUsed(order) => {
                let message = match order {
                    Some(_) => "This session has already placed an order. Open a new session to place another one.",
                    // Its order or its customer was erased, or it belongs to another customer: the answer does not say which.
                    None => "This session can place no order any more. Open a new session to place one.",
                };
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
                "New orders are paused. Existing orders continue.",
            ),
            Self::OtherStageUnreachable => plain(
                StatusCode::SERVICE_UNAVAILABLE,
                "other_stage_unreachable",
                "The stage for this delivery is unavailable. Deliver it again later.",
            ),
            Self::Conflict(code, message) => plain(StatusCode::CONFLICT, code, message),
            Self::OriginNotAllowed => plain(
                StatusCode::FORBIDDEN,
                "origin_not_allowed",
                "This origin is not allowed. Add it to the allowed origins.",
            ),
            Self::OrderNotFound => plain(StatusCode::NOT_FOUND, "order_not_found", "Order not found."),
            Self::BundleNotFound => plain(StatusCode::NOT_FOUND, "bundle_not_found", "Bundle not found."),
            Self::Partner(error) => upstream::for_partner(error),
            Self::ImportNotFound => plain(StatusCode::NOT_FOUND, "import_not_found", "Import not found."),
            Self::NotificationNotFound => plain(
                StatusCode::NOT_FOUND,
                "notification_not_found",
                "Notification not found. Notifications are kept for 30 days.",
            ),
            Self::RouteNotFound => plain(StatusCode::NOT_FOUND, "route_not_found", "No route matches this path."),
            Self::MethodNotAllowed => {
                plain(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed for this path.")
            }
            Self::BodyTooLarge => {
                plain(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The body is too large. Send a smaller request.")
            }
            Self::BudgetSpent => upstream::budget_spent(),
            Self::Upstream(error) => upstream::for_browser(error),
            Self::Store(_) => upstream::store_unavailable(),
            Self::Internal(_) => plain(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "Internal error. Try again. If the error persists, report the Checkout-Request-Id.",
            ),
        }
    }
}

/// The refusals of routes that read or write the table.
pub fn of_the_table() -> [Failure; 1] {
    [StoreError::Contended.into()]
}

impl Failure {
    /// What the API description contains: status, code, and an example body.
    pub fn documented(&self) -> (StatusCode, String, Value) {
        let (status, problem) = self.outward();
        let error = ErrorBody { problem: &problem, retryable: self.is_retryable(status) };
        let body = serde_json::json!(Refused { error });
        (status, problem.code.into_owned(), body)
    }
}

/// A handler's failures are part of its description: the return type alone does not say which they are.
impl OperationOutput for Failure {
    type Inner = Self;
}

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
                Self::Conflict("plan_unavailable", "This plan is no longer available. Ask the shop for another one.")
            }
            PlanError::TooLarge => Self::Conflict(
                "plan_too_large",
                "This plan needs more than 1,000 domains, the maximum of one order. Ask the shop for a smaller one.",
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
            tracing::error!(
                error.code = %problem.code,
                upstream.request_id = upstream,
                error.cause = %cause,
                "request failed"
            );
        } else {
            let field = problem.field.as_deref();
            tracing::info!(
                error.code = %problem.code,
                upstream.request_id = upstream,
                error.field = field,
                "request rejected"
            );
        }
        let retry_after = problem.details.retry_after_seconds;
        let error = ErrorBody { problem: &problem, retryable: self.is_retryable(status) };
        let mut response = (status, axum::Json(Refused { error })).into_response();
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
