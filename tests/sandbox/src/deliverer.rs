//! Delivers signed webhooks: over HTTP, or to a function in the same process.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::Request;

use crate::error::SandboxError;

/// Sends a webhook and returns the status of the response; `None` if there is none.
pub type Deliverer = Arc<dyn Fn(Request<Bytes>) -> BoxFuture<'static, Option<u16>> + Send + Sync>;

/// Delivers over HTTP with a time limit and without following redirects.
pub(crate) fn over_http(limit: Duration) -> Result<Deliverer, SandboxError> {
    // Fails if the process already has a provider, which works as well.
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
