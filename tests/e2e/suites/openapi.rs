//! The OpenAPI document and the running functions say the same: every route and method both ways, and every answer that
//! any suite gets.

use crate::client::{Bench, Call};
use crate::documented::{check, operations, templates};
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;

/// `METHOD path` of every route that the functions' sources declare.
fn declared() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../functions/src")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                open.push(entry.path());
                continue;
            }
            let source = std::fs::read_to_string(entry.path()).unwrap();
            for route in source.split(".route(\"").skip(1) {
                let (path, rest) = route.split_once('"').unwrap();
                // Up to the next route or the end of the router.
                let rest = rest.split(".with_state").next().unwrap();
                let rest = rest.split("\n}").next().unwrap();
                for method in ["get", "post", "put", "patch", "delete"] {
                    let called = [format!(" {method}("), format!(".{method}(")];
                    if called.iter().any(|call| rest.contains(call)) {
                        found.insert(format!("{} {path}", method.to_ascii_uppercase()));
                    }
                }
            }
        }
    }
    found
}

#[test]
fn every_route_is_documented_and_every_documented_operation_is_a_route() {
    let (documented, declared) = (operations(), declared());
    assert!(declared.len() > 15, "{declared:?}");
    assert_eq!(documented, declared);
}

#[tokio::test]
async fn the_running_functions_have_every_documented_operation_and_no_other_method_of_its_path() {
    let bench = Bench::start().await;
    let documented = operations();
    for (template, _) in templates() {
        let path = template.replace("{id}", "none");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let call = Call::new(Method::from_bytes(method.as_bytes()).unwrap(), &path);
            let reply = bench.exchange(call).await;
            let known = documented.contains(&format!("{method} {template}"));
            let refused = reply.status == 405 || (reply.status == 404 && reply.code() == "route_not_found");
            assert_eq!(refused, !known, "{method} {path}: {} {}", reply.status, reply.text);
        }
    }
}

#[test]
fn what_the_document_does_not_have_is_told() {
    let refusal = json!({"error": {"code": "x", "message": "y", "retryable": false}}).to_string();
    check(&Method::GET, "/v1/orders/ord_1", 404, &refusal);
    let told = |method: Method, path: &'static str, status: u16, body: &str| {
        let body = body.to_owned();
        std::panic::catch_unwind(move || check(&method, path, status, &body)).is_err()
    };
    assert!(told(Method::GET, "/v1/orders/ord_1", 418, &refusal), "an unknown status");
    assert!(told(Method::GET, "/v1/orders/ord_1", 404, "{\"error\": {\"code\": \"x\"}}"), "a missing field");
    assert!(
        told(
            Method::GET,
            "/v1/orders/ord_1",
            404,
            "{\"error\": {\"code\": 5, \"message\": \"y\", \"retryable\": false}}"
        ),
        "a wrong type"
    );
    assert!(told(Method::GET, "/v1/orders/ord_1", 304, "{}"), "a body where there is none");
    assert!(told(Method::GET, "/v1/secrets", 200, "{}"), "an unknown operation");
}
