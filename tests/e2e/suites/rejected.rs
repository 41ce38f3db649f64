//! Deliveries that are refused are kept where a setting says so, for the partner alone, and never without bounds.

use crate::client::{Bench, CUSTOMER, Call, FOUR, draft};
use crate::delivery::{Delivery, event};
use crate::table::items_of;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use e2e::StackConfig;
use serde_json::{Value, json};

const PATH: &str = "/v1/webhooks/rejected";

async fn capturing() -> Bench {
    Bench::with(StackConfig { captures: true, ..StackConfig::paused() }).await
}

fn sample(id: &str) -> String {
    event(id, "order.completed", "2026-05-08T12:00:00Z", &json!({"id": "ord_1", "email": CUSTOMER}))
}

fn forged(bench: &Bench, body: &str) -> Delivery {
    Delivery::signed("whsec_other", "evt_1", &bench.stack.sandbox.now().to_string(), body)
}

async fn listed(bench: &Bench) -> Vec<Value> {
    bench.as_partner("GET", PATH, None, 200).await.data().as_array().unwrap().clone()
}

fn body_of(row: &Value) -> Vec<u8> {
    STANDARD.decode(row["body_base64"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn each_refusal_is_kept_with_its_reason_headers_and_body_newest_first() {
    let bench = capturing().await;
    let body = sample("evt_1");
    let good = bench.signed("evt_1", &body);
    let old = (bench.stack.sandbox.now() - 301).to_string();
    let old = Delivery::signed(&bench.stack.values.webhook_secret, "evt_1", &old, &body);
    let refused = [
        ("webhook_signature", 401, forged(&bench, &body)),
        ("webhook_headers", 401, good.clone().without("peeker-timestamp")),
        ("webhook_stale", 401, old),
        ("event_malformed", 400, bench.signed("evt_1", "[]")),
        ("event_id_mismatch", 400, bench.signed("evt_2", &body)),
        ("webhook_headers", 401, good.clone().and("peeker-timestamp", "1")),
    ];
    for (_, status, delivery) in &refused {
        let delivery = delivery.clone().and("Authorization", "Bearer abc").and("COOKIE", "a=b").and("x-note", "mine");
        bench.deliver(&delivery, *status).await;
        bench.advance(1).await;
    }
    bench.deliver(&good, 204).await;
    let rows = listed(&bench).await;
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
async fn a_body_that_may_hold_a_credential_is_left_out() {
    let bench = capturing().await;
    let values = &bench.stack.values;
    // A stage that does not know the new secret yet refuses true deliveries, and one of them may echo the login.
    for body in [
        json!({"id": "evt_1", "data": {"sequencer": {"login_Password": values.login_password}}}),
        json!({"id": "evt_1", "data": {"accessToken": "abc"}}),
        json!({"id": "evt_1", "data": {"refresh_token": "abc"}}),
        json!({"id": "evt_1", "note": values.peeker_key}),
    ] {
        bench.deliver(&forged(&bench, &body.to_string()), 401).await;
        let row = listed(&bench).await.remove(0);
        let shown = (&row["withheld"], &row["truncated"], &row["body_base64"], &row["body_bytes"]);
        assert_eq!(shown, (&json!(true), &json!(true), &json!(""), &json!(body.to_string().len())));
    }
    let domain = json!({"id": "evt_1", "data": {"domain": "secret-santa.com"}}).to_string();
    bench.deliver(&forged(&bench, &domain).and("X-Api-Key", "abc").and("X-Auth-Token", "abc"), 401).await;
    let row = listed(&bench).await.remove(0);
    assert_eq!((&row["withheld"], body_of(&row)), (&json!(null), domain.into_bytes()));
    assert!(row["headers"]["x-api-key"].is_null() && row["headers"]["x-auth-token"].is_null(), "{row}");
    for item in items_of(&bench.stack, "").await {
        bench.assert_no_secret(&format!("{item:?}"), "the table");
    }
}

#[tokio::test]
async fn nothing_is_kept_unless_it_is_switched_on() {
    let bench = Bench::start().await;
    bench.deliver(&forged(&bench, &sample("evt_1")), 401).await;
    assert!(listed(&bench).await.is_empty());
    assert!(items_of(&bench.stack, "REJECTED").await.is_empty());
}

#[tokio::test]
async fn the_partner_alone_reads_them() {
    let bench = capturing().await;
    bench.deliver(&forged(&bench, &sample("evt_1")), 401).await;
    assert_eq!(bench.send(Call::get(PATH), 401).await.code(), "partner_key_missing");
    let customer = Call::get(PATH).bearer(&bench.session("ses_1"));
    assert_eq!(bench.send(customer, 401).await.code(), "partner_key_wrong");
    for query in ["?per_page=101", "?page_token=x", "?from=2026-05-08"] {
        bench.as_partner("GET", &format!("{PATH}{query}"), None, 400).await;
    }
}

#[tokio::test]
async fn a_large_body_is_cut_and_pages_stay_within_what_an_answer_may_have() {
    let bench = capturing().await;
    // Text that does not compress.
    let mut state = 7_u64;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'!' + u8::try_from((state >> 33) % 90).unwrap())
    };
    let large: String = (0..300_000).map(|_| letter()).collect();
    for _ in 0..14 {
        bench.deliver(&forged(&bench, &large), 401).await;
    }
    let first = bench.as_partner("GET", PATH, None, 200).await;
    assert!(first.text.len() < 5_000_000, "{} bytes", first.text.len());
    let next = first.json()["links"]["next"].as_str().unwrap().to_owned();
    let second = bench.as_partner("GET", &next, None, 200).await.json();
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
async fn strangers_fill_a_hundred_slots_at_some_a_minute_and_no_more() {
    let bench = capturing().await;
    for _ in 0..35 {
        bench.deliver(&forged(&bench, "x"), 401).await;
    }
    assert_eq!(listed(&bench).await.len(), 30, "of one minute");
    for _ in 0..4 {
        bench.advance(60).await;
        for _ in 0..30 {
            bench.deliver(&forged(&bench, "x"), 401).await;
        }
    }
    let rows = listed(&bench).await;
    assert_eq!((rows.len(), &rows[0]["id"], &rows[99]["id"]), (100, &json!("rej_150"), &json!("rej_51")));
    assert_eq!(items_of(&bench.stack, "REJECTED").await.len(), 101, "the slots, and the number of the last");
    // A week later they are gone, whenever DynamoDB deletes them.
    bench.advance(7 * 24 * 60 * 60).await;
    assert!(listed(&bench).await.is_empty());
}

#[tokio::test]
async fn they_go_when_a_customer_is_forgotten() {
    let bench = capturing().await;
    bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await;
    bench.advance(6).await;
    // The ring is full, and has begun again.
    for number in 0..105 {
        bench.deliver(&forged(&bench, &sample(&format!("evt_{number}"))), 401).await;
        if number % 30 == 29 {
            bench.advance(60).await;
        }
    }
    assert_eq!(listed(&bench).await.len(), 100);
    bench.as_partner("POST", "/v1/customers/forget", Some(&json!({"customer": CUSTOMER})), 200).await;
    assert!(listed(&bench).await.is_empty());
    assert_eq!(items_of(&bench.stack, "REJECTED").await.len(), 1, "the number of the last one is left");
    bench.deliver(&forged(&bench, "later"), 401).await;
    assert_eq!(listed(&bench).await[0]["id"], "rej_106");
}
