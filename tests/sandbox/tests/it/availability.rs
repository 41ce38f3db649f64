//! Domain availability.

use sandbox::{DomainOutcome, Provider};
use serde_json::{Value, json};

use crate::harness::{Harness, order};

async fn ask(harness: &Harness, names: &[&str]) -> Vec<Value> {
    let answer = harness.post("/domains/availability", json!({"domains": names})).await;
    answer.data()["domains"].as_array().unwrap().clone()
}

#[tokio::test]
async fn documented_availability_sample_is_reproduced() {
    let harness = Harness::start().await;
    assert_eq!(
        ask(&harness, &["acme-mail.com", "team-acme.com", "premium-acme.com"]).await,
        vec![
            json!({"domain": "acme-mail.com", "available": true, "price_cents": 1300, "renewal_price_cents": 1500,
                "currency": "USD", "usable_for": ["google", "microsoft"], "premium": false}),
            json!({"domain": "team-acme.com", "available": false, "premium": false, "reason": "taken"}),
            json!({"domain": "premium-acme.com", "available": false, "premium": true, "reason": "premium"}),
        ]
    );
}

#[tokio::test]
async fn rows_normalize_case_and_mark_invalid_names() {
    let harness = Harness::start().await;
    let rows =
        ask(&harness, &["mail.acme-mail.com", "acme mail.com", "10.0.0.1", "ACME-Mail.com", "acme-mail.com"]).await;
    let reasons: Vec<&str> = rows.iter().map(|row| row["reason"].as_str().unwrap_or("free")).collect();
    assert_eq!(reasons, ["invalid", "invalid", "invalid", "free", "free"]);
    assert_eq!(rows[0]["domain"], "mail.acme-mail.com");
    assert_eq!(rows[3]["domain"], "acme-mail.com");
}

#[tokio::test]
async fn accepts_one_to_fifty_names() {
    let harness = Harness::start().await;
    let fifty: Vec<String> = (0..50).map(|n| format!("acme-mail-{n}.com")).collect();
    let mut names: Vec<&str> = fifty.iter().map(String::as_str).collect();
    assert_eq!(ask(&harness, &names).await.len(), 50);
    names.push("one-more.com");
    for body in [json!({"domains": names}), json!({"domains": []}), json!({"domains": [7]}), json!({})] {
        let answer = harness.post("/domains/availability", body).await;
        assert_eq!(answer.refusal(), (400, "invalid_request", "domains"));
    }
}

#[tokio::test]
async fn stale_name_is_fresh_for_five_minutes_after_a_retry() {
    let harness = Harness::start().await;
    assert_eq!(ask(&harness, &["stale-acme.com"]).await[0]["reason"], "stale");
    assert_eq!(ask(&harness, &["stale-acme.com"]).await[0]["available"], true);
    harness.advance(299).await;
    assert_eq!(ask(&harness, &["stale-acme.com"]).await[0]["available"], true);
    harness.advance(1).await;
    assert_eq!(ask(&harness, &["stale-acme.com"]).await[0]["reason"], "stale");
}

#[tokio::test]
async fn ordered_name_is_taken() {
    let harness = Harness::start().await;
    harness.place(order(&["acme-mail.com"], 1)).await;
    assert_eq!(ask(&harness, &["acme-mail.com"]).await[0]["reason"], "taken");
}

#[tokio::test]
async fn availability_results_can_be_scripted() {
    let harness = Harness::start().await;
    harness.sandbox.set_domain("acme-mail.com", DomainOutcome::Taken);
    harness.sandbox.set_domain("ACME-shop.com", DomainOutcome::priced(999, 1999));
    harness.sandbox.set_domain("team-acme.com", DomainOutcome::usable_for(&[Provider::Microsoft]));
    let rows = ask(&harness, &["acme-mail.com", "acme-shop.com", "team-acme.com"]).await;
    assert_eq!(rows[0]["reason"], "taken");
    assert_eq!((&rows[1]["price_cents"], &rows[1]["renewal_price_cents"]), (&json!(999), &json!(1999)));
    assert_eq!(rows[2]["usable_for"], json!(["microsoft"]));
    harness.sandbox.set_domain("acme-mail.com", DomainOutcome::ByName);
    assert_eq!(ask(&harness, &["acme-mail.com"]).await[0]["available"], true);
}
