//! Plans of 90 and 1,000 domains: quoted, ordered, found again when the answer was lost.

use crate::client::{Bench, Call, draft};
use e2e::StackConfig;
use sandbox::{Drop, Fault};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A token of a plan of `count` Microsoft domains.
fn session(bench: &Bench, id: &str, count: usize) -> String {
    let mut claims = bench.claims(id);
    claims["plan"] = json!({ "microsoft_licenses": count });
    bench.sign(&claims)
}

fn names(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|index| format!("{prefix}-{index}.com")).collect()
}

fn order(names: &[String]) -> Value {
    draft(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// A web address of 2,048 characters that does not compress well.
fn redirect(seed: usize) -> String {
    let mut state = u64::try_from(seed).unwrap() + 1;
    let letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b"abcdefghijklmnopqrstuvwxyz0123456789-_"[usize::try_from(state >> 40).unwrap() % 38])
    };
    let path: String = std::iter::repeat_with(letter).take(2_048 - "https://acme.example.com/".len()).collect();
    format!("https://acme.example.com/{path}")
}

async fn quote(bench: &Bench, token: &str, names: &[String]) -> Value {
    bench.send(Call::post("/v1/quotes").bearer(token).json(&json!({ "domains": names })), 200).await.data()
}

#[tokio::test]
async fn a_quote_has_a_token_of_the_same_length_for_any_plan() {
    let bench = Bench::start().await;
    let mut lengths = Vec::new();
    for count in [1, 90, 1_000] {
        let token = session(&bench, &format!("ses_{count:04}"), count);
        let names = names(&format!("large-{count}"), count);
        let quote = quote(&bench, &token, &names).await;
        assert_eq!(quote["lines"].as_array().unwrap().len(), count);
        assert_eq!(quote["total_cents"], json!(1_300 * count));
        lengths.push(quote["token"].as_str().unwrap().len());
        let mut body = order(&names);
        body["quote"] = quote["token"].clone();
        bench.place(&token, &body, 201).await;
    }
    assert!(lengths.iter().all(|length| *length == lengths[0] && *length < 1_024), "{lengths:?}");
    assert_eq!(bench.stack.sandbox.orders().len(), 3);
}

#[tokio::test]
async fn what_changed_in_a_large_quote_is_said_line_by_line() {
    let bench = Bench::start().await;
    let token = session(&bench, "ses_1", 90);
    let names = names("large", 90);
    let quote = quote(&bench, &token, &names).await;
    bench.stack.sandbox.set_domain(&names[17], sandbox::DomainOutcome::priced(9_900, 1_500));
    let mut body = order(&names);
    body["quote"] = quote["token"].clone();
    let refused = bench.place(&token, &body, 409).await;
    assert_eq!(
        (refused.code().as_str(), refused.findings()),
        ("quote_changed", vec!["domains[17] price_rose".to_owned()])
    );
}

#[tokio::test]
async fn a_thousand_domains_with_long_redirects_are_ordered_even_when_the_answer_is_lost() {
    let bench = Bench::start().await;
    let token = session(&bench, "ses_1", 1_000);
    let names = names("large", 1_000);
    let mut body = order(&names);
    body["domains"] = names
        .iter()
        .enumerate()
        .map(|(index, name)| json!({"domain": name, "forwarding_url": redirect(index)}))
        .collect();
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    let placed = bench.place(&token, &body, 201).await.data();
    assert_eq!(placed["domain_count"], 1_000);
    assert_eq!(bench.stack.sandbox.orders().len(), 1);
    let again = bench.place(&token, &body, 201).await.data();
    assert_eq!((&again["id"], &again["replayed"]), (&placed["id"], &json!(true)));
}

#[tokio::test]
async fn a_body_beyond_the_largest_order_is_refused() {
    let bench = Bench::start().await;
    let token = session(&bench, "ses_1", 1);
    let body = json!({"domains": ["acme.com"], "personas": [], "forwarding_url": "x".repeat(4 * 1_024 * 1_024)});
    assert_eq!(bench.place(&token, &body, 413).await.code(), "body_too_large");
}

#[tokio::test]
async fn a_thousand_domains_are_answered_in_time_with_upstream_at_a_second_a_call() {
    let bench = Bench::with(StackConfig { rate_limit_per_minute: 6_000, ..StackConfig::paused() }).await;
    let token = session(&bench, "ses_1", 1_000);
    let names = names("slow", 1_000);
    for (method, path) in [("POST", "/domains/availability"), ("POST", "/orders"), ("GET", "/orders")] {
        bench.stack.sandbox.fail_next(Fault { delay_ms: 1_000, times: 1_000, ..Fault::on(method, path) });
    }
    let started = Instant::now();
    bench.place(&token, &order(&names), 201).await;
    assert!(started.elapsed() < Duration::from_secs(25), "{:?}", started.elapsed());
    assert_eq!(bench.stack.sandbox.orders().len(), 1);
}
