//! What names answer.

use sandbox::{DomainOutcome, Provider};
use serde_json::{Value, json};

use crate::bench::{Bench, order};

async fn ask(bench: &Bench, names: &[&str]) -> Vec<Value> {
    let answer = bench.post("/domains/availability", json!({"domains": names})).await;
    answer.data()["domains"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_documented_sample_comes_out_row_by_row() {
    let bench = Bench::start().await;
    assert_eq!(
        ask(&bench, &["acme-mail.com", "team-acme.com", "premium-acme.com"]).await,
        vec![
            json!({"domain": "acme-mail.com", "available": true, "price_cents": 1300, "renewal_price_cents": 1500,
                "currency": "USD", "usable_for": ["google", "microsoft"], "premium": false}),
            json!({"domain": "team-acme.com", "available": false, "premium": false, "reason": "taken"}),
            json!({"domain": "premium-acme.com", "available": false, "premium": true, "reason": "premium"}),
        ]
    );
}

#[tokio::test]
async fn what_is_no_root_domain_is_invalid_row_by_row_and_upper_case_is_folded() {
    let bench = Bench::start().await;
    let rows =
        ask(&bench, &["mail.acme-mail.com", "acme mail.com", "10.0.0.1", "ACME-Mail.com", "acme-mail.com"]).await;
    let reasons: Vec<&str> = rows.iter().map(|row| row["reason"].as_str().unwrap_or("free")).collect();
    assert_eq!(reasons, ["invalid", "invalid", "invalid", "free", "free"]);
    assert_eq!(rows[0]["domain"], "mail.acme-mail.com");
    assert_eq!(rows[3]["domain"], "acme-mail.com");
}

#[tokio::test]
async fn one_to_fifty_names_are_taken() {
    let bench = Bench::start().await;
    let fifty: Vec<String> = (0..50).map(|n| format!("acme-mail-{n}.com")).collect();
    let mut names: Vec<&str> = fifty.iter().map(String::as_str).collect();
    assert_eq!(ask(&bench, &names).await.len(), 50);
    names.push("one-more.com");
    for body in [json!({"domains": names}), json!({"domains": []}), json!({"domains": [7]}), json!({})] {
        let answer = bench.post("/domains/availability", body).await;
        assert_eq!(answer.refusal(), (400, "invalid_request", "domains"));
    }
}

#[tokio::test]
async fn a_stale_name_is_fresh_at_the_second_ask_for_five_minutes() {
    let bench = Bench::start().await;
    assert_eq!(ask(&bench, &["stale-acme.com"]).await[0]["reason"], "stale");
    assert_eq!(ask(&bench, &["stale-acme.com"]).await[0]["available"], true);
    bench.advance(299).await;
    assert_eq!(ask(&bench, &["stale-acme.com"]).await[0]["available"], true);
    bench.advance(1).await;
    assert_eq!(ask(&bench, &["stale-acme.com"]).await[0]["reason"], "stale");
}

#[tokio::test]
async fn a_name_on_an_order_is_taken_from_then_on() {
    let bench = Bench::start().await;
    bench.place(order(&["acme-mail.com"], 1)).await;
    assert_eq!(ask(&bench, &["acme-mail.com"]).await[0]["reason"], "taken");
}

#[tokio::test]
async fn outcomes_can_be_scripted() {
    let bench = Bench::start().await;
    bench.sandbox.set_domain("acme-mail.com", DomainOutcome::Taken);
    bench.sandbox.set_domain("ACME-shop.com", DomainOutcome::priced(999, 1999));
    bench.sandbox.set_domain("team-acme.com", DomainOutcome::usable_for(&[Provider::Microsoft]));
    let rows = ask(&bench, &["acme-mail.com", "acme-shop.com", "team-acme.com"]).await;
    assert_eq!(rows[0]["reason"], "taken");
    assert_eq!((&rows[1]["price_cents"], &rows[1]["renewal_price_cents"]), (&json!(999), &json!(1999)));
    assert_eq!(rows[2]["usable_for"], json!(["microsoft"]));
    bench.sandbox.set_domain("acme-mail.com", DomainOutcome::ByName);
    assert_eq!(ask(&bench, &["acme-mail.com"]).await[0]["available"], true);
}
