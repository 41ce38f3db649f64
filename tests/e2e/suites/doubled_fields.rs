//! Bodies that name a field twice: each is refused with the path of the field, and nothing is done.

use crate::client::{Bench, Call, FOUR, draft};
use crate::jwt;
use reqwest::Method;
use serde_json::json;

/// A body, and the findings that it is refused with.
type Case = (&'static str, &'static [&'static str]);

const PAGE: [(&str, Case); 7] = [
    ("/v1/domains/availability", (r#"{"domains": ["a.com"], "domains": ["b.com"]}"#, &["domains duplicate_field"])),
    ("/v1/domains/import", (r#"{"domains": ["a.com"], "domains": ["b.com"]}"#, &["domains duplicate_field"])),
    ("/v1/domains/import/imp_1/release", (r#"{"domains": [], "domains": []}"#, &["domains duplicate_field"])),
    ("/v1/quotes", (r#"{"domains": ["a.com"], "domains": ["a.com"]}"#, &["domains duplicate_field"])),
    (
        "/v1/orders",
        (
            r#"{"domains": [{"domain": "a.com", "domain": "b.com"}], "personas": [], "quote": "a", "quote": "b"}"#,
            &["domains[0].domain duplicate_field", "quote duplicate_field"],
        ),
    ),
    (
        "/v1/orders",
        (
            r#"{"domains": ["a.com"], "personas": [{"first_name": "Sam"}, {"last_name": "Lee", "last_name": "Lee"}]}"#,
            &["personas[1].last_name duplicate_field"],
        ),
    ),
    // An escape is another way to write the same name.
    ("/v1/orders", (r#"{"domains": ["a.com"], "dom\u0061ins": [], "x": 1}"#, &["domains duplicate_field"])),
];

const PARTNER: [(&str, &str, Case); 8] = [
    ("POST", "/v1/sessions", (r#"{"customer": "a@b.co", "customer": "c@d.co"}"#, &["customer duplicate_field"])),
    (
        "POST",
        "/v1/sessions",
        (
            r#"{"customer": "a@b.co", "plan": {"microsoft_licenses": 1, "microsoft_licenses": 900}}"#,
            &["plan.microsoft_licenses duplicate_field"],
        ),
    ),
    (
        "POST",
        "/v1/customers/forget",
        (r#"{"customer": "a@b.co", "customer": "c@d.co"}"#, &["customer duplicate_field"]),
    ),
    ("POST", "/v1/bundles", (r#"{"name": "Small", "name": "Large"}"#, &["name duplicate_field"])),
    ("PATCH", "/v1/bundles/bun_1", (r#"{"name": "Small", "name": "Large"}"#, &["name duplicate_field"])),
    ("POST", "/v1/orders/ORDER/cancel", (r#"{"whole": true, "whole": true}"#, &["whole duplicate_field"])),
    (
        "POST",
        "/v1/orders/ORDER/cancel",
        (r#"{"domains": ["acme-mail.com"], "domains": ["getacme.com"]}"#, &["domains duplicate_field"]),
    ),
    (
        "POST",
        "/v1/orders/ORDER/cancel",
        (
            r#"{"whole": true, "whole": false, "scope": {"a": 1, "a": 1}}"#,
            &["whole duplicate_field", "scope.a duplicate_field"],
        ),
    ),
];

#[tokio::test]
async fn no_route_takes_a_field_that_is_there_twice() {
    let bench = Bench::start().await;
    let placed = bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await.data();
    let order = placed["id"].as_str().unwrap();
    let token = bench.session("ses_2");
    let calls = bench.stack.sandbox.received().len();
    for (path, (body, findings)) in PAGE {
        let reply = bench.send(Call::post(path).bearer(&token).body(body), 400).await;
        assert_eq!(reply.findings(), findings, "{path} {body}");
    }
    for (method, path, (body, findings)) in PARTNER {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let call = Call::new(method, &path.replace("ORDER", order)).header("content-type", "application/json");
        let reply = bench.send(call.bearer(&bench.stack.values.partner_key).body(body), 400).await;
        assert_eq!(reply.findings(), findings, "{path} {body}");
    }
    assert_eq!(bench.stack.sandbox.received().len(), calls, "nothing was sent upstream");
    assert_eq!(bench.stack.sandbox.orders()[0]["status"], "in_progress");
}

#[tokio::test]
async fn a_claim_that_is_there_twice_is_named() {
    let bench = Bench::start().await;
    let (claims, values) = (bench.claims("ses_1").to_string(), &bench.stack.values);
    let doubled = format!("{},\"sub\":\"thief@example.com\"}}", claims.strip_suffix('}').unwrap());
    let text = jwt::unsigned(&json!({"alg": "HS256", "kid": values.session_kid}), doubled.as_bytes());
    let token = format!("{text}.{}", jwt::hs256(&text, &values.session_key));
    let reply = bench.send(Call::get("/v1/session").bearer(&token), 401).await;
    assert_eq!((reply.code().as_str(), reply.findings()), ("session_claims", vec!["sub duplicate_field".to_owned()]));
}
