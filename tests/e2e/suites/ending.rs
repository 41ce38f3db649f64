//! Drafts and payloads end a while after their order is final: not before, however long that takes, and not much later.

use crate::client::{Bench, CUSTOMER, Call, FOUR, draft};
use crate::table::{Item, items_of, scan, text};
use e2e::StackConfig;
use sandbox::Fault;
use serde_json::{Value, json};

const DAY: u64 = 24 * 60 * 60;
/// Days that are set here.
const KEPT: i64 = 7;
/// Days after which even an order that is never final has no personal data any more, beside those above.
const LONGEST: i64 = 180;
/// A surname that stands nowhere else.
const SOMEBODY: &str = "Quagmire";

async fn start() -> Bench {
    Bench::with(StackConfig { keep_personal_days: KEPT, ..StackConfig::paused() }).await
}

/// An order of somebody; whose picture cannot be reached, so that it waits, when `waits`.
async fn place(bench: &Bench, waits: bool) -> String {
    let mut body = draft(&FOUR);
    body["personas"][0]["last_name"] = SOMEBODY.into();
    if waits {
        body["personas"][0]["profile_picture_url"] = "https://cdn.acme.com/unreachable.jpg".into();
    }
    bench.place(&bench.session("ses_1"), &body, 201).await.data()["id"].as_str().unwrap().to_owned()
}

