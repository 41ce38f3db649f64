//! Approvals as tokens: no order without one, and each comes to one end.

use crate::approval_backend::{
    assert_nothing_ordered, by_token, claims, order, order_of, place_with, quote, quote_for, reconcile_after,
    refuse_next, states, words,
};
use crate::client::{FOUR, Harness, draft};
use crate::jwt;
use sandbox::DomainOutcome;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const OTHER: [&str; 4] = ["second-a.com", "second-b.com", "second-c.com", "second-d.com"];

#[tokio::test]
async fn approved_order_is_placed_and_captured() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    assert_eq!(harness.show_session(&token).await["approval"], "token");
    let shown = quote(&harness, &token).await;
    let placed = place_with(&harness, &token, &shown, &claims(&harness, "ses_1", "pay_1", &shown), 201).await.data();
    let order = placed["id"].as_str().map(str::to_owned);
    assert_eq!(states(&harness).await, [("pay_1".to_owned(), ("capture".to_owned(), order))].into());
    assert_eq!(harness.stack.sandbox.orders().len(), 1);
    reconcile_after(&harness, 7_200).await;
    assert_eq!(words(&harness).await, ["capture"]);
}

#[tokio::test]
async fn order_without_approval_is_refused() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let before = harness.stack.sandbox.received().len();
    // A quote comes first: without one there is nothing to approve.
    let refused = harness.place(&token, &draft(&FOUR), 400).await;
    assert_eq!(
        (refused.code().as_str(), refused.findings()),
        ("quote_required", vec!["quote quote_required".to_owned()])
    );
    assert_eq!(harness.stack.sandbox.received().len(), before, "upstream was asked");
    let shown = quote(&harness, &token).await;
    let refused = harness.place(&token, &order(&shown, None), 402).await;
    assert_eq!(refused.code(), "approval_required");
    let expected = json!({"quote": shown["id"], "amount_cents": 5_200, "currency": "usd"});
    assert_eq!(refused.error()["details"], expected);
    assert_nothing_ordered(&harness, "without an approval");
    assert!(states(&harness).await.is_empty());
    // Nothing is left behind: the session is as it was.
    assert!(harness.show_session(&token).await["order"].is_null());
}

#[tokio::test]
async fn approval_with_a_wrong_claim_is_refused() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    let good = claims(&harness, "ses_1", "pay_1", &shown);
    let now = harness.stack.sandbox.now();
    let other = quote_for(&harness, &harness.session("ses_2"), &OTHER).await;
    let table: [(&str, &str, Value); 23] = [
        ("another audience", "aud", json!({"aud": "peeker-checkout/test"})),
        ("no audience", "aud", json!({"aud": null})),
        ("no id", "jti", json!({"jti": null})),
        ("an id with a separator", "jti", json!({"jti": "a#b"})),
        ("no end", "exp", json!({"exp": null})),
        ("an end in words", "exp", json!({"exp": "soon"})),
        ("expired", "exp", json!({"exp": now})),
        ("longer than an hour", "exp", json!({"exp": now + 3_631})),
        ("valid from a later time", "nbf", json!({"nbf": now + 31})),
        ("valid from a time in words", "nbf", json!({"nbf": "now"})),
        ("another session", "session", json!({"session": "ses_2"})),
        ("no session", "session", json!({"session": null})),
        ("another quote", "quote", json!({"quote": other["id"]})),
        ("the quote's token", "quote", json!({"quote": shown["token"]})),
        ("a cent less", "amount_cents", json!({"amount_cents": 5_199})),
        ("a cent more", "amount_cents", json!({"amount_cents": 5_201})),
        ("a fraction", "amount_cents", json!({"amount_cents": 5_200.5})),
        ("an amount in words", "amount_cents", json!({"amount_cents": "5200"})),
        ("a negative amount", "amount_cents", json!({"amount_cents": -5_200})),
        ("no amount", "amount_cents", json!({"amount_cents": null})),
        ("another currency", "currency", json!({"currency": "eur"})),
        ("a currency in capitals", "currency", json!({"currency": "USD"})),
        ("no currency", "currency", json!({"currency": null})),
    ];
    for (what, claim, change) in table {
        let mut wrong = good.clone();
        for (name, value) in change.as_object().unwrap() {
            wrong[name] = value.clone();
        }
        let refused = place_with(&harness, &token, &shown, &wrong, 402).await;
        let found = (refused.code(), refused.error()["details"]["claim"].clone());
        assert_eq!(found, ("approval_invalid".to_owned(), json!(claim)), "{what}");
        assert_nothing_ordered(&harness, what);
    }
    assert!(states(&harness).await.is_empty(), "an approval that is not valid reached us");
    // Numbers may have a fraction of zero, and lists name the audience, too.
    let mut same = good.clone();
    same["nbf"] = json!(now + 30);
    (same["amount_cents"], same["aud"]) = (json!(5_200.0), json!(["other", "peeker-checkout/approval"]));
    place_with(&harness, &token, &shown, &same, 201).await;
    assert_eq!(words(&harness).await, ["capture"]);
}

