//! One session places one order: the same order again is a replay and says so; another one is refused.

use crate::client::{Bench, CUSTOMER, Call, FOUR, draft};
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut body = draft(&FOUR);
    change(&mut body);
    body
}

#[tokio::test]
async fn the_same_order_again_is_a_replay_and_says_so() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let quote = bench.send(Call::post("/v1/quotes").bearer(&token).json(&json!({ "domains": FOUR })), 200).await.data();
    let first = bench.place(&token, &draft(&FOUR), 201).await.data();
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
        let again = bench.place(&token, &body, 201).await.data();
        assert_eq!((&again["id"], &again["replayed"]), (&first["id"], &json!(true)), "{what}");
    }
    assert_eq!(bench.stack.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn another_order_is_refused_with_the_receipt() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let first = bench.place(&token, &draft(&FOUR), 201).await.data();
    for (what, body) in [
        ("another name", draft(&[FOUR[0], FOUR[1], FOUR[2], "another-acme.com"])),
        ("another person", with(|b| b["personas"][0]["last_name"] = json!("Other"))),
        ("another redirect", with(|b| b["forwarding_url"] = json!("https://other.example.com"))),
        ("names that are wrong", draft(&["no name"])),
    ] {
        let refused = bench.place(&token, &body, 409).await;
        assert_eq!(refused.code(), "session_used", "{what}");
        assert_eq!(refused.error()["details"]["order"]["id"], first["id"], "{what}");
    }
    assert_eq!(bench.stack.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn a_session_id_that_another_customer_has_used_shows_nothing() {
    let bench = Bench::start().await;
    let first = bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await.data();
    let mut claims = bench.claims("ses_1");
    claims["sub"] = json!("other@example.com");
    let other = bench.sign(&claims);
    for call in [Call::get("/v1/session"), Call::post("/v1/orders").json(&draft(&FOUR))] {
        let refused = bench.send(call.bearer(&other), 409).await;
        assert_eq!(refused.code(), "session_used");
        assert!(!refused.text.contains(first["id"].as_str().unwrap()), "{}", refused.text);
    }
    let path = format!("/v1/orders/{}", first["id"].as_str().unwrap());
    assert_eq!(bench.send(Call::get(&path).bearer(&other), 404).await.code(), "order_not_found");
    // The same customer in another spelling is the same customer.
    claims["sub"] = json!(CUSTOMER.to_uppercase());
    let same = bench.place(&bench.sign(&claims), &draft(&FOUR), 201).await.data();
    assert_eq!((&same["id"], &same["replayed"]), (&first["id"], &json!(true)));
}

#[tokio::test]
async fn rotating_the_session_key_changes_neither_replays_nor_pseudonyms() {
    let bench = Bench::start().await;
    let first = bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await.data();
    let forget = json!({"customer": "somebody@example.com"});
    let before = bench.as_partner("POST", "/v1/customers/forget", Some(&forget), 200).await.data();
    let key = "the-new-session-key-of-the-partner-0001";
    bench.stack.secrets.lock().unwrap().insert("session_keys".to_owned(), format!("new:{key}"));
    bench.advance(61).await;
    let token = crate::jwt::sign(&bench.claims("ses_1"), "new", key);
    let again = bench.place(&token, &draft(&FOUR), 201).await.data();
    assert_eq!((&again["id"], &again["replayed"]), (&first["id"], &json!(true)));
    let after = bench.as_partner("POST", "/v1/customers/forget", Some(&forget), 200).await.data();
    assert_eq!(before["pseudonym"], after["pseudonym"]);
}

/// Another session of the customer sends the same order, and upstream's answer arrives or is lost.
async fn again_in_another_session(status: &str, lost: bool) -> (Bench, Value, u16) {
    let bench = Bench::start().await;
    let first = bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await.data();
    let order = json!({"id": first["id"], "status": status, "email": CUSTOMER, "created_at": "2026-05-08T12:00:00Z"});
    bench.stack.sandbox.hold_webhooks(true);
    bench.advance(60).await;
    bench.tell("evt_end", &format!("order.{status}"), "2026-05-08T12:00:30Z", &order).await;
    // The names are for sale again.
    let free = |name: &str| {
        json!({"domain": name, "available": true, "price_cents": 1_300, "renewal_price_cents": 1_500,
               "currency": "usd", "usable_for": ["google", "microsoft"], "premium": false})
    };
    let body = Some(json!({"data": {"domains": FOUR.map(free)}}).to_string());
    bench.stack.sandbox.fail_next(Fault { body, times: 9, ..Fault::on("POST", "/domains/availability") });
    if lost {
        bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::Before), ..Fault::on("POST", "/orders") });
    }
    let reply = bench.exchange(Call::post("/v1/orders").bearer(&bench.session("ses_2")).json(&draft(&FOUR))).await;
    (bench, reply.json(), reply.status)
}

#[tokio::test]
async fn the_same_order_in_another_session_is_no_new_one_and_says_so() {
    let (bench, reply, status) = again_in_another_session("completed", false).await;
    assert_eq!((status, &reply["data"]["replayed"]), (201, &json!(true)), "{reply}");
    assert_eq!(bench.stack.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn the_same_order_after_it_came_to_nothing_is_refused_and_leaves_the_session_usable() {
    for ended in ["failed", "cancelled"] {
        let (bench, reply, status) = again_in_another_session(ended, false).await;
        assert_eq!((status, &reply["error"]["code"]), (409, &json!("order_failed_before")), "{ended}: {reply}");
        let token = bench.session("ses_2");
        assert!(bench.show_session(&token).await["order"].is_null(), "{ended}");
        bench.stack.sandbox.clear_faults();
        let other = ["second-a.com", "second-b.com", "second-c.com", "second-d.com"];
        let placed = bench.place(&token, &draft(&other), 201).await.data();
        assert_eq!(placed.get("replayed"), None, "{ended}");
        assert_eq!(bench.stack.sandbox.orders().len(), 2, "{ended}");
    }
}

#[tokio::test]
async fn it_is_refused_too_when_the_answer_was_lost() {
    let (bench, reply, status) = again_in_another_session("failed", true).await;
    assert_eq!(status, 202, "{reply}");
    for _ in 0..3 {
        bench.advance(45).await;
        bench.stack.reconciler.run().await.unwrap();
    }
    assert!(bench.show_session(&bench.session("ses_2")).await["order"].is_null());
    assert_eq!(bench.stack.sandbox.orders().len(), 1);
}
