//! Events: each is stored once, in any order, and an order never moves backwards.

use crate::client::{CUSTOMER, Call, FOUR, Harness, draft};
use crate::delivery::event;
use crate::redelivery::{self, NOWHERE};
use crate::table::{items_of, text};
use futures::StreamExt;
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

fn at(second: u8) -> String {
    format!("2026-05-08T12:00:{second:02}Z")
}

fn order(id: &str, status: &str) -> Value {
    json!({"id": id, "status": status, "email": CUSTOMER, "domain_count": 2, "created_at": "2026-05-08T12:00:00Z",
           "costs": {"total_cents": 6_700, "currency": "usd"}})
}

#[tokio::test]
async fn unknown_event_type_is_stored_without_effect() {
    let harness = Harness::start().await;
    harness.deliver_event("evt_1", "order.in_progress", &at(0), &order("ord_1", "in_progress")).await;
    let data = json!({"id": "swp_1", "status": "created", "order_id": "ord_1", "domains": ["acme.com", "getacme.com"]});
    harness.deliver_event("evt_2", "swap.rewound", &at(1), &data).await;
    harness.deliver_event("evt_3", "something_else_entirely", &at(2), &json!([1, 2])).await;
    // Known families, without a verb or with more than one.
    for (index, kind) in ["order", "swap", "order.paid.late"].into_iter().enumerate() {
        harness.deliver_event(&format!("evt_4{index}"), kind, &at(3), &json!({"id": "x_1"})).await;
    }
    let stored = items_of(&harness.stack, "EVENT#evt_2").await;
    assert_eq!(text(&stored[0], "type"), "swap.rewound");
    assert_eq!(text(&stored[0], "happened_at"), at(1));
    assert_eq!(serde_json::from_str::<Value>(text(&stored[0], "entity")).unwrap(), data);
    assert_eq!(text(&items_of(&harness.stack, "EVENT#evt_3").await[0], "type"), "something_else_entirely");
    let view = harness.partner_view("ord_1").await;
    assert_eq!(view["status"], "in_progress");
    assert_eq!(view["timeline"].as_array().unwrap().len(), 1);
    let listed = harness.as_partner("GET", "/v1/events?from=2026-05-08", None, 200).await.data();
    let kinds: Vec<&str> = listed.as_array().unwrap().iter().map(|row| row["type"].as_str().unwrap()).collect();
    let unknown = ["swap.rewound", "something_else_entirely", "order", "swap", "order.paid.late"];
    assert_eq!(kinds, [&["order.in_progress"][..], &unknown].concat());
    let marked: Vec<bool> = listed.as_array().unwrap().iter().map(|row| row["unknown"] == true).collect();
    // A new verb states the status of its swap; a family without a verb states nothing.
    assert_eq!(marked, [false, false, true, true, true, true]);
}

#[tokio::test]
async fn event_ids_are_kept_for_at_least_30_days() {
    let harness = Harness::start().await;
    harness.deliver_event("evt_1", "order.in_progress", &at(0), &order("ord_1", "in_progress")).await;
    let item = &items_of(&harness.stack, "EVENT#evt_1").await[0];
    let expires: i64 = item["expires_at"].as_n().unwrap().parse().unwrap();
    assert!(expires >= harness.stack.sandbox.now() + 30 * 24 * 3_600, "{expires}");
}

