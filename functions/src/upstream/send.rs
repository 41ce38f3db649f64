//! Sends calls: with the keys that are in use, at the pace that upstream allows, repeated only where the call allows it.

use crate::metrics;
use crate::query_string;
use crate::secret::Secret;
use crate::secret_store::note_use;
use crate::times;
use crate::trace;
use crate::upstream::call::{Call, Limit, Retry};
use crate::upstream::envelope::Envelope;
use crate::upstream::rate::Urgency;
use crate::upstream::transport::TransportError;
use crate::upstream::{Upstream, UpstreamError};
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use bytes::Bytes;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Seconds that upstream may ask for at most if the client is to wait and repeat a call: a customer is waiting.
const MAX_WAIT_SECONDS: u32 = 2;
/// Milliseconds that are added to the wait that upstream asks for, at most: docs/upstream.md#rate-limit.
const WAIT_JITTER_MS: u64 = 1_000;
/// Milliseconds before a call that failed is repeated, at most.
const RETRY_PAUSE_MS: u64 = 250;

impl Upstream {
    /// Makes a call, and repeats it once if that is allowed and may help.
    pub(super) async fn call(&self, call: &Call<'_>) -> Result<Envelope, UpstreamError> {
        let answer = self.attempt(call).await;
        let pause = match (&answer, call.retry) {
            (Err(error), Retry::Once) => self.pause_before_retry(error),
            _ => None,
        };
        match pause {
            Some(pause) => {
                tokio::time::sleep(pause).await;
                self.attempt(call).await
            }
            None => answer,
        }
    }

    /// The pause before a call that failed is worth repeating; `None` when it is not. A time-out is not: the caller's own
    /// time is used up, too.
    fn pause_before_retry(&self, error: &UpstreamError) -> Option<Duration> {
        match error {
            UpstreamError::Unreachable(_)
            | UpstreamError::Failed { .. }
            | UpstreamError::NoAnswer(TransportError::Broken(_)) => Some(self.pace.jitter(RETRY_PAUSE_MS)),
            _ => {
                let seconds = error.retry_after().filter(|seconds| *seconds <= MAX_WAIT_SECONDS)?;
                Some(Duration::from_secs(u64::from(seconds)).saturating_add(self.pace.jitter(WAIT_JITTER_MS)))
            }
        }
    }

    /// One attempt. If upstream refuses all keys, the keys are read again and tried: upstream did nothing until then.
    async fn attempt(&self, call: &Call<'_>) -> Result<Envelope, UpstreamError> {
        let mut answer = self.try_keys(call).await;
        if is_key_refused(&answer) && self.secret_store.refresh().await {
            answer = self.try_keys(call).await;
        }
        if let Err(error) = &answer {
            metrics::upstream_error(error.code());
        }
        answer
    }

    /// Sends the call with one key after the other until upstream accepts the key.
    async fn try_keys(&self, call: &Call<'_>) -> Result<Envelope, UpstreamError> {
        let secrets = self.secret_store.secrets();
        let mut answer = Err(UpstreamError::Misconfigured("there is no upstream key"));
        for (index, key) in secrets.peeker.iter().enumerate() {
            answer = self.send(call, key).await;
            if !is_key_refused(&answer) {
                note_use(index, "peeker_key");
                break;
            }
        }
        answer
    }

    /// Sends the call once.
    async fn send(&self, call: &Call<'_>, key: &Secret) -> Result<Envelope, UpstreamError> {
        let request = self.request(call, key)?;
        self.reserve_call(call.urgency.max(self.urgency)).await?;
        let response = self.transport.send(request, call.timeout).await.inspect_err(|error| {
            tracing::warn!(upstream.path = %call.path, error.cause = %error, "no response from upstream");
        })?;
        let answer = self.read(call, &response);
        if let Err(error @ UpstreamError::Refused { status: StatusCode::TOO_MANY_REQUESTS, .. }) = &answer
            && call.limit == Limit::Key
        {
            self.pace.silence(error.retry_after().unwrap_or(0)).await;
        }
        answer
    }

    fn request(&self, call: &Call<'_>, key: &Secret) -> Result<Request<Bytes>, UpstreamError> {
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", key.expose()))
            .map_err(|_| UpstreamError::Misconfigured("the upstream key is not a header value"))?;
        authorization.set_sensitive(true);
        let url = format!("{}{}{}", self.base_url, call.path, query_string::write(call.query));
        let mut request =
            Request::builder().method(call.method.clone()).uri(url).header(header::AUTHORIZATION, authorization);
        for (name, value) in trace::headers() {
            request = request.header(name, value);
        }
        if call.body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        request
            .body(call.body.clone().unwrap_or_default())
            .map_err(|_| UpstreamError::Misconfigured("the upstream address is not a URL"))
    }

    /// Reserves one call within the rate of the key, and within the budget of the session that causes it.
    async fn reserve_call(&self, urgency: Urgency) -> Result<(), UpstreamError> {
        self.pace.take(urgency).await.map_err(|retry_after| UpstreamError::Busy { retry_after })?;
        if let Some(meter) = &self.meter {
            meter.take(urgency < Urgency::Order).await?;
        }
        self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn read(&self, call: &Call<'_>, response: &Response<Bytes>) -> Result<Envelope, UpstreamError> {
        let status = response.status();
        let text = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let request_id = text("peeker-request-id").filter(|id| shared::ids::is_id(id)).map(str::to_owned);
        // A date that cannot be right is ignored.
        let date = times::believable(text("date").and_then(times::from_http_date), self.clock.now());
        if status.is_success() {
            tracing::debug!(upstream.path = %call.path, upstream.status = status.as_u16(), upstream.request_id = request_id);
        } else {
            // The text of the answer may name people. Its code is in the error.
            tracing::info!(
                upstream.path = %call.path,
                upstream.status = status.as_u16(),
                upstream.request_id = request_id,
                "upstream request failed"
            );
        }
        Envelope::read(status, request_id, response.body()).map(|envelope| Envelope { date, ..envelope })
    }
}

fn is_key_refused(answer: &Result<Envelope, UpstreamError>) -> bool {
    matches!(answer, Err(UpstreamError::Refused { status: StatusCode::UNAUTHORIZED, is_documented: true, .. }))
}
