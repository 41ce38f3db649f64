//! The partner cancels orders: as a whole or in part, refused, and with an answer that says too little.

use crate::client::{Bench, CUSTOMER, Call};
use sandbox::Fault;
use serde_json::{Value, json};

const DAY: u64 = 24 * 60 * 60;

#[tokio::test]
async fn an_order_is_cancelled_whole_or_in_part() {
    let bench = Bench::start().await;
    let id = bench.place_for("ses_1", CUSTOMER).await;
    bench.advance(6).await;
    let path = format!("/v1/orders/{id}/cancel");
    let some = json!({"domains": ["Ses-1-0.COM", "ses-1-1.com"]});
    let part = bench.as_partner("POST", &path, Some(&some), 200).await.data();
    assert_eq!(part["domains"], json!(["ses-1-0.com", "ses-1-1.com"]));
    assert_eq!(part["cancels_at"], "2026-06-07T12:00:06Z");
    assert_eq!(bench.partner_view(&id).await["status"], "completed", "the order goes on");
    let whole = bench.as_partner("POST", &path, Some(&json!({"whole": true})), 200).await.data();
    assert_eq!((&whole["id"], &whole["status"]), (&json!(id), &json!("cancel_scheduled")));
    assert_eq!(whole["cancellation_scheduled_at"], "2026-05-08T12:00:06Z");
    assert_eq!(bench.partner_view(&id).await["status"], "cancel_scheduled", "before any event says so");
    bench.advance(31 * DAY).await;
    assert_eq!(bench.partner_view(&id).await["status"], "cancelled");
}

#[tokio::test]
async fn a_cancellation_with_an_answer_that_is_no_refusal_is_not_called_refused_and_is_seen_soon() {
    let page = Some("<html>".to_owned());
    for (status, body, code) in [
        (408, None, "upstream_unavailable"),
        (400, page, "upstream_unreadable"),
        (404, Some(String::new()), "upstream_unreadable"),
        (402, None, "upstream_unreadable"),
    ] {
        let bench = Bench::start().await;
        let id = bench.place_for("ses_1", CUSTOMER).await;
        bench.stack.sandbox.hold_webhooks(true);
        bench.advance(6).await;
        let route = format!("/orders/{id}/cancel");
        let path = format!("/v1{route}");
        bench.stack.sandbox.fail_next(Fault { status: Some(status), body, act: true, ..Fault::on("POST", &route) });
        let reply = bench.as_partner("POST", &path, Some(&json!({"whole": true})), 502).await;
        assert_eq!((reply.code().as_str(), &reply.error()["retryable"]), (code, &json!(true)), "{status}");
        bench.stack.reconciler.run().await.unwrap();
        assert_eq!(bench.partner_view(&id).await["status"], "cancel_scheduled", "{status}");
    }
}

#[tokio::test]
async fn a_cancellation_that_cannot_be_is_refused() {
    let bench = Bench::start().await;
    let id = bench.place_for("ses_1", CUSTOMER).await;
    let path = format!("/v1/orders/{id}/cancel");
    let cases: [(Value, &[&str]); 10] = [
        (json!({}), &["whole missing_field"]),
        (json!({"domains": null}), &["domains wrong_type"]),
        (json!({"whole": null}), &["whole wrong_type"]),
        (json!({"whole": false}), &["whole wrong_type"]),
        (json!({"whole": "true"}), &["whole wrong_type"]),
        (json!({"whole": true, "domains": ["acme-mail.com"]}), &["whole cancel_ambiguous"]),
        (json!({"domains": []}), &["domains out_of_range"]),
        (json!({"domains": ["mail.acme.com", 5]}), &["domains[1] wrong_type", "domains[0] domain_is_subdomain"]),
        (json!({"scope": "order"}), &["whole missing_field", "scope unknown_field"]),
        (json!({"domains": "acme.com"}), &["domains wrong_type"]),
    ];
    for (body, findings) in cases {
        assert_eq!(bench.as_partner("POST", &path, Some(&body), 400).await.findings(), findings, "{body}");
    }
    assert_eq!(bench.as_partner("POST", &path, None, 400).await.code(), "not_json");
    assert_eq!(bench.as_partner("POST", &path, Some(&json!(null)), 400).await.code(), "not_an_object");
    let whole = json!({"whole": true});
    let unknown = bench.as_partner("POST", "/v1/orders/ord_none/cancel", Some(&whole), 404).await;
    assert_eq!(unknown.code(), "not_found");
    let token = bench.session("ses_1");
    assert_eq!(bench.send(Call::post(&path).bearer(&token), 401).await.code(), "partner_key_wrong");
    assert_eq!(bench.stack.sandbox.orders()[0]["status"], "in_progress");
    let other = bench.as_partner("POST", &path, Some(&json!({"domains": ["elsewhere.com"]})), 400).await;
    assert_eq!(other.error()["field"], "domains");
}

#[tokio::test]
async fn domains_are_connected_after_a_cancellation_only_if_the_order_was_completed() {
    for (seconds, expected) in [(0, "in_progress"), (60, "connected")] {
        let bench = Bench::start().await;
        let id = bench.place_for("ses_1", CUSTOMER).await;
        bench.advance(seconds).await;
        bench.stack.sandbox.hold_webhooks(true);
        let path = format!("/v1/orders/{id}/cancel");
        bench.as_partner("POST", &path, Some(&json!({"whole": true})), 200).await;
        let view = bench.partner_view(&id).await;
        assert_eq!(view["status"], "cancel_scheduled");
        let statuses: Vec<&Value> = view["domains"].as_array().unwrap().iter().map(|row| &row["status"]).collect();
        assert_eq!(statuses, [expected; 4], "{seconds} s after it was placed");
    }
}
