//! How a signed webhook reaches its receiver: over HTTP, or by a function of the same process.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::Request;

use crate::error::SandboxError;

/// Sends a webhook and says with which status it was answered; `None` is no answer.
pub type Deliverer = Arc<dyn Fn(Request<Bytes>) -> BoxFuture<'static, Option<u16>> + Send + Sync>;

/// Delivers over HTTP, within a time limit, without following redirects.
pub(crate) fn over_http(limit: Duration) -> Result<Deliverer, SandboxError> {
    // Fails when the process has a provider already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(limit)
        .build()
        .map_err(SandboxError::Client)?;
    Ok(Arc::new(move |request: Request<Bytes>| {
        let client = client.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let sent = client.request(head.method, head.uri.to_string()).headers(head.headers).body(body).send().await;
            sent.ok().map(|answer| answer.status().as_u16())
        })
    }))
}
