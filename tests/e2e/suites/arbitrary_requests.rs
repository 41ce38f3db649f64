//! Hundreds of unusual requests to every route: always the error envelope, and never a server error.

use crate::client::{Call, FOUR, Harness, Reply, draft};
use bytes::Bytes;
use reqwest::Method;
use serde_json::{Value, json};

/// Every route, with an id that exists or not.
const ROUTES: [(&str, &str); 29] = [
    ("POST", "/v1/sessions"),
    ("GET", "/v1/session"),
    ("POST", "/v1/domains/availability"),
    ("POST", "/v1/domains/import"),
    ("GET", "/v1/domains/import"),
    ("GET", "/v1/domains/import/imp_1"),
    ("POST", "/v1/domains/import/imp_1/release"),
    ("GET", "/v1/domains/claims"),
    ("POST", "/v1/domains/claims/release"),
    ("POST", "/v1/quotes"),
    ("POST", "/v1/orders"),
    ("GET", "/v1/orders"),
    ("GET", "/v1/orders/ord_1"),
    ("POST", "/v1/orders/ord_1/cancel"),
    ("GET", "/v1/events"),
    ("GET", "/v1/bundles"),
    ("POST", "/v1/bundles"),
    ("GET", "/v1/bundles/bun_1"),
    ("PATCH", "/v1/bundles/bun_1"),
    ("DELETE", "/v1/bundles/bun_1"),
    ("POST", "/v1/customers/forget"),
    ("POST", "/v1/webhooks/peeker"),
    ("GET", "/v1/webhooks/rejected"),
    ("GET", "/v1/notifications"),
    ("POST", "/v1/notifications/redeliver"),
    ("POST", "/v1/notifications/test"),
    ("POST", "/v1/notifications/ntf_00000000000000000000000000000000/redeliver"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
];

/// Bodies that are invalid, or almost valid.
fn bodies() -> Vec<Vec<u8>> {
    let nested = |open: &str, close: &str, depth: usize| format!("{}{}", open.repeat(depth), close.repeat(depth));
    let mut bodies: Vec<Vec<u8>> = [
        "",
        " ",
        "null",
        "true",
        "0",
        "-0.0",
        "1e999",
        "\"\"",
        "[]",
        "{}",
        "{",
        "}",
        "[[[]",
        "{\"\":\"\"}",
        "{\"a\":1,\"a\":2}",
        "\u{feff}{}",
        "{} {}",
        "{\"domains\":null}",
        "{\"domains\":{}}",
        "{\"domains\":[]}",
        "{\"domains\":[null,1,{},[]]}",
        "{\"domains\":\"acme.com\"}",
        "{\"domains\":[\"\"]}",
        "{\"domains\":[\"\\u0000\"]}",
        "{\"domains\":[\"\\ud83d\"]}",
        "{\"domains\":[\"xn--\"]}",
        "{\"domains\":[\"acme.com\"],\"quote\":{}}",
        "{\"domains\":[\"acme.com\"],\"personas\":null}",
        "{\"customer\":null,\"plan\":null}",
        "{\"customer\":\"a@b.co\",\"plan\":{\"bundle_id\":1}}",
        "{\"customer\":\"a@b.co\",\"plan\":{\"google_licenses\":4294967296}}",
        "{\"customer\":\"a@b.co\",\"plan\":{\"google_licenses\":-1,\"microsoft_licenses\":1e308}}",
        "{\"whole\":true,\"domains\":[\"acme.com\"]}",
        "{\"whole\":\"true\"}",
        "{\"id\":\"evt_1\",\"type\":\"\",\"created_at\":0}",
        "{\"name\":\"x\",\"monthly_sending_volume\":1.5}",
        "<xml/>",
        "domains=acme.com&quote=1",
        "--b\r\n\r\n--b--",
    ]
    .iter()
    .map(|body| body.as_bytes().to_vec())
    .collect();
    bodies.push(b"{\"domains\":[\"\xff\xfe\"]}".to_vec());
    bodies.push(vec![0; 1_000]);
    bodies.push(nested("[", "]", 5_000).into_bytes());
    bodies.push(nested("{\"domains\":", "1}", 200).into_bytes());
    bodies.push(json!({"domains": vec!["acme.com"; 1_500]}).to_string().into_bytes());
    bodies.push(json!({"domains": [format!("{}.com", "a".repeat(70_000))]}).to_string().into_bytes());
    bodies.push(json!({ "x".repeat(20_000): 1 }).to_string().into_bytes());
    let mut order = draft(&FOUR);
    order["personas"] = json!([{"first_name": "\u{202e}", "last_name": "\u{0}", "profile_picture_url": 7}]);
    bodies.push(order.to_string().into_bytes());
    order["forwarding_url"] = json!({"https://acme.com": []});
    bodies.push(order.to_string().into_bytes());
    bodies
}

/// Header sets that programs, proxies and attackers send.
const HEADERS: [&[(&str, &str)]; 10] = [
    &[],
    &[("content-type", "text/plain")],
    &[("content-type", "application/json; charset=utf-16")],
    &[("content-type", "multipart/form-data")],
    &[("content-encoding", "gzip")],
    &[("if-none-match", "W/\"a\", *, \"")],
    &[("accept", "text/html"), ("x-http-method-override", "DELETE")],
    &[("peeker-event-id", "evt_1"), ("peeker-timestamp", "NaN"), ("peeker-signature", "v1=,v1=zz,t=1")],
    &[("peeker-event-id", "evt_1"), ("peeker-timestamp", "99999999999999999999"), ("peeker-signature", "v1=00")],
    &[("x-amzn-trace-id", "Root=;;="), ("traceparent", "00-zz-zz-zz"), ("checkout-request-id", "a b")],
];

/// Query strings.
const QUERIES: [&str; 12] = [
    "",
    "?",
    "?&&=&",
    "?per_page=0",
    "?per_page=99999999999999999999",
    "?page_token=%00",
    "?page_token=bnVsbA",
    "?customer=%ff",
    "?%zz=%",
    "?from=9999-99-99T99:99:99Z&to=",
    "?status=%F0%9F%98%80&status=x",
    "?domains=%2C%2C%00,a",
];

/// Invalid and unusual paths.
const PATHS: [&str; 22] = [
    "/v1/orders/%ff",
    "/v1/orders/%C3%28",
    "/v1/orders/%",
    "/v1/orders/%zz",
    "/v1/orders/%00",
    "/v1/orders/%2e%2e%2f",
    "/v1/orders/ord_1%2Fcancel",
    "/v1/orders/%ff/cancel",
    "/v1/orders//cancel",
    "/v1/orders/",
    "/v1/orders/a/b/c",
    "/v1/bundles/%ff",
    "/v1/bundles/bun_%ed%a0%80",
    "/v1/bundles/..;",
    "/v1/domains/import/%ff",
    "/v1/domains/import/%c0%af",
    "/v1/domains/import/imp_1?poll=%ff",
    "//v1/orders",
    "/V1/ORDERS",
    "/v1",
    "/healthz/%ff",
    "/.env",
];

fn refused_in_our_words(what: &str, reply: &Reply) {
    assert!(reply.status < 500, "{what}: {} {}", reply.status, reply.text);
    if reply.status >= 400 && !reply.text.is_empty() {
        let error: Value = serde_json::from_str(&reply.text).unwrap_or_else(|_| panic!("{what}: {}", reply.text));
        for (field, kind) in [("code", "string"), ("message", "string"), ("retryable", "bool")] {
            let value = &error["error"][field];
            assert!(if kind == "bool" { value.is_boolean() } else { value.is_string() }, "{what}: {}", reply.text);
        }
        assert!(reply.header("content-type").is_some_and(|kind| kind.starts_with("application/json")), "{what}");
    }
}

#[tokio::test]
async fn arbitrary_requests_never_cause_a_server_error() {
    let harness = Harness::start().await;
    let tokens = [
        None,
        Some("not.a.token".to_owned()),
        Some(harness.session("ses_odd")),
        Some(harness.stack.values.partner_key.clone()),
    ];
    let bodies = bodies();
    for (turn, (method, path)) in ROUTES.into_iter().enumerate() {
        for (index, body) in bodies.iter().enumerate() {
            // Each body is combined with other headers, queries and callers at each route.
            let pick = |count: usize| (index + turn) % count;
            let mut call = Call::new(
                Method::from_bytes(method.as_bytes()).unwrap(),
                &format!("{path}{}", QUERIES[pick(QUERIES.len())]),
            );
            for (name, value) in HEADERS[pick(HEADERS.len())] {
                call = call.header(name, value);
            }
            if let Some(token) = &tokens[index % tokens.len()] {
                call = call.bearer(token);
            }
            let reply = harness.exchange(call.body(Bytes::from(body.clone()))).await;
            refused_in_our_words(&format!("{method} {path} with body {index}"), &reply);
        }
    }
    assert!(bodies.len() * ROUTES.len() > 900);
}

#[tokio::test]
async fn arbitrary_paths_always_get_the_error_envelope() {
    let harness = Harness::start().await;
    let session = harness.session("ses_odd");
    let mut paths: Vec<String> = PATHS.iter().map(|path| (*path).to_owned()).collect();
    for long in [2_000, 9_000, 40_000] {
        paths.push(format!("/v1/orders/{}", "a".repeat(long)));
        paths.push(format!("/v1/orders?customer={}", "%20".repeat(long / 3)));
        paths.push(format!("/v1/{}", "a/".repeat(long / 2)));
    }
    for path in paths {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "ODD"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            for token in [None, Some(&session), Some(&harness.stack.values.partner_key)] {
                let mut call = Call::new(method.clone(), &path);
                if let Some(token) = token {
                    call = call.bearer(token);
                }
                let reply = harness.exchange_any(call).await;
                let shown: String = path.chars().take(60).collect();
                refused_in_our_words(&format!("{method} {shown}"), &reply);
                let bodiless = [Method::HEAD, Method::OPTIONS].contains(&method);
                assert!(bodiless || reply.status < 400 || !reply.text.is_empty(), "{method} {shown}: an empty refusal");
            }
        }
    }
}

