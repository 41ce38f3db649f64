//! Failed deliveries that are repeated, signed again or with their first signature: docs/upstream.md#delivery.

use crate::client::{FOUR, Harness, draft};
use crate::delivery::{Delivery, event};
use crate::log::Log;
use e2e::StackConfig;
use serde_json::json;

const HOUR: u64 = 60 * 60;
/// A URL without a server.
pub(crate) const NOWHERE: &str = "http://127.0.0.1:9/";

/// A stack with a sandbox that signs a redelivery again, or repeats the first signature.
pub(crate) async fn harness(resign_retries: bool, accepts_late: bool) -> Harness {
    Harness::with(StackConfig { resign_retries, accepts_late, ..StackConfig::paused() }).await
}

/// Delivers each of `first` again, a minute later, `resigned` or with its first signature.
pub(crate) async fn repeat(harness: &Harness, first: &[Delivery], resigned: bool) {
    harness.advance(60).await;
    for delivery in first {
        let again = delivery.again(resigned, &harness.stack.values.webhook_secret, harness.stack.sandbox.now());
        harness.deliver(&again, 204).await;
    }
}

/// An order with failing deliveries for six minutes.
async fn undelivered_for_six_minutes(harness: &Harness) -> String {
    let url = format!("{}/v1/webhooks/peeker", harness.stack.api);
    harness.stack.sandbox.set_webhook_url(Some(NOWHERE.to_owned()));
    let id =
        harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(360).await;
    assert_eq!(harness.partner_view(&id).await["status"], "in_progress");
    harness.stack.sandbox.set_webhook_url(Some(url));
    id
}

/// The response statuses of each event's attempts.
fn answers(harness: &Harness) -> Vec<Vec<u16>> {
    harness
        .stack
        .sandbox
        .events()
        .iter()
        .map(|event| event.attempts.iter().map(|attempt| attempt.status).collect())
        .collect()
}

#[tokio::test]
async fn late_delivery_is_accepted_if_resigned_or_allowed() {
    for (resign_retries, accepts_late) in [(true, false), (true, true), (false, true)] {
        let harness = harness(resign_retries, accepts_late).await;
        let id = undelivered_for_six_minutes(&harness).await;
        harness.advance(HOUR).await;
        let view = harness.partner_view(&id).await;
        assert_eq!(view["status"], "completed", "{resign_retries} {accepts_late}");
        // In the order of their times, whenever they arrived.
        let at: Vec<&str> =
            view["timeline"].as_array().unwrap().iter().map(|entry| entry["at"].as_str().unwrap()).collect();
        assert!(at.len() >= 6 && at.is_sorted() && at.iter().all(|at| *at < "2026-05-08T12:01"), "{at:?}");
        assert!(answers(&harness).iter().all(|answers| *answers == [0, 0, 204]), "{:?}", answers(&harness));
        harness.advance(2 * HOUR).await;
        assert_eq!(harness.stack.reconciler.run().await.unwrap().drift, 0, "nothing is left to repair");
    }
}

#[tokio::test]
async fn reconciler_repairs_an_order_after_expired_signatures() {
    let log = Log::start("peeker-checkout/redelivery");
    let harness = harness(false, false).await;
    let id = undelivered_for_six_minutes(&harness).await;
    harness.advance(25 * HOUR).await;
    // Every later attempt has the same, older signature.
    assert!(answers(&harness).iter().all(|answers| *answers == [0, 0, 401, 401, 401]), "{:?}", answers(&harness));
    assert_eq!(harness.partner_view(&id).await["status"], "in_progress");
    let text = log.text();
    let refused = answers(&harness).len() * 3;
    assert_eq!(text.matches(r#""Alarm":"webhook_late""#).count(), refused, "each refusal raises the alarm");
    assert!(!text.contains("webhook_signature"), "the signature was right");
    let report = harness.stack.reconciler.run().await.unwrap();
    assert_eq!((report.orders, report.drift, report.failed), (1, 1, 0));
    let view = harness.partner_view(&id).await;
    assert_eq!(view["status"], "completed");
    assert!(view["domains"].as_array().unwrap().iter().all(|row| row["status"] == "connected"), "{view}");
}

#[tokio::test]
async fn order_completes_when_every_delivery_is_lost() {
    for resign_retries in [true, false] {
        let harness = harness(resign_retries, false).await;
        harness.stack.sandbox.set_webhook_url(Some(NOWHERE.to_owned()));
        let token = harness.session("ses_1");
        let id = harness.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
        harness.advance(25 * HOUR).await;
        let events = harness.stack.sandbox.events();
        assert!(events.len() >= 6 && events.iter().all(|event| event.settled && !event.delivered()), "one came");
        assert_eq!(harness.partner_view(&id).await["status"], "in_progress");
        harness.stack.reconciler.run().await.unwrap();
        let view = harness.order(&harness.session("ses_1"), &id).await;
        assert_eq!((&view["status"], &view["timeline"]), (&json!("completed"), &json!([])));
        assert!(view["domains"].as_array().unwrap().iter().all(|row| row["status"] == "connected"), "{view}");
    }
}

#[tokio::test]
async fn redelivery_after_a_lost_response_changes_nothing() {
    for resign_retries in [true, false] {
        let harness = harness(resign_retries, true).await;
        let id = harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await.data()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        harness.advance(60).await;
        let before = harness.partner_view(&id).await;
        let events: Vec<String> = harness.stack.sandbox.events().into_iter().map(|event| event.id).collect();
        harness.advance(1_200).await;
        assert!(harness.stack.sandbox.deliver(&events).await.iter().all(|status| *status == 204));
        assert_eq!(harness.partner_view(&id).await, before, "signed again: {resign_retries}");
    }
}

#[tokio::test]
async fn late_duplicate_delivery_raises_no_alarm() {
    let log = Log::start("peeker-checkout/late-duplicates");
    let harness = Harness::start().await;
    let body = |id: &str| event(id, "order.completed", "2026-05-08T12:00:00Z", &json!({"id": "ord_1"}));
    let stored = harness.signed("evt_1", &body("evt_1"));
    let lost = harness.signed("evt_2", &body("evt_2"));
    harness.deliver(&stored, 204).await;
    harness.advance(305).await;
    harness.deliver(&stored, 204).await;
    assert!(!log.text().contains("webhook_late"));
    let counted = |outcome: &str| log.text().matches(&format!(r#""Outcome":"{outcome}""#)).count();
    assert_eq!((counted("new"), counted("duplicate")), (1, 1));
    // Any other late delivery is refused, and raises the alarm.
    let signed_at = |secret: &str, at: i64| Delivery::signed(secret, "evt_1", &at.to_string(), body("evt_1"));
    let (now, secret) = (harness.stack.sandbox.now(), harness.stack.values.webhook_secret.clone());
    for (delivery, code, alarms) in [
        (&signed_at("whsec_other", now - 305), "webhook_signature", 0),
        (&lost, "webhook_stale", 1),
        (&signed_at(&secret, now + 305), "webhook_stale", 2),
    ] {
        assert_eq!(harness.deliver(delivery, 401).await.code(), code);
        assert_eq!(log.text().matches(r#""Alarm":"webhook_late""#).count(), alarms);
    }
}
