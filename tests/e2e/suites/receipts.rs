//! Incomplete receipts: an order that upstream accepted is recorded, once.

use crate::client::{CUSTOMER, FOUR, Harness, draft};
use e2e::StackConfig;
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

async fn minimal() -> Harness {
    Harness::with(StackConfig { minimal_receipts: true, ..StackConfig::paused() }).await
}

/// Upstream accepts the order and returns `body`.
fn answer(harness: &Harness, body: &str) {
    let answered = Fault { body: Some(body.to_owned()), act: true, ..Fault::on("POST", "/orders") };
    harness.stack.sandbox.fail_next(answered);
}

#[tokio::test]
async fn order_completes_with_id_only_receipts() {
    let harness = minimal().await;
    let token = harness.session("ses_1");
    let receipt = harness.place(&token, &draft(&FOUR), 201).await.data();
    let id = harness.stack.sandbox.orders()[0]["id"].as_str().unwrap().to_owned();
    let expected = json!({"id": id, "status": "in_progress", "domain_count": 4, "created_at": "2026-05-08T12:00:00Z"});
    assert_eq!(receipt, expected);
    assert_eq!(harness.show_session(&token).await["order"], json!({"id": id, "status": "in_progress"}));
    let fresh = harness.order(&token, &id).await;
    assert_eq!((&fresh["status"], &fresh["domain_count"]), (&json!("in_progress"), &json!(4)));
    harness.advance(6).await;
    let order = harness.order(&token, &id).await;
    assert_eq!((&order["status"], &order["final"]), (&json!("completed"), &json!(true)));
    assert_eq!(order["costs"], json!({"total_cents": 6_700, "currency": "usd"}), "the event contained the costs");
    let listed = harness.as_partner("GET", "/v1/orders", None, 200).await.data();
    assert_eq!(listed[0]["id"], json!(id), "{listed}");
    assert_eq!((harness.orders_sent(), harness.stack.sandbox.orders_of(CUSTOMER)), (1, 1));
}

#[tokio::test]
async fn lost_order_is_found_in_a_list_of_ids() {
    let harness = minimal().await;
    // Another order of the same customer and size precedes it in the list.
    let others = ["beta-mail.com", "getbeta.com", "beta-hq.com", "trybeta.com"];
    harness.place(&harness.session("ses_1"), &draft(&others), 201).await;
    let token = harness.session("ses_2");
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    let receipt = harness.place(&token, &draft(&FOUR), 201).await.data();
    let upstream = harness.stack.sandbox.orders();
    let ours = upstream.iter().find(|order| order["domains"]["registered"][0] == FOUR[0]).unwrap();
    assert_eq!(receipt["id"], ours["id"]);
    assert_eq!((&receipt["domain_count"], &receipt["costs"]["total_cents"]), (&json!(4), &json!(6_700)));
    assert_eq!((harness.orders_sent(), harness.stack.sandbox.orders_of(CUSTOMER)), (2, 2));
}

#[tokio::test]
async fn reconciler_finds_a_lost_order_in_a_list_of_ids() {
    let harness = minimal().await;
    let token = harness.session("ses_1");
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    harness.stack.sandbox.fail_next(Fault { status: Some(503), times: 2, ..Fault::on("GET", "/orders") });
    harness.place(&token, &draft(&FOUR), 202).await;
    harness.advance(60).await;
    harness.stack.reconciler.run().await.unwrap();
    let id = harness.stack.sandbox.orders()[0]["id"].clone();
    assert_eq!(harness.show_session(&token).await["order"]["id"], id);
    assert_eq!((harness.orders_sent(), harness.stack.sandbox.orders_of(CUSTOMER)), (1, 1));
}

#[tokio::test]
async fn receipt_with_an_id_is_accepted() {
    let known =
        json!({"id": "ord_x", "status": "in_progress", "domain_count": 4, "created_at": "2026-05-08T12:00:00Z"});
    for (index, (data, changed)) in [
        (json!({"id": "ord_x"}), json!({})),
        (json!({"order": {"id": "ord_x", "status": "on_hold"}}), json!({"status": "on_hold"})),
        (json!({"id": "ord_x", "status": null, "user_id": 5, "email": []}), json!({})),
        (json!({"id": "ord_x", "domain_count": "4", "costs": {"total_cents": "6700"}, "created_at": 1_778_241_600}), {
            let costs = json!({"total_cents": 6_700, "currency": "usd"});
            json!({"costs": costs, "charge": costs})
        }),
        (json!({"id": "ord_x", "domain_count": -1, "costs": [], "created_at": "2036-01-01T00:00:00Z"}), json!({})),
        (json!({"id": "ord_x", "bundle_id": {"id": "bun"}, "renews_at": {}, "note": "\u{0}"}), json!({})),
    ]
    .into_iter()
    .enumerate()
    {
        let harness = Harness::start().await;
        answer(&harness, &json!({ "data": data }).to_string());
        let receipt = harness.place(&harness.session(&format!("ses_{index}")), &draft(&FOUR), 201).await.data();
        let mut expected = known.clone();
        expected.as_object_mut().unwrap().extend(changed.as_object().unwrap().clone());
        assert_eq!(receipt, expected, "{data}");
        assert_eq!(harness.orders_sent(), 1, "{data}");
        assert_eq!(harness.order(&harness.session(&format!("ses_{index}")), "ord_x").await["domain_count"], 4);
    }
}

#[tokio::test]
async fn order_without_an_id_in_its_receipt_is_found() {
    for body in [
        "<html>ok</html>",
        "",
        "null",
        "[]",
        "{}",
        r#"{"data":null}"#,
        r#"{"data":{}}"#,
        r#"{"data":{"id":null}}"#,
        r#"{"data":{"id":""}}"#,
        r#"{"data":[{"id":"ord_x"}]}"#,
        r#"{"data":{"id":"ord_x","status":"in_prog"#,
        r#"{"data":{"id":"ord_"#,
    ] {
        let harness = Harness::start().await;
        answer(&harness, body);
        let receipt = harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await.data();
        assert_eq!(receipt["id"], harness.stack.sandbox.orders()[0]["id"], "{body}");
        assert_eq!((harness.orders_sent(), harness.stack.sandbox.orders_of(CUSTOMER)), (1, 1), "{body}");
    }
}

#[tokio::test]
async fn malformed_order_list_is_not_treated_as_empty() {
    for body in ["{}", r#"{"data":null}"#, r#"{"data":{}}"#, r#"{"data":"none"}"#, "<html></html>"] {
        let harness = Harness::start().await;
        let token = harness.session("ses_1");
        harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
        let odd = Fault { body: Some(body.to_owned()), times: 40, ..Fault::on("GET", "/orders") };
        harness.stack.sandbox.fail_next(odd);
        harness.place(&token, &draft(&FOUR), 202).await;
        // Beyond every limit after which an unlisted order is given up.
        for _ in 0..4 {
            harness.advance(12 * 60 * 60).await;
            harness.stack.reconciler.run().await.unwrap();
        }
        assert_eq!(harness.orders_sent(), 1, "{body}");
        harness.stack.sandbox.clear_faults();
        harness.advance(60).await;
        harness.stack.reconciler.run().await.unwrap();
        let token = harness.session("ses_1");
        let found: Value = harness.show_session(&token).await["order"]["id"].clone();
        assert_eq!(found, harness.stack.sandbox.orders()[0]["id"], "{body}");
    }
}
