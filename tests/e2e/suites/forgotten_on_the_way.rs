//! A customer who is forgotten while an order is on its way: whatever dies then, the reconciler finishes it.

use crate::client::{Bench, CUSTOMER};
use crate::forgetting::{everything, forget};
use crate::table::Table;
use aws_sdk_dynamodb::types::AttributeValue::S;
use functions::placement::{Phase, Placement};
use serde_json::json;
use shared::ids::SessionId;
use shared::plan::{Licences, PlanChoice};

/// A placement that a function has begun whose clock is three seconds ahead.
fn begun(now: i64) -> Placement {
    Placement {
        session: SessionId::parse("ses_1").unwrap(),
        claim: "clm_1".to_owned(),
        phase: Phase::Claimed,
        lease_until: now + 40,
        claimed_at: now + 3,
        content: String::new(),
        sent: None,
        customer: CUSTOMER.to_owned(),
        user: CUSTOMER.to_owned(),
        plan: PlanChoice::Custom(Licences { google_licenses: 2, microsoft_licenses: 1, google_inboxes_per_domain: 2 }),
        client_id: None,
    }
}

#[tokio::test]
async fn an_order_that_a_clock_ahead_has_begun_ends_forgotten() {
    let bench = Bench::start().await;
    let now = bench.stack.sandbox.now();
    assert!(bench.stack.store.claim(&begun(now), None).await.unwrap());
    assert_eq!(forget(&bench).await["open"], 1);
    assert!(bench.stack.store.refuse(&begun(now), now + 4).await.unwrap());
    assert!(!everything(&bench).await.contains(CUSTOMER));
}

#[tokio::test]
async fn a_refused_order_whose_function_died_is_forgotten_by_the_reconciler() {
    let bench = Bench::start().await;
    let begun = begun(bench.stack.sandbox.now());
    assert!(bench.stack.store.claim(&begun, None).await.unwrap());
    assert_eq!(forget(&bench).await["open"], 1);
    // The refusal is written, and nothing after it.
    let refused = Placement { phase: Phase::Refused, ..begun.clone() };
    assert!(bench.stack.store.move_placement(&begun, &refused).await.unwrap());
    assert!(everything(&bench).await.contains(CUSTOMER));
    bench.advance(120).await;
    assert_eq!(bench.stack.reconciler.run().await.unwrap().placements, 1);
    assert!(!everything(&bench).await.contains(CUSTOMER));
    assert_eq!(bench.stack.reconciler.run().await.unwrap().placements, 0, "it stays in the open work");
}

#[tokio::test]
async fn a_placed_order_whose_function_died_is_forgotten_by_the_reconciler() {
    let bench = Bench::start().await;
    assert!(bench.stack.store.claim(&begun(bench.stack.sandbox.now()), None).await.unwrap());
    assert_eq!(forget(&bench).await["open"], 1);
    // The order is recorded, and its customer not forgotten yet.
    let (table, key) = (Table::of(&bench.stack), ("SESSION#ses_1", "PLACEMENT"));
    let mut item = table.get(key).await.unwrap();
    let receipt =
        json!({"id": "ord_1", "status": "in_progress", "domain_count": 4, "created_at": "2026-05-08T12:00:00Z"})
            .to_string();
    item.extend([("phase", "placed"), ("receipt", &receipt)].map(|(name, text)| (name.to_owned(), S(text.to_owned()))));
    table.restore(key, Some(item)).await;
    bench.advance(120).await;
    bench.stack.reconciler.run().await.unwrap();
    assert!(!everything(&bench).await.contains(CUSTOMER));
    assert_eq!(bench.stack.reconciler.run().await.unwrap().placements, 0, "it stays in the open work");
}
