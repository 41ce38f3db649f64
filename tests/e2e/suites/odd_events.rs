//! Events with an unusual time or body: they are signed, so they are facts, and none is lost. Each is delivered twice,
//! signed again or with the first signature.

use crate::client::Harness;
use crate::delivery::{Delivery, event};
use crate::redelivery::repeat;
use crate::table::{items_of, text};
use serde_json::{Value, json};

/// Delivers `body`, with any bytes, signed now instead of at its own time.
async fn deliver(harness: &Harness, id: &str, body: impl AsRef<[u8]>) -> Delivery {
    let now = harness.stack.sandbox.now().to_string();
    let delivery = Delivery::signed(&harness.stack.values.webhook_secret, id, &now, body);
    harness.deliver(&delivery, 204).await;
    delivery
}

/// Delivers an event that is signed now.
async fn deliver_event(harness: &Harness, id: &str, kind: &str, at: &str, data: &Value) -> Delivery {
    deliver(harness, id, event(id, kind, at, data)).await
}

fn in_status(status: &str) -> Value {
    json!({"id": "ord_1", "status": status})
}

/// The status of the order after an event with the time `at`, and after its redelivery.
async fn status_after(at: &Value, resigned: bool) -> Value {
    let harness = Harness::start().await;
    let first =
        deliver_event(&harness, "evt_1", "order.in_progress", "2026-05-08T12:00:00Z", &in_status("in_progress")).await;
    harness.advance(10).await;
    let mut body = json!({"id": "evt_2", "type": "order.completed", "data": in_status("completed")});
    body["created_at"] = at.clone();
    let second = deliver(&harness, "evt_2", body.to_string()).await;
    repeat(&harness, &[first, second], resigned).await;
    let view = harness.partner_view("ord_1").await;
    assert_eq!(view["timeline"].as_array().map(Vec::len), Some(2), "{at}: {view}");
    let listed = harness.as_partner("GET", "/v1/events?from=2026-05-08&to=2026-05-09", None, 200).await.data();
    assert_eq!(listed.as_array().map(Vec::len), Some(2), "{at} is not listed: {listed}");
    view
}

#[tokio::test]
async fn event_time_is_accepted_in_every_format() {
    for at in [
        json!("2026-05-08T12:00:05"),
        json!("2026-05-08 12:00:05"),
        json!("2026-05-08T12:00:05.250"),
        json!("2026-05-08T12:00:05+0000"),
        json!("2026-05-08T14:00:05.25+02:00"),
        json!("Fri, 08 May 2026 12:00:05 GMT"),
        json!(1_778_241_605),
        json!(1_778_241_605_000_i64),
        json!("1778241605"),
    ] {
        for resigned in [true, false] {
            let view = status_after(&at, resigned).await;
            assert_eq!(view["status"], "completed", "{at} {resigned}");
            assert_eq!(view["timeline"][1]["at"], "2026-05-08T12:00:05Z", "{at} {resigned}");
        }
    }
}

#[tokio::test]
async fn event_without_valid_time_uses_the_signature_time() {
    for at in [
        json!(null),
        json!(""),
        json!("soon"),
        json!("2026-05-08"),
        json!("0001-01-01T00:00:00Z"),
        json!(0),
        json!({"seconds": 1_778_241_605}),
        json!("2027-05-08T12:00:00Z"),
        json!("9999-12-31T23:59:59Z"),
        json!(1e30),
    ] {
        for resigned in [true, false] {
            let view = status_after(&at, resigned).await;
            assert_eq!(view["status"], "completed", "{at} {resigned}");
            assert_eq!(view["timeline"][1]["at"], "2026-05-08T12:00:10Z", "{at} {resigned}");
            assert_eq!(view["updated_at"], "2026-05-08T12:00:10Z", "{at} {resigned}");
        }
    }
}

#[tokio::test]
async fn event_dated_a_year_ahead_does_not_block_later_events() {
    for resigned in [true, false] {
        let harness = Harness::start().await;
        let mut ahead = in_status("action_required");
        ahead["created_at"] = json!("2027-05-08T12:00:00Z");
        let first = deliver_event(&harness, "evt_1", "order.action_required", "2027-05-08T12:00:00Z", &ahead).await;
        assert_eq!(harness.partner_view("ord_1").await["status"], "action_required");
        harness.advance(5).await;
        let second =
            deliver_event(&harness, "evt_2", "order.in_progress", "2026-05-08T12:00:04Z", &in_status("in_progress"))
                .await;
        repeat(&harness, &[first.clone(), second], resigned).await;
        assert_eq!(harness.partner_view("ord_1").await["status"], "in_progress");
        deliver_event(&harness, "evt_3", "order.completed", "2026-05-08T12:00:09Z", &in_status("completed")).await;
        repeat(&harness, &[first], resigned).await;
        let view = harness.partner_view("ord_1").await;
        assert_eq!((&view["status"], &view["updated_at"]), (&json!("completed"), &json!("2026-05-08T12:00:09Z")));
    }
}

