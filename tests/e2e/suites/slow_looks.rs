//! An order that is live is looked at for ever, slowly, and on the days on which something may happen to it.

use crate::client::{Bench, FOUR, draft};
use crate::table::{Item, scan};
use sandbox::Fault;
use serde_json::{Value, json};

const DAY: u64 = 24 * 60 * 60;

/// A bench with an order that is completed, its id, and no events from then on. It was placed on 8 May at noon, and
/// renews on 8 June at noon.
async fn completed() -> (Bench, String) {
    let bench = Bench::start().await;
    let id = bench.place(&bench.session("s1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(6).await;
    let view = bench.partner_view(&id).await;
    assert_eq!((&view["status"], &view["renews_at"]), (&json!("completed"), &json!("2026-06-08T12:00:00Z")));
    bench.stack.sandbox.set_webhook_url(None);
    (bench, id)
}

impl Bench {
    /// Upstream shows the order so, once.
    fn show_once(&self, id: &str, order: &Value) {
        let body = Some(json!({ "data": order }).to_string());
        self.stack.sandbox.fail_next(Fault { body, ..Fault::on("GET", &format!("/orders/{id}")) });
    }

    async fn looks(&self) -> u32 {
        let report = self.stack.reconciler.run().await.unwrap();
        assert_eq!(report.failed, 0);
        report.orders
    }

    /// When the table says that the order is to be looked at next.
    async fn next_look(&self, id: &str) -> Option<i64> {
        let items = scan(&self.stack).await;
        let is = |item: &Item, name: &str, value: &str| item[name].as_s().unwrap() == value;
        let head = items.iter().find(|item| is(item, "pk", &format!("ORDER#{id}")) && is(item, "sk", "ORDER"));
        head?.get("open_due").map(|due| due.as_n().unwrap().parse().unwrap())
    }

    async fn reach(&self, moment: i64) {
        let left = u64::try_from(moment - self.stack.sandbox.now()).unwrap();
        self.advance(left).await;
    }

    /// Goes from look to look until `time`, such as `06-08T12:00:00` of 2026, and then to that second. When it looked:
    /// not a second before, and at that second.
    async fn looks_until(&self, id: &str, time: &str) -> Vec<String> {
        let end = at(time);
        let mut seen = Vec::new();
        while let Some(due) = self.next_look(id).await.filter(|due| *due <= end) {
            self.reach(due - 1).await;
            assert_eq!(self.looks().await, 0, "looked at before its time");
            self.reach(due).await;
            assert_eq!(self.looks().await, 1);
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
async fn a_live_order_is_looked_at_weekly_seven_days_before_it_renews_and_when_it_does() {
    let (bench, id) = completed().await;
    let looks = bench.looks_until(&id, "06-07T00:00:00").await;
    let weekly = ["2026-05-15T12:00:06Z", "2026-05-22T12:00:06Z", "2026-05-29T12:00:06Z"];
    assert_eq!(looks[..3], weekly);
    assert_eq!(looks[3..], ["2026-06-01T12:00:00Z"], "seven days before it renews");
    assert_eq!(bench.looks_until(&id, "06-08T12:00:00").await, ["2026-06-08T12:00:00Z"], "when it renews");
    assert_eq!(bench.partner_view(&id).await["status"], "completed");
    // Upstream has not renewed it yet: it is looked at slowly all the same.
    assert_eq!(bench.looks_until(&id, "06-16T12:00:00").await.len(), 1);
}

#[tokio::test]
async fn what_a_look_at_the_renewal_shows_moves_the_next_ones() {
    let (bench, id) = completed().await;
    bench.looks_until(&id, "06-08T11:59:59").await;
    bench.advance(1).await;
    bench.show_once(&id, &json!({"id": id, "status": "completed", "renews_at": "2026-06-20T12:00:00Z"}));
    assert_eq!(bench.looks().await, 1);
    assert_eq!(bench.partner_view(&id).await["renews_at"], "2026-06-20T12:00:00Z");
    assert_eq!(bench.looks_until(&id, "06-13T12:00:00").await, ["2026-06-13T12:00:00Z"], "seven days before it renews");
    assert_eq!(bench.looks_until(&id, "06-20T12:00:00").await, ["2026-06-20T12:00:00Z"], "when it renews");
}

#[tokio::test]
async fn an_order_that_upstream_cancelled_without_an_event_is_seen_at_the_next_slow_look() {
    // A week after it was completed, seven days before it renews, and when it renews.
    for moment in ["05-15T12:00:06", "06-01T12:00:00", "06-08T12:00:00"] {
        let (bench, id) = completed().await;
        let just_before = functions::clock::to_iso(at(moment) - 1);
        bench.looks_until(&id, just_before.trim_start_matches("2026-").trim_end_matches('Z')).await;
        assert_eq!(bench.partner_view(&id).await["status"], "completed", "{moment}");
        bench.show_once(&id, &json!({"id": id, "status": "cancelled"}));
        assert_eq!(bench.looks().await, 0, "{moment}");
        bench.advance(1).await;
        assert_eq!(bench.looks().await, 1, "{moment}");
        let view = bench.partner_view(&id).await;
        assert_eq!((&view["status"], &view["final"]), (&json!("cancelled"), &json!(true)), "{moment}");
        bench.advance(40 * DAY).await;
        assert_eq!(bench.looks().await, 0, "{moment}");
        bench.stack.stop().await;
    }
}

#[tokio::test]
async fn an_order_that_is_to_be_cancelled_is_looked_at_when_it_is() {
    let (bench, id) = completed().await;
    bench.looks_until(&id, "05-20T09:30:00").await;
    // Upstream ends it 30 days later, and no event says either.
    bench.beside(&format!("/orders/{id}/cancel"), &json!({})).await;
    bench.looks_until(&id, "05-23T00:00:00").await;
    let view = bench.partner_view(&id).await;
    assert_eq!((&view["status"], &view["cancels_at"]), (&json!("cancel_scheduled"), &json!("2026-06-19T09:30:00Z")));
    bench.looks_until(&id, "06-19T09:29:59").await;
    assert_eq!(bench.partner_view(&id).await["status"], "cancel_scheduled");
    assert_eq!(bench.looks_until(&id, "06-19T09:30:00").await, ["2026-06-19T09:30:00Z"]);
    assert_eq!(bench.partner_view(&id).await["status"], "cancelled");
}

#[tokio::test]
async fn a_cancellation_that_is_late_is_looked_for_every_hour() {
    let (bench, id) = completed().await;
    bench.advance(7 * DAY).await;
    let late = json!({"id": id, "status": "cancel_scheduled", "cancels_at": "2026-05-16T00:00:00Z"});
    bench.show_once(&id, &late);
    assert_eq!(bench.looks().await, 1);
    bench.looks_until(&id, "05-15T23:59:59").await;
    bench.advance(1).await;
    for _ in 0..3 {
        bench.show_once(&id, &late);
        assert_eq!((bench.looks().await, bench.looks().await), (1, 0));
        bench.advance(60 * 60).await;
    }
}

#[tokio::test]
async fn an_order_is_looked_at_an_hour_after_some_of_its_domains_have_left_it() {
    let (bench, id) = completed().await;
    let some = json!({ "domains": [FOUR[0]] });
    let answer = bench.as_partner("POST", &format!("/v1/orders/{id}/cancel"), Some(&some), 200).await.data();
    assert_eq!(answer["cancels_at"], "2026-06-07T12:00:06Z");
    let before = bench.looks_until(&id, "06-07T13:00:05").await;
    assert_eq!(before.last().map(String::as_str), Some("2026-06-01T12:00:00Z"), "{before:?}");
    assert_eq!(bench.looks_until(&id, "06-07T13:00:06").await, ["2026-06-07T13:00:06Z"]);
    assert_eq!(
        bench.looks_until(&id, "06-08T12:00:00").await,
        ["2026-06-08T12:00:00Z"],
        "once, and then when it renews"
    );
}
