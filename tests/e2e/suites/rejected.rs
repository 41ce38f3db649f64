//! Rejected deliveries are stored if a setting says so, readable only for the partner, and within bounds.

use crate::client::{CUSTOMER, Call, FOUR, Harness, draft};
use crate::delivery::{Delivery, event};
use crate::table::items_of;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use e2e::StackConfig;
use serde_json::{Value, json};

const PATH: &str = "/v1/webhooks/rejected";

async fn capturing() -> Harness {
    Harness::with(StackConfig { captures: true, ..StackConfig::paused() }).await
}

fn sample(id: &str) -> String {
    event(id, "order.completed", "2026-05-08T12:00:00Z", &json!({"id": "ord_1", "email": CUSTOMER}))
}

fn forged(harness: &Harness, body: &str) -> Delivery {
    Delivery::signed("whsec_other", "evt_1", &harness.stack.sandbox.now().to_string(), body)
}

async fn listed(harness: &Harness) -> Vec<Value> {
    harness.as_partner("GET", PATH, None, 200).await.data().as_array().unwrap().clone()
}

fn body_of(row: &Value) -> Vec<u8> {
    STANDARD.decode(row["body_base64"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn rejected_deliveries_are_stored_newest_first() {
    let harness = capturing().await;
    let body = sample("evt_1");
    let good = harness.signed("evt_1", &body);
    let old = (harness.stack.sandbox.now() - 301).to_string();
    let old = Delivery::signed(&harness.stack.values.webhook_secret, "evt_1", &old, &body);
    let refused = [
        ("webhook_signature", 401, forged(&harness, &body)),
        ("webhook_headers", 401, good.clone().without("peeker-timestamp")),
        ("webhook_stale", 401, old),
        ("event_malformed", 400, harness.signed("evt_1", "[]")),
        ("event_id_mismatch", 400, harness.signed("evt_2", &body)),
        ("webhook_headers", 401, good.clone().and("peeker-timestamp", "1")),
    ];
    for (_, status, delivery) in &refused {
        let delivery = delivery.clone().and("Authorization", "Bearer abc").and("COOKIE", "a=b").and("x-note", "mine");
        harness.deliver(&delivery, *status).await;
        harness.advance(1).await;
    }
    harness.deliver(&good, 204).await;
    let rows = listed(&harness).await;
    let reasons: Vec<&str> = rows.iter().map(|row| row["reason"].as_str().unwrap()).collect();
    let expected: Vec<&str> = refused.iter().rev().map(|(reason, ..)| *reason).collect();
    assert_eq!(reasons, expected);
    for (row, (_, _, delivery)) in rows.iter().zip(refused.iter().rev()) {
        assert_eq!(body_of(row), delivery.body);
        assert_eq!(row["body_bytes"], delivery.body.len());
        assert!(row.get("truncated").is_none(), "{row}");
        for (name, _) in &delivery.headers {
            let values: Vec<&str> =
                delivery.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect();
            let expected = if let [one] = values[..] { json!(one) } else { json!(values) };
            assert_eq!(row["headers"][*name], expected);
        }
        assert_eq!(row["headers"]["x-note"], "mine");
        assert!(row["headers"].get("authorization").is_none() && row["headers"].get("cookie").is_none(), "{row}");
    }
    assert_eq!(rows[5]["received_at"], "2026-05-08T12:00:00Z");
    assert_eq!(rows[5]["id"], "rej_1");
}

#[tokio::test]
async fn body_with_a_possible_credential_is_withheld() {
    let harness = capturing().await;
    let values = &harness.stack.values;
    // A stage without the new secret refuses genuine deliveries, and one of them may echo the login.
    for body in [
        json!({"id": "evt_1", "data": {"sequencer": {"login_Password": values.login_password}}}),
        json!({"id": "evt_1", "data": {"accessToken": "abc"}}),
        json!({"id": "evt_1", "data": {"refresh_token": "abc"}}),
        json!({"id": "evt_1", "note": values.peeker_key}),
    ] {
        harness.deliver(&forged(&harness, &body.to_string()), 401).await;
        let row = listed(&harness).await.remove(0);
        let shown = (&row["withheld"], &row["truncated"], &row["body_base64"], &row["body_bytes"]);
        assert_eq!(shown, (&json!(true), &json!(true), &json!(""), &json!(body.to_string().len())));
    }
    let domain = json!({"id": "evt_1", "data": {"domain": "secret-santa.com"}}).to_string();
    harness.deliver(&forged(&harness, &domain).and("X-Api-Key", "abc").and("X-Auth-Token", "abc"), 401).await;
    let row = listed(&harness).await.remove(0);
    assert_eq!((&row["withheld"], body_of(&row)), (&json!(null), domain.into_bytes()));
    assert!(row["headers"]["x-api-key"].is_null() && row["headers"]["x-auth-token"].is_null(), "{row}");
    for item in items_of(&harness.stack, "").await {
        harness.assert_no_secret(&format!("{item:?}"), "the table");
    }
}

#[tokio::test]
async fn capture_is_off_by_default() {
    let harness = Harness::start().await;
    harness.deliver(&forged(&harness, &sample("evt_1")), 401).await;
    assert!(listed(&harness).await.is_empty());
    assert!(items_of(&harness.stack, "REJECTED").await.is_empty());
}

#[tokio::test]
async fn only_the_partner_reads_rejected_deliveries() {
    let harness = capturing().await;
    harness.deliver(&forged(&harness, &sample("evt_1")), 401).await;
    assert_eq!(harness.send(Call::get(PATH), 401).await.code(), "partner_key_missing");
    let customer = Call::get(PATH).bearer(&harness.session("ses_1"));
    assert_eq!(harness.send(customer, 401).await.code(), "partner_key_wrong");
    for query in ["?per_page=101", "?page_token=x", "?from=2026-05-08"] {
        harness.as_partner("GET", &format!("{PATH}{query}"), None, 400).await;
    }
}

#[tokio::test]
async fn large_bodies_are_cut_and_pages_stay_within_limits() {
    let harness = capturing().await;
    // Letters at random, which nothing takes for a credential.
    let mut rng = fastrand::Rng::with_seed(7);
    let large: String = (0..300_000).map(|_| rng.lowercase()).collect();
    for _ in 0..14 {
        harness.deliver(&forged(&harness, &large), 401).await;
    }
    let first = harness.as_partner("GET", PATH, None, 200).await;
    assert!(first.text.len() < 5_000_000, "{} bytes", first.text.len());
    let next = first.json()["links"]["next"].as_str().unwrap().to_owned();
    let second = harness.as_partner("GET", &next, None, 200).await.json();
    assert_eq!(second["links"]["next"], json!(null));
    let rows = [first.data().as_array().unwrap().clone(), second["data"].as_array().unwrap().clone()].concat();
    let ids: Vec<String> = rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, (1..=14).rev().map(|number| format!("rej_{number}")).collect::<Vec<_>>());
    for row in &rows {
        assert_eq!((&row["truncated"], &row["body_bytes"]), (&json!(true), &json!(300_000)));
        assert_eq!(body_of(row), &large.as_bytes()[..256 * 1024]);
    }
}

#[tokio::test]
async fn rejected_deliveries_are_limited_in_rate_and_number() {
    let harness = capturing().await;
    for _ in 0..35 {
        harness.deliver(&forged(&harness, "x"), 401).await;
    }
    assert_eq!(listed(&harness).await.len(), 30, "of one minute");
    for _ in 0..4 {
        harness.advance(60).await;
        for _ in 0..30 {
            harness.deliver(&forged(&harness, "x"), 401).await;
        }
    }
    let rows = listed(&harness).await;
    assert_eq!((rows.len(), &rows[0]["id"], &rows[99]["id"]), (100, &json!("rej_150"), &json!("rej_51")));
    assert_eq!(items_of(&harness.stack, "REJECTED").await.len(), 101, "the slots, and the number of the last");
    // They expire after a week, whenever DynamoDB deletes them.
    harness.advance(7 * 24 * 60 * 60).await;
    assert!(listed(&harness).await.is_empty());
}

#[tokio::test]
async fn forgetting_deletes_rejected_deliveries() {
    let harness = capturing().await;
    harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await;
    harness.advance(6).await;
    // The ring is full, and has started to overwrite.
    for number in 0..105 {
        harness.deliver(&forged(&harness, &sample(&format!("evt_{number}"))), 401).await;
        if number % 30 == 29 {
            harness.advance(60).await;
        }
    }
    assert_eq!(listed(&harness).await.len(), 100);
    harness.as_partner("POST", "/v1/customers/forget", Some(&json!({"customer": CUSTOMER})), 200).await;
    assert!(listed(&harness).await.is_empty());
    assert_eq!(items_of(&harness.stack, "REJECTED").await.len(), 1, "the number of the last one is left");
    harness.deliver(&forged(&harness, "later"), 401).await;
    assert_eq!(listed(&harness).await[0]["id"], "rej_106");
}
