//! Availability, imports, redirects and swaps in the two editions of upstream's documentation.

use crate::client::{Call, FOUR, Harness, draft};
use crate::editions::{script, whole_life};
use functions::clock::{Clock, Random};
use functions::config::Absent;
use functions::config::settings::{AVAILABILITY_BATCH, PEEKER_BASE_URL};
use functions::upstream::network::Network;
use functions::upstream::{Upstream, UpstreamConfig};
use serde_json::json;
use shared::domain_name::DomainName;
use std::sync::Arc;

fn upstream_at(harness: &Harness, base_url: String, availability_batch: usize) -> Upstream {
    let config = UpstreamConfig {
        base_url,
        secret_store: harness.stack.reconciler.order_placement.secret_store.clone(),
        availability_batch,
        calls_per_minute: None,
        clock: Clock::system(),
        random: Random::system(),
    };
    Upstream::over(Arc::new(Network::new().unwrap()), config)
}

/// docs/upstream.md#base-url
#[tokio::test]
async fn both_base_paths_of_the_base_url_setting_work() {
    let harness = Harness::start().await;
    let june = harness.stack.sandbox.base_url();
    let may = june.replace("/partner/v1", "/api/partner/v1");
    for base_url in [june.clone(), may.clone(), format!("{may}/")] {
        let upstream = upstream_at(&harness, base_url, 25);
        assert_eq!(upstream.environment().await.unwrap(), "test");
    }
    assert_eq!(PEEKER_BASE_URL.absent, Absent::Default("https://api.peeker.ai/partner/v1"));
}

/// docs/upstream.md#availability-batch
#[tokio::test]
async fn availability_batches_have_25_or_50_names() {
    let harness = Harness::start().await;
    let names: Vec<DomainName> = (0..120).map(|n| DomainName::parse(&format!("shop-{n}.com")).unwrap()).collect();
    // 25 is valid in both editions and the default; 50 is June's limit.
    for (batch, expected) in [(25, &[20, 25, 25, 25, 25][..]), (50, &[20, 50, 50])] {
        harness.stack.sandbox.forget_received();
        let upstream = upstream_at(&harness, harness.stack.sandbox.base_url(), batch);
        let rows = upstream.availability(&names).await.unwrap();
        assert!(rows.iter().zip(&names).all(|(row, name)| row.checked && row.domain == name.as_str()), "{rows:?}");
        let received = harness.stack.sandbox.received();
        let mut sizes: Vec<usize> =
            received.iter().map(|call| call.body["domains"].as_array().unwrap().len()).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, expected);
    }
    assert_eq!(AVAILABILITY_BATCH.absent, Absent::Default("25"));
}

/// docs/upstream.md#endpoints
#[tokio::test]
async fn quote_calls_only_availability() {
    let harness = Harness::start().await;
    let quote = Call::post("/v1/quotes").bearer(&harness.session("ses_1")).json(&json!({ "domains": FOUR }));
    harness.send(quote, 200).await;
    assert_eq!(harness.upstream_calls("POST"), ["/domains/availability"]);
}

/// docs/upstream.md#conventions
#[tokio::test]
async fn currency_case_does_not_matter() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let rows = |currency: &str| {
        let row = |name: &&str| {
            json!({"domain": name, "available": true, "price_cents": 1_300, "renewal_price_cents": 1_500,
                   "currency": currency, "usable_for": ["google", "microsoft"], "premium": false})
        };
        json!({"data": {"domains": FOUR.iter().map(row).collect::<Vec<_>>()}})
    };
    script(&harness, "POST", "/domains/availability", 200, &rows("USD"));
    let quote = Call::post("/v1/quotes").bearer(&token).json(&json!({ "domains": FOUR }));
    let quote = harness.send(quote, 200).await.data();
    assert_eq!(quote["currency"], "usd");
    script(&harness, "POST", "/domains/availability", 200, &rows("Usd"));
    let mut body = draft(&FOUR);
    body["quote"] = quote["token"].clone();
    harness.place(&token, &body, 201).await;
}

/// docs/upstream.md#imports
#[tokio::test]
async fn import_answer_may_be_200_or_202() {
    for status in [200, 202] {
        let harness = Harness::start().await;
        let job = json!({"data": {"id": "imp_1", "status": "in_progress", "domains": ["owned-a.com"]}});
        script(&harness, "POST", "/domains/import", status, &job);
        let call = Call::post("/v1/domains/import").bearer(&harness.session("ses_1"));
        let view = harness.send(call.json(&json!({"domains": ["owned-a.com"]})), 202).await.data();
        assert_eq!((&view["id"], &view["domains"][0]["status"]), (&json!("imp_1"), &json!("in_progress")));
    }
}

/// docs/upstream.md#import-job
#[tokio::test]
async fn nameserver_groups_are_found_at_any_depth() {
    let groups = json!([{"nameservers": ["a.ns.example", "b.ns.example"], "domains": ["owned-a.com"]}]);
    for job in [
        json!({"id": "imp_1", "status": "in_progress", "nameserver_groups": groups}),
        json!({"id": "imp_1", "status": "in_progress", "domains": ["owned-a.com"], "result": {"nameserver_groups": groups}}),
        json!({"id": "imp_1", "domains": [{"name": "owned-a.com"}], "zones": [{"nameserver_groups": groups}]}),
    ] {
        let harness = Harness::start().await;
        script(&harness, "POST", "/domains/import", 200, &json!({"data": job}));
        let call = Call::post("/v1/domains/import").bearer(&harness.session("ses_1"));
        let view = harness.send(call.json(&json!({"domains": ["owned-a.com"]})), 202).await.data();
        assert_eq!(view["nameserver_groups"], groups, "{job}");
        assert_eq!(view["domains"], json!([{"domain": "owned-a.com", "status": "in_progress"}]), "{job}");
    }
}

/// docs/upstream.md#forwarding
#[tokio::test]
async fn forwarding_is_not_called() {
    let harness = Harness::start().await;
    assert!(whole_life(&harness).await.iter().all(|path| !path.starts_with("/domains/forwarding")));
}

/// docs/upstream.md#swaps
#[tokio::test]
async fn swaps_are_not_called() {
    let harness = Harness::start().await;
    assert!(whole_life(&harness).await.iter().all(|path| !path.starts_with("/swaps")));
}
