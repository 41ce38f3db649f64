//! The OpenAPI document and the functions agree: every route and method in both directions, and every response in any
//! suite.

use crate::client::{Call, Harness};
use crate::documented::{check, conforms, examples, operations, templates};
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;

/// `METHOD path` of every route in the functions' source.
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
fn routes_and_documented_operations_match() {
    let (documented, declared) = (operations(), declared());
    assert!(declared.len() > 15, "{declared:?}");
    assert_eq!(documented, declared);
}

#[test]
fn committed_document_is_what_the_routes_describe() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let committed = std::fs::read_to_string(file).unwrap();
    let is_current = committed == functions::openapi::document();
    assert!(is_current, "docs/openapi.json is stale: run `cargo xtask openapi` and commit what it writes");
}

#[test]
fn document_is_the_same_each_time() {
    assert_eq!(functions::openapi::document(), functions::openapi::document());
}

#[test]
fn every_example_fits_its_schema() {
    let examples = examples();
    assert!(examples.len() > 300, "{}", examples.len());
    for (place, value, schema) in examples {
        assert_eq!(conforms(value, schema, ""), Ok(()), "{place}: {value}");
    }
}

#[test]
fn every_body_and_success_has_an_example() {
    let shown: BTreeSet<String> = examples().into_iter().map(|(place, ..)| place).collect();
    for (path, item) in templates() {
        for (method, operation) in item.as_object().unwrap() {
            let has = |place: String| shown.iter().any(|known| known.starts_with(&format!("{place}: ")));
            assert!(operation.get("requestBody").is_none() || has(format!("{method} {path}")), "{method} {path}");
            for (status, response) in operation["responses"].as_object().unwrap() {
                let is_shown = response.get("content").is_none() || has(format!("{method} {path} {status}"));
                assert!(is_shown, "{method} {path} {status}");
            }
        }
    }
}

#[tokio::test]
async fn documented_bodies_are_readable() {
    let harness = Harness::start().await;
    let mut read = 0;
    for (path, item) in templates() {
        for (method, operation) in item.as_object().unwrap() {
            let body = operation.pointer("/requestBody/content/application~1json/example");
            let Some(body) = body.filter(|_| !path.ends_with("/peeker")) else { continue };
            let is_partners = operation["tags"][0] == "partner";
            let token =
                if is_partners { harness.stack.values.partner_key.clone() } else { harness.session("ses_docs") };
            let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes()).unwrap();
            let call = Call::new(method, &path.replace("{id}", "ord_1")).bearer(&token).json(body);
            let findings = harness.exchange(call).await;
            if findings.status == 400 {
                let misread = ["missing_field", "unknown_field", "wrong_type", "out_of_range"];
                assert!(!misread.contains(&findings.code().as_str()), "{path}: {}", findings.text);
            }
            read += 1;
        }
    }
    assert!(read > 8, "{read}");
}

#[tokio::test]
async fn server_implements_exactly_the_documented_methods() {
    let harness = Harness::start().await;
    let documented = operations();
    for (template, _) in templates() {
        let path = template.replace("{id}", "none");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let call = Call::new(Method::from_bytes(method.as_bytes()).unwrap(), &path);
            let reply = harness.exchange(call).await;
            let known = documented.contains(&format!("{method} {template}"));
            let refused = reply.status == 405 || (reply.status == 404 && reply.code() == "route_not_found");
            assert_eq!(refused, !known, "{method} {path}: {} {}", reply.status, reply.text);
        }
    }
}

#[test]
fn undocumented_response_is_reported() {
    let refusal = json!({"error": {"code": "order_not_found", "message": "y", "retryable": false}}).to_string();
    check(&Method::GET, "/v1/orders/ord_1", 404, &refusal);
    let reported = |method: Method, path: &'static str, status: u16, body: &str| {
        let body = body.to_owned();
        std::panic::catch_unwind(move || check(&method, path, status, &body)).is_err()
    };
    assert!(reported(Method::GET, "/v1/orders/ord_1", 418, &refusal), "an unknown status");
    assert!(reported(Method::GET, "/v1/orders/ord_1", 404, &refusal.replace("order", "import")), "an unknown code");
    assert!(reported(Method::GET, "/v1/orders/ord_1", 404, &refusal.replace("}}", "}, \"z\": 1}")), "an unknown field");
    assert!(reported(Method::GET, "/v1/orders/ord_1", 404, "{\"error\": {\"code\": \"x\"}}"), "a missing field");
    assert!(
        reported(
            Method::GET,
            "/v1/orders/ord_1",
            404,
            "{\"error\": {\"code\": 5, \"message\": \"y\", \"retryable\": false}}"
        ),
        "a wrong type"
    );
    assert!(reported(Method::GET, "/v1/orders/ord_1", 304, "{}"), "an undocumented body");
    assert!(reported(Method::GET, "/v1/secrets", 200, "{}"), "an unknown operation");
}