#[tokio::test]
async fn approval_signed_with_another_key_is_refused() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    let claims = claims(&harness, "ses_1", "pay_1", &shown);
    let (kid, key) = (&harness.stack.values.session_kid, &harness.stack.values.session_key);
    let none = jwt::unsigned(&json!({"alg": "none"}), claims.to_string().as_bytes());
    for (what, approval, claim) in [
        ("another key", jwt::sign(&claims, kid, "another-key-of-at-least-32-characters"), "signature"),
        ("another kid", jwt::sign(&claims, "another", key), "signature"),
        ("the partner key", jwt::sign(&claims, kid, &harness.stack.values.partner_key), "signature"),
        ("no signature", format!("{none}."), "alg"),
        ("another algorithm", jwt::with_header(&json!({"alg": "HS384"}), &claims, key), "alg"),
        ("no token", "approved".to_owned(), "payload"),
        ("the session's token", token.clone(), "aud"),
        ("the quote's token", shown["token"].as_str().unwrap().to_owned(), "signature"),
    ] {
        let refused = harness.place(&token, &order(&shown, Some(&approval)), 402).await;
        let found = (refused.code(), refused.error()["details"]["claim"].clone());
        assert_eq!(found, ("approval_invalid".to_owned(), json!(claim)), "{what}");
    }
    assert_nothing_ordered(&harness, "with a forged approval");
    assert!(states(&harness).await.is_empty());
}

#[tokio::test]
async fn newer_session_key_signs_approvals_at_once() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    let old = format!("{}:{}", harness.stack.values.session_kid, harness.stack.values.session_key);
    let key = "the-new-session-key-of-the-partner-0001";
    harness.stack.secrets.lock().unwrap().insert("session_keys".to_owned(), format!("new:{key},{old}"));
    harness.advance(61).await;
    let approval = jwt::sign(&claims(&harness, "ses_1", "pay_1", &shown), "new", key);
    harness.place(&token, &order(&shown, Some(&approval)), 201).await;
}

#[tokio::test]
async fn approval_of_another_session_is_refused() {
    let harness = Harness::with(by_token()).await;
    let (mine, other) = (harness.session("ses_1"), harness.session("ses_2"));
    let (my_quote, other_quote) = (quote(&harness, &mine).await, quote(&harness, &other).await);
    let paid = claims(&harness, "ses_1", "pay_1", &my_quote);
    for (quote, code) in [(&other_quote, "approval_invalid"), (&my_quote, "quote_invalid")] {
        let reply = harness
            .place(&other, &order(quote, Some(&harness.sign(&paid))), if code == "quote_invalid" { 400 } else { 402 })
            .await;
        assert_eq!(reply.code(), code);
    }
    assert_nothing_ordered(&harness, "with another session's approval");
    place_with(&harness, &mine, &my_quote, &paid, 201).await;
    assert_eq!(words(&harness).await, ["capture"]);
}

