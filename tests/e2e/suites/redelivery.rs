//! Deliveries that fail and come again, signed afresh or with their first signature: docs/upstream.md#delivery.

use crate::client::{Bench, FOUR, draft};
use crate::delivery::{Delivery, event};
use crate::log::Log;
use e2e::StackConfig;
use serde_json::json;

const HOUR: u64 = 60 * 60;
/// Nobody listens there.
pub(crate) const NOWHERE: &str = "http://127.0.0.1:9/";

/// A stack whose sandbox signs a repeated delivery afresh, or repeats the first signature.
pub(crate) async fn bench(resign_retries: bool, accepts_late: bool) -> Bench {
    Bench::with(StackConfig { resign_retries, accepts_late, ..StackConfig::paused() }).await
}

/// Delivers each of `first` once more, a minute later, `resigned` or as the first time.
pub(crate) async fn repeat(bench: &Bench, first: &[Delivery], resigned: bool) {
    bench.advance(60).await;
    for delivery in first {
        let again = delivery.again(resigned, &bench.stack.values.webhook_secret, bench.stack.sandbox.now());
        bench.deliver(&again, 204).await;
    }
}

/// An order whose first deliveries reach nobody for six minutes.
async fn unheard_for_six_minutes(bench: &Bench) -> String {
    let url = format!("{}/v1/webhooks/peeker", bench.stack.api);
    bench.stack.sandbox.set_webhook_url(Some(NOWHERE.to_owned()));
    let id = bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(360).await;
    assert_eq!(bench.partner_view(&id).await["status"], "in_progress");
    bench.stack.sandbox.set_webhook_url(Some(url));
    id
}

/// Every status that each event's attempts were answered with.
fn answers(bench: &Bench) -> Vec<Vec<u16>> {
    bench
        .stack
        .sandbox
        .events()
        .iter()
        .map(|event| event.attempts.iter().map(|attempt| attempt.status).collect())
        .collect()
}

#[tokio::test]
async fn a_delivery_that_failed_for_six_minutes_is_taken_signed_afresh_or_where_late_ones_are() {
    for (resign_retries, accepts_late) in [(true, false), (true, true), (false, true)] {
        let bench = bench(resign_retries, accepts_late).await;
        let id = unheard_for_six_minutes(&bench).await;
        bench.advance(HOUR).await;
        let view = bench.partner_view(&id).await;
        assert_eq!(view["status"], "completed", "{resign_retries} {accepts_late}");
        // In the order in which they happened, whenever they came.
        let at: Vec<&str> =
            view["timeline"].as_array().unwrap().iter().map(|entry| entry["at"].as_str().unwrap()).collect();
        assert!(at.len() >= 6 && at.is_sorted() && at.iter().all(|at| *at < "2026-05-08T12:01"), "{at:?}");
        assert!(answers(&bench).iter().all(|answers| *answers == [0, 0, 204]), "{:?}", answers(&bench));
        bench.advance(2 * HOUR).await;
        assert_eq!(bench.stack.reconciler.run().await.unwrap().drift, 0, "nothing is left to repair");
    }
}

#[tokio::test]
async fn a_first_signature_that_is_too_old_is_refused_and_the_reconciler_repairs_the_order() {
    let log = Log::start("peeker-checkout/redelivery");
    let bench = bench(false, false).await;
    let id = unheard_for_six_minutes(&bench).await;
    bench.advance(25 * HOUR).await;
    // Every later attempt has the same signature, which grows older.
    assert!(answers(&bench).iter().all(|answers| *answers == [0, 0, 401, 401, 401]), "{:?}", answers(&bench));
    assert_eq!(bench.partner_view(&id).await["status"], "in_progress");
    let text = log.text();
    let refused = answers(&bench).len() * 3;
    assert_eq!(text.matches(r#""Alarm":"webhook_late""#).count(), refused, "each refusal raises the alarm");
    assert!(!text.contains("webhook_signature"), "the signature was right");
    let report = bench.stack.reconciler.run().await.unwrap();
    assert_eq!((report.orders, report.drift, report.failed), (1, 1, 0));
    let view = bench.partner_view(&id).await;
    assert_eq!(view["status"], "completed");
    assert!(view["domains"].as_array().unwrap().iter().all(|row| row["status"] == "connected"), "{view}");
}

#[tokio::test]
async fn an_order_completes_when_every_delivery_is_lost() {
    for resign_retries in [true, false] {
        let bench = bench(resign_retries, false).await;
        bench.stack.sandbox.set_webhook_url(Some(NOWHERE.to_owned()));
        let token = bench.session("ses_1");
        let id = bench.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
        bench.advance(25 * HOUR).await;
        let events = bench.stack.sandbox.events();
        assert!(events.len() >= 6 && events.iter().all(|event| event.settled && !event.delivered()), "one came");
        assert_eq!(bench.partner_view(&id).await["status"], "in_progress");
        bench.stack.reconciler.run().await.unwrap();
        let view = bench.order(&bench.session("ses_1"), &id).await;
        assert_eq!((&view["status"], &view["timeline"]), (&json!("completed"), &json!([])));
        assert!(view["domains"].as_array().unwrap().iter().all(|row| row["status"] == "connected"), "{view}");
    }
}

#[tokio::test]
async fn a_delivery_of_which_the_answer_was_lost_changes_nothing_when_it_comes_again() {
    for resign_retries in [true, false] {
        let bench = bench(resign_retries, true).await;
        let id =
            bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
        bench.advance(60).await;
        let before = bench.partner_view(&id).await;
        let events: Vec<String> = bench.stack.sandbox.events().into_iter().map(|event| event.id).collect();
        bench.advance(1_200).await;
        assert!(bench.stack.sandbox.deliver(&events).await.iter().all(|status| *status == 204));
        assert_eq!(bench.partner_view(&id).await, before, "signed afresh: {resign_retries}");
    }
}

#[tokio::test]
async fn a_late_delivery_of_an_event_that_is_stored_is_a_duplicate_and_raises_no_alarm() {
    let log = Log::start("peeker-checkout/late-duplicates");
    let bench = Bench::start().await;
    let body = |id: &str| event(id, "order.completed", "2026-05-08T12:00:00Z", &json!({"id": "ord_1"}));
    let stored = bench.signed("evt_1", &body("evt_1"));
    let lost = bench.signed("evt_2", &body("evt_2"));
    bench.deliver(&stored, 204).await;
    bench.advance(305).await;
    bench.deliver(&stored, 204).await;
    assert!(!log.text().contains("webhook_late"));
    let counted = |outcome: &str| log.text().matches(&format!(r#""Outcome":"{outcome}""#)).count();
    assert_eq!((counted("new"), counted("duplicate")), (1, 1));
    // Anything else that is late is refused, and raises the alarm.
    let signed_at = |secret: &str, at: i64| Delivery::signed(secret, "evt_1", &at.to_string(), body("evt_1"));
    let (now, secret) = (bench.stack.sandbox.now(), bench.stack.values.webhook_secret.clone());
    for (delivery, code, alarms) in [
        (&signed_at("whsec_other", now - 305), "webhook_signature", 0),
        (&lost, "webhook_stale", 1),
        (&signed_at(&secret, now + 305), "webhook_stale", 2),
    ] {
        assert_eq!(bench.deliver(delivery, 401).await.code(), code);
        assert_eq!(log.text().matches(r#""Alarm":"webhook_late""#).count(), alarms);
    }
}
