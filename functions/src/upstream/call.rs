//! One call to upstream: request, timeout, urgency and retries.

use crate::upstream::rate::Urgency;
use axum::http::Method;
use bytes::Bytes;
use std::borrow::Cow;
use std::time::Duration;

/// Longest wait for the answer to a call that does not need more.
const TIMEOUT: Duration = Duration::from_secs(8);

/// A call. Each endpoint makes its own, because only the endpoint knows what its call does upstream.
pub(super) struct Call<'c> {
    /// Such as `POST`.
    pub(super) method: Method,
    /// Path below upstream's base URL, such as `/orders`.
    pub(super) path: Cow<'c, str>,
    /// Names and values of the query, not encoded.
    pub(super) query: &'c [(&'c str, &'c str)],
    /// JSON.
    pub(super) body: Option<Bytes>,
    /// Longest wait for the whole answer of one attempt.
    pub(super) timeout: Duration,
    /// How urgent the call is at least; that of the client counts when it is higher.
    pub(super) urgency: Urgency,
    /// Whether the client may repeat the call.
    pub(super) retry: Retry,
    /// The upstream limit that a `429` says is used up.
    pub(super) limit: Limit,
}

/// Whether the client may repeat a call that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Retry {
    /// Never: the first attempt may have had an effect that a second one would double.
    Never,
    /// Once, after a failure that came quickly or a short wait that upstream asked for: a second attempt changes
    /// nothing.
    Once,
}

/// One of upstream's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// The calls a minute of the key: docs/upstream.md#rate-limit. After a `429` no call is made for a while.
    Key,
    /// The capacity for parallel imports: docs/upstream.md#import-capacity. Other calls continue.
    Imports,
}

impl<'c> Call<'c> {
    /// A call that reads: it may be repeated.
    pub(super) fn get(path: impl Into<Cow<'c, str>>) -> Self {
        Self { retry: Retry::Once, ..Self::new(Method::GET, path) }
    }

    /// A call that sends `body` and is not repeated.
    pub(super) fn post(path: impl Into<Cow<'c, str>>, body: Bytes) -> Self {
        Self { body: Some(body), ..Self::new(Method::POST, path) }
    }

    /// A call without a body that is not repeated.
    pub(super) fn new(method: Method, path: impl Into<Cow<'c, str>>) -> Self {
        Self {
            method,
            path: path.into(),
            query: &[],
            body: None,
            timeout: TIMEOUT,
            urgency: Urgency::LookUp,
            retry: Retry::Never,
            limit: Limit::Key,
        }
    }
}
