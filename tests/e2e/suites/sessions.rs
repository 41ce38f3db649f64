//! Session tokens: what a proven one grants, and the exact refusal of every other.

use crate::client::{Bench, CUSTOMER, Call, FOUR, ORIGIN, draft};
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

/// Makes the stack know the key of the vectors, next to its own.
fn with_key(bench: &Bench, kid: &str, key: &str) {
    let keys = format!("{kid}:{key},{}:{}", bench.stack.values.session_kid, bench.stack.values.session_key);
    bench.stack.secrets.lock().unwrap().insert("session_keys".to_owned(), keys);
}

#[tokio::test]
async fn tokens_of_another_tool_are_taken_or_refused_as_they_should_be() {
    let vectors: Vectors = serde_json::from_str(include_str!("vectors/tokens.json")).unwrap();
    let bench = Bench::start().await;
    with_key(&bench, &vectors.kid, &vectors.key);
    // Keys are read anew after a minute.
    bench.advance(120).await;
    assert_eq!(bench.stack.sandbox.now(), vectors.now);
    for vector in &vectors.vectors {
        let call = Call::get("/v1/session").bearer(&vector.token);
        match &vector.code {
            None => assert_eq!(bench.exchange(call).await.status, 200, "{}", vector.name),
            Some(code) => {
                let refused = bench.exchange(call).await;
                assert_eq!(refused.status, 401, "{}", vector.name);
                assert_eq!(refused.code(), *code, "{}", vector.name);
            }
        }
    }
    assert_eq!(vectors.vectors.len(), 83);
}

#[tokio::test]
async fn without_a_session_there_is_nothing_to_see() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    for (method, path) in [("GET", "/v1/session"), ("POST", "/v1/domains/availability"), ("POST", "/v1/orders")] {
        let call = || Call::new(method.parse().unwrap(), path).json(&draft(&FOUR));
        let refused = async |call: Call, code: &str| {
            assert_eq!(bench.send(call, 401).await.code(), code, "{method} {path}");
        };
        refused(call(), "session_missing").await;
        refused(call().header("authorization", ""), "session_missing").await;
        refused(call().header("authorization", &token), "session_missing").await;
        refused(call().header("authorization", &format!("Basic {token}")), "session_missing").await;
        refused(call().header("authorization", "Bearer "), "session_missing").await;
        refused(call().bearer(&bench.stack.values.partner_key), "session_malformed").await;
        refused(call().bearer(&format!("{token}x")), "session_signature").await;
    }
    assert!(bench.stack.sandbox.received().is_empty(), "upstream was not asked");
}

#[tokio::test]
async fn a_session_ends_at_its_second() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.advance(1_799).await;
    bench.show_session(&token).await;
    bench.advance(1).await;
    let refused = bench.send(Call::get("/v1/session").bearer(&token), 401).await;
    assert_eq!(refused.code(), "session_expired");
    assert_eq!(bench.place(&token, &draft(&FOUR), 401).await.code(), "session_expired");
    assert_eq!(bench.orders_sent(), 0);
}

#[tokio::test]
async fn the_scheme_of_the_header_is_read_in_any_case() {
    let bench = Bench::start().await;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let call = Call::get("/v1/session").header("authorization", &format!("{scheme} {}", bench.session("ses_1")));
        bench.send(call, 200).await;
    }
}

#[tokio::test]
async fn a_token_is_good_on_its_own_origins_only() {
    let mut config = e2e::StackConfig::paused();
    config.origins = vec![ORIGIN.to_owned(), "https://app.acme.com".to_owned()];
    let bench = Bench::with(config).await;
    let mut claims = bench.claims("ses_1");
    claims["origins"] = json!(["https://app.acme.com"]);
    let narrow = bench.sign(&claims);
    let from = |token: &str, origin: &str| Call::get("/v1/session").bearer(token).header("origin", origin);
    bench.send(from(&narrow, "https://app.acme.com"), 200).await;
    // A program sends no origin: it holds the token all the same.
    bench.send(Call::get("/v1/session").bearer(&narrow), 200).await;
    for origin in [ORIGIN, "https://app.acme.com.evil.com", "http://app.acme.com", "https://APP.acme.com", "null"] {
        let refused = bench.send(from(&narrow, origin), 403).await;
        assert_eq!(refused.code(), "origin_not_allowed", "{origin}");
    }
    let wide = bench.session("ses_2");
    bench.send(from(&wide, ORIGIN), 200).await;
    assert_eq!(bench.send(from(&wide, "https://evil.com"), 403).await.code(), "origin_not_allowed");
    claims["origins"] = json!([]);
    assert_eq!(bench.send(from(&bench.sign(&claims), ORIGIN), 401).await.code(), "session_claims", "none at all");
}

