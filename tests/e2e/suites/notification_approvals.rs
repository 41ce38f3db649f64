//! What the partner's backend hears of approvals that no order came of: each once, with the sale.

use crate::approval_backend::{by_token, claims, order, place_with, quote, reconcile_after, states};
use crate::client::{FOUR, Harness};
use sandbox::DomainOutcome;
use serde_json::{Value, json};

fn sold(harness: &Harness) -> String {
    let mut claims = harness.claims("ses_1");
    claims["reference"] = json!("sale-1042");
    claims["metadata"] = json!({"campaign": "spring"});
    harness.sign(&claims)
}

/// What `order.not_placed` says of an approval of four names at 13 dollars.
fn not_placed(approval: &str) -> Value {
    json!({
        "session": "ses_1", "approval": {"id": approval, "amount_cents": 5_200, "currency": "usd"},
        "reference": "sale-1042", "metadata": {"campaign": "spring"},
    })
}

/// The data of every `order.not_placed`.
async fn told(harness: &Harness) -> Vec<Value> {
    let mut rows = harness.told().await;
    rows.retain(|row| row["type"] == "order.not_placed");
    rows.into_iter().map(|row| row["data"].clone()).collect()
}

#[tokio::test]
async fn approval_that_ends_unused_is_told_with_its_sale() {
    let harness = Harness::with(by_token()).await;
    let token = sold(&harness);
    let shown = quote(&harness, &token).await;
    harness.stack.sandbox.set_domain(FOUR[0], DomainOutcome::Taken);
    place_with(&harness, &token, &shown, &claims(&harness, "ses_1", "pay_1", &shown), 409).await;
    assert!(told(&harness).await.is_empty(), "it can still be used");
    for _ in 0..2 {
        reconcile_after(&harness, 1_800).await;
    }
    assert_eq!(told(&harness).await, [not_placed("pay_1")]);
}

#[tokio::test]
async fn replaced_approval_is_told_with_its_sale() {
    let harness = Harness::with(by_token()).await;
    let token = sold(&harness);
    let shown = quote(&harness, &token).await;
    let first = claims(&harness, "ses_1", "pay_1", &shown);
    harness.stack.sandbox.set_domain(FOUR[0], DomainOutcome::priced(9_900, 1_500));
    let fresh = place_with(&harness, &token, &shown, &first, 409).await.error()["details"]["quote"].clone();
    let second = claims(&harness, "ses_1", "pay_2", &fresh);
    place_with(&harness, &token, &fresh, &second, 201).await;
    assert_eq!(told(&harness).await, [not_placed("pay_1")]);
}

#[tokio::test]
async fn approval_beside_a_placed_order_is_told_once() {
    let harness = Harness::with(by_token()).await;
    let token = sold(&harness);
    let shown = quote(&harness, &token).await;
    place_with(&harness, &token, &shown, &claims(&harness, "ses_1", "pay_1", &shown), 201).await;
    let second = harness.sign(&claims(&harness, "ses_1", "pay_2", &shown));
    for _ in 0..3 {
        harness.place(&token, &order(&shown, Some(&second)), 201).await;
    }
    assert_eq!(states(&harness).await["pay_2"].0, "void");
    assert_eq!(told(&harness).await, [not_placed("pay_2")]);
}
