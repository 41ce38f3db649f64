//! Documented numbers that no other suite checks: retention of items, counters, reserves.

use crate::client::{CUSTOMER, Call, FOUR, Harness, draft};
use crate::delivery::{Delivery, event};
use crate::log::Log;
use crate::table::{Item, items_of};
use functions::reconciler::Reconciler;
use serde_json::json;

const HOUR: u64 = 60 * 60;
const DAY: i64 = 24 * 60 * 60;

fn number(item: &Item, name: &str) -> i64 {
    item[name].as_n().unwrap().parse().unwrap()
}

impl Harness {
    /// Seconds until each item with this key prefix expires.
    async fn lifetimes(&self, prefix: &str) -> Vec<i64> {
        let items = items_of(&self.stack, prefix).await;
        items.iter().map(|item| number(item, "expires_at") - self.stack.sandbox.now()).collect()
    }
}

#[tokio::test]
async fn items_expire_as_documented() {
    let harness = Harness::start().await;
    let quote = Call::post("/v1/quotes").bearer(&harness.session("ses_1")).json(&json!({ "domains": FOUR }));
    harness.send(quote, 200).await;
    assert_eq!(
        harness.lifetimes("QUOTE#").await,
        [10 * 60 + DAY],
        "a quote holds ten minutes, and is kept a day longer"
    );
    harness.place(&harness.session("ses_2"), &draft(&FOUR), 201).await;
    assert_eq!(harness.lifetimes("SPEND#").await, [7 * DAY], "a day's counter");
    harness.as_partner("POST", "/v1/customers/forget", Some(&json!({"customer": CUSTOMER})), 200).await;
    let tombstones = harness.lifetimes("FORGOTTEN#").await;
    assert!(!tombstones.is_empty() && tombstones.iter().all(|seconds| *seconds == 30 * DAY), "{tombstones:?}");
}

#[tokio::test]
async fn each_use_of_a_previous_secret_is_logged_and_counted() {
    let log = Log::start("peeker-checkout/rotation");
    let harness = Harness::start().await;
    let next = "whsec_of_the_next_month";
    for (name, new) in [
        ("peeker_keys", "pk_test_of_the_next_month"),
        ("partner_keys", "partner_of_the_next_month_0123456789"),
        ("webhook_secrets_test", next),
        ("session_keys", "next:0123456789abcdef0123456789abcdef"),
    ] {
        let mut secrets = harness.stack.secrets.lock().unwrap();
        let old = secrets[name].clone();
        secrets.insert(name.to_owned(), format!("{new},{old}"));
    }
    harness.advance(61).await;
    assert!(harness.stack.reconciler.order_placement.secret_store.refresh().await);
    let used = |secret: &str| {
        let text = log.text();
        let lines = text.lines().filter(|line| line.contains("previous_secret_used") && line.contains(secret)).count();
        let counted = text.matches(&format!(r#""Secret":"{secret}""#)).count();
        assert_eq!(lines, counted, "{secret}: {text}");
        lines
    };
    let secrets = ["session_key", "peeker_key", "partner_key", "webhook_secret"];
    assert_eq!(secrets.map(used), [0; 4]);
    harness.ask(&harness.session("ses_1"), &FOUR, 200).await;
    harness.as_partner("GET", "/v1/events", None, 200).await;
    let body = |id: &str| event(id, "order.completed", "2026-05-08T12:00:00Z", &json!({"id": "ord_1"}));
    let old = harness.signed("evt_1", &body("evt_1"));
    harness.deliver(&old, 204).await;
    // The session reads its plan and its names.
    assert_eq!(secrets.map(used), [1, used("peeker_key").max(1), 1, 1]);
    // A delivery signed with both secrets, as during a rotation, does not use the previous one.
    let now = harness.stack.sandbox.now().to_string();
    let new = Delivery::signed(next, "evt_1", &now, body("evt_1"));
    harness.deliver(&new, 204).await;
    let both = format!("v1={},v1={}", old.signature(), new.signature());
    harness.deliver(&new.with("peeker-signature", &both), 204).await;
    assert_eq!(used("webhook_secret"), 1);
}

#[tokio::test]
async fn one_call_in_eight_is_reserved_for_live_orders() {
    let harness = Harness::start().await;
    let place = async |index: usize| {
        let names: Vec<String> = (0..4).map(|number| format!("shop-{index}-{number}.com")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let placed = harness.place(&harness.session(&format!("s{index}")), &draft(&names), 201).await;
        placed.data()["id"].as_str().unwrap().to_owned()
    };
    let live = place(0).await;
    harness.advance(6).await;
    assert_eq!(harness.partner_view(&live).await["status"], "completed");
    harness.stack.sandbox.set_webhook_url(None);
    harness.advance(7 * 24 * HOUR).await;
    for index in 1..=9 {
        place(index).await;
    }
    harness.advance(HOUR).await;
    harness.stack.sandbox.forget_received();
    let report = Reconciler { calls: 8, ..harness.stack.reconciler.clone() }.run().await.unwrap();
    assert!(!report.complete, "nothing was short");
    let mut asked = harness.upstream_calls("GET");
    assert_eq!((asked.len(), asked.pop()), (8, Some(format!("/orders/{live}"))));
}
