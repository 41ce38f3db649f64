//! Deliveries are accepted only with a recent signature of upstream. An accepted delivery is repeated, signed again or
//! with the first signature. Tests of the age need no repetition, because only the age differs, and OpenSSL's
//! signatures cannot be created here.

use crate::client::Harness;
use crate::delivery::{Delivery, event, hmac_hex};
use crate::receiver::{START, receiver, receiver_with, take};
use crate::redelivery::repeat;
use crate::table::{items_of, text};
use functions::webhook::signature::BaseString;
use serde::Deserialize;
use serde_json::json;

const AT: &str = "2026-05-08T12:00:00Z";

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    secret: String,
    template: String,
    event_id: String,
    timestamp: i64,
    body: String,
    signature: String,
}

/// The text without its last character.
fn cut(text: &str) -> String {
    let mut characters = text.chars();
    characters.next_back();
    characters.collect()
}

/// Number of stored events.
async fn stored(harness: &Harness) -> usize {
    items_of(&harness.stack, "EVENT#").await.len()
}

fn sample(id: &str) -> String {
    event(id, "order.in_progress", AT, &json!({"id": "ord_1", "status": "in_progress"}))
}

#[tokio::test]
async fn openssl_signature_is_valid_only_under_its_template() {
    let vectors: Vectors = serde_json::from_str(include_str!("vectors/webhook_signatures.json")).unwrap();
    assert_eq!(vectors.vectors.len(), 36);
    let harness = Harness::start().await;
    for vector in &vectors.vectors {
        let delivery = Delivery {
            headers: vec![
                ("peeker-event-id", vector.event_id.clone()),
                ("peeker-timestamp", vector.timestamp.to_string()),
                ("peeker-signature", format!("v1={}", vector.signature)),
            ],
            body: vector.body.clone().into_bytes(),
        };
        for (template, _) in BaseString::ALL {
            let receiver = receiver(&harness, &[("test", &vector.secret)], template, vector.timestamp);
            let expected = if template == vector.template { 204 } else { 401 };
            for attempt in ["first", "second"] {
                assert_eq!(take(&receiver, &delivery).await, expected, "{} under {template}: {attempt}", vector.name);
            }
        }
        let receiver = receiver(&harness, &[("test", &vector.secret)], &vector.template, vector.timestamp);
        let changed = Delivery { body: vector.body.replacen("\"id\"", "\"iD\"", 1).into_bytes(), ..delivery.clone() };
        assert_eq!(take(&receiver, &changed).await, 401, "a changed body: {}", vector.name);
        let shorter = Delivery { body: cut(&vector.body).into_bytes(), ..delivery };
        assert_eq!(take(&receiver, &shorter).await, 401, "a shorter body: {}", vector.name);
    }
}

#[tokio::test]
async fn each_header_is_required_exactly_once() {
    let harness = Harness::start().await;
    let good = harness.signed("evt_1", &sample("evt_1"));
    for (name, value) in good.headers.clone() {
        for (what, bad) in [
            ("missing", good.clone().without(name)),
            ("empty", good.clone().with(name, "")),
            ("twice the same", good.clone().and(name, &value)),
            ("twice, one wrong", good.clone().and(name, "1")),
            ("letters beyond ASCII", good.clone().with(name, "é")),
        ] {
            let reply = harness.deliver(&bad, 401).await;
            assert_eq!(reply.code(), "webhook_headers", "{name} {what}");
        }
    }
    assert_eq!(stored(&harness).await, 0, "nothing was stored");
    harness.deliver(&good, 204).await;
    for resigned in [true, false] {
        repeat(&harness, std::slice::from_ref(&good), resigned).await;
        assert_eq!(stored(&harness).await, 1, "{resigned}");
    }
}

