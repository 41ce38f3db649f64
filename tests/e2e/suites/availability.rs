//! Availability: every input gets a row, and upstream is asked once per name, and only about valid names.

use crate::client::{Call, Harness};
use e2e::StackConfig;
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

const PATH: &str = "/domains/availability";

fn names(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("acme-mail-{index}.com")).collect()
}

async fn ask(harness: &Harness, names: &[String], status: u16) -> Value {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let reply = harness.ask(&harness.session("ses_1"), &names, status).await;
    if status == 200 { reply.data()["domains"].clone() } else { reply.error() }
}

fn batches(harness: &Harness) -> Vec<Vec<String>> {
    let received = harness.stack.sandbox.received();
    let asked = received.iter().filter(|call| call.path.ends_with(PATH));
    asked.map(|call| serde_json::from_value(call.body["domains"].clone()).unwrap()).collect()
}

/// `domain reason checked` of each row.
fn summaries(rows: &Value) -> Vec<String> {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| {
        let reason = row["reason"].as_str().unwrap_or("available");
        assert_eq!(row["available"] == true, reason == "available", "{row}");
        format!("{} {reason} {}", row["domain"].as_str().unwrap(), row["checked"])
    })
    .collect()
}

#[tokio::test]
async fn one_request_checks_up_to_200_names() {
    let harness = Harness::start().await;
    for count in [0, 201, 1_000] {
        let refused = ask(&harness, &names(count), 400).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("out_of_range"), &json!("domains")), "{count}");
    }
    assert!(batches(&harness).is_empty());
    assert_eq!(ask(&harness, &names(1), 200).await.as_array().unwrap().len(), 1);
    let rows = ask(&harness, &names(200), 200).await;
    let order: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row["domain"].as_str().unwrap()).collect();
    assert_eq!(order, names(200));
    assert!(rows.as_array().unwrap().iter().all(|row| row["available"] == true && row["checked"] == true));
}

#[tokio::test]
async fn upstream_is_called_in_batches_of_50() {
    let harness = Harness::start().await;
    ask(&harness, &names(120), 200).await;
    let mut batches = batches(&harness);
    batches.sort_by_key(|batch| std::cmp::Reverse(batch.len()));
    assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 20]);
    let mut asked = batches.concat();
    asked.sort_unstable();
    let mut expected = names(120);
    expected.sort_unstable();
    assert_eq!(asked, expected);
}

#[tokio::test]
async fn spellings_of_one_name_share_one_lookup() {
    let harness = Harness::start().await;
    let inputs = ["getacme.com", " GetAcme.COM ", "acme-hq.com", "getacme.com.", "GETACME.COM"].map(str::to_owned);
    let rows = ask(&harness, &inputs, 200).await;
    assert_eq!(
        summaries(&rows),
        ["getacme.com", "getacme.com", "acme-hq.com", "getacme.com", "getacme.com"]
            .map(|name| format!("{name} available true"))
    );
    assert_eq!(batches(&harness), [["getacme.com", "acme-hq.com"]]);
}

#[tokio::test]
async fn invalid_and_unoffered_names_need_no_upstream_call() {
    let harness = Harness::start().await;
    let inputs =
        ["https://acme.com", "acme", "getacme.com", "getacme.dev", "mail.acme.com", "getacme.co.uk", "", "münchen.de"];
    let rows = ask(&harness, &inputs.map(str::to_owned), 200).await;
    assert_eq!(
        summaries(&rows),
        [
            "https://acme.com invalid false",
            "acme invalid false",
            "getacme.com available true",
            "getacme.dev tld_not_offered false",
            "mail.acme.com invalid false",
            "getacme.co.uk tld_not_offered false",
            " invalid false",
            "münchen.de invalid false",
        ]
    );
    assert_eq!(rows[3]["message"], "Names ending in .dev are not available here.");
    assert_eq!(batches(&harness), [["getacme.com"]]);
    harness.stack.sandbox.forget_received();
    ask(&harness, &["acme".to_owned(), "10.0.0.1".to_owned()], 200).await;
    assert!(harness.stack.sandbox.received().is_empty(), "there was nothing to ask");
}

#[tokio::test]
async fn very_long_input_is_returned_shortened() {
    let harness = Harness::start().await;
    let rows = ask(&harness, &["x".repeat(5_000)], 200).await;
    assert_eq!(rows[0]["domain"].as_str().unwrap().len(), 253);
}

#[tokio::test]
async fn every_upstream_reason_is_passed_on() {
    let harness = Harness::start().await;
    let inputs = ["taken-acme.com", "premium-acme.com", "errored-acme.com", "stale-acme.com", "googleonly-acme.com"];
    let rows = ask(&harness, &inputs.map(str::to_owned), 200).await;
    assert_eq!(
        summaries(&rows),
        [
            "taken-acme.com taken true",
            "premium-acme.com premium true",
            "errored-acme.com errored false",
            "stale-acme.com stale false",
            "googleonly-acme.com available true",
        ]
    );
    assert_eq!(rows[1]["premium"], true);
    assert_eq!(rows[4]["usable_for"], json!(["google"]));
    let again = ask(&harness, &["stale-acme.com".to_owned()], 200).await;
    assert_eq!(summaries(&again), ["stale-acme.com available true"]);
}

