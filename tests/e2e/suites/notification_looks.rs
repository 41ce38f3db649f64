//! What the reconciler tells the partner's backend: what events did not say, drift, and renewals a week ahead.

use crate::client::{FOUR, Harness, draft};
use serde_json::{Value, json};

const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;

async fn reconcile(harness: &Harness) {
    harness.stack.reconciler.run().await.unwrap();
}

async fn placed(harness: &Harness) -> String {
    harness.place(&harness.session("s1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned()
}

fn types(told: &[Value]) -> Vec<&str> {
    told.iter().map(|row| row["type"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn missed_event_is_told_by_the_reconciler_and_only_once() {
    let harness = Harness::start().await;
    harness.stack.sandbox.set_webhook_url(None);
    let id = placed(&harness).await;
    harness.advance(HOUR).await;
    reconcile(&harness).await;
    let told = harness.told().await;
    let mut found = types(&told);
    found.sort_unstable();
    assert_eq!(found, ["order.completed", "order.placed", "upstream.drift"]);
    let drift = told.iter().find(|row| row["type"] == "upstream.drift").unwrap();
    assert_eq!(drift["data"]["order"]["status"], "completed");
    assert_eq!(drift["data"]["recorded_status"], "in_progress");
    // The event comes after all, and upstream is asked again.
    let event = json!({"id": id, "status": "completed"});
    harness.deliver_event("evt_late", "order.completed", "2026-05-08T12:00:06Z", &event).await;
    harness.advance(8 * DAY).await;
    reconcile(&harness).await;
    assert_eq!(harness.told().await.len(), 3);
}

#[tokio::test]
async fn cancellation_of_ours_is_told_and_is_no_drift() {
    let harness = Harness::start().await;
    let id = placed(&harness).await;
    harness.advance(60).await;
    let path = format!("/v1/orders/{id}/cancel");
    harness.stack.sandbox.set_webhook_url(None);
    harness.as_partner("POST", &path, Some(&json!({"whole": true})), 200).await;
    let told = harness.told().await;
    let cancelled = told.iter().find(|row| row["type"] == "order.cancel_scheduled").unwrap();
    assert!(cancelled["data"]["cancels_at"].is_string(), "{cancelled}");
    assert!(!types(&told).contains(&"upstream.drift"), "{told:?}");
}

#[tokio::test]
async fn renewal_is_told_a_week_before_and_once() {
    let harness = Harness::start().await;
    placed(&harness).await;
    harness.advance(60).await;
    let renewals = async || {
        let told = harness.told().await;
        told.into_iter().filter(|row| row["type"] == "order.renews_soon").collect::<Vec<_>>()
    };
    // It was placed on 8 May and renews on 8 June.
    for _ in 0..23 {
        harness.advance(DAY).await;
        reconcile(&harness).await;
        assert_eq!(renewals().await.len(), 0);
    }
    for _ in 0..4 {
        harness.advance(DAY).await;
        reconcile(&harness).await;
        reconcile(&harness).await;
    }
    let [renewal] = &renewals().await[..] else { panic!("told once") };
    assert_eq!(renewal["data"]["renews_at"], "2026-06-08T12:00:00Z");
    assert!(renewal["timestamp"].as_str().unwrap().starts_with("2026-06-01T"), "{renewal}");
}

#[tokio::test]
async fn renewal_of_an_order_that_waits_is_told() {
    let harness = Harness::start().await;
    let mut body = draft(&FOUR);
    body["personas"][0]["profile_picture_url"] = json!("https://acme.com/unreachable.png");
    harness.place(&harness.session("s1"), &body, 201).await;
    for _ in 0..26 {
        harness.advance(DAY).await;
        reconcile(&harness).await;
    }
    let told = harness.told().await;
    let renewals: Vec<&Value> = told.iter().filter(|row| row["type"] == "order.renews_soon").collect();
    let [renewal] = &renewals[..] else { panic!("told once: {told:?}") };
    assert_eq!(renewal["data"]["order"]["status"], "action_required");
}

#[tokio::test]
async fn order_that_was_cancelled_does_not_renew() {
    let harness = Harness::start().await;
    let id = placed(&harness).await;
    harness.advance(60).await;
    let path = format!("/v1/orders/{id}/cancel");
    harness.as_partner("POST", &path, Some(&json!({"whole": true})), 200).await;
    for _ in 0..29 {
        harness.advance(DAY).await;
        reconcile(&harness).await;
    }
    assert!(!types(&harness.told().await).contains(&"order.renews_soon"));
}