#[tokio::test]
async fn dot_segments_are_not_ids() {
    let harness = Harness::start().await;
    let key = harness.stack.values.partner_key.clone();
    // As bytes: a client would resolve the dot segments first.
    for id in ["%2e%2e", "%2E", "..", "."] {
        for (method, path) in [("POST", "/v1/orders/{}/cancel"), ("GET", "/v1/orders/{}"), ("GET", "/v1/bundles/{}")] {
            let path = path.replace("{}", id);
            let body = if method == "POST" { "{\"whole\":true}" } else { "" };
            let head =
                format!("{method} {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\nConnection: close");
            let length = body.len();
            let reply = harness.raw(format!("{head}\r\nContent-Length: {length}\r\n\r\n{body}").as_bytes()).await;
            assert!(reply.starts_with("HTTP/1.1 404 ") && reply.contains("_not_found"), "{method} {path}: {reply}");
        }
    }
    assert!(harness.stack.sandbox.received().is_empty());
}

#[tokio::test]
async fn path_with_invalid_utf8_is_refused() {
    let harness = Harness::start().await;
    let session = harness.session("ses_odd");
    for path in ["/v1/orders/%ff", "/v1/domains/import/%ff"] {
        let reply = harness.send(Call::get(path).bearer(&session), 400).await;
        assert_eq!(reply.code(), "request_malformed");
        assert!(reply.error()["message"].as_str().unwrap().contains("Percent-encode"), "{}", reply.text);
    }
}
