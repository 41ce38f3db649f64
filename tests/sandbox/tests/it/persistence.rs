//! The data file.

use std::path::PathBuf;

use sandbox::{Sandbox, SandboxConfig, SandboxError};
use serde_json::json;

use crate::harness::{Harness, order};
use crate::receiver::Receiver;

/// A temporary folder that is removed with the value.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("sandbox-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn config(&self) -> SandboxConfig {
        SandboxConfig { data_file: Some(self.0.join("state.json")), ..SandboxConfig::for_tests() }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn pending_order_continues_after_a_restart() {
    let folder = Folder::new("restart");
    let harness = Harness::with(folder.config()).await;
    let bundle = harness.sandbox.create_bundle("Starter", 25_000);
    let body = order(&["acme-mail.com", "acme-shop.com"], 1);
    let id = harness.place(body.clone()).await;
    harness.advance(3).await;
    harness.sandbox.stop().await;

    let receiver = Receiver::start().await;
    let config = SandboxConfig { webhook_url: Some(receiver.url.clone()), ..folder.config() };
    let harness = Harness::with(config).await;
    assert_eq!(harness.sandbox.now(), 1_767_225_603, "time continues where it was paused");
    assert_eq!(harness.get(&format!("/bundles/{bundle}")).await.status, 200);
    assert_eq!(harness.place(body).await, id, "the same body is still the same order");
    harness.advance(3).await;
    assert_eq!(harness.get(&format!("/orders/{id}")).await.data()["status"], "completed");
    assert_eq!(receiver.arrived().len(), 2, "the events of before were settled");
    let fresh = harness.place(order(&["fresh-mail.com"], 1)).await;
    assert_ne!(fresh, id, "identifiers are not minted twice");
    let rows = harness.get("/orders?user_email=client%40example.com").await;
    assert_eq!(rows.data().as_array().unwrap().len(), 2, "look-ups work on what was read");
}

#[tokio::test]
async fn undelivered_event_is_sent_after_a_restart() {
    let folder = Folder::new("undelivered");
    let receiver = Receiver::start().await;
    let config = SandboxConfig { webhook_url: Some(receiver.url.clone()), ..folder.config() };
    let harness = Harness::with(config.clone()).await;
    harness.place(order(&["acme-mail.com"], 1)).await;
    harness.sandbox.stop().await;
    assert!(receiver.arrived().is_empty());
    let harness = Harness::with(config).await;
    harness.advance(0).await;
    assert_eq!(receiver.arrived().len(), 1);
}

#[tokio::test]
async fn state_file_contains_no_secret() {
    let folder = Folder::new("secrets");
    let harness = Harness::with(folder.config()).await;
    harness.place(order(&["acme-mail.com"], 1)).await;
    harness.advance(60).await;
    let text = std::fs::read_to_string(folder.0.join("state.json")).unwrap();
    for secret in ["correct horse", "ops@acme.com", "pk_test_sandbox", "whsec_"] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(text.contains("client@example.com"));
}

#[tokio::test]
async fn unreadable_state_file_is_refused() {
    let folder = Folder::new("broken");
    std::fs::write(folder.0.join("state.json"), json!({"version": 1}).to_string()).unwrap();
    let error = Sandbox::start(folder.config()).await.unwrap_err();
    assert!(matches!(error, SandboxError::Data { .. }));
    assert!(error.to_string().contains("move it away"));
}