#[tokio::test]
async fn wrong_signature_is_refused() {
    let harness = Harness::start().await;
    let body = sample("evt_1");
    let good = harness.signed("evt_1", &body);
    let now = harness.stack.sandbox.now();
    let hex = good.signature();
    let upper = format!("v1={}", hex.to_uppercase());
    let with_signature = |value: &str| good.clone().with("peeker-signature", value);
    let sign = |secret: &str| Delivery::signed(secret, "evt_1", &now.to_string(), &body);
    for (what, bad) in [
        ("another secret", sign("whsec_other")),
        ("an empty secret", sign("")),
        ("the session key", sign(&harness.stack.values.session_key)),
        ("a changed body", Delivery { body: body.replace("in_progress", "in_progresS").into_bytes(), ..good.clone() }),
        ("a body cut short", Delivery { body: cut(&body).into_bytes(), ..good.clone() }),
        ("a space more", Delivery { body: format!("{body} ").into_bytes(), ..good.clone() }),
        ("no body", Delivery { body: Vec::new(), ..good.clone() }),
        ("no version", with_signature(&hex)),
        ("another version", with_signature(&format!("v2={hex}"))),
        ("version 0", with_signature(&format!("v0={hex}"))),
        ("version 11", with_signature(&format!("v11={hex}"))),
        ("an upper-case version", with_signature(&format!("V1={hex}"))),
        ("no digits", with_signature("v1=")),
        ("a digit short", with_signature(&format!("v1={}", cut(&hex)))),
        ("a digit more", with_signature(&format!("v1={hex}0"))),
        ("not hex", with_signature(&format!("v1={}", "zz".repeat(32)))),
        ("signs in place of digits", with_signature(&format!("v1={}", "+1".repeat(32)))),
        ("base64", with_signature("v1=q1w2e3r4t5y6u7i8o9p0q1w2e3r4t5y6u7i8o9p0q1w=")),
        ("nothing but commas", with_signature(",,,")),
        (
            "signed without the timestamp",
            with_signature(&format!("v1={}", hmac_hex(&harness.stack.values.webhook_secret, &body))),
        ),
    ] {
        let reply = harness.deliver(&bad, 401).await;
        assert_eq!(reply.code(), "webhook_signature", "{what}");
    }
    assert_eq!(stored(&harness).await, 0, "nothing was stored");
    // The next attempt has the first signature, or a new one.
    for again in [with_signature(&upper), good.again(true, &harness.stack.values.webhook_secret, now + 60)] {
        harness.deliver(&again, 204).await;
        assert_eq!(stored(&harness).await, 1);
    }
}

#[tokio::test]
async fn one_valid_signature_among_several_is_enough() {
    let harness = Harness::start().await;
    let wrong = "0".repeat(64);
    let templates =
        ["v1=W,v1=R", "v1=R,v1=W", "v1=W, v1=R", "v1=W v1=R", "v0=W,v1=R,v2=W", "garbage,,v1=R", "v1=,v1=R"];
    for (index, template) in templates.iter().enumerate() {
        let id = format!("evt_{index}");
        let first = harness.signed(&id, &sample(&id));
        let resigned = first.again(true, &harness.stack.values.webhook_secret, harness.stack.sandbox.now() + 60);
        for delivery in [first.clone(), resigned, first] {
            let value = template.replace('W', &wrong).replace('R', &delivery.signature());
            harness.deliver(&delivery.with("peeker-signature", &value), 204).await;
        }
    }
    assert_eq!(stored(&harness).await, templates.len());
}

