//! Pages of the configured origins may call; those of others are told nothing.

use crate::client::{Bench, Call, FOUR, ORIGIN, draft};
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
async fn a_preflight_of_an_allowed_page_is_granted() {
    let bench = Bench::start().await;
    for path in ["/v1/session", "/v1/domains/availability", "/v1/orders", "/v1/orders/ord_1"] {
        let reply = bench.send(preflight(path, ORIGIN), 200).await;
        assert_eq!(reply.header("access-control-allow-origin"), Some(ORIGIN), "{path}");
        assert_eq!(words(reply.header("access-control-allow-methods")), ["get", "post"]);
        assert_eq!(
            words(reply.header("access-control-allow-headers")),
            ["authorization", "content-type", "if-none-match"]
        );
        assert_eq!(reply.header("access-control-max-age"), Some("7200"));
        assert_eq!(reply.header("access-control-allow-credentials"), None, "cookies play no part");
    }
    assert!(bench.stack.sandbox.received().is_empty());
}

#[tokio::test]
async fn a_preflight_of_a_foreign_page_is_granted_nothing() {
    let bench = Bench::start().await;
    for origin in ["https://evil.com", "null", "http://127.0.0.1:8788", "https://127.0.0.1:8787", ""] {
        let reply = bench.exchange(preflight("/v1/orders", origin)).await;
        assert_eq!(reply.header("access-control-allow-origin"), None, "{origin}");
    }
}

#[tokio::test]
async fn an_answer_names_the_page_and_what_it_may_read() {
    let bench = Bench::start().await;
    let call = Call::get("/v1/session").bearer(&bench.session("ses_1")).header("origin", ORIGIN);
    let reply = bench.send(call, 200).await;
    assert_eq!(reply.header("access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(words(reply.header("access-control-expose-headers")), ["checkout-request-id", "etag", "retry-after"]);
    assert!(words(reply.header("vary")).contains(&"origin".to_owned()), "caches keep pages apart");
    // A refusal can be read by the page, too.
    let refused = bench.send(Call::get("/v1/session").header("origin", ORIGIN), 401).await;
    assert_eq!(refused.header("access-control-allow-origin"), Some(ORIGIN));
}

#[tokio::test]
async fn a_foreign_page_orders_nothing_even_with_a_good_token() {
    let bench = Bench::start().await;
    let call = Call::post("/v1/orders").bearer(&bench.session("ses_1")).json(&draft(&FOUR));
    let refused = bench.send(call.header("origin", "https://evil.com"), 403).await;
    assert_eq!(refused.code(), "origin_not_allowed");
    assert_eq!(refused.header("access-control-allow-origin"), None);
    assert!(bench.stack.sandbox.received().is_empty());
}

#[tokio::test]
async fn an_unknown_path_and_another_method_are_refused_in_the_usual_form() {
    let bench = Bench::start().await;
    assert_eq!(bench.send(Call::get("/v1/nothing"), 404).await.code(), "route_not_found");
    assert_eq!(bench.send(Call::get("/"), 404).await.code(), "route_not_found");
    for (method, path) in [("DELETE", "/v1/orders"), ("PUT", "/v1/session"), ("GET", "/v1/webhooks/peeker")] {
        let refused = bench.send(Call::new(method.parse().unwrap(), path), 405).await;
        assert_eq!(refused.code(), "method_not_allowed", "{method} {path}");
    }
}