#[tokio::test]
async fn repeated_order_is_answered_without_its_new_approval() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    let other = quote_for(&harness, &token, &OTHER).await;
    let paid = claims(&harness, "ses_1", "pay_1", &shown);
    let first = place_with(&harness, &token, &shown, &paid, 201).await.data();
    for body in [draft(&FOUR), order(&shown, None), order(&shown, Some(&harness.sign(&paid)))] {
        let again = harness.place(&token, &body, 201).await.data();
        assert_eq!((&again["id"], &again["replayed"]), (&first["id"], &json!(true)));
    }
    assert_eq!(words(&harness).await, ["capture"]);
    // A second payment for the same order, and one for another order in the same session, are given back.
    let second = claims(&harness, "ses_1", "pay_2", &shown);
    let third = claims(&harness, "ses_1", "pay_3", &other);
    for _ in 0..2 {
        place_with(&harness, &token, &shown, &second, 201).await;
        let refused = harness.place(&token, &order_of(&OTHER, &other, Some(&harness.sign(&third))), 409).await;
        assert_eq!(refused.code(), "session_used");
    }
    // One that proves nothing has no state.
    let mut wrong = claims(&harness, "ses_1", "pay_4", &shown);
    wrong["amount_cents"] = json!(1);
    place_with(&harness, &token, &shown, &wrong, 201).await;
    let order = first["id"].as_str().map(str::to_owned);
    let void = || ("void".to_owned(), None);
    let expected = [("pay_1", ("capture".to_owned(), order)), ("pay_2", void()), ("pay_3", void())];
    let expected: BTreeMap<String, _> = expected.into_iter().map(|(id, end)| (id.to_owned(), end)).collect();
    assert_eq!(states(&harness).await, expected);
    reconcile_after(&harness, 7_200).await;
    assert_eq!(states(&harness).await, expected);
    assert_eq!(harness.orders_sent(), 1);
}

#[tokio::test]
async fn tabs_with_approvals_of_their_own_each_get_an_end() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    let tabs = (0..6).map(|tab| {
        let paid = harness.sign(&claims(&harness, "ses_1", &format!("pay_{tab}"), &shown));
        let body = order(&shown, Some(&paid));
        let (harness, token) = (&harness, &token);
        async move { harness.place(token, &body, 201).await }
    });
    futures::future::join_all(tabs).await;
    let mut found = words(&harness).await;
    found.sort();
    assert_eq!(found, ["capture", "void", "void", "void", "void", "void"]);
    assert_eq!(harness.orders_sent(), 1);
}

#[tokio::test]
async fn refused_order_keeps_its_approval_open() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    let paid = claims(&harness, "ses_1", "pay_1", &shown);
    // Recorded before anything else is checked: also for people whose names are wrong.
    let mut body = order(&shown, Some(&harness.sign(&paid)));
    body["personas"][0]["first_name"] = json!("Sam@");
    assert_eq!(harness.place(&token, &body, 400).await.code(), "name_bad_character");
    assert_eq!(words(&harness).await, ["open"]);
    refuse_next(&harness);
    place_with(&harness, &token, &shown, &paid, 409).await;
    assert_eq!(words(&harness).await, ["open"]);
    place_with(&harness, &token, &shown, &paid, 201).await;
    assert_eq!(words(&harness).await, ["capture"]);
}

#[tokio::test]
async fn unused_approval_becomes_void_once() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    let paid = claims(&harness, "ses_1", "pay_1", &shown);
    harness.stack.sandbox.set_domain(FOUR[0], DomainOutcome::Taken);
    assert_eq!(place_with(&harness, &token, &shown, &paid, 409).await.code(), "quote_changed");
    reconcile_after(&harness, 1_799).await;
    assert_eq!(words(&harness).await, ["open"]);
    reconcile_after(&harness, 1).await;
    assert_eq!(words(&harness).await, ["void"]);
    let before = harness.as_partner("GET", "/v1/approvals", None, 200).await.data();
    harness.stack.sandbox.set_domain(FOUR[0], DomainOutcome::ByName);
    let later = harness.sign(&json!({"aud": "peeker-checkout/test", "sub": crate::client::CUSTOMER, "jti": "ses_1",
        "exp": harness.stack.sandbox.now() + 1_800, "plan": {"bundle_id": harness.stack.bundle_id()}}));
    let refused = place_with(&harness, &later, &shown, &paid, 402).await;
    assert_eq!(refused.error()["details"]["claim"], "exp");
    // The same id with a later end does not bring it back.
    let longer = claims(&harness, "ses_1", "pay_1", &shown);
    let refused = place_with(&harness, &later, &shown, &longer, 402).await;
    assert_eq!(refused.error()["details"]["claim"], "jti");
    reconcile_after(&harness, 7_200).await;
    assert_eq!(harness.as_partner("GET", "/v1/approvals", None, 200).await.data(), before);
    assert_nothing_ordered(&harness, "after the approval had ended");
}

