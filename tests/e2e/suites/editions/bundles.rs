//! Bundles in the two editions of upstream's documentation.

use crate::client::{Call, Harness};
use crate::editions::script;
use serde_json::{Value, json};

/// docs/upstream.md#bundle-prices
#[tokio::test]
async fn bundle_prices_are_not_sent_or_shown() {
    let harness = Harness::start().await;
    let may = json!({"data": {"id": "bun_1", "name": "May", "monthly_sending_volume": 5_000, "status": "active",
        "required_domains": {"google": 3, "microsoft": 1, "total": 4}, "customer_price_cents": 9_900, "currency": "USD"}});
    script(&harness, "GET", "/bundles/bun_1", 200, &may);
    let shown = harness.as_partner("GET", "/v1/bundles/bun_1", None, 200).await.data();
    assert!(shown.get("customer_price_cents").is_none() && shown.get("currency").is_none(), "{shown}");
    let mut bundle = json!({"name": "June", "monthly_sending_volume": 5_000, "customer_price_cents": 9_900});
    let refused = harness.as_partner("POST", "/v1/bundles", Some(&bundle), 400).await;
    assert_eq!(refused.findings(), ["customer_price_cents unknown_field"]);
    bundle.as_object_mut().unwrap().remove("customer_price_cents");
    harness.as_partner("POST", "/v1/bundles", Some(&bundle), 201).await;
    let received = harness.stack.sandbox.received();
    let sent: Vec<&Value> = received.iter().filter(|call| call.method == "POST").map(|call| &call.body).collect();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].get("customer_price_cents").is_none() && sent[0].get("currency").is_none(), "{}", sent[0]);
}

/// docs/upstream.md#required-domains
#[tokio::test]
async fn bundle_without_required_domains_is_unreadable() {
    let harness = Harness::start().await;
    let may = json!({"data": {"id": "bun_1", "name": "May", "monthly_sending_volume": 5_000, "status": "active"}});
    script(&harness, "GET", "/bundles", 200, &may);
    assert_eq!(harness.as_partner("GET", "/v1/bundles/bun_1", None, 502).await.code(), "upstream_unreadable");
    script(&harness, "GET", "/bundles", 200, &may);
    let show = Call::get("/v1/session").bearer(&harness.session("ses_1"));
    assert_eq!(harness.send(show, 502).await.code(), "upstream_unreadable");
}

/// docs/upstream.md#bundle-sizing
#[tokio::test]
async fn required_domains_are_never_computed() {
    let harness = Harness::start().await;
    // No sizing rule results in these numbers.
    let odd = json!({"data": {"id": "bun_1", "name": "Odd", "monthly_sending_volume": 25_000, "status": "active",
        "required_domains": {"google": 7, "microsoft": 11, "total": 18}}});
    script(&harness, "GET", "/bundles", 200, &odd);
    let plan = harness.show_session(&harness.session("ses_1")).await["plan"].clone();
    assert_eq!(plan["required_domains"], json!({"google": 7, "microsoft": 11, "total": 18}));
}
