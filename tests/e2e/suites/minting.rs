//! `POST /v1/sessions`: every valid grant, and every invalid one with all its findings.

use crate::client::{CUSTOMER, Call, Harness, Reply};
use serde_json::{Value, json};

async fn mint(harness: &Harness, body: &Value, status: u16) -> Reply {
    harness.send(Call::post("/v1/sessions").bearer(&harness.stack.values.partner_key).json(body), status).await
}

fn grant(change: impl FnOnce(&mut Value)) -> Value {
    let mut body = json!({"customer": CUSTOMER, "plan": {"google_licenses": 2, "microsoft_licenses": 1}});
    change(&mut body);
    body
}

/// The payload of a token, decoded without a key.
fn claims(token: &str) -> Value {
    use base64::Engine;
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn token_contains_the_grant_unchanged() {
    let harness = Harness::start().await;
    let body = grant(|b| {
        b["sequencer"] = json!({"client_id": 366_903});
        b["origins"] = json!(["https://app.acme.com", "http://localhost:3000"]);
        b["max_total_cents"] = json!(50_000);
        b["ttl_seconds"] = json!(60);
    });
    let minted = mint(&harness, &body, 201).await.data();
    let claims = claims(minted["token"].as_str().unwrap());
    let now = harness.stack.sandbox.now();
    assert_eq!(
        claims,
        json!({"iss": claims["iss"], "aud": "peeker-checkout/test", "sub": CUSTOMER, "jti": minted["id"], "iat": now,
               "exp": now + 60, "sequencer": {"client_id": 366_903}, "max_total_cents": 50_000,
               "plan": {"google_licenses": 2, "microsoft_licenses": 1, "google_inboxes_per_domain": 2},
               "origins": ["https://app.acme.com", "http://localhost:3000"]})
    );
    assert_eq!(minted["expires_at"], "2026-05-08T12:01:00Z");
}

#[tokio::test]
async fn session_ids_are_unique() {
    let harness = Harness::start().await;
    let first = mint(&harness, &grant(|_| ()), 201).await.data();
    let second = mint(&harness, &grant(|_| ()), 201).await.data();
    assert_ne!(first["id"], second["id"]);
}

#[tokio::test]
async fn every_invalid_grant_field_is_named() {
    let harness = Harness::start().await;
    let origins = |list: Value| grant(|b| b["origins"] = list);
    let plan = |plan: Value| grant(|b| b["plan"] = plan);
    let ttl = |seconds: Value| grant(|b| b["ttl_seconds"] = seconds);
    let customer = |text: Value| grant(|b| b["customer"] = text);
    let long = format!("{}@example.com", "a".repeat(250));
    let cases: Vec<(Value, &[&str])> = vec![
        (json!({}), &["customer missing_field"]),
        (customer(json!(7)), &["customer wrong_type"]),
        (customer(json!("")), &["customer customer_invalid"]),
        (customer(json!("client")), &["customer customer_invalid"]),
        (customer(json!("a b@example.com")), &["customer customer_invalid"]),
        (customer(json!("a#b@example.com")), &["customer customer_invalid"]),
        (customer(json!("usr_")), &["customer customer_invalid"]),
        (customer(json!("a@b@example.com")), &["customer customer_invalid"]),
        (customer(json!("a@example..com")), &["customer customer_invalid"]),
        (customer(json!(long)), &["customer customer_invalid"]),
        (plan(json!("bun_1")), &["plan wrong_type"]),
        (plan(json!({})), &["plan.bundle_id missing_field"]),
        (plan(json!({"bundle_id": 5})), &["plan.bundle_id wrong_type"]),
        (plan(json!({"bundle_id": "bun/1"})), &["plan.bundle_id bundle_id_invalid"]),
        (plan(json!({"bundle_id": "bun_1", "google_licenses": 1})), &["plan.bundle_id plan_ambiguous"]),
        (plan(json!({"google_licenses": 0})), &["plan.google_licenses licences_out_of_range"]),
        (plan(json!({"google_licenses": 10_001})), &["plan.google_licenses licences_out_of_range"]),
        (plan(json!({"microsoft_licenses": 1_001})), &["plan.microsoft_licenses licences_out_of_range"]),
        (
            plan(json!({"google_licenses": 10_001, "microsoft_licenses": 10_001, "google_inboxes_per_domain": 7})),
            &[
                "plan.google_licenses licences_out_of_range",
                "plan.microsoft_licenses licences_out_of_range",
                "plan.google_inboxes_per_domain licences_out_of_range",
            ],
        ),
        (plan(json!({"google_licenses": 4_294_967_296_u64})), &["plan.google_licenses licences_out_of_range"]),
        (plan(json!({"google_licenses": 1.5})), &["plan.google_licenses wrong_type"]),
        (plan(json!({"microsoft_licenses": -1})), &["plan.microsoft_licenses wrong_type"]),
        (
            plan(json!({"google_licenses": 2, "google_inboxes_per_domain": 4})),
            &["plan.google_inboxes_per_domain licences_out_of_range"],
        ),
        (plan(json!({"bundle_id": "bun_1", "size": 3})), &["plan.size unknown_field"]),
        (grant(|b| b["sequencer"] = json!(5)), &["sequencer wrong_type"]),
        (grant(|b| b["sequencer"] = json!({"client_id": "5"})), &["sequencer.client_id wrong_type"]),
        (grant(|b| b["sequencer"] = json!({"login_password": "hunter2"})), &["sequencer.login_password unknown_field"]),
        (origins(json!("https://app.acme.com")), &["origins wrong_type"]),
        (origins(json!([])), &["origins out_of_range"]),
        (origins(json!(vec!["https://app.acme.com"; 21])), &["origins out_of_range"]),
        (origins(json!(["https://app.acme.com", "*"])), &["origins[1] origin_invalid"]),
        (origins(json!(["https://app.acme.com/shop"])), &["origins[0] origin_invalid"]),
        (origins(json!(["https://user@app.acme.com"])), &["origins[0] origin_invalid"]),
        (origins(json!(["ftp://app.acme.com"])), &["origins[0] origin_invalid"]),
        (grant(|b| b["max_total_cents"] = json!(-1)), &["max_total_cents wrong_type"]),
        (grant(|b| b["max_total_cents"] = json!("100")), &["max_total_cents wrong_type"]),
        (ttl(json!(59)), &["ttl_seconds out_of_range"]),
        (ttl(json!(86_401)), &["ttl_seconds out_of_range"]),
        (ttl(json!(u64::MAX)), &["ttl_seconds out_of_range"]),
        (ttl(json!(true)), &["ttl_seconds wrong_type"]),
        (grant(|b| b["currency"] = json!("usd")), &["currency unknown_field"]),
        (
            json!({"customer": "nobody", "plan": {"google_licenses": "many"}, "ttl_seconds": 1, "colour": 1}),
            &[
                "customer customer_invalid",
                "plan.google_licenses wrong_type",
                "ttl_seconds out_of_range",
                "colour unknown_field",
            ],
        ),
    ];
    for (body, findings) in cases {
        let reply = mint(&harness, &body, 400).await;
        let found = reply.findings();
        for finding in findings {
            assert!(found.iter().any(|known| known == finding), "{body}: {found:?} lacks {finding}");
        }
        assert_eq!(found[0], findings[0], "{body}");
        assert!(found.len() <= findings.len() + 1, "{body}: {found:?}");
    }
}

#[tokio::test]
async fn grant_limits_are_inclusive() {
    let harness = Harness::start().await;
    for body in [
        grant(|b| b["ttl_seconds"] = json!(60)),
        grant(|b| b["ttl_seconds"] = json!(86_400)),
        grant(|b| b["plan"] = json!({"google_licenses": 1_998, "microsoft_licenses": 1})),
        grant(|b| b["origins"] = json!(vec!["https://app.acme.com"; 20])),
        grant(|b| b["customer"] = json!(format!("{}@example.com", "a".repeat(242)))),
        grant(|b| b["sequencer"] = json!({"client_id": null})),
        grant(|b| b["max_total_cents"] = json!(0)),
    ] {
        let minted = mint(&harness, &body, 201).await.data();
        harness.show_session(minted["token"].as_str().unwrap()).await;
    }
}