/// Items of the table that name somebody, by their kind.
async fn naming_somebody(bench: &Bench) -> Vec<String> {
    let items = scan(&bench.stack).await;
    let mut kinds: Vec<String> = items
        .iter()
        .filter(|item| format!("{item:?}").contains(SOMEBODY))
        .map(|item| text(item, "sk").to_owned())
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Orders whose personal data the reconciler ended in one run.
async fn ended(bench: &Bench) -> u32 {
    let report = bench.stack.reconciler.run().await.unwrap();
    assert_eq!((report.failed, report.complete), (0, true), "{report:?}");
    report.ended
}

async fn events(bench: &Bench) -> Vec<Value> {
    let listed = bench.as_partner("GET", "/v1/events?from=2026-05-08&per_page=100", None, 200).await.data();
    listed.as_array().unwrap().clone()
}

fn expires_at(item: &Item) -> i64 {
    item["expires_at"].as_n().unwrap().parse().unwrap()
}

#[tokio::test]
async fn nothing_runs_out_while_the_order_is_open_and_all_of_it_ends_a_while_after_it_is_final() {
    let bench = start().await;
    let id = place(&bench, true).await;
    bench.advance(60).await;
    bench.advance(40 * DAY).await;
    assert_eq!(ended(&bench).await, 0);
    assert_eq!(bench.partner_view(&id).await["status"], "action_required");
    assert_eq!(naming_somebody(&bench).await, ["EVENT", "PLACEMENT"]);
    let open = events(&bench).await;
    assert!(open.len() >= 2 && open.iter().all(|event| event["data"].is_object()), "{open:?}");

    assert!(bench.stack.sandbox.resolve_actions(&id));
    bench.advance(60).await;
    assert_eq!(bench.partner_view(&id).await["status"], "completed");
    bench.advance(7 * DAY - 120).await;
    assert_eq!(ended(&bench).await, 0);
    assert_eq!(naming_somebody(&bench).await, ["EVENT", "PLACEMENT"]);

    bench.advance(120).await;
    assert_eq!(ended(&bench).await, 1);
    assert_eq!(naming_somebody(&bench).await, Vec::<String>::new());
    assert!(events(&bench).await.iter().all(|event| event["data"].is_null()));
    // What accounting needs, and what the partner is shown, stays.
    let view = bench.partner_view(&id).await;
    assert_eq!((&view["status"], &view["customer"]), (&json!("completed"), &json!(CUSTOMER)));
    assert_eq!(view["costs"], json!({"total_cents": 6_700, "currency": "usd"}));
    assert_eq!(view["domains"].as_array().map(Vec::len), Some(4));
    assert_eq!(ended(&bench).await, 0, "it is looked at again");
    // DynamoDB deletes late; what has expired is not told all the same.
    bench.advance(3 * DAY).await;
    assert_eq!(events(&bench).await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_order_whose_end_only_the_reconciler_saw_has_an_end_too() {
    let bench = start().await;
    bench.stack.sandbox.set_webhook_url(None);
    place(&bench, false).await;
    bench.advance(2 * 60 * 60).await;
    assert_eq!(ended(&bench).await, 0);
    assert_eq!(naming_somebody(&bench).await, ["PLACEMENT"]);
    bench.advance(7 * DAY).await;
    assert_eq!(ended(&bench).await, 1);
    assert_eq!(naming_somebody(&bench).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_order_that_upstream_does_not_know_any_more_has_an_end_too() {
    let bench = start().await;
    bench.stack.sandbox.set_webhook_url(None);
    let id = place(&bench, false).await;
    let gone =
        Fault { status: Some(404), code: Some("not_found".to_owned()), ..Fault::on("GET", &format!("/orders/{id}")) };
    bench.stack.sandbox.fail_next(gone);
    bench.advance(2 * 60 * 60).await;
    assert_eq!(ended(&bench).await, 0);
    bench.advance(7 * DAY - 60).await;
    assert_eq!((ended(&bench).await, naming_somebody(&bench).await), (0, vec!["PLACEMENT".to_owned()]));
    bench.advance(60).await;
    assert_eq!((ended(&bench).await, naming_somebody(&bench).await), (1, Vec::new()));
}

#[tokio::test]
async fn an_order_that_goes_on_after_it_was_completed_is_open_again() {
    let bench = start().await;
    let id = place(&bench, false).await;
    bench.advance(6).await;
    bench.advance(6 * DAY).await;
    bench.as_partner("POST", &format!("/v1/orders/{id}/cancel"), Some(&json!({"whole": true})), 200).await;
    bench.advance(2 * DAY).await;
    assert_eq!(bench.partner_view(&id).await["status"], "cancel_scheduled");
    assert_eq!(ended(&bench).await, 0);
    assert_eq!(naming_somebody(&bench).await, ["EVENT", "PLACEMENT"]);
}

#[tokio::test]
async fn what_comes_after_the_end_has_an_end_of_its_own() {
    let bench = start().await;
    let id = place(&bench, false).await;
    bench.advance(6).await;
    bench.advance(8 * DAY).await;
    assert_eq!(ended(&bench).await, 1);
    // About a domain, and about the order but older than what is known: neither moves the order.
    let domain = json!({"domain": FOUR[0], "order_id": id, "user": {"last_name": SOMEBODY}});
    bench.tell("evt_late_1", "domain.action_required", "2026-05-16T12:00:00Z", &domain).await;
    let order = json!({"id": id, "status": "in_progress", "personas": [{"last_name": SOMEBODY}]});
    bench.tell("evt_late_2", "order.in_progress", "2026-05-08T12:00:01Z", &order).await;
    bench.advance(6 * DAY).await;
    assert_eq!(ended(&bench).await, 0);
    assert_eq!(naming_somebody(&bench).await, ["EVENT"]);
    bench.advance(DAY).await;
    assert_eq!(ended(&bench).await, 1);
    assert_eq!(naming_somebody(&bench).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_never_final_and_what_has_no_order_has_an_end_all_the_same() {
    let bench = start().await;
    let day = i64::try_from(DAY).unwrap();
    let start = bench.stack.sandbox.now();
    let bring = Call::post("/v1/domains/import").bearer(&bench.session("ses_2"));
    bench.send(bring.json(&json!({"domains": ["owned-a.com"]})), 202).await;
    place(&bench, true).await;
    bench.advance(60).await;
    let placements = items_of(&bench.stack, "SESSION#ses_1").await;
    let placement = placements.iter().find(|item| text(item, "sk") == "PLACEMENT").unwrap();
    assert_eq!(expires_at(placement), start + (KEPT + LONGEST) * day);
    let events = items_of(&bench.stack, "EVENT#").await;
    // Those of a domain name nobody, and need not wait for their order.
    let (of_orders, others): (Vec<&Item>, Vec<&Item>) =
        events.iter().partition(|event| text(event, "type").starts_with("order."));
    assert!(!of_orders.is_empty() && !others.is_empty(), "{events:?}");
    let within_a_minute = |item: &Item, from: i64| (from..=from + 60).contains(&expires_at(item));
    assert!(of_orders.iter().all(|event| within_a_minute(event, start + (KEPT + LONGEST) * day)), "{of_orders:?}");
    assert!(others.iter().all(|event| within_a_minute(event, start + KEPT * day)), "{others:?}");
    for order in items_of(&bench.stack, "ORDER#").await {
        assert!(!order.contains_key("expires_at"), "orders are kept: accounting needs them");
    }
}
