//! What an order waits for: read from upstream whatever its rows lack, and shown with who has to do what.

use crate::client::{Bench, Call, FOUR, draft};
use e2e::StackConfig;
use sandbox::Fault;
use serde_json::{Value, json};
use std::time::Duration;

const AT: &str = "2026-05-08T12:00:00Z";

async fn slow() -> Bench {
    Bench::with(StackConfig { provisioning: Duration::from_secs(3_600), ..StackConfig::paused() }).await
}

/// The next list of pending actions is `body`.
fn script(bench: &Bench, body: &str) {
    let fault = Fault { body: Some(body.to_owned()), ..Fault::on("GET", "/orders/pending") };
    bench.stack.sandbox.fail_next(fault);
}

fn asked(bench: &Bench) -> usize {
    bench.upstream_calls("GET").iter().filter(|path| *path == "/orders/pending").count()
}

async fn waiting(bench: &Bench) {
    bench.tell("evt_1", "order.action_required", AT, &json!({"id": "ord_1", "status": "action_required"})).await;
}

#[tokio::test]
async fn a_domain_that_waits_says_what_to_do_while_its_order_is_in_progress() {
    let bench = slow().await;
    let token = bench.session("ses_1");
    let id = bench.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(1).await;
    assert_eq!(bench.order(&token, &id).await["pending_actions"], json!([]));
    assert_eq!(asked(&bench), 0);
    bench.tell("evt_1", "domain.action_required", AT, &json!({"domain": FOUR[0], "order_id": id})).await;
    let view = bench.order(&token, &id).await;
    assert_eq!(view["status"], "in_progress");
    let action = &view["pending_actions"][0];
    assert_eq!(action["type"], "domain_action_required");
    assert_eq!((&action["domain"], &action["who"]), (&json!(FOUR[0]), &json!("customer")));
    assert!(action["what_to_do"].as_str().unwrap().contains("set its nameservers"), "{action}");
    assert_eq!(view["pending_actions"].as_array().map(Vec::len), Some(1));
    // Looks within ten seconds, `304` included, share one call.
    let tag = bench.send(Call::get(&format!("/v1/orders/{id}")).bearer(&token), 200).await;
    let tag = tag.header("etag").unwrap().to_owned();
    bench.advance(9).await;
    bench.send(Call::get(&format!("/v1/orders/{id}")).bearer(&token).header("if-none-match", &tag), 304).await;
    assert_eq!(asked(&bench), 1);
    bench.advance(1).await;
    bench.order(&token, &id).await;
    assert_eq!(asked(&bench), 2);
    bench.tell("evt_2", "domain.connected", "2026-05-08T12:00:09Z", &json!({"domain": FOUR[0], "order_id": id})).await;
    assert_eq!(bench.order(&token, &id).await["pending_actions"], json!([]));
}

#[tokio::test]
async fn every_page_of_pending_actions_is_read_and_every_row_kept() {
    let bench = slow().await;
    waiting(&bench).await;
    let row = |name: &str| {
        json!({"id": format!("act_{name}"), "type": "google_profile_picture", "domain": "acme.com",
               "user": {"first_name": name, "last_name": "Lee", "profile_picture_url": "https://x.co/s.jpg"}})
    };
    let first: Vec<Value> = (0..100).map(|index| row(&format!("P{index}"))).collect();
    script(&bench, &json!({"data": first, "links": {"next": "/orders/pending?page_token=b&per_page=100"}}).to_string());
    script(&bench, &json!({"data": [{"later": true}, row("Sam"), 7], "links": {"next": null}}).to_string());
    let view = bench.partner_view("ord_1").await;
    let actions = view["pending_actions"].as_array().unwrap();
    assert_eq!((actions.len(), asked(&bench)), (102, 2));
    assert_eq!((&actions[100]["type"], &actions[100]["who"]), (&json!("unknown"), &json!("partner")));
    assert_eq!(actions[101]["person"], json!({"first_name": "Sam", "last_name": "Lee"}));
    let what = actions[101]["what_to_do"].as_str().unwrap();
    assert!(what.contains("the one of Sam Lee for acme.com"), "{what}");
}

#[tokio::test]
async fn an_odd_list_of_pending_actions_is_no_reason_to_refuse_a_look() {
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
        let bench = slow().await;
        waiting(&bench).await;
        script(&bench, body);
        assert_eq!(bench.partner_view("ord_1").await["status"], "action_required", "{body}");
    }
    let bench = slow().await;
    waiting(&bench).await;
    let failed = r#"{"error":"slow down"}"#.to_owned();
    let fault = Fault { body: Some(failed), status: Some(429), ..Fault::on("GET", "/orders/pending") };
    bench.stack.sandbox.fail_next(fault);
    assert_eq!(bench.partner_view("ord_1").await["pending_actions"], json!([]));
}

#[tokio::test]
async fn a_full_order_without_a_status_changes_nothing() {
    let bench = slow().await;
    waiting(&bench).await;
    bench.advance(3_601).await;
    for body in [r#"{"data":{}}"#, r#"{"data":[]}"#, r#"{"data":{"status":5}}"#, r#"{"data":{"status":""}}"#] {
        bench.stack.sandbox.fail_next(Fault { body: Some(body.to_owned()), ..Fault::on("GET", "/orders/ord_1") });
        let report = bench.stack.reconciler.run().await.unwrap();
        assert_eq!((report.orders, report.failed), (1, 1), "{body}");
        assert_eq!(bench.partner_view("ord_1").await["status"], "action_required", "{body}");
        bench.advance(61).await;
    }
}
