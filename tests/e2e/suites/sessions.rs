//! Session tokens: what a valid one grants, and the exact error of every invalid one.

use crate::client::{CUSTOMER, Call, FOUR, Harness, ORIGIN, draft};
use crate::jwt;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Vectors {
    key: String,
    kid: String,
    now: i64,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    token: String,
    code: Option<String>,
}

/// Adds the key of the vectors to the stack's own key.
fn with_key(harness: &Harness, kid: &str, key: &str) {
    let keys = format!("{kid}:{key},{}:{}", harness.stack.values.session_kid, harness.stack.values.session_key);
    harness.stack.secrets.lock().unwrap().insert("session_keys".to_owned(), keys);
}

#[tokio::test]
async fn tokens_of_another_tool_are_validated_correctly() {
    let vectors: Vectors = serde_json::from_str(include_str!("vectors/tokens.json")).unwrap();
    let harness = Harness::start().await;
    with_key(&harness, &vectors.kid, &vectors.key);
    // Keys are refreshed after a minute.
    harness.advance(120).await;
    assert_eq!(harness.stack.sandbox.now(), vectors.now);
    for vector in &vectors.vectors {
        let call = Call::get("/v1/session").bearer(&vector.token);
        match &vector.code {
            None => assert_eq!(harness.exchange(call).await.status, 200, "{}", vector.name),
            Some(code) => {
                let refused = harness.exchange(call).await;
                assert_eq!(refused.status, 401, "{}", vector.name);
                assert_eq!(refused.code(), *code, "{}", vector.name);
            }
        }
    }
    assert_eq!(vectors.vectors.len(), 83);
}

#[tokio::test]
async fn requests_without_a_session_are_refused() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    for (method, path) in [("GET", "/v1/session"), ("POST", "/v1/domains/availability"), ("POST", "/v1/orders")] {
        let call = || Call::new(method.parse().unwrap(), path).json(&draft(&FOUR));
        let refused = async |call: Call, code: &str| {
            assert_eq!(harness.send(call, 401).await.code(), code, "{method} {path}");
        };
        refused(call(), "session_missing").await;
        refused(call().header("authorization", ""), "session_missing").await;
        refused(call().header("authorization", &token), "session_missing").await;
        refused(call().header("authorization", &format!("Basic {token}")), "session_missing").await;
        refused(call().header("authorization", "Bearer "), "session_missing").await;
        refused(call().bearer(&harness.stack.values.partner_key), "session_malformed").await;
        refused(call().bearer(&format!("{token}x")), "session_signature").await;
    }
    assert!(harness.stack.sandbox.received().is_empty(), "upstream was not asked");
}

#[tokio::test]
async fn session_expires_at_its_exact_second() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.advance(1_799).await;
    harness.show_session(&token).await;
    harness.advance(1).await;
    let refused = harness.send(Call::get("/v1/session").bearer(&token), 401).await;
    assert_eq!(refused.code(), "session_expired");
    assert_eq!(harness.place(&token, &draft(&FOUR), 401).await.code(), "session_expired");
    assert_eq!(harness.orders_sent(), 0);
}

#[tokio::test]
async fn authorization_scheme_ignores_case() {
    let harness = Harness::start().await;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let call = Call::get("/v1/session").header("authorization", &format!("{scheme} {}", harness.session("ses_1")));
        harness.send(call, 200).await;
    }
}

#[tokio::test]
async fn token_is_valid_only_on_its_origins() {
    let mut config = e2e::StackConfig::paused();
    config.origins = vec![ORIGIN.to_owned(), "https://app.acme.com".to_owned()];
    let harness = Harness::with(config).await;
    let mut claims = harness.claims("ses_1");
    claims["origins"] = json!(["https://app.acme.com"]);
    let narrow = harness.sign(&claims);
    let from = |token: &str, origin: &str| Call::get("/v1/session").bearer(token).header("origin", origin);
    harness.send(from(&narrow, "https://app.acme.com"), 200).await;
    // A program sends no origin: it holds the token anyway.
    harness.send(Call::get("/v1/session").bearer(&narrow), 200).await;
    for origin in [ORIGIN, "https://app.acme.com.evil.com", "http://app.acme.com", "https://APP.acme.com", "null"] {
        let refused = harness.send(from(&narrow, origin), 403).await;
        assert_eq!(refused.code(), "origin_not_allowed", "{origin}");
    }
    let wide = harness.session("ses_2");
    harness.send(from(&wide, ORIGIN), 200).await;
    assert_eq!(harness.send(from(&wide, "https://evil.com"), 403).await.code(), "origin_not_allowed");
    claims["origins"] = json!([]);
    assert_eq!(harness.send(from(&harness.sign(&claims), ORIGIN), 401).await.code(), "session_claims", "none at all");
}

