//! `GET /v1/orders/{id}`: the latest known state, access control, and conditional requests.

use crate::client::{Call, FOUR, Harness, draft};
use sandbox::Fault;
use serde_json::{Value, json};

async fn placed(harness: &Harness, token: &str, body: &Value) -> String {
    harness.place(token, body, 201).await.data()["id"].as_str().unwrap().to_owned()
}

fn get(id: &str, token: &str) -> Call {
    Call::get(&format!("/v1/orders/{id}")).bearer(token)
}

#[tokio::test]
async fn unchanged_order_returns_not_modified() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let id = placed(&harness, &token, &draft(&FOUR)).await;
    let first = harness.send(get(&id, &token), 200).await;
    let tag = first.header("etag").unwrap();
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 10, "{tag}");
    assert_eq!(first.header("cache-control"), Some("private, no-cache"));
    for known in [tag.to_owned(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let same = harness.send(get(&id, &token).header("if-none-match", &known), 304).await;
        assert_eq!((same.text.as_str(), same.header("etag")), ("", Some(tag)), "{known}");
    }
    for unknown in ["\"other\"", "", tag.trim_matches('"')] {
        harness.send(get(&id, &token).header("if-none-match", unknown), 200).await;
    }
    harness.advance(0).await;
    let moved = harness.send(get(&id, &token).header("if-none-match", tag), 200).await;
    assert_ne!(moved.header("etag"), Some(tag), "an event has come in");
}

#[tokio::test]
async fn orders_of_others_and_missing_orders_look_the_same() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let id = placed(&harness, &token, &draft(&FOUR)).await;
    let mut claims = harness.claims("ses_2");
    claims["sub"] = json!("stranger@example.com");
    let stranger = harness.sign(&claims);
    let theirs = harness.send(get(&id, &stranger), 404).await;
    let none = harness.send(get("ord_01HZX0OR1A2B3C4D5E6F7G8H", &stranger), 404).await;
    assert_eq!(theirs.code(), "order_not_found");
    assert_eq!(theirs.text, none.text);
    for odd in ["%20", "a%23b", "..%2f..", &"x".repeat(129), "%00", "pending"] {
        assert_eq!(harness.send(get(odd, &token), 404).await.code(), "order_not_found", "{odd}");
    }
    assert_eq!(harness.send(Call::get(&format!("/v1/orders/{id}")), 401).await.code(), "session_missing");
}

#[tokio::test]
async fn partner_reads_every_order() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let id = placed(&harness, &token, &draft(&FOUR)).await;
    let mut view = harness.partner_view(&id).await;
    let costs = view["costs"].clone();
    let own = [
        ("customer", json!(crate::client::CUSTOMER)),
        ("cost", costs),
        ("margin_cents", json!(0)),
        ("reference", Value::Null),
        ("metadata", json!({})),
    ];
    for (name, value) in own {
        assert_eq!(view.as_object_mut().unwrap().remove(name), Some(value), "{name}");
    }
    assert_eq!(view, harness.order(&token, &id).await);
    let missing = harness.send(get("ord_none", &harness.stack.values.partner_key), 404).await;
    assert_eq!(missing.code(), "order_not_found");
}

#[tokio::test]
async fn timeline_is_sorted_oldest_first() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let id = placed(&harness, &token, &draft(&FOUR)).await;
    harness.stack.sandbox.hold_webhooks(true);
    harness.advance(6).await;
    let mut ids: Vec<String> = harness.stack.sandbox.events().iter().map(|event| event.id.clone()).collect();
    ids.reverse();
    assert!(harness.stack.sandbox.deliver(&ids).await.iter().all(|status| *status == 204));
    let order = harness.order(&token, &id).await;
    let times: Vec<&str> =
        order["timeline"].as_array().unwrap().iter().map(|entry| entry["at"].as_str().unwrap()).collect();
    assert_eq!(times.len(), 6);
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!(order["timeline"][0]["type"], "order.in_progress");
    assert_eq!(order["timeline"][5]["type"], "order.completed");
    let about = |entry: &Value| entry.get("domain").and_then(Value::as_str).map(str::to_owned);
    let about: Vec<_> = order["timeline"].as_array().unwrap().iter().map(about).collect();
    assert_eq!((&about[0], &about[5]), (&None, &None), "the order as a whole");
    let mut connected: Vec<&str> = about.iter().flatten().map(String::as_str).collect();
    let mut four = FOUR;
    connected.sort_unstable();
    four.sort_unstable();
    assert_eq!(connected, four);
    assert_eq!(order["updated_at"], times[5]);
}

#[tokio::test]
async fn waiting_order_lists_its_action_and_completes_after_it() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let mut body = draft(&FOUR);
    body["personas"][0]["profile_picture_url"] = json!("https://cdn.acme.com/unreachable.jpg");
    let id = placed(&harness, &token, &body).await;
    harness.advance(6).await;
    let order = harness.order(&token, &id).await;
    assert_eq!((&order["status"], &order["final"]), (&json!("action_required"), &json!(false)));
    let actions = order["pending_actions"].as_array().unwrap();
    assert!(!actions.is_empty());
    for action in actions {
        assert_eq!(action["type"], "google_profile_picture");
        assert_eq!(action["reason"], "profile_picture_not_accessible");
        assert!(FOUR.contains(&action["domain"].as_str().unwrap()), "{action}");
        assert!(action["message"].as_str().is_some_and(|message| !message.is_empty()), "{action}");
    }
    // Without upstream, the status is still returned. A response is reused for ten seconds.
    harness.advance(10).await;
    harness.stack.sandbox.fail_next(Fault { status: Some(503), times: 10, ..Fault::on("GET", "/orders/pending") });
    let blind = harness.order(&token, &id).await;
    assert_eq!((&blind["status"], &blind["pending_actions"]), (&json!("action_required"), &json!([])));
    harness.stack.sandbox.clear_faults();

    assert!(harness.stack.sandbox.resolve_actions(&id));
    harness.advance(60).await;
    let order = harness.order(&token, &id).await;
    assert_eq!((&order["status"], &order["final"]), (&json!("completed"), &json!(true)));
    assert_eq!(order["pending_actions"], json!([]));
}

#[tokio::test]
async fn unknown_status_is_passed_through() {
    let harness = Harness::start().await;
    let data = json!({"id": "ord_1", "status": "warming_up"});
    harness.deliver_event("evt_1", "order.warming_up", "2026-05-08T12:00:00Z", &data).await;
    let view = harness.partner_view("ord_1").await;
    assert_eq!((&view["status"], &view["final"]), (&json!("warming_up"), &json!(false)));
    harness.deliver_event("evt_2", "order.completed", "2026-05-08T12:00:01Z", &json!({"id": "ord_1"})).await;
    assert_eq!(harness.partner_view("ord_1").await["status"], "completed");
}
