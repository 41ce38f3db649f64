//! `GET` and `POST /v1/approvals`: made and listed with the partner key.

use crate::approval_backend::{
    by_token, claims, order, order_of, place_with, quote, quote_for, reconcile_after, words,
};
use crate::client::{CUSTOMER, Call, FOUR, Harness};
use crate::forgetting::{everything, forget};
use sandbox::DomainOutcome;
use serde_json::{Value, json};

#[tokio::test]
async fn partner_without_a_session_key_approves() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    let body = json!({"session": "ses_1", "quote": shown["id"], "amount_cents": 5_200, "currency": "usd"});
    let made = harness.as_partner("POST", "/v1/approvals", Some(&body), 201).await.data();
    assert!(made["id"].as_str().unwrap().starts_with("apr_"), "{made}");
    assert_eq!(made["expires_at"], "2026-05-08T13:00:00Z");
    let placed = harness.place(&token, &order(&shown, made["token"].as_str()), 201).await.data();
    let rows = harness.as_partner("GET", "/v1/approvals", None, 200).await.data();
    let row = json!({"approval": made["id"], "session": "ses_1", "order": placed["id"], "state": "capture",
                     "amount_cents": 5_200, "currency": "usd", "at": "2026-05-08T12:00:00Z"});
    assert_eq!(rows, json!([row]));
}

#[tokio::test]
async fn approvals_that_cannot_be_used_are_not_made() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    let with = |change: Value| {
        let mut body = json!({"session": "ses_1", "quote": shown["id"], "amount_cents": 5_200, "currency": "usd"});
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        body
    };
    for (change, finding) in [
        (json!({"session": null}), "session missing_field"),
        (json!({"session": "a b"}), "session id_invalid"),
        (json!({"quote": 7}), "quote wrong_type"),
        (json!({"quote": "quo_other"}), "quote quote_unknown"),
        (json!({"session": "ses_2"}), "quote quote_unknown"),
        (json!({"amount_cents": -1}), "amount_cents wrong_type"),
        (json!({"amount_cents": 1.5}), "amount_cents wrong_type"),
        (json!({"amount_cents": "1"}), "amount_cents wrong_type"),
        (json!({"amount_cents": 5_199}), "amount_cents amount_too_low"),
        (json!({"currency": "eur"}), "currency currency_differs"),
        (json!({"currency": "xyz"}), "currency currency_invalid"),
        (json!({"amount_cents": null}), "amount_cents missing_field"),
        (json!({"currency": "dollars"}), "currency currency_invalid"),
        (json!({"currency": null}), "currency missing_field"),
        (json!({"ttl_seconds": 3_601}), "ttl_seconds out_of_range"),
        (json!({"ttl_seconds": 0}), "ttl_seconds out_of_range"),
        (json!({"order": "ord_1"}), "order unknown_field"),
    ] {
        let refused = harness.as_partner("POST", "/v1/approvals", Some(&with(change.clone())), 400).await;
        assert_eq!(refused.findings(), [finding], "{change}");
    }
    let call = Call::post("/v1/approvals").bearer(&token).json(&with(json!({})));
    assert_eq!(harness.send(call, 401).await.code(), "partner_key_wrong");
    // A higher amount may have the price of a plan in it: that is found when the order comes.
    let wrong = with(json!({"amount_cents": 5_201}));
    let made = harness.as_partner("POST", "/v1/approvals", Some(&wrong), 201).await.data();
    let refused = harness.place(&token, &order(&shown, made["token"].as_str()), 402).await;
    assert_eq!(refused.error()["details"]["claim"], "amount_cents");
}

