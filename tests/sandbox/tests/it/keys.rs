//! Keys, permissions, environments, the rate limit.

use sandbox::{Preset, Sandbox, SandboxConfig, SandboxError};
use serde_json::json;

use crate::harness::{Harness, KEY, order};

#[tokio::test]
async fn me_returns_environment_permissions_and_partner() {
    let harness = Harness::start().await;
    let answer = harness.get("/me").await;
    let data = answer.data();
    assert_eq!(data["api_key"], json!({"environment": "test", "permission_preset": "full"}));
    assert!(data["partner"]["id"].as_str().unwrap().starts_with("org_"));
}

#[tokio::test]
async fn only_a_known_bearer_key_is_accepted() {
    let harness = Harness::start().await;
    for authorization in [
        None,
        Some("Bearer pk_test_other"),
        Some("Bearer  pk_test_sandbox"),
        Some("bearer pk_test_sandbox"),
        Some("Basic pk_test_sandbox"),
        Some(KEY),
    ] {
        let answer = harness.authorized(authorization).get("/me").await;
        assert_eq!(answer.refusal(), (401, "unauthorized", ""), "{authorization:?}");
    }
}

#[tokio::test]
async fn only_the_two_base_paths_are_served() {
    let harness = Harness::start().await;
    let origin = harness.sandbox.base_url().replace("/partner/v1", "");
    for (base, status) in [("/partner/v1", 200), ("/api/partner/v1", 200), ("/v1", 404)] {
        let answer = harness.send_to(reqwest::Method::GET, &format!("{origin}{base}/me"), None).await.unwrap();
        assert_eq!(answer.status, status, "{base}");
    }
}

#[tokio::test]
async fn key_presets_limit_permissions() {
    let config = SandboxConfig {
        extra_keys: vec![("pk_test_limited".to_owned(), Preset::Limited), ("pk_test_read".to_owned(), Preset::Read)],
        ..SandboxConfig::for_tests()
    };
    let harness = Harness::with(config).await;
    let limited = harness.authorized(Some("Bearer pk_test_limited"));
    let read = harness.authorized(Some("Bearer pk_test_read"));
    let names = json!({"domains": ["acme-mail.com"]});
    assert_eq!(limited.get("/orders").await.status, 200);
    assert_eq!(read.get("/orders").await.status, 200);
    assert_eq!(limited.post("/domains/availability", names.clone()).await.status, 200);
    assert_eq!(read.post("/domains/availability", names).await.refusal(), (403, "forbidden", ""));
    let placed = limited.post("/orders", order(&["acme-mail.com"], 1)).await;
    assert_eq!(placed.refusal(), (403, "forbidden", ""));
}

#[tokio::test]
async fn live_and_test_data_are_separate() {
    let config = SandboxConfig { live_key: Some("pk_live_x".to_owned()), ..SandboxConfig::for_tests() };
    let harness = Harness::with(config).await;
    let live = harness.authorized(Some("Bearer pk_live_x"));
    assert_eq!(live.get("/me").await.data()["api_key"]["environment"], "live");
    let id = harness.place(order(&["acme-mail.com"], 1)).await;
    assert_eq!(live.get(&format!("/orders/{id}")).await.refusal(), (404, "not_found", ""));
    let twin = live.place(order(&["acme-mail.com"], 1)).await;
    assert_ne!(twin, id);
    assert_eq!(harness.sandbox.orders_of("client@example.com"), 2);
}

#[tokio::test]
async fn rate_limit_is_per_key_and_per_minute() {
    let config = SandboxConfig {
        live_key: Some("pk_live_x".to_owned()),
        rate_limit_per_minute: 2,
        ..SandboxConfig::for_tests()
    };
    let harness = Harness::with(config).await;
    harness.advance(15).await;
    assert_eq!(harness.get("/me").await.status, 200);
    assert_eq!(harness.get("/me").await.status, 200);
    let limited = harness.get("/me").await;
    assert_eq!(limited.refusal(), (429, "rate_limited", ""));
    assert_eq!(limited.body["error"]["details"]["retry_after_seconds"], 45);
    assert_eq!(harness.authorized(Some("Bearer pk_live_x")).get("/me").await.status, 200);
    harness.advance(45).await;
    assert_eq!(harness.get("/me").await.status, 200);
}

#[tokio::test]
async fn invalid_settings_and_a_taken_port_are_refused() {
    let bad = SandboxConfig { test_key: "secret".to_owned(), ..SandboxConfig::for_tests() };
    let error = Sandbox::start(bad).await.unwrap_err();
    assert!(error.to_string().contains("pk_test_"), "{error}");
    assert!(!error.to_string().contains("secret"));

    let first = Harness::start().await;
    let port = first.sandbox.base_url().split(':').nth(2).unwrap().split('/').next().unwrap().parse().unwrap();
    let mut config = SandboxConfig::for_tests();
    config.address.set_port(port);
    let error = Sandbox::start(config).await.unwrap_err();
    assert!(matches!(error, SandboxError::AddressTaken { .. }), "{error}");
    assert!(error.to_string().contains("another port"));
}

#[tokio::test]
async fn stopped_sandbox_frees_its_port() {
    let harness = Harness::start().await;
    let url = format!("{}/me", harness.sandbox.base_url());
    assert_eq!(harness.get("/me").await.status, 200);
    harness.sandbox.stop().await;
    assert!(harness.send_to(reqwest::Method::GET, &url, None).await.is_err());
}
