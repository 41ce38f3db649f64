//! Bodies with duplicate fields: each is refused with the path of the field, and nothing is executed.

use crate::client::{Call, FOUR, Harness, draft};
use crate::jwt;
use reqwest::Method;
use serde_json::json;

/// A body and its expected findings.
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
    // An escape is another spelling of the same name.
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
async fn every_route_refuses_duplicate_fields() {
    let harness = Harness::start().await;
    let placed = harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await.data();
    let order = placed["id"].as_str().unwrap();
    let token = harness.session("ses_2");
    let calls = harness.stack.sandbox.received().len();
    for (path, (body, findings)) in PAGE {
        let reply = harness.send(Call::post(path).bearer(&token).body(body), 400).await;
        assert_eq!(reply.findings(), findings, "{path} {body}");
    }
    for (method, path, (body, findings)) in PARTNER {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let call = Call::new(method, &path.replace("ORDER", order)).header("content-type", "application/json");
        let reply = harness.send(call.bearer(&harness.stack.values.partner_key).body(body), 400).await;
        assert_eq!(reply.findings(), findings, "{path} {body}");
    }
    assert_eq!(harness.stack.sandbox.received().len(), calls, "nothing was sent upstream");
    assert_eq!(harness.stack.sandbox.orders()[0]["status"], "in_progress");
}

#[tokio::test]
async fn duplicate_claim_is_named() {
    let harness = Harness::start().await;
    let (claims, values) = (harness.claims("ses_1").to_string(), &harness.stack.values);
    let doubled = format!("{},\"sub\":\"thief@example.com\"}}", claims.strip_suffix('}').unwrap());
    let text = jwt::unsigned(&json!({"alg": "HS256", "kid": values.session_kid}), doubled.as_bytes());
    let token = format!("{text}.{}", jwt::hs256(&text, &values.session_key));
    let reply = harness.send(Call::get("/v1/session").bearer(&token), 401).await;
    assert_eq!((reply.code().as_str(), reply.findings()), ("session_claims", vec!["sub duplicate_field".to_owned()]));
}
