//! Retention: drafts and payloads expire a fixed time after their order is final, not before, and not much later.

use crate::client::{CUSTOMER, Call, FOUR, Harness, draft};
use crate::table::{Item, items_of, scan, text};
use e2e::StackConfig;
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

const DAY: u64 = 24 * 60 * 60;
/// Retention in days, set in this suite.
const KEPT: i64 = 7;
/// Additional days after which even an order that is never final loses its personal data.
const LONGEST: i64 = 180;
/// A last name that occurs nowhere else.
const LAST_NAME: &str = "Quagmire";

async fn start() -> Harness {
    Harness::with(StackConfig { keep_personal_days: KEPT, ..StackConfig::paused() }).await
}

/// An order with this last name. If `waits`, its picture is unreachable, so that the order waits.
async fn place(harness: &Harness, waits: bool) -> String {
    let mut body = draft(&FOUR);
    body["personas"][0]["last_name"] = LAST_NAME.into();
    if waits {
        body["personas"][0]["profile_picture_url"] = "https://cdn.acme.com/unreachable.jpg".into();
    }
    harness.place(&harness.session("ses_1"), &body, 201).await.data()["id"].as_str().unwrap().to_owned()
}

/// Kinds of the table's items that contain the last name.
async fn with_personal_data(harness: &Harness) -> Vec<String> {
    let items = scan(&harness.stack).await;
    let mut kinds: Vec<String> = items
        .iter()
        .filter(|item| format!("{item:?}").contains(LAST_NAME))
        .map(|item| text(item, "sk").to_owned())
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Number of orders for which one run of the reconciler started the retention.
async fn ended(harness: &Harness) -> u32 {
    let report = harness.stack.reconciler.run().await.unwrap();
    assert_eq!((report.failed, report.complete), (0, true), "{report:?}");
    report.ended
}

async fn events(harness: &Harness) -> Vec<Value> {
    let listed = harness.as_partner("GET", "/v1/events?from=2026-05-08&per_page=100", None, 200).await.data();
    listed.as_array().unwrap().clone()
}

fn expires_at(item: &Item) -> i64 {
    item["expires_at"].as_n().unwrap().parse().unwrap()
}

#[tokio::test]
async fn retention_starts_when_order_is_final() {
    let harness = start().await;
    let id = place(&harness, true).await;
    harness.advance(60).await;
    harness.advance(40 * DAY).await;
    assert_eq!(ended(&harness).await, 0);
    assert_eq!(harness.partner_view(&id).await["status"], "action_required");
    assert_eq!(with_personal_data(&harness).await, ["EVENT", "PLACEMENT"]);
    let open = events(&harness).await;
    assert!(open.len() >= 2 && open.iter().all(|event| event["data"].is_object()), "{open:?}");

    assert!(harness.stack.sandbox.resolve_actions(&id));
    harness.advance(60).await;
    assert_eq!(harness.partner_view(&id).await["status"], "completed");
    harness.advance(7 * DAY - 120).await;
    assert_eq!(ended(&harness).await, 0);
    assert_eq!(with_personal_data(&harness).await, ["EVENT", "PLACEMENT"]);

    harness.advance(120).await;
    assert_eq!(ended(&harness).await, 1);
    assert_eq!(with_personal_data(&harness).await, Vec::<String>::new());
    assert!(events(&harness).await.iter().all(|event| event["data"].is_null()));
    // Data for accounting, and the partner's view, are kept.
    let view = harness.partner_view(&id).await;
    assert_eq!((&view["status"], &view["customer"]), (&json!("completed"), &json!(CUSTOMER)));
    assert_eq!(view["costs"], json!({"total_cents": 6_700, "currency": "usd"}));
    assert_eq!(view["domains"].as_array().map(Vec::len), Some(4));
    assert_eq!(ended(&harness).await, 0, "it is open again");
    // DynamoDB deletes items late; expired items are not returned meanwhile.
    harness.advance(3 * DAY).await;
    assert_eq!(events(&harness).await, Vec::<Value>::new());
}

#[tokio::test]
async fn retention_starts_when_the_reconciler_sees_the_end() {
    let harness = start().await;
    harness.stack.sandbox.set_webhook_url(None);
    place(&harness, false).await;
    harness.advance(2 * 60 * 60).await;
    assert_eq!(ended(&harness).await, 0);
    assert_eq!(with_personal_data(&harness).await, ["PLACEMENT"]);
    harness.advance(7 * DAY).await;
    assert_eq!(ended(&harness).await, 1);
    assert_eq!(with_personal_data(&harness).await, Vec::<String>::new());
}

#[tokio::test]
async fn retention_starts_when_upstream_lost_the_order() {
    let harness = start().await;
    harness.stack.sandbox.set_webhook_url(None);
    let id = place(&harness, false).await;
    let gone =
        Fault { status: Some(404), code: Some("not_found".to_owned()), ..Fault::on("GET", &format!("/orders/{id}")) };
    harness.stack.sandbox.fail_next(gone);
    harness.advance(2 * 60 * 60).await;
    assert_eq!(ended(&harness).await, 0);
    harness.advance(7 * DAY - 60).await;
    assert_eq!((ended(&harness).await, with_personal_data(&harness).await), (0, vec!["PLACEMENT".to_owned()]));
    harness.advance(60).await;
    assert_eq!((ended(&harness).await, with_personal_data(&harness).await), (1, Vec::new()));
}

#[tokio::test]
async fn draft_expires_when_its_order_is_found_after_retention() {
    let harness = start().await;
    let sandbox = &harness.stack.sandbox;
    sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    sandbox.fail_next(Fault { status: Some(500), times: u32::MAX, ..Fault::on("GET", "/orders") });
    let mut body = draft(&FOUR);
    body["personas"][0]["last_name"] = LAST_NAME.into();
    harness.place(&harness.session("ses_1"), &body, 202).await;
    // The order is over, and so is its retention, while its placement is still looked for.
    harness.advance(60).await;
    harness.advance(7 * DAY).await;
    assert_eq!(harness.stack.reconciler.run().await.unwrap().ended, 1);
    assert_eq!(with_personal_data(&harness).await, ["PLACEMENT"]);

    sandbox.clear_faults();
    harness.advance(DAY).await;
    assert_eq!(ended(&harness).await, 0);
    assert_eq!(with_personal_data(&harness).await, ["PLACEMENT"]);
    harness.advance(7 * DAY).await;
    assert_eq!((ended(&harness).await, with_personal_data(&harness).await), (1, Vec::new()));
}

#[tokio::test]
async fn reopened_order_stops_its_retention() {
    let harness = start().await;
    let id = place(&harness, false).await;
    harness.advance(6).await;
    harness.advance(6 * DAY).await;
    harness.as_partner("POST", &format!("/v1/orders/{id}/cancel"), Some(&json!({"whole": true})), 200).await;
    harness.advance(2 * DAY).await;
    assert_eq!(harness.partner_view(&id).await["status"], "cancel_scheduled");
    assert_eq!(ended(&harness).await, 0);
    assert_eq!(with_personal_data(&harness).await, ["EVENT", "PLACEMENT"]);
}

#[tokio::test]
async fn late_events_have_their_own_retention() {
    let harness = start().await;
    let id = place(&harness, false).await;
    harness.advance(6).await;
    harness.advance(8 * DAY).await;
    assert_eq!(ended(&harness).await, 1);
    // One is about a domain, one is older than the order's state: neither changes the order.
    let domain = json!({"domain": FOUR[0], "order_id": id, "user": {"last_name": LAST_NAME}});
    harness.deliver_event("evt_late_1", "domain.action_required", "2026-05-16T12:00:00Z", &domain).await;
    let order = json!({"id": id, "status": "in_progress", "personas": [{"last_name": LAST_NAME}]});
    harness.deliver_event("evt_late_2", "order.in_progress", "2026-05-08T12:00:01Z", &order).await;
    harness.advance(6 * DAY).await;
    assert_eq!(ended(&harness).await, 0);
    assert_eq!(with_personal_data(&harness).await, ["EVENT"]);
    harness.advance(DAY).await;
    assert_eq!(ended(&harness).await, 1);
    assert_eq!(with_personal_data(&harness).await, Vec::<String>::new());
}

#[tokio::test]
async fn never_final_orders_and_other_events_expire_too() {
    let harness = start().await;
    let day = i64::try_from(DAY).unwrap();
    let start = harness.stack.sandbox.now();
    let import = Call::post("/v1/domains/import").bearer(&harness.session("ses_2"));
    harness.send(import.json(&json!({"domains": ["owned-a.com"]})), 202).await;
    place(&harness, true).await;
    harness.advance(60).await;
    let placements = items_of(&harness.stack, "SESSION#ses_1").await;
    let placement = placements.iter().find(|item| text(item, "sk") == "PLACEMENT").unwrap();
    assert_eq!(expires_at(placement), start + (KEPT + LONGEST) * day);
    let events = items_of(&harness.stack, "EVENT#").await;
    // Events of a domain contain no personal data, so they need not wait for their order.
    let (of_orders, others): (Vec<&Item>, Vec<&Item>) =
        events.iter().partition(|event| text(event, "type").starts_with("order."));
    assert!(!of_orders.is_empty() && !others.is_empty(), "{events:?}");
    let within_a_minute = |item: &Item, from: i64| (from..=from + 60).contains(&expires_at(item));
    assert!(of_orders.iter().all(|event| within_a_minute(event, start + (KEPT + LONGEST) * day)), "{of_orders:?}");
    assert!(others.iter().all(|event| within_a_minute(event, start + KEPT * day)), "{others:?}");
    for order in items_of(&harness.stack, "ORDER#").await {
        assert!(!order.contains_key("expires_at"), "orders are kept: accounting needs them");
    }
}
