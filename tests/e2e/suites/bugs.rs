//! A panic in a handler: the caller gets an error, and the function continues.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::StatusCode;
use axum::routing::get;
use http::Request;
use serde_json::Value;
use tower::ServiceExt;

#[tokio::test]
async fn panic_returns_500_and_the_next_request_succeeds() {
    let bug = async || -> StatusCode { panic!("the secret words of a bug") };
    let routes = Router::new().route("/bug", get(bug)).route("/well", get(async || "well"));
    let router = functions::http::finish(routes, 1_024);
    let call = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        (status, String::from_utf8(to_bytes(answer.into_body(), 10_000).await.unwrap().to_vec()).unwrap())
    };
    for _ in 0..2 {
        let (status, body) = call("/bug").await;
        let refusal: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            (status, &refusal["error"]["code"], &refusal["error"]["retryable"]),
            (500, &"internal".into(), &true.into())
        );
        assert!(!body.contains("secret words"), "{body}");
    }
    assert_eq!(call("/well").await, (200, "well".to_owned()));
}