#[tokio::test]
async fn refusal_names_the_claim_and_the_fix() {
    let harness = Harness::start().await;
    let now = harness.stack.sandbox.now();
    for (claim, value, code, says) in [
        ("nbf", json!(now + 120), "session_not_yet_valid", "nbf is 120 seconds ahead"),
        ("iat", json!(now + 61), "session_not_yet_valid", "iat is 61 seconds ahead"),
        ("exp", json!(now + 48 * 3_600), "session_too_long", "at most 86,400 seconds from now"),
        ("exp", json!(now - 1), "session_expired", "Reload the page"),
        ("exp", json!("1e400"), "session_claims", "exp must be a number"),
        ("exp", Value::Null, "session_claims", "exp must be a number"),
        ("nbf", Value::Null, "session_claims", "nbf must be a number"),
        ("iat", json!([]), "session_claims", "iat must be a number"),
    ] {
        let mut claims = harness.claims("ses_1");
        claims[claim] = value.clone();
        let refused = harness.send(Call::get("/v1/session").bearer(&harness.sign(&claims)), 401).await;
        let error = refused.error();
        assert_eq!((&error["code"], &error["field"]), (&json!(code), &json!(claim)), "{claim} {value}: {error}");
        assert!(error["message"].as_str().unwrap().contains(says), "{claim} {value}: {error}");
    }
    // Numbers out of range.
    for (claim, number) in [("exp", "1e400"), ("nbf", "-1e999"), ("iat", "1e309")] {
        let mut claims = harness.claims("ses_1");
        claims[claim] = json!("NUMBER");
        let payload = claims.to_string().replace("\"NUMBER\"", number);
        let (kid, key) = (&harness.stack.values.session_kid, &harness.stack.values.session_key);
        let text = jwt::unsigned(&json!({"alg": "HS256", "kid": kid}), payload.as_bytes());
        let token = format!("{text}.{}", jwt::hs256(&text, key));
        let refused = harness.send(Call::get("/v1/session").bearer(&token), 401).await;
        assert_eq!((refused.code().as_str(), &refused.error()["field"]), ("session_claims", &json!(claim)));
    }
}

#[tokio::test]
async fn tokens_of_both_keys_are_valid_during_rotation() {
    let harness = Harness::start().await;
    let old = harness.session("ses_1");
    let key = "the-new-session-key-of-the-partner-0001";
    with_key(&harness, "new", key);
    harness.advance(61).await;
    let fresh = jwt::sign(&harness.claims("ses_2"), "new", key);
    harness.show_session(&fresh).await;
    harness.show_session(&old).await;
    harness.stack.secrets.lock().unwrap().insert("session_keys".to_owned(), format!("new:{key}"));
    harness.advance(61).await;
    let unknown = jwt::sign(&harness.claims("ses_3"), "newer", key);
    assert_eq!(harness.send(Call::get("/v1/session").bearer(&unknown), 401).await.code(), "session_unknown_key");
    assert_eq!(harness.send(Call::get("/v1/session").bearer(&old), 401).await.code(), "session_unknown_key");
    harness.show_session(&fresh).await;
}

#[tokio::test]
async fn other_algorithm_with_the_right_key_is_refused() {
    let harness = Harness::start().await;
    let (kid, key) = (&harness.stack.values.session_kid, &harness.stack.values.session_key);
    let text = jwt::unsigned(&json!({"alg": "HS384", "kid": kid}), harness.claims("ses_1").to_string().as_bytes());
    let token = format!("{text}.{}", jwt::hs384(&text, key));
    assert_eq!(harness.send(Call::get("/v1/session").bearer(&token), 401).await.code(), "session_algorithm");
}

#[tokio::test]
async fn deleted_plan_is_a_conflict() {
    let harness = Harness::start().await;
    let mut claims = harness.claims("ses_1");
    claims["plan"] = json!({"bundle_id": "bun_gone"});
    let token = harness.sign(&claims);
    let refused = harness.send(Call::get("/v1/session").bearer(&token), 409).await;
    assert_eq!(refused.code(), "plan_unavailable");
    assert_eq!(harness.place(&token, &draft(&FOUR), 409).await.code(), "plan_unavailable");
    assert_eq!(harness.orders_sent(), 0);
}

#[tokio::test]
async fn only_the_partner_can_mint_a_session() {
    let harness = Harness::start().await;
    let body = json!({"customer": CUSTOMER, "plan": {"bundle_id": harness.stack.bundle_id()}});
    let mint = || Call::post("/v1/sessions").json(&body);
    assert_eq!(harness.send(mint(), 401).await.code(), "partner_key_missing");
    for wrong in [harness.session("ses_1"), "partner_".to_owned(), format!("{}x", harness.stack.values.partner_key)] {
        assert_eq!(harness.send(mint().bearer(&wrong), 401).await.code(), "partner_key_wrong");
    }
    let minted = harness.send(mint().bearer(&harness.stack.values.partner_key), 201).await.data();
    assert_eq!(harness.show_session(minted["token"].as_str().unwrap()).await["id"], minted["id"]);
}
