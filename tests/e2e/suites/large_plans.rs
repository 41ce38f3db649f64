//! Plans of 90 and 1,000 domains: quoted, ordered, and found again after a lost response.

use crate::client::{Call, Harness, draft};
use e2e::StackConfig;
use sandbox::{Drop, Fault};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A token of a plan of `count` Microsoft domains.
fn session(harness: &Harness, id: &str, count: usize) -> String {
    let mut claims = harness.claims(id);
    claims["plan"] = json!({ "microsoft_licenses": count });
    harness.sign(&claims)
}

fn names(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|index| format!("{prefix}-{index}.com")).collect()
}

fn order(names: &[String]) -> Value {
    draft(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// A web address of 2,048 characters that does not compress well.
fn redirect(seed: usize) -> String {
    let mut rng = fastrand::Rng::with_seed(u64::try_from(seed).unwrap());
    let length = 2_048 - "https://acme.example.com/".len();
    let path: String = (0..length).map(|_| rng.alphanumeric()).collect();
    format!("https://acme.example.com/{path}")
}

async fn quote(harness: &Harness, token: &str, names: &[String]) -> Value {
    harness.send(Call::post("/v1/quotes").bearer(token).json(&json!({ "domains": names })), 200).await.data()
}

#[tokio::test]
async fn quote_token_length_does_not_depend_on_the_plan() {
    let harness = Harness::start().await;
    let mut lengths = Vec::new();
    for count in [1, 90, 1_000] {
        let token = session(&harness, &format!("ses_{count:04}"), count);
        let names = names(&format!("large-{count}"), count);
        let quote = quote(&harness, &token, &names).await;
        assert_eq!(quote["lines"].as_array().unwrap().len(), count);
        assert_eq!(quote["total_cents"], json!(1_300 * count));
        lengths.push(quote["token"].as_str().unwrap().len());
        let mut body = order(&names);
        body["quote"] = quote["token"].clone();
        harness.place(&token, &body, 201).await;
    }
    assert!(lengths.iter().all(|length| *length == lengths[0] && *length < 1_024), "{lengths:?}");
    assert_eq!(harness.stack.sandbox.orders().len(), 3);
}

#[tokio::test]
async fn changes_of_a_large_quote_are_listed_line_by_line() {
    let harness = Harness::start().await;
    let token = session(&harness, "ses_1", 90);
    let names = names("large", 90);
    let quote = quote(&harness, &token, &names).await;
    harness.stack.sandbox.set_domain(&names[17], sandbox::DomainOutcome::priced(9_900, 1_500));
    let mut body = order(&names);
    body["quote"] = quote["token"].clone();
    let refused = harness.place(&token, &body, 409).await;
    assert_eq!(
        (refused.code().as_str(), refused.findings()),
        ("quote_changed", vec!["domains[17] price_rose".to_owned()])
    );
}

#[tokio::test]
async fn largest_order_survives_a_lost_response() {
    let harness = Harness::start().await;
    let token = session(&harness, "ses_1", 1_000);
    let names = names("large", 1_000);
    let mut body = order(&names);
    body["domains"] = names
        .iter()
        .enumerate()
        .map(|(index, name)| json!({"domain": name, "forwarding_url": redirect(index)}))
        .collect();
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    let placed = harness.place(&token, &body, 201).await.data();
    assert_eq!(placed["domain_count"], 1_000);
    assert_eq!(harness.stack.sandbox.orders().len(), 1);
    let again = harness.place(&token, &body, 201).await.data();
    assert_eq!((&again["id"], &again["replayed"]), (&placed["id"], &json!(true)));
}

#[tokio::test]
async fn body_larger_than_the_largest_order_is_refused() {
    let harness = Harness::start().await;
    let token = session(&harness, "ses_1", 1);
    let body = json!({"domains": ["acme.com"], "personas": [], "forwarding_url": "x".repeat(4 * 1_024 * 1_024)});
    assert_eq!(harness.place(&token, &body, 413).await.code(), "body_too_large");
}

#[tokio::test]
async fn largest_order_meets_its_deadline_with_slow_upstream() {
    let harness = Harness::with(StackConfig { rate_limit_per_minute: 6_000, ..StackConfig::paused() }).await;
    let token = session(&harness, "ses_1", 1_000);
    let names = names("slow", 1_000);
    for (method, path) in [("POST", "/domains/availability"), ("POST", "/orders"), ("GET", "/orders")] {
        harness.stack.sandbox.fail_next(Fault { delay_ms: 1_000, times: 1_000, ..Fault::on(method, path) });
    }
    let started = Instant::now();
    harness.place(&token, &order(&names), 201).await;
    assert!(started.elapsed() < Duration::from_secs(25), "{:?}", started.elapsed());
    assert_eq!(harness.stack.sandbox.orders().len(), 1);
}
