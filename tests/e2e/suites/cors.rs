//! CORS: pages of the configured origins may call the API; other pages get no CORS headers.

use crate::client::{Call, FOUR, Harness, ORIGIN, draft};
use reqwest::Method;

fn preflight(path: &str, origin: &str) -> Call {
    Call::new(Method::OPTIONS, path)
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type")
}

fn words(text: Option<&str>) -> Vec<String> {
    let mut words: Vec<String> =
        text.unwrap_or_default().split(',').map(|word| word.trim().to_ascii_lowercase()).collect();
    words.sort_unstable();
    words
}

#[tokio::test]
async fn preflight_from_an_allowed_origin_succeeds() {
    let harness = Harness::start().await;
    for path in ["/v1/session", "/v1/domains/availability", "/v1/orders", "/v1/orders/ord_1"] {
        let reply = harness.send(preflight(path, ORIGIN), 200).await;
        assert_eq!(reply.header("access-control-allow-origin"), Some(ORIGIN), "{path}");
        assert_eq!(words(reply.header("access-control-allow-methods")), ["get", "post"]);
        assert_eq!(
            words(reply.header("access-control-allow-headers")),
            ["authorization", "content-type", "if-none-match"]
        );
        assert_eq!(reply.header("access-control-max-age"), Some("7200"));
        assert_eq!(reply.header("access-control-allow-credentials"), None, "cookies play no part");
    }
    assert!(harness.stack.sandbox.received().is_empty());
}

#[tokio::test]
async fn preflight_from_another_origin_gets_no_cors_headers() {
    let harness = Harness::start().await;
    for origin in ["https://evil.com", "null", "http://127.0.0.1:8788", "https://127.0.0.1:8787", ""] {
        let reply = harness.exchange(preflight("/v1/orders", origin)).await;
        assert_eq!(reply.header("access-control-allow-origin"), None, "{origin}");
    }
}

#[tokio::test]
async fn response_names_origin_and_exposed_headers() {
    let harness = Harness::start().await;
    let call = Call::get("/v1/session").bearer(&harness.session("ses_1")).header("origin", ORIGIN);
    let reply = harness.send(call, 200).await;
    assert_eq!(reply.header("access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(words(reply.header("access-control-expose-headers")), ["checkout-request-id", "etag", "retry-after"]);
    assert!(words(reply.header("vary")).contains(&"origin".to_owned()), "caches keep pages apart");
    // The page can read an error response, too.
    let refused = harness.send(Call::get("/v1/session").header("origin", ORIGIN), 401).await;
    assert_eq!(refused.header("access-control-allow-origin"), Some(ORIGIN));
}

#[tokio::test]
async fn other_origin_cannot_order_with_a_valid_token() {
    let harness = Harness::start().await;
    let call = Call::post("/v1/orders").bearer(&harness.session("ses_1")).json(&draft(&FOUR));
    let refused = harness.send(call.header("origin", "https://evil.com"), 403).await;
    assert_eq!(refused.code(), "origin_not_allowed");
    assert_eq!(refused.header("access-control-allow-origin"), None);
    assert!(harness.stack.sandbox.received().is_empty());
}

#[tokio::test]
async fn unknown_path_and_method_return_the_error_envelope() {
    let harness = Harness::start().await;
    assert_eq!(harness.send(Call::get("/v1/nothing"), 404).await.code(), "route_not_found");
    assert_eq!(harness.send(Call::get("/"), 404).await.code(), "route_not_found");
    for (method, path) in [("DELETE", "/v1/orders"), ("PUT", "/v1/session"), ("GET", "/v1/webhooks/peeker")] {
        let refused = harness.send(Call::new(method.parse().unwrap(), path), 405).await;
        assert_eq!(refused.code(), "method_not_allowed", "{method} {path}");
    }
}