#[tokio::test]
async fn newer_approval_replaces_the_older() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    let first = claims(&harness, "ses_1", "pay_1", &shown);
    harness.stack.sandbox.set_domain(FOUR[0], DomainOutcome::priced(9_900, 1_500));
    let changed = place_with(&harness, &token, &shown, &first, 409).await;
    let fresh = changed.error()["details"]["quote"].clone();
    assert_eq!(fresh["total_cents"], 3 * 1_300 + 9_900);
    // The first approval is for less.
    let refused = harness.place(&token, &order(&fresh, Some(&harness.sign(&first))), 402).await;
    assert_eq!(refused.error()["details"]["claim"], "quote");
    let second = claims(&harness, "ses_1", "pay_2", &fresh);
    let placed = place_with(&harness, &token, &fresh, &second, 201).await.data();
    let order = placed["id"].as_str().map(str::to_owned);
    let expected = [("pay_1", ("void", None)), ("pay_2", ("capture", order))];
    let expected = expected.map(|(id, (state, order))| (id.to_owned(), (state.to_owned(), order)));
    assert_eq!(states(&harness).await, expected.into());
}

#[tokio::test]
async fn approval_extends_its_quote() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    harness.advance(900).await;
    // Without an approval an old quote is replaced, before anybody pays for it.
    let changed = harness.place(&token, &order(&shown, None), 409).await;
    assert_eq!(
        (changed.code(), changed.findings()),
        ("quote_changed".to_owned(), vec!["quote quote_expired".to_owned()])
    );
    assert_nothing_ordered(&harness, "with an expired quote");
    assert!(states(&harness).await.is_empty());
    place_with(&harness, &token, &shown, &claims(&harness, "ses_1", "pay_1", &shown), 201).await;
    assert_eq!(words(&harness).await, ["capture"]);
}

#[tokio::test]
async fn altered_quote_is_refused_before_its_approval() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    let paid = harness.sign(&claims(&harness, "ses_1", "pay_1", &shown));
    let mut altered = shown.clone();
    let text = shown["token"].as_str().unwrap();
    altered["token"] = json!(format!("a{text}"));
    assert_eq!(harness.place(&token, &order(&altered, Some(&paid)), 400).await.code(), "quote_invalid");
    // Approved for four names, ordered with others.
    let refused = harness.place(&token, &order_of(&OTHER, &shown, Some(&paid)), 400).await;
    assert_eq!(refused.code(), "quote_mismatch");
    assert_nothing_ordered(&harness, "with another quote");
    assert_eq!(words(&harness).await, ["open"]);
    reconcile_after(&harness, 1_801).await;
    assert_eq!(words(&harness).await, ["void"]);
}

#[tokio::test]
async fn session_can_require_what_the_stage_does_not() {
    let harness = Harness::start().await;
    let mut claims_of_session = harness.claims("ses_1");
    claims_of_session["approval"] = json!("token");
    let token = harness.sign(&claims_of_session);
    assert_eq!(harness.show_session(&token).await["approval"], "token");
    let shown = quote(&harness, &token).await;
    assert_eq!(harness.place(&token, &order(&shown, None), 402).await.code(), "approval_required");
    assert_nothing_ordered(&harness, "a session that needs an approval");
    place_with(&harness, &token, &shown, &claims(&harness, "ses_1", "pay_1", &shown), 201).await;
    // Where none is needed, one that comes is used all the same: it was paid.
    let free = harness.session("ses_2");
    let shown = quote_for(&harness, &free, &OTHER).await;
    let wrong = harness.sign(&claims(&harness, "ses_1", "pay_2", &shown));
    harness.place(&free, &order_of(&OTHER, &shown, Some(&wrong)), 402).await;
    let paid = harness.sign(&claims(&harness, "ses_2", "pay_2", &shown));
    harness.place(&free, &order_of(&OTHER, &shown, Some(&paid)), 201).await;
    assert_eq!(words(&harness).await, ["capture", "capture"]);
}

#[tokio::test]
async fn approval_without_an_amount_may_say_null() {
    let harness = Harness::with(by_token()).await;
    let mut claims_of_session = harness.claims("ses_1");
    claims_of_session["pricing"] = json!({"show": "none"});
    let token = harness.sign(&claims_of_session);
    let shown = quote(&harness, &token).await;
    let mut paid = claims(&harness, "ses_1", "pay_1", &shown);
    (paid["amount_cents"], paid["currency"]) = (json!(5_200), json!("usd"));
    place_with(&harness, &token, &shown, &paid, 402).await;
    (paid["amount_cents"], paid["currency"]) = (Value::Null, Value::Null);
    place_with(&harness, &token, &shown, &paid, 201).await;
    assert_eq!(words(&harness).await, ["capture"]);
}
