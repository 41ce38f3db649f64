//! Forgetting a customer while an order is pending: the reconciler completes it after a crash at any point.

use crate::approval_backend::{by_token, claims, order, quote, refuse_next, words};
use crate::client::{CUSTOMER, Harness};
use crate::forgetting::{everything, forget};
use crate::table::Table;
use aws_sdk_dynamodb::types::AttributeValue::S;
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use functions::model::sale::SaleLabels;
use functions::placement::{Phase, Placement};
use serde_json::json;
use shared::ids::SessionId;
use shared::plan::{Licences, PlanChoice};

/// A placement claimed by a function with a clock that is three seconds ahead.
fn begun(now: i64) -> Placement {
    Placement {
        session: SessionId::parse("ses_1").unwrap(),
        claim: "clm_1".to_owned(),
        phase: Phase::Claimed,
        lease_until: now + 40,
        claimed_at: now + 3,
        content: String::new(),
        labels: SaleLabels::default(),
        sale: None,
        sent: None,
        customer: CUSTOMER.to_owned(),
        user: CUSTOMER.to_owned(),
        plan: PlanChoice::Custom(Licences { google_licenses: 2, microsoft_licenses: 1, google_inboxes_per_domain: 2 }),
        client_id: None,
        approval: None,
    }
}

#[tokio::test]
async fn order_claimed_by_a_clock_ahead_is_forgotten() {
    let harness = Harness::start().await;
    let now = harness.stack.sandbox.now();
    assert!(harness.stack.store.claim(&begun(now), None).await.unwrap());
    assert_eq!(forget(&harness).await["open"], 1);
    assert!(harness.stack.store.refuse(&begun(now), now + 4).await.unwrap());
    assert!(!everything(&harness).await.contains(CUSTOMER));
}

#[tokio::test]
async fn reconciler_forgets_a_refused_order_after_a_crash() {
    let harness = Harness::start().await;
    let begun = begun(harness.stack.sandbox.now());
    assert!(harness.stack.store.claim(&begun, None).await.unwrap());
    assert_eq!(forget(&harness).await["open"], 1);
    // The refusal is stored, and nothing after it.
    let refused = Placement { phase: Phase::Refused, ..begun.clone() };
    assert!(harness.stack.store.move_placement(&begun, &refused).await.unwrap());
    assert!(everything(&harness).await.contains(CUSTOMER));
    harness.advance(120).await;
    assert_eq!(harness.stack.reconciler.run().await.unwrap().placements, 1);
    assert!(!everything(&harness).await.contains(CUSTOMER));
    assert_eq!(harness.stack.reconciler.run().await.unwrap().placements, 0, "it stays in the open work");
}

#[tokio::test]
async fn reconciler_forgets_a_placed_order_after_a_crash() {
    let harness = Harness::start().await;
    assert!(harness.stack.store.claim(&begun(harness.stack.sandbox.now()), None).await.unwrap());
    assert_eq!(forget(&harness).await["open"], 1);
    // The order is stored, and its customer is not forgotten yet.
    let (table, key) = (Table::of(&harness.stack), ("SESSION#ses_1", "PLACEMENT"));
    let mut item = table.get(key).await.unwrap();
    let receipt =
        json!({"id": "ord_1", "status": "in_progress", "domain_count": 4, "created_at": "2026-05-08T12:00:00Z"})
            .to_string();
    item.extend([("phase", "placed"), ("receipt", &receipt)].map(|(name, text)| (name.to_owned(), S(text.to_owned()))));
    table.restore(key, Some(item)).await;
    harness.advance(120).await;
    harness.stack.reconciler.run().await.unwrap();
    assert!(!everything(&harness).await.contains(CUSTOMER));
    assert_eq!(harness.stack.reconciler.run().await.unwrap().placements, 0, "it stays in the open work");
}

/// The database of `harness`, in which nothing can be deleted.
async fn without_deletes(harness: &Harness) -> String {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let database = harness.stack.database_url.clone();
    let pass = async move |headers: HeaderMap, body: String| {
        if headers["x-amz-target"].to_str().unwrap().ends_with(".DeleteItem") {
            let denied = json!({"__type": "com.amazonaws.dynamodb.v20120810#AccessDeniedException", "message": "No."});
            return (StatusCode::BAD_REQUEST, denied.to_string());
        }
        let mut request = http.post(&database).body(body);
        for name in ["x-amz-target", "x-amz-date", "authorization", "content-type"] {
            request = request.header(name, headers[name].to_str().unwrap());
        }
        let answer = request.send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    };
    let listener = e2e::listen(0).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/", post(pass))).await });
    format!("http://{address}")
}

#[tokio::test]
async fn approval_that_ends_later_names_no_erased_customer() {
    let harness = Harness::with(by_token()).await;
    let token = harness.session("ses_1");
    let shown = quote(&harness, &token).await;
    refuse_next(&harness);
    let body = order(&shown, Some(&harness.sign(&claims(&harness, "ses_1", "pay_1", &shown))));
    harness.place(&token, &body, 409).await;
    assert_eq!(forget(&harness).await["open_approvals"], 1);
    assert!(everything(&harness).await.contains(CUSTOMER), "the payment is still to be given back");
    // The function ends it, and can do nothing after that.
    let (_, reconciler) = harness.stack.another(&without_deletes(&harness).await).await.unwrap();
    harness.advance(7_200).await;
    let _ = reconciler.run().await;
    assert_eq!(words(&harness).await, ["void"]);
    assert!(!everything(&harness).await.contains(CUSTOMER));
}
