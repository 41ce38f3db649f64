//! Webhook events in the two editions of upstream's documentation.

use crate::client::{FOUR, Harness, draft};
use crate::delivery::{Delivery, event};
use crate::receiver::{START, receiver_tolerating, take};
use serde_json::json;

/// docs/upstream.md#delivery
#[tokio::test]
async fn event_is_answered_without_upstream_calls() {
    let harness = Harness::start().await;
    harness.deliver_event("evt_1", "order.completed", "2026-05-08T12:00:00Z", &json!({"id": "ord_1"})).await;
    assert!(harness.stack.sandbox.received().is_empty());
}

/// docs/upstream.md#delivery
#[tokio::test]
async fn repeated_event_may_have_a_new_or_old_signature() {
    let harness = Harness::start().await;
    let body = event("evt_1", "order.completed", "2026-05-08T12:00:00Z", &json!({"id": "ord_1"}));
    harness.deliver(&harness.signed("evt_1", &body), 204).await;
    harness.advance(24 * 60 * 60).await;
    harness.deliver(&harness.signed("evt_1", &body), 204).await;
    assert_eq!(harness.partner_view("ord_1").await["timeline"].as_array().unwrap().len(), 1);
    // If upstream keeps the first signature, the tolerance is a setting.
    let (day, secrets) = (24 * 60 * 60, [("test", "whsec_rows")]);
    let body = event("evt_2", "order.completed", "2026-05-08T12:00:00Z", &json!({"id": "ord_1"}));
    let kept = Delivery::signed("whsec_rows", "evt_2", &START.to_string(), &body);
    for (tolerance, status) in [(300, 401), (25 * 60 * 60, 204)] {
        let receiver = receiver_tolerating(&harness, &secrets, "{timestamp}.{body}", START + day, tolerance);
        assert_eq!(take(&receiver, &kept).await, status, "{tolerance} s");
    }
}

/// docs/upstream.md#signature
#[tokio::test]
async fn one_signature_template_is_valid_at_a_time() {
    let harness = Harness::start().await;
    let body = event("evt_1", "order.completed", "2026-05-08T12:00:00Z", &json!({"id": "ord_1"}));
    let now = harness.stack.sandbox.now().to_string();
    let secret = &harness.stack.values.webhook_secret;
    let over_body = crate::delivery::hmac_hex(secret, &body);
    let good = Delivery::signed(secret, "evt_1", &now, &body);
    let other = good.clone().with("peeker-signature", &format!("v1={over_body}"));
    assert_eq!(harness.deliver(&other, 401).await.code(), "webhook_signature");
    harness.deliver(&good, 204).await;
}

/// docs/upstream.md#event-envelope
#[tokio::test]
async fn entity_is_read_nested_and_plain() {
    let order = json!({"id": "ord_1", "status": "completed", "domain_count": 2});
    for data in [order.clone(), json!({ "order": order })] {
        let harness = Harness::start().await;
        harness.deliver_event("evt_1", "order.completed", "2026-05-08T12:00:00Z", &data).await;
        let view = harness.partner_view("ord_1").await;
        assert_eq!((&view["status"], &view["domain_count"]), (&json!("completed"), &json!(2)));
    }
}

/// docs/upstream.md#webhook-endpoint
#[tokio::test]
async fn secret_decides_the_environment() {
    let harness = Harness::start().await;
    let data = json!({"order": {"id": "ord_1"}, "api_key": {"environment": "live"}});
    harness.deliver_event("evt_1", "order.completed", "2026-05-08T12:00:00Z", &data).await;
    let listed = harness.as_partner("GET", "/v1/events?from=2026-05-08", None, 200).await.data();
    assert_eq!(listed[0]["environment"], "test");
}

/// docs/upstream.md#event-types
#[tokio::test]
async fn thin_event_is_completed_by_a_fetch() {
    let harness = Harness::start().await;
    harness.stack.sandbox.set_webhook_url(None);
    let token = harness.session("ses_1");
    let id = harness.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(6).await;
    harness
        .deliver_event("evt_1", "order.completed", "2026-05-08T12:00:06Z", &json!({"id": id, "status": "completed"}))
        .await;
    let view = harness.partner_view(&id).await;
    assert_eq!((&view["status"], &view["full"]["domain_count"]), (&json!("completed"), &json!(4)));
}

/// docs/upstream.md#inventory
#[tokio::test]
async fn unknown_domain_status_is_stored() {
    let harness = Harness::start().await;
    let data = json!({"id": "dom_1", "domain": "acme.com", "order_id": "ord_1", "status": "warming"});
    harness.deliver_event("evt_1", "domain.warming_up", "2026-05-08T12:00:00Z", &data).await;
    assert_eq!(harness.partner_view("ord_1").await["domains"][0]["status"], "warming_up");
}

/// docs/upstream.md#swaps
#[tokio::test]
async fn swap_may_start_in_either_state() {
    for kind in ["swap.created", "swap.in_progress"] {
        let harness = Harness::start().await;
        let swap = json!({"id": "swp_1", "type": "standard", "domain_id": "dom_1", "status": "created"});
        harness.deliver_event("evt_1", kind, "2026-05-08T12:00:00Z", &swap).await;
        let items = crate::table::items_of(&harness.stack, "SWAP#swp_1").await;
        let status = kind.strip_prefix("swap.").unwrap();
        assert!(items.iter().any(|item| crate::table::text(item, "status") == status), "{kind}");
    }
}

/// docs/upstream.md#swaps
#[tokio::test]
async fn rename_that_waits_for_a_picture_is_stored() {
    let harness = Harness::start().await;
    let swap = json!({"id": "swp_1", "type": "user_names", "domain_id": "dom_1", "replacement_domain": null});
    harness.deliver_event("evt_1", "swap.action_required", "2026-05-08T12:00:00Z", &swap).await;
    let items = crate::table::items_of(&harness.stack, "SWAP#swp_1").await;
    assert!(items.iter().any(|item| crate::table::text(item, "sk") == "DOC"));
}