#[tokio::test]
async fn approvals_are_listed_by_state_and_time() {
    let harness = Harness::with(by_token()).await;
    for number in 0..5 {
        let (session, id) = (format!("ses_{number}"), format!("pay_{number}"));
        let token = harness.session(&session);
        let names: Vec<String> = (0..4).map(|index| format!("listed-{number}-{index}.com")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let shown = quote_for(&harness, &token, &names).await;
        let approval = harness.sign(&claims(&harness, &session, &id, &shown));
        let mut body = order_of(&names, &shown, Some(&approval));
        if number >= 3 {
            body["personas"][0]["first_name"] = json!("Sam@");
        }
        harness.place(&token, &body, if number >= 3 { 400 } else { 201 }).await;
        harness.advance(60).await;
    }
    reconcile_after(&harness, 1_800).await;
    let list = async |query: &str| {
        let page = harness.as_partner("GET", &format!("/v1/approvals{query}"), None, 200).await.json();
        let ids: Vec<String> =
            page["data"].as_array().unwrap().iter().map(|row| row["approval"].as_str().unwrap().to_owned()).collect();
        (ids, page["links"]["next"].as_str().map(str::to_owned))
    };
    // In the order in which they came to their state: voids when their time was over.
    let (all, next) = list("").await;
    assert_eq!((all, next), (["pay_0", "pay_1", "pay_2", "pay_3", "pay_4"].map(str::to_owned).to_vec(), None));
    assert_eq!(list("?state=void").await.0, ["pay_3", "pay_4"]);
    assert_eq!(list("?state=capture").await.0, ["pay_0", "pay_1", "pay_2"]);
    assert!(list("?state=open").await.0.is_empty());
    assert_eq!(list("?since=2026-05-08T12:02:00Z").await.0, ["pay_2", "pay_3", "pay_4"]);
    assert_eq!(list("?since=2026-05-08T12:02:01Z&state=capture").await.0, [] as [&str; 0]);
    let (mut found, mut next) = list("?per_page=2").await;
    while let Some(path) = next {
        let (more, after) = list(path.strip_prefix("/v1/approvals").unwrap()).await;
        found.extend(more);
        next = after;
    }
    assert_eq!(found, ["pay_0", "pay_1", "pay_2", "pay_3", "pay_4"]);
    for (query, finding) in [
        ("?state=asking", "state word_invalid"),
        ("?since=yesterday", "since time_invalid"),
        ("?page_token=x", "page_token page_token_invalid"),
        ("?order=ord_1", "order unknown_parameter"),
    ] {
        let refused = harness.as_partner("GET", &format!("/v1/approvals{query}"), None, 400).await;
        assert_eq!(refused.findings(), [finding], "{query}");
    }
    let token = harness.session("ses_0");
    assert_eq!(harness.send(Call::get("/v1/approvals").bearer(&token), 401).await.code(), "partner_key_wrong");
}

/// Approvals that have ended are removed with their customer, and the others once they end.
#[tokio::test]
async fn forgotten_customer_leaves_no_approval() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    harness.stack.sandbox.set_domain(FOUR[0], DomainOutcome::Taken);
    place_with(&harness, &token, &shown, &claims(&harness, "ses_1", "pay_replaced", &shown), 409).await;
    harness.stack.sandbox.set_domain(FOUR[0], DomainOutcome::ByName);
    place_with(&harness, &token, &shown, &claims(&harness, "ses_1", "pay_captured", &shown), 201).await;
    let other = harness.session("ses_2");
    let names = ["second-a.com", "second-b.com", "second-c.com", "second-d.com"];
    let open = quote_for(&harness, &other, &names).await;
    let approval = harness.sign(&claims(&harness, "ses_2", "pay_open", &open));
    let mut body = order_of(&names, &open, Some(&approval));
    body["personas"][0]["first_name"] = json!("Sam@");
    harness.place(&other, &body, 400).await;
    assert_eq!(words(&harness).await, ["capture", "open", "void"]);
    // The payment of the open one is not settled yet.
    let done = forget(&harness).await;
    assert_eq!((&done["open"], &done["open_approvals"], &done["complete"]), (&json!(0), &json!(1), &json!(true)));
    assert_eq!(words(&harness).await, ["open"]);
    reconcile_after(&harness, 1_900).await;
    assert_eq!(words(&harness).await, [] as [&str; 0]);
    let held = everything(&harness).await;
    for gone in ["pay_replaced", "pay_captured", CUSTOMER] {
        assert!(!held.contains(gone), "{gone} is still in {held}");
    }
    // The payment of the open one is given back by the partner, who has to hear of it.
    assert_eq!(held.matches("pay_open").count(), 1, "{held}");
}

/// What is approved is the quote and the plan's first period, and nothing where no amounts are shown.
#[tokio::test]
async fn approved_amount_is_what_the_customer_pays() {
    let harness = Harness::with(by_token()).await;
    let retail = json!({"show": "retail", "currency": "usd", "domains": [{"tld": "*", "price_cents": 2_900}],
                        "plan": {"price_cents": 4_900, "per": "month"}});
    for (session, names, pricing, amount) in [
        ("ses_1", FOUR, retail, json!({"amount_cents": 4 * 2_900 + 4_900, "currency": "usd"})),
        ("ses_2", ["a-one.com", "b-one.com", "c-one.com", "d-one.com"], json!({"show": "none"}), json!({})),
    ] {
        let mut grant = harness.claims(session);
        grant["pricing"] = pricing;
        let token = harness.sign(&grant);
        let shown = quote_for(&harness, &token, &names).await;
        let refused = harness.place(&token, &order_of(&names, &shown, None), 402).await;
        let mut details = json!({"quote": shown["id"]});
        details.as_object_mut().unwrap().extend(amount.as_object().unwrap().clone());
        assert_eq!(refused.error()["details"], details);
        let mut claims = json!({"aud": "peeker-checkout/approval", "jti": session, "session": session,
            "exp": harness.stack.sandbox.now() + 600, "quote": shown["id"], "amount_cents": 100, "currency": "usd"});
        let approval = harness.sign(&claims);
        let refused = harness.place(&token, &order_of(&names, &shown, Some(&approval)), 402).await;
        assert_eq!(refused.error()["details"]["claim"], "amount_cents");
        for field in ["amount_cents", "currency"] {
            claims.as_object_mut().unwrap().remove(field);
        }
        claims.as_object_mut().unwrap().extend(amount.as_object().unwrap().clone());
        let approval = harness.sign(&claims);
        harness.place(&token, &order_of(&names, &shown, Some(&approval)), 201).await;
    }
    let rows = harness.as_partner("GET", "/v1/approvals", None, 200).await.data();
    let amounts: Vec<_> = rows.as_array().unwrap().iter().map(|row| (&row["amount_cents"], &row["currency"])).collect();
    assert_eq!(amounts, [(&json!(16_500), &json!("usd")), (&Value::Null, &Value::Null)]);
}
