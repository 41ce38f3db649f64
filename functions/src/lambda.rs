//! A router as a Lambda function behind API Gateway.

use axum::Router;
use axum::body::to_bytes;
use lambda_http::{Body, Error, IntoResponse, Request, Response, service_fn};
use std::convert::Infallible;
use std::future::{Future, ready};
use std::pin::Pin;
use tower::ServiceExt;

/// Serves `router` until Lambda ends the process.
///
/// # Errors
/// When Lambda's Runtime API does not answer.
pub async fn run(router: Router) -> Result<(), Error> {
    lambda_http::run(service_fn(|request: Request| answer(router.clone(), request))).await
}

async fn answer(router: Router, request: Request) -> Result<Answer, Infallible> {
    let (parts, body) = router.oneshot(request).await?.into_parts();
    // Bodies are made in memory by our own routes.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let body = match String::from_utf8(bytes.into()) {
        Ok(text) if text.is_empty() => Body::Empty,
        Ok(text) => Body::Text(text),
        Err(binary) => Body::Binary(binary.into_bytes()),
    };
    Ok(Answer(Response::from_parts(parts, body)))
}

/// A finished answer. `lambda_http` would convert one of any character set, whose tables weigh as much as all of our
/// own code; ours are UTF-8.
struct Answer(Response<Body>);

impl IntoResponse for Answer {
    fn into_response(self) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>> {
        Box::pin(ready(self.0))
    }
}
