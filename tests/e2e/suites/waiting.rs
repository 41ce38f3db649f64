//! Pending actions: read from upstream even with incomplete rows, and shown with who must do what.

use crate::client::{Call, FOUR, Harness, draft};
use e2e::StackConfig;
use sandbox::Fault;
use serde_json::{Value, json};
use std::time::Duration;

const AT: &str = "2026-05-08T12:00:00Z";

async fn slow() -> Harness {
    Harness::with(StackConfig { provisioning: Duration::from_secs(3_600), ..StackConfig::paused() }).await
}

/// Sets `body` as the next list of pending actions.
fn script(harness: &Harness, body: &str) {
    let fault = Fault { body: Some(body.to_owned()), ..Fault::on("GET", "/orders/pending") };
    harness.stack.sandbox.fail_next(fault);
}

fn asked(harness: &Harness) -> usize {
    harness.upstream_calls("GET").iter().filter(|path| *path == "/orders/pending").count()
}

async fn waiting(harness: &Harness) {
    harness
        .deliver_event("evt_1", "order.action_required", AT, &json!({"id": "ord_1", "status": "action_required"}))
        .await;
}

#[tokio::test]
async fn waiting_domain_says_what_to_do() {
    let harness = slow().await;
    let token = harness.session("ses_1");
    let id = harness.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(1).await;
    assert_eq!(harness.order(&token, &id).await["pending_actions"], json!([]));
    assert_eq!(asked(&harness), 0);
    harness.deliver_event("evt_1", "domain.action_required", AT, &json!({"domain": FOUR[0], "order_id": id})).await;
    let view = harness.order(&token, &id).await;
    assert_eq!(view["status"], "in_progress");
    let action = &view["pending_actions"][0];
    assert_eq!(action["type"], "domain_action_required");
    assert_eq!((&action["domain"], &action["who"]), (&json!(FOUR[0]), &json!("customer")));
    assert!(action["what_to_do"].as_str().unwrap().contains("set its nameservers"), "{action}");
    assert_eq!(view["pending_actions"].as_array().map(Vec::len), Some(1));
    // Reads within ten seconds, `304` included, share one call.
    let tag = harness.send(Call::get(&format!("/v1/orders/{id}")).bearer(&token), 200).await;
    let tag = tag.header("etag").unwrap().to_owned();
    harness.advance(9).await;
    harness.send(Call::get(&format!("/v1/orders/{id}")).bearer(&token).header("if-none-match", &tag), 304).await;
    assert_eq!(asked(&harness), 1);
    harness.advance(1).await;
    harness.order(&token, &id).await;
    assert_eq!(asked(&harness), 2);
    harness
        .deliver_event("evt_2", "domain.connected", "2026-05-08T12:00:09Z", &json!({"domain": FOUR[0], "order_id": id}))
        .await;
    assert_eq!(harness.order(&token, &id).await["pending_actions"], json!([]));
}

#[tokio::test]
async fn all_pages_of_pending_actions_are_read() {
    let harness = slow().await;
    waiting(&harness).await;
    let row = |name: &str| {
        json!({"id": format!("act_{name}"), "type": "google_profile_picture", "domain": "acme.com",
               "user": {"first_name": name, "last_name": "Lee", "profile_picture_url": "https://x.co/s.jpg"}})
    };
    let first: Vec<Value> = (0..100).map(|index| row(&format!("P{index}"))).collect();
    script(
        &harness,
        &json!({"data": first, "links": {"next": "/orders/pending?page_token=b&per_page=100"}}).to_string(),
    );
    script(&harness, &json!({"data": [{"later": true}, row("Sam"), 7], "links": {"next": null}}).to_string());
    let view = harness.partner_view("ord_1").await;
    let actions = view["pending_actions"].as_array().unwrap();
    assert_eq!((actions.len(), asked(&harness)), (102, 2));
    assert_eq!((&actions[100]["type"], &actions[100]["who"]), (&json!("unknown"), &json!("partner")));
    assert_eq!(actions[101]["person"], json!({"first_name": "Sam", "last_name": "Lee"}));
    let what = actions[101]["what_to_do"].as_str().unwrap();
    assert!(what.contains("the one of Sam Lee for acme.com"), "{what}");
}

#[tokio::test]
async fn malformed_pending_actions_do_not_fail_the_request() {
    let odd = [
        "",
        "<html></html>",
        "[]",
        r#"{"data":null}"#,
        r#"{"data":{}}"#,
        r#"{"data":[null,[],{}]}"#,
        r#"{"data":[{"type":{"a":1},"domain":5,"user":[]}],"links":[]}"#,
        r#"{"data":[],"links":{"next":"again"}}"#,
        r#"{"data":[{"type":"\ud83d"}],"links":{"next":17}}"#,
    ];
    for body in odd {
        let harness = slow().await;
        waiting(&harness).await;
        script(&harness, body);
        assert_eq!(harness.partner_view("ord_1").await["status"], "action_required", "{body}");
    }
    let harness = slow().await;
    waiting(&harness).await;
    let failed = r#"{"error":"slow down"}"#.to_owned();
    let fault = Fault { body: Some(failed), status: Some(429), ..Fault::on("GET", "/orders/pending") };
    harness.stack.sandbox.fail_next(fault);
    assert_eq!(harness.partner_view("ord_1").await["pending_actions"], json!([]));
}

#[tokio::test]
async fn full_order_without_a_status_changes_nothing() {
    let harness = slow().await;
    waiting(&harness).await;
    harness.advance(3_601).await;
    for body in [r#"{"data":{}}"#, r#"{"data":[]}"#, r#"{"data":{"status":5}}"#, r#"{"data":{"status":""}}"#] {
        harness.stack.sandbox.fail_next(Fault { body: Some(body.to_owned()), ..Fault::on("GET", "/orders/ord_1") });
        let report = harness.stack.reconciler.run().await.unwrap();
        assert_eq!((report.orders, report.failed), (1, 1), "{body}");
        assert_eq!(harness.partner_view("ord_1").await["status"], "action_required", "{body}");
        harness.advance(61).await;
    }
}
