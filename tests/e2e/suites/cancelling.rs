//! Cancellations by the partner: whole or in part, refused, and with an unclear response.

use crate::client::{CUSTOMER, Call, Harness};
use sandbox::Fault;
use serde_json::{Value, json};

const DAY: u64 = 24 * 60 * 60;

#[tokio::test]
async fn order_is_cancelled_whole_or_in_part() {
    let harness = Harness::start().await;
    let id = harness.place_for("ses_1", CUSTOMER).await;
    harness.advance(6).await;
    let path = format!("/v1/orders/{id}/cancel");
    let some = json!({"domains": ["Ses-1-0.COM", "ses-1-1.com"]});
    let part = harness.as_partner("POST", &path, Some(&some), 200).await.data();
    assert_eq!(part["domains"], json!(["ses-1-0.com", "ses-1-1.com"]));
    assert_eq!(part["cancels_at"], "2026-06-07T12:00:06Z");
    assert_eq!(harness.partner_view(&id).await["status"], "completed", "the order goes on");
    let whole = harness.as_partner("POST", &path, Some(&json!({"whole": true})), 200).await.data();
    assert_eq!((&whole["id"], &whole["status"]), (&json!(id), &json!("cancel_scheduled")));
    assert_eq!(whole["cancellation_scheduled_at"], "2026-05-08T12:00:06Z");
    assert_eq!(harness.partner_view(&id).await["status"], "cancel_scheduled", "before any event says so");
    harness.advance(31 * DAY).await;
    assert_eq!(harness.partner_view(&id).await["status"], "cancelled");
}

#[tokio::test]
async fn uncertain_cancellation_is_not_reported_as_refused() {
    let page = Some("<html>".to_owned());
    for (status, body, code) in [
        (408, None, "upstream_unavailable"),
        (400, page, "upstream_unreadable"),
        (404, Some(String::new()), "upstream_unreadable"),
        (402, None, "upstream_unreadable"),
    ] {
        let harness = Harness::start().await;
        let id = harness.place_for("ses_1", CUSTOMER).await;
        harness.stack.sandbox.hold_webhooks(true);
        harness.advance(6).await;
        let route = format!("/orders/{id}/cancel");
        let path = format!("/v1{route}");
        harness.stack.sandbox.fail_next(Fault { status: Some(status), body, act: true, ..Fault::on("POST", &route) });
        let reply = harness.as_partner("POST", &path, Some(&json!({"whole": true})), 502).await;
        assert_eq!((reply.code().as_str(), &reply.error()["retryable"]), (code, &json!(true)), "{status}");
        harness.stack.reconciler.run().await.unwrap();
        assert_eq!(harness.partner_view(&id).await["status"], "cancel_scheduled", "{status}");
    }
}

#[tokio::test]
async fn impossible_cancellation_is_refused() {
    let harness = Harness::start().await;
    let id = harness.place_for("ses_1", CUSTOMER).await;
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
        assert_eq!(harness.as_partner("POST", &path, Some(&body), 400).await.findings(), findings, "{body}");
    }
    assert_eq!(harness.as_partner("POST", &path, None, 400).await.code(), "not_json");
    assert_eq!(harness.as_partner("POST", &path, Some(&json!(null)), 400).await.code(), "not_an_object");
    let whole = json!({"whole": true});
    let unknown = harness.as_partner("POST", "/v1/orders/ord_none/cancel", Some(&whole), 404).await;
    assert_eq!(unknown.code(), "not_found");
    let token = harness.session("ses_1");
    assert_eq!(harness.send(Call::post(&path).bearer(&token), 401).await.code(), "partner_key_wrong");
    assert_eq!(harness.stack.sandbox.orders()[0]["status"], "in_progress");
    let other = harness.as_partner("POST", &path, Some(&json!({"domains": ["elsewhere.com"]})), 400).await;
    assert_eq!(other.error()["field"], "domains");
}

#[tokio::test]
async fn cancelled_domains_stay_connected_if_order_was_completed() {
    for (seconds, expected) in [(0, "in_progress"), (60, "connected")] {
        let harness = Harness::start().await;
        let id = harness.place_for("ses_1", CUSTOMER).await;
        harness.advance(seconds).await;
        harness.stack.sandbox.hold_webhooks(true);
        let path = format!("/v1/orders/{id}/cancel");
        harness.as_partner("POST", &path, Some(&json!({"whole": true})), 200).await;
        let view = harness.partner_view(&id).await;
        assert_eq!(view["status"], "cancel_scheduled");
        let statuses: Vec<&Value> = view["domains"].as_array().unwrap().iter().map(|row| &row["status"]).collect();
        assert_eq!(statuses, [expected; 4], "{seconds} s after it was placed");
    }
}