#[tokio::test]
async fn timestamp_is_unix_seconds_within_five_minutes() {
    let harness = Harness::start().await;
    let secret = &harness.stack.values.webhook_secret;
    let now = harness.stack.sandbox.now();
    // Each is signed with its own timestamp, so that nothing else can be the reason of the refusal.
    let at = |timestamp: &str| Delivery::signed(secret, "evt_1", timestamp, sample("evt_1"));
    for garbage in [
        "0",
        "-1",
        "-1778241600",
        "+1778241600",
        "1778241600.5",
        "1778241600s",
        "0x69fdd3c0",
        "1e9",
        "now",
        "１７７８２４１６００",
        "18446744073709551616",
        "99999999999999999999999999",
        "2026-05-08T12:00:00Z",
        "1778241600,1778241600",
    ] {
        let expected = if garbage.is_ascii() { "webhook_timestamp" } else { "webhook_headers" };
        assert_eq!(harness.deliver(&at(garbage), 401).await.code(), expected, "{garbage}");
    }
    let far = [i64::MAX, 1, now - 301, now + 301, now - 24 * 3_600, now * 1_000];
    for seconds in far {
        let reply = harness.deliver(&at(&seconds.to_string()), 401).await;
        assert_eq!(reply.code(), "webhook_stale", "{seconds}");
    }
    assert_eq!(harness.deliver(&at("18446744073709551615"), 401).await.code(), "webhook_stale", "the largest number");
    assert!(items_of(&harness.stack, "EVENT#").await.is_empty(), "nothing was stored");
    for seconds in [now - 300, now, now + 300] {
        harness.deliver(&at(&seconds.to_string()), 204).await;
    }
}

