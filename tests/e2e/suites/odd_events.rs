//! Events whose time or body is not what it should be: they are signed, so they are facts, and none is lost.

use crate::client::{Bench, Call};
use crate::delivery::event;
use crate::table::{items_of, text};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// Delivers `body`, whatever its bytes, signed now.
async fn deliver(bench: &Bench, id: &str, body: &[u8]) {
    let now = bench.stack.sandbox.now().to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(bench.stack.values.webhook_secret.as_bytes()).unwrap();
    mac.update(format!("{now}.").as_bytes());
    mac.update(body);
    let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let call = Call::post("/v1/webhooks/peeker")
        .header("peeker-event-id", id)
        .header("peeker-timestamp", &now)
        .header("peeker-signature", &format!("v1={signature}"))
        .body(body.to_vec());
    bench.send(call, 204).await;
}

fn in_status(status: &str) -> Value {
    json!({"id": "ord_1", "status": status})
}

/// How the order stands after an event of `status` whose time is `at`.
async fn status_after(at: &Value) -> Value {
    let bench = Bench::start().await;
    bench.tell("evt_1", "order.in_progress", "2026-05-08T12:00:00Z", &in_status("in_progress")).await;
    bench.advance(10).await;
    let mut body = json!({"id": "evt_2", "type": "order.completed", "data": in_status("completed")});
    body["created_at"] = at.clone();
    deliver(&bench, "evt_2", body.to_string().as_bytes()).await;
    let view = bench.partner_view("ord_1").await;
    assert_eq!(view["timeline"].as_array().map(Vec::len), Some(2), "{at}: {view}");
    let listed = bench.as_partner("GET", "/v1/events?from=2026-05-08&to=2026-05-09", None, 200).await.data();
    assert_eq!(listed.as_array().map(Vec::len), Some(2), "{at} is not listed: {listed}");
    view
}

#[tokio::test]
async fn an_order_moves_in_whatever_form_the_time_of_its_event_comes() {
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
        let view = status_after(&at).await;
        assert_eq!(view["status"], "completed", "{at}");
        assert_eq!(view["timeline"][1]["at"], "2026-05-08T12:00:05Z", "{at}");
    }
}

#[tokio::test]
async fn an_event_without_a_usable_time_moves_its_order_at_the_time_of_its_signature() {
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
        let view = status_after(&at).await;
        assert_eq!(view["status"], "completed", "{at}");
        assert_eq!(view["timeline"][1]["at"], "2026-05-08T12:00:10Z", "{at}");
        assert_eq!(view["updated_at"], "2026-05-08T12:00:10Z", "{at}");
    }
}

#[tokio::test]
async fn a_time_a_year_ahead_does_not_freeze_its_order() {
    let bench = Bench::start().await;
    let mut ahead = in_status("action_required");
    ahead["created_at"] = json!("2027-05-08T12:00:00Z");
    bench.tell("evt_1", "order.action_required", "2027-05-08T12:00:00Z", &ahead).await;
    assert_eq!(bench.partner_view("ord_1").await["status"], "action_required");
    bench.advance(5).await;
    bench.tell("evt_2", "order.in_progress", "2026-05-08T12:00:04Z", &in_status("in_progress")).await;
    assert_eq!(bench.partner_view("ord_1").await["status"], "in_progress");
    bench.advance(5).await;
    bench.tell("evt_3", "order.completed", "2026-05-08T12:00:09Z", &in_status("completed")).await;
    let view = bench.partner_view("ord_1").await;
    assert_eq!((&view["status"], &view["updated_at"]), (&json!("completed"), &json!("2026-05-08T12:00:09Z")));
}

#[tokio::test]
async fn a_time_after_its_own_signature_does_not_outlive_the_next_event() {
    let bench = Bench::start().await;
    // Signed now, and dated 50 seconds later.
    for (id, kind, at) in [
        ("evt_1", "order.action_required", "2026-05-08T12:00:50Z"),
        ("evt_2", "order.completed", "2026-05-08T12:00:05.400Z"),
    ] {
        let data = in_status(kind.split('.').next_back().unwrap());
        deliver(&bench, id, event(id, kind, at, &data).as_bytes()).await;
        bench.advance(5).await;
    }
    let view = bench.partner_view("ord_1").await;
    assert_eq!((&view["status"], &view["updated_at"]), (&json!("completed"), &json!("2026-05-08T12:00:05Z")));
    assert_eq!(view["timeline"][0]["at"], "2026-05-08T12:00:00Z", "dated by its signature");
}

#[tokio::test]
async fn events_of_one_second_are_ordered_by_how_far_they_are_along() {
    for order in [[0, 1], [1, 0]] {
        let bench = Bench::start().await;
        bench.advance(5).await;
        // Both were signed in the second in which they happened, one with its time rounded up to the next.
        let events =
            [("evt_1", "in_progress", "2026-05-08T12:00:05.900Z"), ("evt_2", "completed", "2026-05-08T12:00:06Z")];
        for (id, status, at) in order.map(|index| events[index]) {
            deliver(&bench, id, event(id, &format!("order.{status}"), at, &in_status(status)).as_bytes()).await;
        }
        let view = bench.partner_view("ord_1").await;
        assert_eq!((&view["status"], &view["updated_at"]), (&json!("completed"), &json!("2026-05-08T12:00:05Z")));
    }
}

#[tokio::test]
async fn a_signed_body_is_kept_whatever_stands_beside_its_id_and_type() {
    let bench = Bench::start().await;
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
        deliver(&bench, &id, &[head.as_bytes(), note, b"}}"].concat()).await;
        let view = bench.partner_view(&order).await;
        assert_eq!(view["status"], "completed", "{what}");
        assert_eq!(view["full"]["id"], json!(order), "{what}: the full order cannot be read back");
    }
    let marked =
        format!("\u{feff}{}", event("evt_bom", "order.failed", "2026-05-08T12:00:01Z", &json!({"id": "ord_b"})));
    deliver(&bench, "evt_bom", marked.as_bytes()).await;
    assert_eq!(bench.partner_view("ord_b").await["status"], "failed");
    let listed = bench.as_partner("GET", "/v1/events?from=2026-05-08&per_page=100", None, 200).await.data();
    assert_eq!(listed.as_array().map(Vec::len), Some(odd.len() + 1));
    assert_eq!(text(&items_of(&bench.stack, "EVENT#evt_0").await[0], "type"), "order.completed");
}