#[tokio::test]
async fn older_event_does_not_change_the_order() {
    let harness = Harness::start().await;
    harness.deliver_event("evt_3", "order.completed", &at(9), &order("ord_1", "completed")).await;
    harness.deliver_event("evt_1", "order.in_progress", &at(0), &order("ord_1", "in_progress")).await;
    harness.deliver_event("evt_2", "order.action_required", &at(9), &order("ord_1", "action_required")).await;
    let view = harness.partner_view("ord_1").await;
    assert_eq!(view["status"], "completed");
    assert_eq!(view["updated_at"], at(9));
    let ids: Vec<&str> =
        view["timeline"].as_array().unwrap().iter().map(|entry| entry["event_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["evt_1", "evt_2", "evt_3"], "all are on the timeline, oldest first");
}

#[tokio::test]
async fn both_documented_nestings_are_equivalent() {
    let harness = Harness::start().await;
    harness.deliver_event("evt_1", "order.completed", &at(1), &order("ord_june", "completed")).await;
    let nested = json!({"order": order("ord_may", "completed"), "api_key": {"environment": "test"}});
    harness.deliver_event("evt_2", "order.completed", &at(1), &nested).await;
    let of = async |id: &str| {
        let view = harness.partner_view(id).await.to_string();
        serde_json::from_str::<Value>(&view.replace(id, "ord").replace("evt_1", "evt").replace("evt_2", "evt")).unwrap()
    };
    assert_eq!(of("ord_june").await, of("ord_may").await);
}

#[tokio::test]
async fn concurrent_copies_of_an_event_are_stored_once() {
    let harness = Harness::start().await;
    let delivery = harness.signed("evt_1", &event("evt_1", "order.completed", &at(1), &order("ord_1", "completed")));
    futures::stream::iter(0..20)
        .for_each_concurrent(20, |_| async { drop(harness.deliver(&delivery, 204).await) })
        .await;
    assert_eq!(items_of(&harness.stack, "EVENT#").await.len(), 1);
    assert_eq!(harness.partner_view("ord_1").await["timeline"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn event_before_the_receipt_keeps_its_state() {
    for resigned in [true, false] {
        let harness = redelivery::harness(resigned, false).await;
        let token = harness.session("ses_1");
        // The order's response is lost and cannot be searched: no one here knows of the order yet.
        harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
        harness.stack.sandbox.fail_next(Fault { status: Some(503), times: 2, ..Fault::on("GET", "/orders") });
        let placing = harness.place(&token, &draft(&FOUR), 202).await.data();
        assert_eq!(placing, json!({"id": null, "status": "placing"}));
        // The first attempts fail; the second ones, a minute later, succeed.
        let url = format!("{}/v1/webhooks/peeker", harness.stack.api);
        harness.stack.sandbox.set_webhook_url(Some(NOWHERE.to_owned()));
        harness.advance(6).await;
        harness.stack.sandbox.set_webhook_url(Some(url));
        harness.advance(60).await;
        let id = harness.stack.sandbox.orders()[0]["id"].as_str().unwrap().to_owned();
        assert_eq!(harness.partner_view(&id).await["status"], "completed");
        let mut claims = harness.claims("ses_1");
        claims["sub"] = json!("usr_somebody");
        harness.send(Call::get(&format!("/v1/orders/{id}")).bearer(&harness.sign(&claims)), 404).await;
        // The event names the customer, so it belongs to this customer before the session's order is known.
        assert_eq!(harness.order(&token, &id).await["status"], "completed");
        // Now it is found, and the receipt's older `in_progress` changes nothing.
        harness.advance(60).await;
        let token = harness.session("ses_1");
        assert_eq!(harness.show_session(&token).await["order"]["id"], id);
        let view = harness.order(&token, &id).await;
        assert_eq!((&view["status"], &view["domain_count"]), (&json!("completed"), &json!(4)));
        assert_eq!(harness.orders_sent(), 1);
    }
}

#[tokio::test]
async fn signed_body_that_is_not_an_event_is_refused() {
    let harness = Harness::start().await;
    for body in ["", "[]", "null", "7"] {
        let reply = harness.deliver(&harness.signed("evt_1", body), 400).await;
        assert_eq!(reply.code(), "event_malformed", "{body}");
    }
    // Neither the body nor the header has an id.
    for body in ["{}", r#"{"type":"order.completed"}"#, r#"{"id":null,"type":"order.completed"}"#] {
        let reply = harness.deliver(&harness.signed("evt 1", body), 400).await;
        assert_eq!(reply.code(), "event_malformed", "{body}");
    }
    let other = event("evt_2", "order.completed", &at(1), &order("ord_1", "completed"));
    assert_eq!(harness.deliver(&harness.signed("evt_1", &other), 400).await.code(), "event_id_mismatch");
    assert!(items_of(&harness.stack, "EVENT#").await.is_empty());
}

#[tokio::test]
async fn signed_object_is_stored_whatever_its_type() {
    let harness = Harness::start().await;
    let long = "order.completed".repeat(20);
    let cut: String = long.chars().take(128).collect();
    let kinds = [
        (json!(5), "5"),
        (json!(null), "unknown"),
        (json!(""), "unknown"),
        (json!(true), "true"),
        (json!({"name": "order.completed"}), "unknown"),
        (json!("order completed"), "order completed"),
        (json!(long), &cut),
    ];
    for (index, (kind, _)) in kinds.iter().enumerate() {
        let id = format!("evt_{index}");
        let body = json!({"id": id, "type": kind, "created_at": at(0), "data": order("ord_1", "completed")});
        harness.deliver(&harness.signed(&id, &body.to_string()), 204).await;
    }
    harness.deliver(&harness.signed("evt_7", r#"{"id":"evt_7"}"#), 204).await;
    let listed = harness.as_partner("GET", "/v1/events?from=2026-05-08", None, 200).await.data();
    assert!(listed.as_array().unwrap().iter().all(|row| row["unknown"] == true), "{listed}");
    let listed: Vec<&str> = listed.as_array().unwrap().iter().map(|row| row["type"].as_str().unwrap()).collect();
    let expected: Vec<&str> = kinds.iter().map(|(_, shown)| *shown).chain(["unknown"]).collect();
    assert_eq!(listed, expected);
    assert!(items_of(&harness.stack, "ORDER#").await.is_empty(), "an invalid type changed an order");
}

#[tokio::test]
async fn signed_event_updates_its_order_whatever_its_id() {
    let long = "e".repeat(200);
    for (inside, beside, kept) in [
        (json!(null), "evt_1", "evt_1"),
        (json!(""), "evt_1", "evt_1"),
        (json!(5), "evt_1", "evt_1"),
        (json!(5), "evt 1", "5"),
        (json!(long), "evt_1", "evt_1"),
        (json!(long), &long, &format!("{}~", "e".repeat(100))),
        (json!("evt/1"), "evt/1", "evt_1~"),
        (json!("evt_1"), "evt 1", "evt_1"),
    ] {
        let harness = Harness::start().await;
        let body = json!({"id": inside, "type": "order.completed", "created_at": at(0),
                          "data": order("ord_1", "completed")});
        // Twice: the second is recognized.
        for _ in 0..2 {
            harness.deliver(&harness.signed(beside, &body.to_string()), 204).await;
        }
        let view = harness.partner_view("ord_1").await;
        assert_eq!((&view["status"], view["timeline"].as_array().map(Vec::len)), (&json!("completed"), Some(1)));
        let listed = harness.as_partner("GET", "/v1/events?from=2026-05-08", None, 200).await.data();
        let id = listed[0]["id"].as_str().unwrap();
        assert!(id.starts_with(kept) && (kept.ends_with('~') || id == kept), "{inside} beside {beside}: {id}");
    }
}

#[tokio::test]
async fn delivery_size_is_limited_to_the_lambda_limit() {
    let harness = Harness::start().await;
    let body = event("evt_1", "order.completed", &at(1), &order("ord_1", "completed"));
    let padded = |length: usize| format!("{body}{}", " ".repeat(length - body.len()));
    let largest = harness.signed("evt_1", &padded(6 * 1024 * 1024));
    let over = harness.signed("evt_1", &padded(6 * 1024 * 1024 + 1));
    assert_eq!(harness.deliver(&over, 413).await.code(), "body_too_large");
    harness.deliver(&largest, 204).await;
}