#[tokio::test]
async fn captured_delivery_cannot_be_replayed_later() {
    let harness = Harness::start().await;
    let captured = harness.signed("evt_1", &sample("evt_1"));
    harness.deliver(&captured, 204).await;
    harness.deliver(&captured, 204).await;
    assert_eq!(
        harness.partner_view("ord_1").await["timeline"].as_array().unwrap().len(),
        1,
        "the second one changed nothing"
    );
    harness.advance(301).await;
    // Its event is stored, so it is a duplicate.
    harness.deliver(&captured, 204).await;
    assert_eq!(harness.partner_view("ord_1").await["timeline"].as_array().unwrap().len(), 1);
    let later = harness.stack.sandbox.now();
    let redated = captured.clone().with("peeker-timestamp", &later.to_string());
    assert_eq!(harness.deliver(&redated, 401).await.code(), "webhook_signature");
    // Upstream itself may sign it again.
    harness.deliver(&captured.again(true, &harness.stack.values.webhook_secret, later), 204).await;
    assert_eq!(harness.partner_view("ord_1").await["timeline"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn setting_accepts_late_events_for_25_hours() {
    const HOUR: i64 = 3_600;
    let harness = Harness::start().await;
    let secrets = [("test", "whsec_test")];
    let signed = START.to_string();
    let delivery = |id: &str| Delivery::signed("whsec_test", id, &signed, sample(id));
    let forged = Delivery::signed("whsec_other", "evt_9", &signed, sample("evt_9"));
    for (index, (later, accepts_late, expected)) in [
        (300, false, 204),
        (301, false, 401),
        (25 * HOUR, false, 401),
        (301, true, 204),
        (25 * HOUR, true, 204),
        (25 * HOUR + 1, true, 401),
        (-300, true, 204),
        (-301, true, 401),
    ]
    .into_iter()
    .enumerate()
    {
        let receiver = receiver_with(&harness, &secrets, "{timestamp}.{body}", START + later, (300, accepts_late));
        let taken = take(&receiver, &delivery(&format!("evt_{index}"))).await;
        assert_eq!(taken, expected, "{later} s later, {accepts_late}");
        assert_eq!(take(&receiver, &forged).await, 401, "forged, {later} s later");
    }
    let again = receiver_with(&harness, &secrets, "{timestamp}.{body}", START + HOUR, (300, true));
    for resigned in [true, false] {
        let repeated = delivery("evt_0").again(resigned, "whsec_test", START + HOUR);
        assert_eq!(take(&again, &repeated).await, 204, "a repeated event, signed again: {resigned}");
    }
    let kept = items_of(&harness.stack, "EVENT#evt_0").await;
    assert_eq!((kept.len(), kept[0]["received_at"].as_n().unwrap().as_str()), (1, "1778241900"));
}

#[tokio::test]
async fn signature_is_checked_before_the_age() {
    let harness = Harness::start().await;
    let old = (harness.stack.sandbox.now() - 3_600).to_string();
    let secret = &harness.stack.values.webhook_secret;
    for (what, secret, timestamp, code) in [
        ("old and signed", secret.as_str(), old.as_str(), "webhook_stale"),
        ("old and forged", "whsec_other", &old, "webhook_signature"),
        ("no time, and signed", secret, "soon", "webhook_timestamp"),
        ("no time, and forged", "whsec_other", "soon", "webhook_signature"),
    ] {
        let delivery = Delivery::signed(secret, "evt_1", timestamp, sample("evt_1"));
        assert_eq!(harness.deliver(&delivery, 401).await.code(), code, "{what}");
    }
}

#[tokio::test]
async fn every_current_secret_identifies_its_environment() {
    let harness = Harness::start().await;
    let secrets = [("live", "whsec_live_new"), ("live", "whsec_live_old"), ("test", "whsec_test")];
    let receiver = receiver(&harness, &secrets, "{timestamp}.{body}", START);
    for (index, (environment, secret)) in secrets.iter().enumerate() {
        let id = format!("evt_{index}");
        let delivery = Delivery::signed(secret, &id, "1778241600", sample(&id));
        assert_eq!(take(&receiver, &delivery).await, 204, "{secret}");
        let kept = items_of(&harness.stack, &format!("EVENT#{id}")).await;
        assert_eq!(text(&kept[0], "environment"), *environment);
    }
    // An event first signed with the old secret is repeated unchanged, or signed with the new one.
    let first = Delivery::signed("whsec_live_old", "evt_1", "1778241600", sample("evt_1"));
    for resigned in [true, false] {
        assert_eq!(take(&receiver, &first.again(resigned, "whsec_live_new", START + 60)).await, 204, "{resigned}");
    }
    assert_eq!(stored(&harness).await, secrets.len());
    let retired = Delivery::signed("whsec_live_retired", "evt_9", "1778241600", sample("evt_9"));
    assert_eq!(take(&receiver, &retired).await, 401);
    // During a rotation, a sender signs with both secrets; one of them is enough.
    let both = Delivery::signed("whsec_live_old", "evt_8", "1778241600", sample("evt_8"));
    let value = format!("v1={},v1={}", retired.signature(), both.signature());
    assert_eq!(take(&receiver, &both.with("peeker-signature", &value)).await, 204);
}

#[tokio::test]
async fn rotated_secret_is_loaded_without_a_restart() {
    let harness = Harness::start().await;
    let set = |secrets: &str| {
        harness.stack.secrets.lock().unwrap().insert("webhook_secrets_test".to_owned(), secrets.to_owned());
    };
    let deliver = async |id: &str, secret: &str, status: u16| {
        let now = harness.stack.sandbox.now().to_string();
        let delivery = Delivery::signed(secret, id, &now, sample(id));
        harness.deliver(&delivery, status).await;
        delivery
    };
    let old = harness.stack.values.webhook_secret.clone();
    set(&format!("whsec_of_the_new_one,{old}"));
    harness.advance(61).await;
    deliver("evt_1", "whsec_of_the_new_one", 204).await;
    let of_the_old = deliver("evt_2", &old, 204).await;
    set("whsec_of_the_new_one");
    harness.advance(61).await;
    // Secrets are refreshed after a mismatch.
    deliver("evt_3", "whsec_unknown", 401).await;
    deliver("evt_4", &old, 401).await;
    deliver("evt_5", "whsec_of_the_new_one", 204).await;
    // Its old signature is refused, and a new signature is accepted.
    harness.deliver(&of_the_old, 401).await;
    harness.deliver(&of_the_old.again(true, "whsec_of_the_new_one", harness.stack.sandbox.now()), 204).await;
    assert_eq!(stored(&harness).await, 3);
}
