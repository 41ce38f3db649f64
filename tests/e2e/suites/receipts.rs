//! Whatever a receipt lacks, an order that upstream took is placed, once.

use crate::client::{Bench, CUSTOMER, FOUR, draft};
use e2e::StackConfig;
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

async fn minimal() -> Bench {
    Bench::with(StackConfig { minimal_receipts: true, ..StackConfig::paused() }).await
}

/// Upstream takes the order and answers `body`.
fn answer(bench: &Bench, body: &str) {
    let answered = Fault { body: Some(body.to_owned()), act: true, ..Fault::on("POST", "/orders") };
    bench.stack.sandbox.fail_next(answered);
}

#[tokio::test]
async fn an_order_runs_from_start_to_end_on_receipts_that_have_an_id_only() {
    let bench = minimal().await;
    let token = bench.session("ses_1");
    let receipt = bench.place(&token, &draft(&FOUR), 201).await.data();
    let id = bench.stack.sandbox.orders()[0]["id"].as_str().unwrap().to_owned();
    let expected = json!({"id": id, "status": "in_progress", "domain_count": 4, "created_at": "2026-05-08T12:00:00Z"});
    assert_eq!(receipt, expected);
    assert_eq!(bench.show_session(&token).await["order"], json!({"id": id, "status": "in_progress"}));
    let fresh = bench.order(&token, &id).await;
    assert_eq!((&fresh["status"], &fresh["domain_count"]), (&json!("in_progress"), &json!(4)));
    bench.advance(6).await;
    let order = bench.order(&token, &id).await;
    assert_eq!((&order["status"], &order["final"]), (&json!("completed"), &json!(true)));
    assert_eq!(order["costs"], json!({"total_cents": 6_700, "currency": "usd"}), "the event brought the costs");
    let listed = bench.as_partner("GET", "/v1/orders", None, 200).await.data();
    assert_eq!(listed[0]["id"], json!(id), "{listed}");
    assert_eq!((bench.orders_sent(), bench.stack.sandbox.orders_of(CUSTOMER)), (1, 1));
}

#[tokio::test]
async fn a_lost_answer_is_found_in_a_list_of_ids() {
    let bench = minimal().await;
    // Another order of the same customer and count stands before it in the list.
    let others = ["beta-mail.com", "getbeta.com", "beta-hq.com", "trybeta.com"];
    bench.place(&bench.session("ses_1"), &draft(&others), 201).await;
    let token = bench.session("ses_2");
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    let receipt = bench.place(&token, &draft(&FOUR), 201).await.data();
    let upstream = bench.stack.sandbox.orders();
    let ours = upstream.iter().find(|order| order["domains"]["registered"][0] == FOUR[0]).unwrap();
    assert_eq!(receipt["id"], ours["id"]);
    assert_eq!((&receipt["domain_count"], &receipt["costs"]["total_cents"]), (&json!(4), &json!(6_700)));
    assert_eq!((bench.orders_sent(), bench.stack.sandbox.orders_of(CUSTOMER)), (2, 2));
}

#[tokio::test]
async fn a_lost_answer_is_found_by_the_reconciler_in_a_list_of_ids() {
    let bench = minimal().await;
    let token = bench.session("ses_1");
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    bench.stack.sandbox.fail_next(Fault { status: Some(503), times: 2, ..Fault::on("GET", "/orders") });
    bench.place(&token, &draft(&FOUR), 202).await;
    bench.advance(60).await;
    bench.stack.reconciler.run().await.unwrap();
    let id = bench.stack.sandbox.orders()[0]["id"].clone();
    assert_eq!(bench.show_session(&token).await["order"]["id"], id);
    assert_eq!((bench.orders_sent(), bench.stack.sandbox.orders_of(CUSTOMER)), (1, 1));
}

#[tokio::test]
async fn any_receipt_with_an_id_is_an_order() {
    let known =
        json!({"id": "ord_x", "status": "in_progress", "domain_count": 4, "created_at": "2026-05-08T12:00:00Z"});
    for (index, (data, changed)) in [
        (json!({"id": "ord_x"}), json!({})),
        (json!({"order": {"id": "ord_x", "status": "on_hold"}}), json!({"status": "on_hold"})),
        (json!({"id": "ord_x", "status": null, "user_id": 5, "email": []}), json!({})),
        (json!({"id": "ord_x", "domain_count": "4", "costs": {"total_cents": "6700"}, "created_at": 1_778_241_600}), {
            json!({"costs": {"total_cents": 6_700, "currency": "usd"}})
        }),
        (json!({"id": "ord_x", "domain_count": -1, "costs": [], "created_at": "2036-01-01T00:00:00Z"}), json!({})),
        (json!({"id": "ord_x", "bundle_id": {"id": "bun"}, "renews_at": {}, "note": "\u{0}"}), json!({})),
    ]
    .into_iter()
    .enumerate()
    {
        let bench = Bench::start().await;
        answer(&bench, &json!({ "data": data }).to_string());
        let receipt = bench.place(&bench.session(&format!("ses_{index}")), &draft(&FOUR), 201).await.data();
        let mut expected = known.clone();
        expected.as_object_mut().unwrap().extend(changed.as_object().unwrap().clone());
        assert_eq!(receipt, expected, "{data}");
        assert_eq!(bench.orders_sent(), 1, "{data}");
        assert_eq!(bench.order(&bench.session(&format!("ses_{index}")), "ord_x").await["domain_count"], 4);
    }
}

#[tokio::test]
async fn an_answer_without_an_id_is_looked_for_and_found() {
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
        let bench = Bench::start().await;
        answer(&bench, body);
        let receipt = bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await.data();
        assert_eq!(receipt["id"], bench.stack.sandbox.orders()[0]["id"], "{body}");
        assert_eq!((bench.orders_sent(), bench.stack.sandbox.orders_of(CUSTOMER)), (1, 1), "{body}");
    }
}

#[tokio::test]
async fn a_list_that_is_no_list_is_not_taken_for_an_empty_one() {
    for body in ["{}", r#"{"data":null}"#, r#"{"data":{}}"#, r#"{"data":"none"}"#, "<html></html>"] {
        let bench = Bench::start().await;
        let token = bench.session("ses_1");
        bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
        let odd = Fault { body: Some(body.to_owned()), times: 40, ..Fault::on("GET", "/orders") };
        bench.stack.sandbox.fail_next(odd);
        bench.place(&token, &draft(&FOUR), 202).await;
        // Past every limit after which an order that is not listed is given up.
        for _ in 0..4 {
            bench.advance(12 * 60 * 60).await;
            bench.stack.reconciler.run().await.unwrap();
        }
        assert_eq!(bench.orders_sent(), 1, "{body}");
        bench.stack.sandbox.clear_faults();
        bench.advance(60).await;
        bench.stack.reconciler.run().await.unwrap();
        let token = bench.session("ses_1");
        let found: Value = bench.show_session(&token).await["order"]["id"].clone();
        assert_eq!(found, bench.stack.sandbox.orders()[0]["id"], "{body}");
    }
}
