//! One session places one order: a repeated order is a replay and is marked as one; a different one is refused.

use crate::client::{CUSTOMER, Call, FOUR, Harness, draft};
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut body = draft(&FOUR);
    change(&mut body);
    body
}

#[tokio::test]
async fn repeated_order_is_marked_as_a_replay() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let quote =
        harness.send(Call::post("/v1/quotes").bearer(&token).json(&json!({ "domains": FOUR })), 200).await.data();
    let first = harness.place(&token, &draft(&FOUR), 201).await.data();
    assert_eq!(first.get("replayed"), None);
    let spelled = FOUR.map(|name| format!(" {}. ", name.to_uppercase()));
    let mut reversed = FOUR.to_vec();
    reversed.reverse();
    let common = draft(&FOUR)["forwarding_url"].clone();
    let each: Vec<Value> = FOUR.iter().map(|name| json!({"domain": name, "forwarding_url": common})).collect();
    for (what, body) in [
        ("word for word", draft(&FOUR)),
        ("with a quote", with(|b| b["quote"] = quote["token"].clone())),
        ("in another order", draft(&reversed)),
        ("in another spelling", with(|b| b["domains"] = json!(spelled))),
        ("with the redirect at each domain", with(|b| b["domains"] = json!(each))),
        ("with the redirect in capitals", with(|b| b["forwarding_url"] = json!("HTTPS://ACME.com"))),
        (
            "with the redirect's own port and an empty path",
            with(|b| b["forwarding_url"] = json!("https://acme.com:443/")),
        ),
        ("with an invisible character", with(|b| b["forwarding_url"] = json!("https://acme.com\u{200b}"))),
    ] {
        let again = harness.place(&token, &body, 201).await.data();
        assert_eq!((&again["id"], &again["replayed"]), (&first["id"], &json!(true)), "{what}");
    }
    assert_eq!(harness.stack.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn different_order_is_refused_with_the_receipt() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let first = harness.place(&token, &draft(&FOUR), 201).await.data();
    for (what, body) in [
        ("another name", draft(&[FOUR[0], FOUR[1], FOUR[2], "another-acme.com"])),
        ("another person", with(|b| b["personas"][0]["last_name"] = json!("Other"))),
        ("another redirect", with(|b| b["forwarding_url"] = json!("https://other.example.com"))),
        ("names that are wrong", draft(&["no name"])),
    ] {
        let refused = harness.place(&token, &body, 409).await;
        assert_eq!(refused.code(), "session_used", "{what}");
        assert_eq!(refused.error()["details"]["order"]["id"], first["id"], "{what}");
    }
    assert_eq!(harness.stack.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn session_id_used_by_another_customer_shows_nothing() {
    let harness = Harness::start().await;
    let first = harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await.data();
    let mut claims = harness.claims("ses_1");
    claims["sub"] = json!("other@example.com");
    let other = harness.sign(&claims);
    for call in [Call::get("/v1/session"), Call::post("/v1/orders").json(&draft(&FOUR))] {
        let refused = harness.send(call.bearer(&other), 409).await;
        assert_eq!(refused.code(), "session_used");
        assert!(!refused.text.contains(first["id"].as_str().unwrap()), "{}", refused.text);
    }
    let path = format!("/v1/orders/{}", first["id"].as_str().unwrap());
    assert_eq!(harness.send(Call::get(&path).bearer(&other), 404).await.code(), "order_not_found");
    // The same customer in another spelling is the same customer.
    claims["sub"] = json!(CUSTOMER.to_uppercase());
    let same = harness.place(&harness.sign(&claims), &draft(&FOUR), 201).await.data();
    assert_eq!((&same["id"], &same["replayed"]), (&first["id"], &json!(true)));
}

#[tokio::test]
async fn session_key_rotation_keeps_replays_and_pseudonyms() {
    let harness = Harness::start().await;
    let first = harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await.data();
    let forget = json!({"customer": "somebody@example.com"});
    let before = harness.as_partner("POST", "/v1/customers/forget", Some(&forget), 200).await.data();
    let key = "the-new-session-key-of-the-partner-0001";
    harness.stack.secrets.lock().unwrap().insert("session_keys".to_owned(), format!("new:{key}"));
    harness.advance(61).await;
    let token = crate::jwt::sign(&harness.claims("ses_1"), "new", key);
    let again = harness.place(&token, &draft(&FOUR), 201).await.data();
    assert_eq!((&again["id"], &again["replayed"]), (&first["id"], &json!(true)));
    let after = harness.as_partner("POST", "/v1/customers/forget", Some(&forget), 200).await.data();
    assert_eq!(before["pseudonym"], after["pseudonym"]);
}

/// Another session of the customer sends the same order, and upstream's response arrives or is lost.
async fn again_in_another_session(status: &str, lost: bool) -> (Harness, Value, u16) {
    let harness = Harness::start().await;
    let first = harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await.data();
    let order = json!({"id": first["id"], "status": status, "email": CUSTOMER, "created_at": "2026-05-08T12:00:00Z"});
    harness.stack.sandbox.hold_webhooks(true);
    harness.advance(60).await;
    harness.deliver_event("evt_end", &format!("order.{status}"), "2026-05-08T12:00:30Z", &order).await;
    // The names are available again.
    let free = |name: &str| {
        json!({"domain": name, "available": true, "price_cents": 1_300, "renewal_price_cents": 1_500,
               "currency": "usd", "usable_for": ["google", "microsoft"], "premium": false})
    };
    let body = Some(json!({"data": {"domains": FOUR.map(free)}}).to_string());
    harness.stack.sandbox.fail_next(Fault { body, times: 9, ..Fault::on("POST", "/domains/availability") });
    if lost {
        harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::Before), ..Fault::on("POST", "/orders") });
    }
    let reply = harness.exchange(Call::post("/v1/orders").bearer(&harness.session("ses_2")).json(&draft(&FOUR))).await;
    (harness, reply.json(), reply.status)
}

#[tokio::test]
async fn repeated_order_in_another_session_is_a_replay() {
    let (harness, reply, status) = again_in_another_session("completed", false).await;
    assert_eq!((status, &reply["data"]["replayed"]), (201, &json!(true)), "{reply}");
    assert_eq!(harness.stack.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn failed_order_is_refused_in_another_session() {
    for ended in ["failed", "cancelled"] {
        let (harness, reply, status) = again_in_another_session(ended, false).await;
        assert_eq!((status, &reply["error"]["code"]), (409, &json!("order_failed_before")), "{ended}: {reply}");
        let token = harness.session("ses_2");
        assert!(harness.show_session(&token).await["order"].is_null(), "{ended}");
        harness.stack.sandbox.clear_faults();
        let other = ["second-a.com", "second-b.com", "second-c.com", "second-d.com"];
        let placed = harness.place(&token, &draft(&other), 201).await.data();
        assert_eq!(placed.get("replayed"), None, "{ended}");
        assert_eq!(harness.stack.sandbox.orders().len(), 2, "{ended}");
    }
}

#[tokio::test]
async fn failed_order_with_lost_response_is_refused() {
    let (harness, reply, status) = again_in_another_session("failed", true).await;
    assert_eq!(status, 202, "{reply}");
    for _ in 0..3 {
        harness.advance(45).await;
        harness.stack.reconciler.run().await.unwrap();
    }
    assert!(harness.show_session(&harness.session("ses_2")).await["order"].is_null());
    assert_eq!(harness.stack.sandbox.orders().len(), 1);
}
