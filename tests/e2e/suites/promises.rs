//! Numbers that the documentation names and nothing else shows: how long items are kept, what is counted, what is reserved.

use crate::client::{Bench, CUSTOMER, Call, FOUR, draft};
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

impl Bench {
    /// Seconds until each item runs out that has a key with this prefix.
    async fn lifetimes(&self, prefix: &str) -> Vec<i64> {
        let items = items_of(&self.stack, prefix).await;
        items.iter().map(|item| number(item, "expires_at") - self.stack.sandbox.now()).collect()
    }
}

#[tokio::test]
async fn items_are_kept_as_long_as_the_documentation_says() {
    let bench = Bench::start().await;
    let quote = Call::post("/v1/quotes").bearer(&bench.session("ses_1")).json(&json!({ "domains": FOUR }));
    bench.send(quote, 200).await;
    assert_eq!(bench.lifetimes("QUOTE#").await, [10 * 60 + DAY], "a quote holds ten minutes, and is kept a day longer");
    bench.place(&bench.session("ses_2"), &draft(&FOUR), 201).await;
    assert_eq!(bench.lifetimes("GUARD#").await, [7 * DAY], "a day's counter");
    bench.as_partner("POST", "/v1/customers/forget", Some(&json!({"customer": CUSTOMER})), 200).await;
    let marks = bench.lifetimes("FORGOTTEN#").await;
    assert!(!marks.is_empty() && marks.iter().all(|mark| *mark == 30 * DAY), "{marks:?}");
}

#[tokio::test]
async fn each_use_of_a_previous_secret_is_logged_and_counted() {
    let log = Log::start("peeker-checkout/rotation");
    let bench = Bench::start().await;
    let next = "whsec_of_the_next_month";
    for (name, new) in [
        ("peeker_keys", "pk_test_of_the_next_month"),
        ("partner_keys", "partner_of_the_next_month_0123456789"),
        ("webhook_secrets_test", next),
        ("session_keys", "next:0123456789abcdef0123456789abcdef"),
    ] {
        let mut secrets = bench.stack.secrets.lock().unwrap();
        let old = secrets[name].clone();
        secrets.insert(name.to_owned(), format!("{new},{old}"));
    }
    bench.advance(61).await;
    assert!(bench.stack.reconciler.desk.vault.refresh().await);
    let used = |secret: &str| {
        let text = log.text();
        let lines = text.lines().filter(|line| line.contains("previous_secret_used") && line.contains(secret)).count();
        let counted = text.matches(&format!(r#""Secret":"{secret}""#)).count();
        assert_eq!(lines, counted, "{secret}: {text}");
        lines
    };
    let secrets = ["session_key", "peeker_key", "partner_key", "webhook_secret"];
    assert_eq!(secrets.map(used), [0; 4]);
    bench.ask(&bench.session("ses_1"), &FOUR, 200).await;
    bench.as_partner("GET", "/v1/events", None, 200).await;
    let body = |id: &str| event(id, "order.completed", "2026-05-08T12:00:00Z", &json!({"id": "ord_1"}));
    let old = bench.signed("evt_1", &body("evt_1"));
    bench.deliver(&old, 204).await;
    // The session asks for its plan and for its names.
    assert_eq!(secrets.map(used), [1, used("peeker_key").max(1), 1, 1]);
    // One that is signed with both, as while the sender rotates, needs the previous one no longer.
    let now = bench.stack.sandbox.now().to_string();
    let new = Delivery::signed(next, "evt_1", &now, body("evt_1"));
    bench.deliver(&new, 204).await;
    let both = format!("v1={},v1={}", old.signature(), new.signature());
    bench.deliver(&new.with("peeker-signature", &both), 204).await;
    assert_eq!(used("webhook_secret"), 1);
}

#[tokio::test]
async fn one_call_in_eight_is_kept_for_an_order_that_is_live_when_others_would_use_them_all() {
    let bench = Bench::start().await;
    let place = async |index: usize| {
        let names: Vec<String> = (0..4).map(|number| format!("shop-{index}-{number}.com")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let placed = bench.place(&bench.session(&format!("s{index}")), &draft(&names), 201).await;
        placed.data()["id"].as_str().unwrap().to_owned()
    };
    let live = place(0).await;
    bench.advance(6).await;
    assert_eq!(bench.partner_view(&live).await["status"], "completed");
    bench.stack.sandbox.set_webhook_url(None);
    bench.advance(7 * 24 * HOUR).await;
    for index in 1..=9 {
        place(index).await;
    }
    bench.advance(HOUR).await;
    bench.stack.sandbox.forget_received();
    let report = Reconciler { calls: 8, ..bench.stack.reconciler.clone() }.run().await.unwrap();
    assert!(!report.complete, "nothing was short");
    let mut asked = bench.upstream_calls("GET");
    assert_eq!((asked.len(), asked.pop()), (8, Some(format!("/orders/{live}"))));
}
