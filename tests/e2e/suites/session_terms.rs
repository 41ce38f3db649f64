//! What a session says beside its plan: prices, approval, reference, metadata, link and language; in tokens of both kinds.

use crate::client::{CUSTOMER, Call, Harness, Reply};
use crate::jwt;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// A price list of every kind of entry.
fn pricing() -> Value {
    json!({
        "show": "retail", "currency": "usd", "min_margin_percent": 5,
        "domains": [
            {"tld": "com", "price_cents": 1900, "renewal_price_cents": 2100}, {"tld": "co.uk", "price_cents": 900},
            {"owned": true, "price_cents": 0},
            {"tld": "*", "markup_percent": 37, "markup_cents": 100, "round_up_to_cents": 50},
        ],
        "plan": {"price_cents": 9900, "per": "month"},
    })
}

fn body(name: &str, value: Value) -> Value {
    let mut body = json!({"customer": CUSTOMER, "plan": {"google_licenses": 2}});
    body[name] = value;
    body
}

async fn mint(harness: &Harness, body: &Value, status: u16) -> Reply {
    harness.as_partner("POST", "/v1/sessions", Some(body), status).await
}

fn payload(token: &str) -> String {
    let payload = token.split('.').nth(1).unwrap();
    String::from_utf8(URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn minted_token_hides_prices_reference_and_metadata() {
    let harness = Harness::start().await;
    let mut body = body("pricing", pricing());
    body["reference"] = json!("sale-1042");
    body["metadata"] = json!({"campaign": "spring-sale"});
    body["order_link"] = json!("https://app.acme.com/orders/{id}");
    body["locale"] = json!("pt-BR");
    body["approval"] = json!("token");
    let minted = mint(&harness, &body, 201).await.data();
    let token = minted["token"].as_str().unwrap();
    let text = payload(token);
    for hidden in ["pricing", "1900", "markup", "sale-1042", "reference", "spring-sale", "metadata"] {
        assert!(!text.contains(hidden), "{hidden} can be read in {text}");
    }
    let claims: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(claims["order_link"], "https://app.acme.com/orders/{id}");
    assert_eq!((&claims["locale"], &claims["approval"]), (&json!("pt-BR"), &json!("token")));
    let shown = harness.show_session(token).await;
    assert_eq!(shown["approval"], "token");
    let plan = json!({"price_cents": 9900, "per": "month"});
    assert_eq!(shown["pricing"], json!({"show": "retail", "currency": "usd", "plan": plan}));
}

#[tokio::test]
async fn session_shows_no_more_of_prices_than_it_may() {
    let harness = Harness::start().await;
    for (show, expected) in [("none", json!({"show": "none"})), ("cost", json!({"show": "cost", "currency": "usd"}))] {
        let mut claims = harness.claims("ses_1");
        claims["pricing"] = pricing();
        claims["pricing"]["show"] = json!(show);
        claims["pricing"].as_object_mut().unwrap().remove("plan");
        assert_eq!(harness.show_session(&harness.sign(&claims)).await["pricing"], expected);
    }
    // A test stage without a price list of its own.
    assert_eq!(harness.show_session(&harness.session("ses_2")).await["pricing"], json!({"show": "cost"}));
    assert_eq!(harness.show_session(&harness.session("ses_2")).await["approval"], "none");
}

#[tokio::test]
async fn wrong_terms_are_refused_in_bodies_and_in_tokens() {
    let harness = Harness::start().await;
    let list = |change: &dyn Fn(&mut Value)| {
        let mut list = pricing();
        change(&mut list);
        body("pricing", list)
    };
    let entry = |entry: Value| list(&|list| list["domains"] = json!([entry]));
    let long = "a".repeat(129);
    let many: serde_json::Map<String, Value> = (0..11).map(|n| (format!("k{n}"), json!("v"))).collect();
    let cases: Vec<(Value, &[&str])> = vec![
        (body("pricing", json!("retail")), &["pricing wrong_type"]),
        (body("pricing", json!({})), &["pricing.show missing_field"]),
        (list(&|list| list["show"] = json!("all")), &["pricing.show word_unknown"]),
        (list(&|list| list["currency"] = Value::Null), &["pricing.currency missing_field"]),
        (list(&|list| list["currency"] = json!("USD")), &["pricing.currency currency_invalid"]),
        (list(&|list| list["currency"] = json!("xyz")), &["pricing.currency currency_invalid"]),
        (list(&|list| list["show"] = json!("cost")), &["pricing.plan plan_not_charged"]),
        (list(&|list| list["currency"] = json!("us")), &["pricing.currency currency_invalid"]),
        (list(&|list| list["currency"] = json!(840)), &["pricing.currency wrong_type"]),
        (list(&|list| list["colour"] = json!(1)), &["pricing.colour unknown_field"]),
        (list(&|list| list["min_margin_percent"] = json!(1001)), &["pricing.min_margin_percent out_of_range"]),
        (list(&|list| list["min_margin_percent"] = json!(-1)), &["pricing.min_margin_percent wrong_type"]),
        (list(&|list| list["plan"] = json!({"price_cents": 1})), &["pricing.plan.per missing_field"]),
        (list(&|list| list["plan"] = json!({"per": "month"})), &["pricing.plan.price_cents missing_field"]),
        (
            list(&|list| list["plan"] = json!({"price_cents": 10_000_001, "per": "week", "trial": 1})),
            &[
                "pricing.plan.price_cents out_of_range",
                "pricing.plan.per word_unknown",
                "pricing.plan.trial unknown_field",
            ],
        ),
        (
            list(&|list| list["domains"] = json!(vec![json!({"tld": "com", "price_cents": 1}); 101])),
            &["pricing.domains out_of_range"],
        ),
        (entry(json!("com")), &["pricing.domains[0] wrong_type"]),
        (entry(json!({"tld": "qqq", "price_cents": 1})), &["pricing.domains[0].tld tld_unknown"]),
        (entry(json!({"tld": ".com", "price_cents": 1})), &["pricing.domains[0].tld tld_unknown"]),
        (entry(json!({"tld": "COM", "price_cents": 1})), &["pricing.domains[0].tld tld_unknown"]),
        (entry(json!({"tld": "github.io", "price_cents": 1})), &["pricing.domains[0].tld tld_unknown"]),
        (entry(json!({"tld": "", "price_cents": 1})), &["pricing.domains[0].tld tld_unknown"]),
        (entry(json!({"price_cents": 1})), &["pricing.domains[0].tld missing_field"]),
        (entry(json!({"owned": false, "price_cents": 1})), &["pricing.domains[0].owned wrong_type"]),
        (entry(json!({"tld": "com", "owned": true, "price_cents": 1})), &["pricing.domains[0].owned entry_ambiguous"]),
        (entry(json!({"tld": "com"})), &["pricing.domains[0].price_cents missing_field"]),
        (entry(json!({"tld": "com", "renewal_price_cents": 1})), &["pricing.domains[0].price_cents missing_field"]),
        (
            entry(json!({"tld": "com", "price_cents": 1, "markup_percent": 1})),
            &["pricing.domains[0].price_cents entry_ambiguous"],
        ),
        (entry(json!({"tld": "com", "price_cents": -1})), &["pricing.domains[0].price_cents wrong_type"]),
        (entry(json!({"tld": "com", "price_cents": 19.5})), &["pricing.domains[0].price_cents wrong_type"]),
        (entry(json!({"tld": "com", "price_cents": "1900"})), &["pricing.domains[0].price_cents wrong_type"]),
        (entry(json!({"tld": "com", "price_cents": 10_000_001})), &["pricing.domains[0].price_cents out_of_range"]),
        (entry(json!({"tld": "com", "price_cents": u64::MAX})), &["pricing.domains[0].price_cents out_of_range"]),
        (entry(json!({"tld": "com", "markup_percent": 1001})), &["pricing.domains[0].markup_percent out_of_range"]),
        (entry(json!({"tld": "com", "round_up_to_cents": 0})), &["pricing.domains[0].round_up_to_cents out_of_range"]),
        (entry(json!({"tld": "com", "price_cents": 1, "sale": true})), &["pricing.domains[0].sale unknown_field"]),
        (
            list(&|list| list["domains"] = json!([{"tld": "qqq", "price_cents": -1}, {"price_cents": 1}])),
            &[
                "pricing.domains[0].tld tld_unknown",
                "pricing.domains[0].price_cents wrong_type",
                "pricing.domains[1].tld missing_field",
            ],
        ),
        (body("approval", json!("maybe")), &["approval word_unknown"]),
        (body("approval", json!(true)), &["approval wrong_type"]),
        (body("reference", json!(long)), &["reference label_invalid"]),
        (body("reference", json!("")), &["reference label_invalid"]),
        (body("reference", json!("a\nb")), &["reference label_invalid"]),
        (body("reference", json!(7)), &["reference wrong_type"]),
        (body("metadata", json!([])), &["metadata wrong_type"]),
        (body("metadata", json!(many)), &["metadata out_of_range"]),
        (
            body("metadata", json!({"a": long, "b": 1, "": "x"})),
            &["metadata. label_invalid", "metadata.a label_invalid", "metadata.b wrong_type"],
        ),
        (body("order_link", json!("http://acme.com/{id}")), &["order_link order_link_invalid"]),
        (body("order_link", json!("https://acme.com/orders")), &["order_link order_link_invalid"]),
        (body("locale", json!("de_DE")), &["locale locale_invalid"]),
    ];
    for (body, findings) in &cases {
        assert_eq!(mint(&harness, body, 400).await.findings(), *findings, "{body}");
        let mut claims = harness.claims("ses_1");
        let (own, given) = (claims.as_object_mut().unwrap(), body.as_object().unwrap().clone());
        own.extend(given.into_iter().filter(|(name, _)| !["customer", "plan"].contains(&name.as_str())));
        let refused = harness.send(Call::get("/v1/session").bearer(&harness.sign(&claims)), 401).await;
        assert_eq!(
            (refused.code().as_str(), refused.findings()),
            ("session_claims", findings.iter().map(|f| (*f).to_owned()).collect()),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_key_that_is_there_twice_is_refused() {
    let harness = Harness::start().await;
    let text = r#"{"customer": "client@example.com", "pricing": {"show": "none", "show": "cost"}}"#;
    let call = Call::post("/v1/sessions").bearer(&harness.stack.values.partner_key).body(text);
    assert_eq!(harness.send(call, 400).await.findings(), ["pricing.show duplicate_field"]);
}

#[tokio::test]
async fn largest_terms_fit_and_larger_tokens_are_not_minted() {
    let harness = Harness::start().await;
    let label = "ü".repeat(128);
    let entry = |index: usize| json!({"tld": "com", "price_cents": 10_000_000 - index, "renewal_price_cents": 9_000_000 + index});
    let mut largest = body("pricing", pricing());
    largest["pricing"]["domains"] = json!((0..100).map(entry).collect::<Vec<_>>());
    largest["reference"] = json!(label);
    let minted = mint(&harness, &largest, 201).await.data();
    assert!(minted["token"].as_str().unwrap().len() <= 8_192);
    harness.show_session(minted["token"].as_str().unwrap()).await;
    // In the open the same list is longer than a token may be.
    let mut claims = harness.claims("ses_1");
    claims["pricing"] = largest["pricing"].clone();
    let refused = harness.send(Call::get("/v1/session").bearer(&harness.sign(&claims)), 401).await;
    let message = refused.error()["message"].as_str().unwrap().to_owned();
    assert_eq!(refused.code(), "session_malformed");
    assert!(message.starts_with("The session token has more than 8,192 characters. Shorten its metadata"), "{message}");
    // Text that does not compress.
    let noise = |seed: u32| -> String {
        let mut state = seed.wrapping_mul(2_654_435_769).wrapping_add(1);
        (0..128)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from_u32(0x4e00 + (state >> 16) % 20_000).unwrap()
            })
            .collect()
    };
    largest["metadata"] =
        (0..10).map(|n| (noise(2 * n), json!(noise(2 * n + 1)))).collect::<serde_json::Map<_, _>>().into();
    let refused = mint(&harness, &largest, 400).await;
    assert_eq!(refused.code(), "session_too_large");
}

#[tokio::test]
async fn sealed_claims_outlive_a_rotation_and_open_for_their_session_only() {
    let harness = Harness::start().await;
    let minted = mint(&harness, &body("pricing", pricing()), 201).await.data();
    let token = minted["token"].as_str().unwrap();
    let (kid, key) = (harness.stack.values.session_kid.clone(), harness.stack.values.session_key.clone());
    let new = "the-new-session-key-of-the-partner-0001";
    let keys = format!("new:{new},{kid}:{key}");
    harness.stack.secrets.lock().unwrap().insert("session_keys".to_owned(), keys);
    harness.advance(61).await;
    harness.show_session(&jwt::sign(&harness.claims("ses_2"), "new", new)).await;
    assert_eq!(harness.show_session(token).await["pricing"]["show"], "retail");
    // Another session cannot take it over, and a claim is not both sealed and open.
    let mut claims: Value = serde_json::from_str(&payload(token)).unwrap();
    claims["pricing"] = json!({"show": "cost"});
    let both = harness.sign(&claims);
    claims.as_object_mut().unwrap().remove("pricing");
    claims["jti"] = json!("ses_other");
    for token in [both, harness.sign(&claims)] {
        let refused = harness.send(Call::get("/v1/session").bearer(&token), 401).await;
        assert_eq!(refused.findings(), ["sealed sealed_invalid"]);
    }
}
