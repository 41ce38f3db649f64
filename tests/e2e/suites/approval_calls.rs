//! Approvals by call: the partner's backend is asked once, and whatever is no clear yes is a no.

use crate::approval_backend::{
    Backend, Question, Says, assert_nothing_ordered, by_call, order, quote, reconcile_after, refuse_next, states, words,
};
use crate::client::{CUSTOMER, Call, FOUR, Harness, Reply, draft};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt;
use hmac::{Hmac, KeyInit, Mac};
use sandbox::DomainOutcome;
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet};

async fn asking() -> (Backend, Harness, String, Value) {
    let backend = Backend::start().await;
    let harness = Harness::with(by_call(&backend)).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    (backend, harness, token, shown)
}

#[tokio::test]
async fn partner_is_asked_with_a_signature_and_says_yes() {
    let (backend, harness, token, shown) = asking().await;
    assert_eq!(harness.show_session(&token).await["approval"], "call");
    let placed = harness.place(&token, &order(&shown, None), 201).await.data();
    let asked = backend.asked();
    assert_eq!(asked.len(), 1);
    let (id, body) = (asked[0].id(), serde_json::from_slice::<Value>(&asked[0].body).unwrap());
    let names: Vec<&str> = FOUR.to_vec();
    let data = json!({
        "id": id, "session": "ses_1", "customer": CUSTOMER, "quote": shown["id"], "domains": names,
        "amount_cents": 5_200, "currency": "usd", "reference": null, "metadata": {},
    });
    assert_eq!(body, json!({"type": "approval.requested", "data": data}));
    assert!(id.starts_with("apr_"), "{id}");
    // Verified as the specification says, with the secret as the partner holds it.
    let header = |name: &str| asked[0].headers[name].to_str().unwrap().to_owned();
    assert_eq!((header("webhook-id"), header("content-type")), (id.clone(), "application/json".to_owned()));
    let key = STANDARD.decode(harness.stack.values.approval_secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{}.", header("webhook-timestamp")).as_bytes());
    mac.update(&asked[0].body);
    assert_eq!(header("webhook-signature"), format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())));
    let order = placed["id"].as_str().map(str::to_owned);
    assert_eq!(states(&harness).await, [(id, ("capture".to_owned(), order))].into());
}

#[tokio::test]
async fn quote_comes_before_the_question() {
    let (backend, harness, token, shown) = asking().await;
    assert_eq!(harness.place(&token, &draft(&FOUR), 400).await.code(), "quote_required");
    let with_token = order(&shown, Some("a.b.c"));
    assert_eq!(harness.place(&token, &with_token, 400).await.code(), "approval_not_taken");
    // Whatever is refused by a rule is not asked for.
    harness.stack.sandbox.set_domain(FOUR[0], DomainOutcome::Taken);
    assert_eq!(harness.place(&token, &order(&shown, None), 409).await.code(), "quote_changed");
    harness.stack.sandbox.set_domain(FOUR[0], DomainOutcome::ByName);
    harness.advance(601).await;
    let expired = harness.place(&token, &order(&shown, None), 409).await;
    assert_eq!(expired.findings(), ["quote quote_expired"]);
    assert!(backend.asked().is_empty());
    assert_nothing_ordered(&harness, "nobody was asked");
}

#[tokio::test]
async fn refusal_is_shown_as_short_text() {
    let (backend, harness, token, shown) = asking().await;
    let long = format!("<b>Card declined.</b> {}", "é".repeat(400));
    let no = |message: Value| Says::Exactly(200, &[], json!({"approved": false, "message": message}).to_string());
    backend.will([no(json!(long)), no(Value::Null), no(json!(" \u{7} "))]);
    let refused = harness.place(&token, &order(&shown, None), 402).await;
    assert_eq!(refused.code(), "approval_refused");
    let message = refused.error()["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with("<b>Card declined.</b> é") && message.chars().count() == 300, "{message}");
    for _ in 0..2 {
        let refused = harness.place(&token, &order(&shown, None), 402).await;
        assert_eq!(refused.error()["message"], "The order was not approved. Nothing was ordered.");
    }
    assert_nothing_ordered(&harness, "after a refusal");
    let ids: Vec<String> = backend.asked().iter().map(Question::id).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 3, "each attempt asks under an id of its own");
    assert_eq!(words(&harness).await, ["void", "void", "void"]);
    // The customer may try again.
    harness.place(&token, &order(&shown, None), 201).await;
    let mut words = words(&harness).await;
    words.sort();
    assert_eq!(words, ["capture", "void", "void", "void"]);
}