#[tokio::test]
async fn event_dated_after_its_signature_does_not_win() {
    for resigned in [true, false] {
        let harness = Harness::start().await;
        // Signed now, and dated 50 seconds later.
        let waits = in_status("action_required");
        let first = deliver_event(&harness, "evt_1", "order.action_required", "2026-05-08T12:00:50Z", &waits).await;
        harness.advance(5).await;
        let second =
            deliver_event(&harness, "evt_2", "order.completed", "2026-05-08T12:00:05.400Z", &in_status("completed"))
                .await;
        // A redelivery may have a signature that is later than its own time.
        repeat(&harness, &[first, second], resigned).await;
        let view = harness.partner_view("ord_1").await;
        assert_eq!((&view["status"], &view["updated_at"]), (&json!("completed"), &json!("2026-05-08T12:00:05Z")));
        assert_eq!(view["timeline"][0]["at"], "2026-05-08T12:00:00Z", "dated by its signature");
    }
}

#[tokio::test]
async fn events_of_the_same_second_are_ordered_by_progress() {
    for (order, resigned) in [([0, 1], true), ([1, 0], true), ([0, 1], false), ([1, 0], false)] {
        let harness = Harness::start().await;
        harness.advance(5).await;
        // Both were signed in their own second; the time of one is rounded up to the next.
        let events =
            [("evt_1", "in_progress", "2026-05-08T12:00:05.900Z"), ("evt_2", "completed", "2026-05-08T12:00:06Z")];
        let mut deliveries = Vec::new();
        for (id, status, at) in order.map(|index| events[index]) {
            deliveries.push(deliver_event(&harness, id, &format!("order.{status}"), at, &in_status(status)).await);
        }
        repeat(&harness, &deliveries, resigned).await;
        let view = harness.partner_view("ord_1").await;
        assert_eq!((&view["status"], &view["updated_at"]), (&json!("completed"), &json!("2026-05-08T12:00:05Z")));
    }
}

#[tokio::test]
async fn signed_event_is_stored_despite_unexpected_fields() {
    for resigned in [true, false] {
        odd_bodies(resigned).await;
    }
}

async fn odd_bodies(resigned: bool) {
    let harness = Harness::start().await;
    let mut deliveries = Vec::new();
    let deep = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels)).into_bytes();
    let odd: [(&str, Vec<u8>); 12] = [
        ("a lone surrogate", br#""\ud83d""#.to_vec()),
        ("two halves in the wrong order", br#""\ude00\ud83d""#.to_vec()),
        ("a key twice", br#"1,"note":2"#.to_vec()),
        ("an escaped NUL", br#""\u0000""#.to_vec()),
        ("a NUL", b"\"\x00\"".to_vec()),
        ("bytes that are no UTF-8", b"\"\xff\xc3\x28\"".to_vec()),
        ("a number beyond f64", b"1e999".to_vec()),
        ("a huge exponent", b"[-1e999999999999999999999,1e-99999]".to_vec()),
        ("100 lists", deep(100)),
        ("1,000 lists", deep(1_000)),
        ("100,000 lists", deep(100_000)),
        ("a comma too many", b"[1,]".to_vec()),
    ];
    for (index, (what, note)) in odd.iter().enumerate() {
        let (id, order) = (format!("evt_{index}"), format!("ord_{index}"));
        let head = format!(
            r#"{{"id":"{id}","type":"order.completed","created_at":"2026-05-08T12:00:01Z","data":{{"id":"{order}","status":"completed","domains":["acme.com"],"note":"#
        );
        deliveries.push(deliver(&harness, &id, [head.as_bytes(), note, b"}}"].concat()).await);
        let view = harness.partner_view(&order).await;
        assert_eq!(view["status"], "completed", "{what}");
        assert_eq!(view["full"]["id"], json!(order), "{what}: the full order cannot be read back");
    }
    let marked =
        format!("\u{feff}{}", event("evt_bom", "order.failed", "2026-05-08T12:00:01Z", &json!({"id": "ord_b"})));
    deliveries.push(deliver(&harness, "evt_bom", marked).await);
    repeat(&harness, &deliveries, resigned).await;
    assert_eq!(harness.partner_view("ord_b").await["status"], "failed");
    let listed = harness.as_partner("GET", "/v1/events?from=2026-05-08&per_page=100", None, 200).await.data();
    assert_eq!(listed.as_array().map(Vec::len), Some(odd.len() + 1));
    assert_eq!(text(&items_of(&harness.stack, "EVENT#evt_0").await[0], "type"), "order.completed");
}
