//! Forgetting a customer while an order is pending: the reconciler completes it after a crash at any point.

use crate::client::{CUSTOMER, Harness};
use crate::forgetting::{everything, forget};
use crate::table::Table;
use aws_sdk_dynamodb::types::AttributeValue::S;
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
