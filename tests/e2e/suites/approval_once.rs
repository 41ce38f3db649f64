//! One approval pays one order, and one order is paid once, however many requests there are.

use crate::approval_backend::{
    by_token, claims, order, order_of, place_with, quote, quote_for, reconcile_after, words,
};
use crate::client::{Call, FOUR, Harness};
use futures::StreamExt;
use sandbox::{DomainOutcome, Fault};
use serde_json::json;

const OTHER: [&str; 4] = ["second-a.com", "second-b.com", "second-c.com", "second-d.com"];

/// One payment in two sessions: the second has claims of its own, and the same id.
#[tokio::test]
async fn one_payment_pays_one_order() {
    let harness = Harness::with(by_token()).await;
    let (first, second) = (harness.session("ses_1"), harness.session("ses_2"));
    let (one, two) = (quote(&harness, &first).await, quote_for(&harness, &second, &OTHER).await);
    place_with(&harness, &first, &one, &claims(&harness, "ses_1", "pay_1", &one), 201).await;
    let again = harness.sign(&claims(&harness, "ses_2", "pay_1", &two));
    let refused = harness.place(&second, &order_of(&OTHER, &two, Some(&again)), 402).await;
    assert_eq!((refused.code(), &refused.error()["details"]["claim"]), ("approval_invalid".to_owned(), &json!("jti")));
    assert_eq!(harness.stack.sandbox.orders().len(), 1);
    assert_eq!(words(&harness).await, ["capture"]);
    // Also while the first one is still open.
    harness.stack.sandbox.set_domain(FOUR[0], DomainOutcome::Taken);
    let third = harness.session("ses_3");
    let names = ["third-a.com", "third-b.com", "third-c.com", "third-d.com"];
    let shown = quote_for(&harness, &third, &names).await;
    let paid = harness.sign(&claims(&harness, "ses_3", "pay_3", &shown));
    harness.stack.sandbox.set_domain(names[0], DomainOutcome::Taken);
    assert_eq!(harness.place(&third, &order_of(&names, &shown, Some(&paid)), 409).await.code(), "quote_changed");
    let again = harness.sign(&claims(&harness, "ses_2", "pay_3", &two));
    let refused = harness.place(&second, &order_of(&OTHER, &two, Some(&again)), 402).await;
    assert_eq!(refused.error()["details"]["claim"], "jti");
    assert_eq!(words(&harness).await, ["capture", "open"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tabs_place_one_order_with_one_approval() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    let body = |number: u32, id: &str| {
        let approval = harness.sign(&claims(&harness, "ses_1", id, &shown));
        let mut body = order(&shown, Some(&approval));
        body["personas"][0]["last_name"] = format!("Lee {number}").into();
        Call::post("/v1/orders").bearer(&token).json(&body)
    };
    // Half of them pay with one payment, the other half with another, and all bodies differ.
    let calls = (0..40).map(|number| harness.exchange(body(number, if number % 2 == 0 { "pay_1" } else { "pay_2" })));
    let replies: Vec<_> = futures::stream::iter(calls).buffer_unordered(40).collect().await;
    let placed = replies.iter().filter(|reply| reply.status == 201).count();
    assert!(placed >= 1, "{replies:?}");
    assert_eq!(harness.orders_sent(), 1);
    reconcile_after(&harness, 1_900).await;
    let words = words(&harness).await;
    assert_eq!(words.iter().filter(|word| *word == "capture").count(), 1, "{words:?}");
    assert!(words.iter().all(|word| word == "capture" || word == "void"), "{words:?}");
}

/// The same order in two sessions: upstream takes it once, so it is paid once.
#[tokio::test]
async fn same_order_in_another_session_is_not_paid_twice() {
    let harness = Harness::with(by_token()).await;
    let (first, second) = (harness.session("ses_1"), harness.session("ses_2"));
    let (one, two) = (quote(&harness, &first).await, quote(&harness, &second).await);
    let placed = place_with(&harness, &first, &one, &claims(&harness, "ses_1", "pay_1", &one), 201).await.data();
    let free = |name: &str| {
        json!({"domain": name, "available": true, "price_cents": 1_300, "renewal_price_cents": 1_500,
               "currency": "usd", "usable_for": ["google", "microsoft"], "premium": false})
    };
    let body = Some(json!({"data": {"domains": FOUR.map(free)}}).to_string());
    harness.stack.sandbox.fail_next(Fault { body, times: 9, ..Fault::on("POST", "/domains/availability") });
    let again = place_with(&harness, &second, &two, &claims(&harness, "ses_2", "pay_2", &two), 201).await.data();
    assert_eq!((&again["id"], &again["replayed"]), (&placed["id"], &json!(true)));
    assert_eq!(words(&harness).await, ["capture", "void"]);
}
