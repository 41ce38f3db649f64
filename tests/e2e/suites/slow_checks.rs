//! A live order is checked forever, slowly, and on the days on which it may change.

use crate::client::{FOUR, Harness, draft};
use crate::table::{Item, scan};
use sandbox::Fault;
use serde_json::{Value, json};

const DAY: u64 = 24 * 60 * 60;

/// A harness with a completed order, its id, and no events from then on. It was placed on 8 May at noon, and renews on
/// 8 June at noon.
async fn completed() -> (Harness, String) {
    let harness = Harness::start().await;
    let id = harness.place(&harness.session("s1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(6).await;
    let view = harness.partner_view(&id).await;
    assert_eq!((&view["status"], &view["renews_at"]), (&json!("completed"), &json!("2026-06-08T12:00:00Z")));
    harness.stack.sandbox.set_webhook_url(None);
    (harness, id)
}

impl Harness {
    /// Upstream returns this order, once.
    fn show_once(&self, id: &str, order: &Value) {
        let body = Some(json!({ "data": order }).to_string());
        self.stack.sandbox.fail_next(Fault { body, ..Fault::on("GET", &format!("/orders/{id}")) });
    }

    async fn checks(&self) -> u32 {
        let report = self.stack.reconciler.run().await.unwrap();
        assert_eq!(report.failed, 0);
        report.orders
    }

    /// The stored time of the order's next check.
    async fn next_check(&self, id: &str) -> Option<i64> {
        let items = scan(&self.stack).await;
        let is = |item: &Item, name: &str, value: &str| item[name].as_s().unwrap() == value;
        let head = items.iter().find(|item| is(item, "pk", &format!("ORDER#{id}")) && is(item, "sk", "ORDER"));
        head?.get("open_due").map(|due| due.as_n().unwrap().parse().unwrap())
    }

    async fn reach(&self, moment: i64) {
        let left = u64::try_from(moment - self.stack.sandbox.now()).unwrap();
        self.advance(left).await;
    }

    /// Advances from check to check until `time`, such as `06-08T12:00:00` of 2026. Returns the times of the checks;
    /// each happens exactly when it is due.
    async fn checks_until(&self, id: &str, time: &str) -> Vec<String> {
        let end = at(time);
        let mut seen = Vec::new();
        while let Some(due) = self.next_check(id).await.filter(|due| *due <= end) {
            self.reach(due - 1).await;
            assert_eq!(self.checks().await, 0, "checked before its time");
            self.reach(due).await;
            assert_eq!(self.checks().await, 1);
            seen.push(functions::clock::to_iso(due));
        }
        self.reach(end).await;
        seen
    }
}

fn at(time: &str) -> i64 {
    functions::clock::from_iso(&format!("2026-{time}Z")).unwrap()
}

#[tokio::test]
async fn live_order_is_checked_weekly_and_around_renewal() {
    let (harness, id) = completed().await;
    let checks = harness.checks_until(&id, "06-07T00:00:00").await;
    let weekly = ["2026-05-15T12:00:06Z", "2026-05-22T12:00:06Z", "2026-05-29T12:00:06Z"];
    assert_eq!(checks[..3], weekly);
    assert_eq!(checks[3..], ["2026-06-01T12:00:00Z"], "seven days before it renews");
    assert_eq!(harness.checks_until(&id, "06-08T12:00:00").await, ["2026-06-08T12:00:00Z"], "when it renews");
    assert_eq!(harness.partner_view(&id).await["status"], "completed");
    // Upstream has not renewed it yet: slow checks continue.
    assert_eq!(harness.checks_until(&id, "06-16T12:00:00").await.len(), 1);
}

#[tokio::test]
async fn changed_renewal_date_moves_the_next_checks() {
    let (harness, id) = completed().await;
    harness.checks_until(&id, "06-08T11:59:59").await;
    harness.advance(1).await;
    harness.show_once(&id, &json!({"id": id, "status": "completed", "renews_at": "2026-06-20T12:00:00Z"}));
    assert_eq!(harness.checks().await, 1);
    assert_eq!(harness.partner_view(&id).await["renews_at"], "2026-06-20T12:00:00Z");
    assert_eq!(
        harness.checks_until(&id, "06-13T12:00:00").await,
        ["2026-06-13T12:00:00Z"],
        "seven days before it renews"
    );
    assert_eq!(harness.checks_until(&id, "06-20T12:00:00").await, ["2026-06-20T12:00:00Z"], "when it renews");
}

#[tokio::test]
async fn next_slow_check_finds_a_cancelled_order() {
    // A week after it was completed, seven days before it renews, and when it renews.
    for moment in ["05-15T12:00:06", "06-01T12:00:00", "06-08T12:00:00"] {
        let (harness, id) = completed().await;
        let just_before = functions::clock::to_iso(at(moment) - 1);
        harness.checks_until(&id, just_before.trim_start_matches("2026-").trim_end_matches('Z')).await;
        assert_eq!(harness.partner_view(&id).await["status"], "completed", "{moment}");
        harness.show_once(&id, &json!({"id": id, "status": "cancelled"}));
        assert_eq!(harness.checks().await, 0, "{moment}");
        harness.advance(1).await;
        assert_eq!(harness.checks().await, 1, "{moment}");
        let view = harness.partner_view(&id).await;
        assert_eq!((&view["status"], &view["final"]), (&json!("cancelled"), &json!(true)), "{moment}");
        harness.advance(40 * DAY).await;
        assert_eq!(harness.checks().await, 0, "{moment}");
        harness.stack.stop().await;
    }
}

#[tokio::test]
async fn scheduled_cancellation_is_checked_on_its_date() {
    let (harness, id) = completed().await;
    harness.checks_until(&id, "05-20T09:30:00").await;
    // Upstream ends it 30 days later, and no event reports either.
    harness.beside(&format!("/orders/{id}/cancel"), &json!({})).await;
    harness.checks_until(&id, "05-23T00:00:00").await;
    let view = harness.partner_view(&id).await;
    assert_eq!((&view["status"], &view["cancels_at"]), (&json!("cancel_scheduled"), &json!("2026-06-19T09:30:00Z")));
    harness.checks_until(&id, "06-19T09:29:59").await;
    assert_eq!(harness.partner_view(&id).await["status"], "cancel_scheduled");
    assert_eq!(harness.checks_until(&id, "06-19T09:30:00").await, ["2026-06-19T09:30:00Z"]);
    assert_eq!(harness.partner_view(&id).await["status"], "cancelled");
}

#[tokio::test]
async fn late_cancellation_is_checked_hourly() {
    let (harness, id) = completed().await;
    harness.advance(7 * DAY).await;
    let late = json!({"id": id, "status": "cancel_scheduled", "cancels_at": "2026-05-16T00:00:00Z"});
    harness.show_once(&id, &late);
    assert_eq!(harness.checks().await, 1);
    harness.checks_until(&id, "05-15T23:59:59").await;
    harness.advance(1).await;
    for _ in 0..3 {
        harness.show_once(&id, &late);
        assert_eq!((harness.checks().await, harness.checks().await), (1, 0));
        harness.advance(60 * 60).await;
    }
}

#[tokio::test]
async fn order_is_checked_an_hour_after_domains_left_it() {
    let (harness, id) = completed().await;
    let some = json!({ "domains": [FOUR[0]] });
    let answer = harness.as_partner("POST", &format!("/v1/orders/{id}/cancel"), Some(&some), 200).await.data();
    assert_eq!(answer["cancels_at"], "2026-06-07T12:00:06Z");
    let before = harness.checks_until(&id, "06-07T13:00:05").await;
    assert_eq!(before.last().map(String::as_str), Some("2026-06-01T12:00:00Z"), "{before:?}");
    assert_eq!(harness.checks_until(&id, "06-07T13:00:06").await, ["2026-06-07T13:00:06Z"]);
    assert_eq!(
        harness.checks_until(&id, "06-08T12:00:00").await,
        ["2026-06-08T12:00:00Z"],
        "once, and then when it renews"
    );
}
