//! Deliveries: signatures, order, retries, holding.

use std::time::Duration;

use sandbox::{SandboxConfig, signature};

use crate::harness::{Harness, order};
use crate::receiver::Receiver;

async fn with_receiver(config: SandboxConfig) -> (Harness, Receiver) {
    let receiver = Receiver::start().await;
    let harness = Harness::with(SandboxConfig { webhook_url: Some(receiver.url.clone()), ..config }).await;
    (harness, receiver)
}

fn types(receiver: &Receiver) -> Vec<String> {
    let arrived = receiver.arrived();
    let kind =
        |body: &str| serde_json::from_str::<serde_json::Value>(body).unwrap()["type"].as_str().unwrap().to_owned();
    arrived.iter().map(|delivery| kind(&delivery.body)).collect()
}

/// `printf '1767225600.{"a":1}' | openssl dgst -sha256 -hmac whsec_sandbox_test`, and the like.
#[test]
fn every_signature_template_matches_openssl() {
    for (template, expected) in [
        ("{timestamp}.{body}", "382aed25d40558a5e2edf8a593bcb1ebc365f7caa66d9222ef4907c3c1ef1225"),
        ("{event_id}.{timestamp}.{body}", "2bae6565ba418fcee955774d52a3e03cc6c0c10611f4c5b045ae295045882d69"),
        ("{timestamp}{body}", "ae1319d5e78438073506254aadebca0c8a0eb30cb666e986b41e5e6a4f6d3614"),
        ("{body}", "0e66b33d3d49baec3be182495e67fdf5b219977137f1373beac6e595da28a1c5"),
    ] {
        let value = signature(template, "whsec_sandbox_test", "evt_1", 1_767_225_600, r#"{"a":1}"#);
        assert_eq!(value, format!("v1={expected}"), "{template}");
    }
}

#[tokio::test]
async fn deliveries_arrive_in_order_and_are_signed() {
    let (harness, receiver) = with_receiver(SandboxConfig::for_tests()).await;
    harness.place(order(&["acme-mail.com"], 1)).await;
    assert!(receiver.arrived().is_empty(), "nothing is sent while the clock is paused");
    harness.advance(0).await;
    assert_eq!(types(&receiver), ["order.in_progress"]);
    harness.advance(6).await;
    assert_eq!(types(&receiver), ["order.in_progress", "domain.connected", "order.completed"]);
    for delivery in receiver.arrived() {
        let expected = signature(
            "{timestamp}.{body}",
            "whsec_sandbox_test",
            &delivery.event_id,
            delivery.timestamp,
            &delivery.body,
        );
        assert_eq!(delivery.signature, expected);
    }
    assert_eq!(receiver.arrived()[2].timestamp, 1_767_225_606);
    assert!(harness.sandbox.events().iter().all(|event| event.delivered()));
}

#[tokio::test]
async fn live_and_test_sign_with_different_secrets() {
    let config = SandboxConfig { live_key: Some("pk_live_x".to_owned()), ..SandboxConfig::for_tests() };
    let (harness, receiver) = with_receiver(config).await;
    harness.authorized(Some("Bearer pk_live_x")).place(order(&["acme-mail.com"], 1)).await;
    harness.advance(0).await;
    let delivery = receiver.arrived().pop().unwrap();
    let with = |secret| signature("{timestamp}.{body}", secret, &delivery.event_id, delivery.timestamp, &delivery.body);
    assert_eq!(delivery.signature, with("whsec_sandbox_live"));
    assert_ne!(delivery.signature, with("whsec_sandbox_test"));
}

#[tokio::test]
async fn refused_event_is_retried_five_times_and_resigned() {
    let (harness, receiver) = with_receiver(SandboxConfig::for_tests()).await;
    harness.place(order(&["acme-mail.com"], 1)).await;
    receiver.will_answer(&[500]);
    harness.advance(0).await;
    receiver.will_answer(&[204, 204]);
    harness.advance(6).await;
    assert_eq!(receiver.arrived().len(), 3, "a failing event does not hold up the others");
    receiver.will_answer(&[503, 302, 404, 500, 500]);
    harness.advance(24 * 3600).await;
    let record = &harness.sandbox.events()[0];
    let waits: Vec<i64> = record.attempts.windows(2).map(|pair| pair[1].at - pair[0].at).collect();
    assert_eq!(waits, [60, 600, 7200, 75_600]);
    let statuses: Vec<u16> = record.attempts.iter().map(|attempt| attempt.status).collect();
    assert_eq!(statuses, [500, 503, 302, 404, 500]);
    assert!(record.settled && !record.delivered());
    let sent: Vec<_> = receiver.arrived().into_iter().filter(|delivery| delivery.event_id == record.id).collect();
    assert_eq!(sent.len(), 5);
    assert_ne!(sent[0].timestamp, sent[1].timestamp);
    assert_eq!(sent[0].body, sent[4].body);
}

#[tokio::test]
async fn retry_delays_and_signatures_are_configurable() {
    let config = SandboxConfig { retry_factor: 0.1, resign_retries: false, ..SandboxConfig::for_tests() };
    let (harness, receiver) = with_receiver(config).await;
    harness.place(order(&["acme-mail.com"], 1)).await;
    receiver.will_answer(&[500]);
    harness.advance(0).await;
    harness.advance(6).await;
    let sent = receiver.arrived();
    let first: Vec<_> = sent.iter().filter(|delivery| delivery.event_id == sent[0].event_id).collect();
    assert_eq!(first.len(), 2);
    assert_eq!((first[0].timestamp, &first[0].signature), (first[1].timestamp, &first[1].signature));
}

#[tokio::test]
async fn unreachable_receiver_gets_the_event_later() {
    let harness = Harness::with(SandboxConfig {
        webhook_url: Some("http://127.0.0.1:9/".to_owned()),
        ..SandboxConfig::for_tests()
    })
    .await;
    harness.place(order(&["acme-mail.com"], 1)).await;
    harness.advance(0).await;
    assert_eq!(harness.sandbox.events()[0].attempts[0].status, 0);
    let receiver = Receiver::start().await;
    harness.sandbox.set_webhook_url(Some(receiver.url.clone()));
    harness.advance(60).await;
    assert_eq!(receiver.arrived().len(), 3);
}

#[tokio::test]
async fn held_webhooks_are_sent_when_released() {
    let (harness, receiver) = with_receiver(SandboxConfig::for_tests()).await;
    harness.sandbox.hold_webhooks(true);
    harness.place(order(&["acme-mail.com"], 1)).await;
    harness.advance(6).await;
    assert!(receiver.arrived().is_empty());
    harness.sandbox.hold_webhooks(false);
    harness.advance(0).await;
    assert_eq!(types(&receiver), ["order.in_progress", "domain.connected", "order.completed"]);
}

#[tokio::test]
async fn events_can_be_redelivered_in_any_order() {
    let (harness, receiver) = with_receiver(SandboxConfig::for_tests()).await;
    harness.sandbox.hold_webhooks(true);
    harness.place(order(&["acme-mail.com"], 1)).await;
    harness.advance(6).await;
    let mut ids: Vec<String> = harness.sandbox.events().into_iter().map(|event| event.id).collect();
    ids.reverse();
    ids.push(ids[0].clone());
    ids.push("evt_UNKNOWN".to_owned());
    assert_eq!(harness.sandbox.deliver(&ids).await, [204, 204, 204, 204, 0]);
    assert_eq!(types(&receiver), ["order.completed", "domain.connected", "order.in_progress", "order.completed"]);
    harness.sandbox.hold_webhooks(false);
    harness.advance(3600).await;
    assert_eq!(receiver.arrived().len(), 4, "what was delivered by hand is not sent again");
}

#[tokio::test]
async fn rotated_secret_signs_later_events() {
    let (harness, receiver) = with_receiver(SandboxConfig::for_tests()).await;
    harness.place(order(&["acme-mail.com"], 1)).await;
    harness.sandbox.set_webhook_secret("whsec_new".to_owned());
    let id = harness.sandbox.events()[0].id.clone();
    let signed = harness.sandbox.signed(&id).unwrap();
    let expected = signature("{timestamp}.{body}", "whsec_new", &id, harness.sandbox.now(), &signed.body);
    assert!(signed.headers.contains(&("peeker-signature".to_owned(), expected)));
    assert!(receiver.arrived().is_empty());
    assert!(harness.sandbox.signed("evt_UNKNOWN").is_none());
}

#[tokio::test]
async fn events_without_a_receiver_are_recorded_only() {
    let harness = Harness::start().await;
    harness.place(order(&["acme-mail.com"], 1)).await;
    harness.advance(6).await;
    let receiver = Receiver::start().await;
    harness.sandbox.set_webhook_url(Some(receiver.url.clone()));
    harness.advance(3600).await;
    assert!(receiver.arrived().is_empty());
    assert_eq!(harness.sandbox.events().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn running_clock_drives_orders_and_webhooks() {
    let config = SandboxConfig {
        clock: sandbox::ClockMode::Real { speed: 1000.0 },
        rate_limit_per_minute: 0,
        ..SandboxConfig::for_tests()
    };
    let (harness, receiver) = with_receiver(config).await;
    harness.place(order(&["acme-mail.com", "acme-shop.com"], 1)).await;
    let all = async {
        while receiver.arrived().len() < 4 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), all).await.unwrap();
    assert_eq!(types(&receiver), ["order.in_progress", "domain.connected", "domain.connected", "order.completed"]);
}