#[tokio::test]
async fn a_refusal_names_the_claim_and_what_to_do() {
    let bench = Bench::start().await;
    let now = bench.stack.sandbox.now();
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
        let mut claims = bench.claims("ses_1");
        claims[claim] = value.clone();
        let refused = bench.send(Call::get("/v1/session").bearer(&bench.sign(&claims)), 401).await;
        let error = refused.error();
        assert_eq!((&error["code"], &error["field"]), (&json!(code), &json!(claim)), "{claim} {value}: {error}");
        assert!(error["message"].as_str().unwrap().contains(says), "{claim} {value}: {error}");
    }
    // What no number can hold.
    for (claim, number) in [("exp", "1e400"), ("nbf", "-1e999"), ("iat", "1e309")] {
        let mut claims = bench.claims("ses_1");
        claims[claim] = json!("NUMBER");
        let payload = claims.to_string().replace("\"NUMBER\"", number);
        let (kid, key) = (&bench.stack.values.session_kid, &bench.stack.values.session_key);
        let text = jwt::unsigned(&json!({"alg": "HS256", "kid": kid}), payload.as_bytes());
        let token = format!("{text}.{}", jwt::hs256(&text, key));
        let refused = bench.send(Call::get("/v1/session").bearer(&token), 401).await;
        assert_eq!((refused.code().as_str(), &refused.error()["field"]), ("session_claims", &json!(claim)));
    }
}

#[tokio::test]
async fn while_session_keys_rotate_tokens_of_both_are_good() {
    let bench = Bench::start().await;
    let old = bench.session("ses_1");
    let key = "the-new-session-key-of-the-partner-0001";
    with_key(&bench, "new", key);
    bench.advance(61).await;
    let fresh = jwt::sign(&bench.claims("ses_2"), "new", key);
    bench.show_session(&fresh).await;
    bench.show_session(&old).await;
    bench.stack.secrets.lock().unwrap().insert("session_keys".to_owned(), format!("new:{key}"));
    bench.advance(61).await;
    let unknown = jwt::sign(&bench.claims("ses_3"), "newer", key);
    assert_eq!(bench.send(Call::get("/v1/session").bearer(&unknown), 401).await.code(), "session_unknown_key");
    assert_eq!(bench.send(Call::get("/v1/session").bearer(&old), 401).await.code(), "session_unknown_key");
    bench.show_session(&fresh).await;
}

#[tokio::test]
async fn another_algorithm_under_the_right_key_is_refused() {
    let bench = Bench::start().await;
    let (kid, key) = (&bench.stack.values.session_kid, &bench.stack.values.session_key);
    let text = jwt::unsigned(&json!({"alg": "HS384", "kid": kid}), bench.claims("ses_1").to_string().as_bytes());
    let token = format!("{text}.{}", jwt::hs384(&text, key));
    assert_eq!(bench.send(Call::get("/v1/session").bearer(&token), 401).await.code(), "session_algorithm");
}

#[tokio::test]
async fn a_plan_that_is_gone_is_a_conflict_and_not_the_customers_fault() {
    let bench = Bench::start().await;
    let mut claims = bench.claims("ses_1");
    claims["plan"] = json!({"bundle_id": "bun_gone"});
    let token = bench.sign(&claims);
    let refused = bench.send(Call::get("/v1/session").bearer(&token), 409).await;
    assert_eq!(refused.code(), "plan_unavailable");
    assert_eq!(bench.place(&token, &draft(&FOUR), 409).await.code(), "plan_unavailable");
    assert_eq!(bench.orders_sent(), 0);
}

#[tokio::test]
async fn a_session_is_minted_for_the_partner_alone() {
    let bench = Bench::start().await;
    let body = json!({"customer": CUSTOMER, "plan": {"bundle_id": bench.stack.bundle_id()}});
    let mint = || Call::post("/v1/sessions").json(&body);
    assert_eq!(bench.send(mint(), 401).await.code(), "partner_key_missing");
    for wrong in [bench.session("ses_1"), "partner_".to_owned(), format!("{}x", bench.stack.values.partner_key)] {
        assert_eq!(bench.send(mint().bearer(&wrong), 401).await.code(), "partner_key_wrong");
    }
    let minted = bench.send(mint().bearer(&bench.stack.values.partner_key), 201).await.data();
    assert_eq!(bench.show_session(minted["token"].as_str().unwrap()).await["id"], minted["id"]);
}
