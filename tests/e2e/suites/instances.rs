//! Additional instances of the functions without a socket, each with its own connections and memory.

use crate::client::Harness;
use axum::Router;
use axum::body::{Body, to_bytes};
use functions::reconciler::Reconciler;
use http::{HeaderMap, Request};
use serde_json::Value;
use tower::ServiceExt;

/// One instance.
pub(crate) struct Instance {
    router: Router,
    pub(crate) reconciler: Reconciler,
}

/// Its response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Instance {
    /// An instance on the table of `harness`.
    pub(crate) async fn of(harness: &Harness) -> Self {
        Self::at(harness, &harness.stack.database_url).await
    }

    /// An instance that reaches the table through the URL `database`.
    pub(crate) async fn at(harness: &Harness, database: &str) -> Self {
        let (router, reconciler) = harness.stack.another(database).await.unwrap();
        Self { router, reconciler }
    }

    /// Sends one request; `headers` are added to `authorization` and `content-type`.
    pub(crate) async fn call(
        &self,
        (method, path): (&str, &str),
        token: &str,
        body: impl Into<Body>,
        headers: &[(&'static str, String)],
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let answer = self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        Answer { status, headers, body: serde_json::from_slice(&body).unwrap_or_default() }
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.call(("POST", path), token, body.to_string(), &[]).await
    }
}