#[tokio::test]
async fn anything_but_a_clear_yes_is_a_no() {
    let (backend, harness, token, shown) = asking().await;
    let yes = json!({"approved": true, "id": "apr_x", "amount_cents": 5_200, "currency": "usd"}).to_string();
    for (what, says) in [
        ("another id", Says::Other(json!({"id": "apr_other"}))),
        ("another amount", Says::Other(json!({"amount_cents": 5_199}))),
        ("another currency", Says::Other(json!({"currency": "eur"}))),
        ("a word for yes", Says::Other(json!({"approved": "true"}))),
        ("no word", Says::Other(json!({"approved": null}))),
        ("created", Says::Exactly(201, &[], yes.clone())),
        ("an error", Says::Exactly(500, &[], yes.clone())),
        ("an error page", Says::Exactly(502, &[("content-type", "text/html")], "<h1>Bad Gateway</h1>".to_owned())),
        ("a page", Says::Exactly(200, &[("content-type", "text/html")], "<h1>Approved</h1>".to_owned())),
        ("nothing", Says::Exactly(200, &[], String::new())),
        ("a redirect", Says::Exactly(307, &[("location", "/approve")], String::new())),
        ("a list", Says::Exactly(200, &[], "[true]".to_owned())),
    ] {
        backend.will([says]);
        let refused = harness.place(&token, &order(&shown, None), 402).await;
        assert_eq!(refused.code(), "approval_refused", "{what}");
        assert_eq!(refused.error()["message"], "The order was not approved. Nothing was ordered.", "{what}");
        assert_nothing_ordered(&harness, what);
    }
    assert_eq!(backend.asked().len(), 12, "each attempt asks once; nothing is repeated or followed");
    assert_eq!(words(&harness).await, vec!["void"; 12]);
}

#[tokio::test]
async fn silent_backend_is_a_no_after_four_seconds() {
    let (backend, harness, token, shown) = asking().await;
    backend.will([Says::Nothing]);
    let started = std::time::Instant::now();
    let refused = harness.place(&token, &order(&shown, None), 402).await;
    let waited = started.elapsed().as_secs_f64();
    assert_eq!(refused.code(), "approval_refused");
    assert!((4.0..8.0).contains(&waited), "{waited}");
    assert_nothing_ordered(&harness, "without an answer");
    assert_eq!((backend.asked().len(), words(&harness).await), (1, vec!["void".to_owned()]));
}

#[tokio::test]
async fn unreachable_backend_is_a_no() {
    let backend = Backend::nowhere();
    let harness = Harness::with(by_call(&backend)).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    assert_eq!(harness.place(&token, &order(&shown, None), 402).await.code(), "approval_refused");
    assert_nothing_ordered(&harness, "nobody there");
    assert_eq!(words(&harness).await, ["void"]);
}

#[tokio::test]
async fn open_approval_is_used_again_without_asking() {
    let (backend, harness, token, shown) = asking().await;
    refuse_next(&harness);
    harness.place(&token, &order(&shown, None), 409).await;
    assert_eq!(words(&harness).await, ["open"]);
    harness.place(&token, &order(&shown, None), 201).await;
    assert_eq!((backend.asked().len(), words(&harness).await), (1, vec!["capture".to_owned()]));
}

#[tokio::test]
async fn another_quote_is_asked_for_again() {
    let (backend, harness, token, shown) = asking().await;
    refuse_next(&harness);
    harness.place(&token, &order(&shown, None), 409).await;
    let fresh = quote(&harness, &token).await;
    harness.place(&token, &order(&fresh, None), 201).await;
    assert_eq!(backend.asked().len(), 2);
    let ids: Vec<String> = backend.asked().iter().map(Question::id).collect();
    let states = states(&harness).await;
    assert_eq!((states[&ids[0]].0.as_str(), states[&ids[1]].0.as_str()), ("void", "capture"));
}

#[tokio::test]
async fn approval_by_call_ends_with_its_quote() {
    let (backend, harness, token, shown) = asking().await;
    refuse_next(&harness);
    harness.place(&token, &order(&shown, None), 409).await;
    reconcile_after(&harness, 601).await;
    assert_eq!(words(&harness).await, ["void"]);
    assert_eq!(harness.place(&token, &order(&shown, None), 409).await.code(), "quote_changed");
    assert_eq!(backend.asked().len(), 1);
}

/// Twenty tabs that send the same order at the same time.
async fn twenty_tabs(harness: &Harness, token: &str, shown: &Value) -> Vec<Reply> {
    let call = Call::post("/v1/orders").bearer(token).json(&order(shown, None));
    futures::stream::iter((0..20).map(|_| harness.exchange(call.clone()))).buffer_unordered(20).collect().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn second_tab_does_not_ask_again() {
    let (backend, harness, token, shown) = asking().await;
    let replies = twenty_tabs(&harness, &token, &shown).await;
    assert!(replies.iter().all(|reply| reply.status == 201), "{replies:?}");
    assert_eq!(backend.asked().len(), 1, "asked more than once for one order");
    assert_eq!(words(&harness).await, ["capture"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusal_ends_its_own_question_only() {
    let (backend, harness, token, shown) = asking().await;
    let no = Says::Exactly(200, &[], json!({"approved": false, "message": "Card declined."}).to_string());
    backend.will(vec![no; 20]);
    let replies = twenty_tabs(&harness, &token, &shown).await;
    assert!(replies.iter().all(|reply| reply.code() == "approval_refused"), "{replies:?}");
    // A tab that comes after a refusal may ask again; it is another approval.
    let asked: BTreeSet<String> = backend.asked().iter().map(Question::id).collect();
    assert_eq!(asked.len(), backend.asked().len(), "asked twice for one approval");
    let ends: BTreeMap<String, _> = asked.into_iter().map(|id| (id, ("void".to_owned(), None))).collect();
    assert_eq!(states(&harness).await, ends);
    assert_nothing_ordered(&harness, "each question was refused");
}