#[tokio::test]
async fn failed_batch_leaves_only_its_own_names_unchecked() {
    for fault in [
        Fault { status: Some(403), ..Fault::on("POST", PATH) },
        Fault { body: Some("<html>".to_owned()), ..Fault::on("POST", PATH) },
        Fault { body: Some(r#"{"data": {"domains": []}}"#.to_owned()), ..Fault::on("POST", PATH) },
    ] {
        let harness = Harness::start().await;
        harness.stack.sandbox.fail_next(fault);
        let rows = summaries(&ask(&harness, &names(80), 200).await);
        let unchecked = rows.iter().filter(|row| row.ends_with(" errored false")).count();
        let answered = rows.iter().filter(|row| row.ends_with(" available true")).count();
        assert!((unchecked, answered) == (50, 30) || (unchecked, answered) == (30, 50), "{unchecked} and {answered}");
    }
}

#[tokio::test]
async fn quickly_failed_lookup_is_retried_once() {
    for fault in [
        Fault { status: Some(500), ..Fault::on("POST", PATH) },
        Fault { drop: Some(Drop::Before), ..Fault::on("POST", PATH) },
    ] {
        let harness = Harness::start().await;
        harness.stack.sandbox.fail_next(fault.clone());
        let rows = summaries(&ask(&harness, &names(80), 200).await);
        assert!(rows.iter().all(|row| row.ends_with(" available true")), "{rows:?}");
        assert_eq!(batches(&harness).len(), 3, "two batches, and one of them again");
        harness.stack.sandbox.fail_next(Fault { times: 2, ..fault });
        assert_eq!(ask(&harness, &names(1), 502).await["code"], "upstream_unavailable", "and not a third time");
        assert_eq!(batches(&harness).len(), 5);
    }
}

#[tokio::test]
async fn session_has_a_budget_of_upstream_calls() {
    // Three calls, and ten checks of the four domains of the plan.
    let harness = Harness::with(StackConfig { session_calls: 3, ..StackConfig::paused() }).await;
    for _ in 0..10 {
        ask(&harness, &names(1), 200).await;
    }
    harness.stack.sandbox.forget_received();
    // The plan is read once; before that its size is unknown.
    ask(&harness, &names(50), 200).await;
    let refused = ask(&harness, &names(60), 429).await;
    assert_eq!(refused["code"], "session_budget_spent");
    ask(&harness, &names(50), 200).await;
    assert_eq!(ask(&harness, &names(1), 429).await["code"], "session_budget_spent");
    // Lookups without upstream calls still work, and another session has its own budget.
    ask(&harness, &["acme".to_owned()], 200).await;
    harness.ask(&harness.session("ses_2"), &["getacme.com"], 200).await;
}

#[tokio::test]
async fn body_of_another_shape_is_refused() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let post = |body: String| Call::post("/v1/domains/availability").bearer(&token).body(body);
    for (body, code) in [("", "not_json"), ("{\"domains\":[\"a.com\"", "not_json"), ("[\"a.com\"]", "not_an_object")] {
        assert_eq!(harness.send(post(body.to_owned()), 400).await.code(), code, "{body}");
    }
    let cases: [(Value, &[&str]); 5] = [
        (json!({}), &["domains missing_field"]),
        (json!({"domains": "acme.com"}), &["domains wrong_type"]),
        (json!({"domains": null}), &["domains missing_field"]),
        (json!({"domains": ["getacme.com", 7, null]}), &["domains[1] wrong_type", "domains[2] wrong_type"]),
        (json!({"domains": ["getacme.com"], "plan": 1}), &["plan unknown_field"]),
    ];
    for (body, findings) in cases {
        assert_eq!(harness.send(post(body.to_string()), 400).await.findings(), findings, "{body}");
    }
    let large = json!({"domains": ["x".repeat(512 * 1024)]});
    assert_eq!(harness.send(post(large.to_string()), 413).await.code(), "body_too_large");
    let head = format!(
        "POST /v1/domains/availability HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {token}\r\n\
         content-length: 100\r\nconnection: close\r\n\r\n{{\"domains\":[\"getacme.com\"]}}"
    );
    let answer = harness.raw(head.as_bytes()).await;
    assert!(answer.is_empty() || answer.contains("\"code\":\"body_incomplete\""), "{answer}");
    assert!(harness.stack.sandbox.received().is_empty(), "upstream was not asked");
}

#[tokio::test]
async fn contradicting_rows_are_reported_as_errored() {
    let harness = Harness::start().await;
    let row = |name: &str, price: u32, available: bool| json!({"domain": name, "available": available, "price_cents": price, "currency": "usd", "usable_for": ["google"]});
    let rows = [
        row("acme.com", 1_300, true),
        row("getacme.com", 1_300, true),
        row("ACME.com", 900, true),
        row("getacme.com", 1_300, true),
        row("acme-hq.com", 1_300, true),
        row("acme-hq.com", 1_300, false),
    ];
    let body = Some(json!({"data": {"domains": rows}}).to_string());
    harness.stack.sandbox.fail_next(Fault { body, ..Fault::on("POST", PATH) });
    let names = ["acme.com", "getacme.com", "acme-hq.com"].map(str::to_owned);
    let rows = ask(&harness, &names, 200).await;
    assert_eq!(summaries(&rows), ["acme.com errored false", "getacme.com available true", "acme-hq.com errored false"]);
}
