//! The request being served: its id and its trace, for the log and for the upstream calls that it causes.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::future::Future;

/// Our own id of a request, on every answer, on every line of the log and on every call upstream.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("checkout-request-id");
/// API Gateway's and X-Ray's trace.
const AMAZON: HeaderName = HeaderName::from_static("x-amzn-trace-id");
/// W3C Trace Context, which OpenTelemetry speaks.
const W3C: HeaderName = HeaderName::from_static("traceparent");
/// Characters of a trace header: X-Ray's with its root, parent and sampling decision has 75.
const MAX_TRACE: usize = 256;
/// `00-<32 digits>-<16 digits>-<2 digits>`
const W3C_PARTS: [usize; 4] = [2, 32, 16, 2];

tokio::task_local! {
    static CURRENT: Trace;
}

/// A request's id and trace.
#[derive(Debug, Clone, Default)]
pub struct Trace(Vec<(HeaderName, HeaderValue)>);

impl Trace {
    /// The trace of a request that has these headers, under our `id`. Headers that are no traces are not passed on.
    pub fn of(headers: &HeaderMap, id: &str) -> Self {
        let tame = |c: u8| c.is_ascii_alphanumeric() || b"=;:.-_".contains(&c);
        let amazon =
            headers.get(AMAZON).filter(|value| value.len() <= MAX_TRACE && value.as_bytes().iter().copied().all(tame));
        let w3c = headers.get(W3C).filter(|value| is_w3c(value));
        let id = HeaderValue::from_str(id).ok();
        let found = [(REQUEST_ID, id), (AMAZON, amazon.cloned()), (W3C, w3c.cloned())];
        Self(found.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
    }

    /// The ids that connect our log with API Gateway's and with the caller's own.
    pub fn id(&self) -> Option<&str> {
        let found = self.0.iter().rev().find(|(name, _)| *name != REQUEST_ID);
        found.and_then(|(_, value)| value.to_str().ok())
    }

    /// Does `work` under this trace.
    pub async fn during<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }
}

/// The trace headers of the current request; empty without one.
pub fn headers() -> Vec<(HeaderName, HeaderValue)> {
    CURRENT.try_with(|trace| trace.0.clone()).unwrap_or_default()
}

fn is_w3c(value: &HeaderValue) -> bool {
    let parts: Vec<&[u8]> = value.as_bytes().split(|byte| *byte == b'-').collect();
    parts.len() == W3C_PARTS.len()
        && parts.iter().zip(W3C_PARTS).all(|(part, length)| {
            part.len() == length && part.iter().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte))
        })
}
