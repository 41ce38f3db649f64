//! Bundles from the command line, with the checkout API and with Peeker directly.

use crate::harness::Harness;
use serde_json::json;

#[tokio::test]
async fn bundles_are_managed_over_api_and_upstream() {
    let harness = Harness::start().await;
    for side in ["api", "peeker"] {
        let via = ["--via", side];
        let name = format!("Starter by {side}");
        let create = ["bundles", "create", "--name", &name, "--volume", "25000", "--split", "50/50"];
        let made = harness.json(&[&create[..], &via].concat(), 0).await["data"].clone();
        // The sizes that upstream publishes for this bundle.
        assert_eq!(made["required_domains"], json!({"google": 15, "microsoft": 4, "total": 19}), "{made}");
        let id = made["id"].as_str().unwrap();
        let text = harness.run(&[&["bundles", "list"][..], &via].concat()).await.ended(0).stdout;
        let line = text.lines().find(|line| line.starts_with(id)).unwrap();
        for cell in ["50/50", "15", "4", "19", "active"] {
            assert!(line.split_whitespace().any(|word| word == cell), "{line}");
        }
        let update = ["bundles", "update", id, "--volume", "100000", "--split", "70/30"];
        harness.run(&[&update[..], &via].concat()).await.ended(0);
        let shown = harness.json(&[&["bundles", "show", id][..], &via].concat(), 0).await["data"].clone();
        assert_eq!(shown["required_domains"], json!({"google": 80, "microsoft": 10, "total": 90}));
        let back = ["bundles", "update", id, "--split", "recommended", "--inboxes-per-domain", "3"];
        let changed = harness.json(&[&back[..], &via].concat(), 0).await["data"].clone();
        assert_eq!((&changed["google_percent"], &changed["google_inboxes_per_domain"]), (&json!(null), &json!(3)));
        let gone = harness.run(&[&["bundles", "archive", id, "--yes"][..], &via].concat()).await.ended(0);
        assert!(gone.stdout.contains("deleted"), "{}", gone.stdout);
        harness.run(&[&["bundles", "show", id][..], &via].concat()).await.ended(4);
    }
}

#[tokio::test]
async fn invalid_bundles_are_refused_locally_or_remotely() {
    let harness = Harness::start().await;
    for split in ["70/40", "70", "a/b", "-1/101", "/"] {
        let split = format!("--split={split}");
        let refused = harness.json(&["bundles", "create", "--name", "x", "--volume", "1", &split], 2).await;
        assert_eq!(refused["error"]["code"], "split_invalid", "{split}");
    }
    let unchanged = harness.json(&["bundles", "update", harness.stack.bundle_id()], 2).await;
    assert_eq!(unchanged["error"]["code"], "nothing_to_change");
    let refused = harness.run(&["--json", "bundles", "create", "--name", "x", "--volume", "0"]).await.ended(1);
    assert_eq!(refused.document()["error"]["field"], "monthly_sending_volume");
    assert!(refused.stderr.contains("request id: creq_"), "{}", refused.stderr);
}

#[tokio::test]
async fn destructive_commands_need_confirmation() {
    let harness = Harness::start().await;
    let id = harness.stack.bundle_id();
    for arguments in [
        &["bundles", "archive", id][..],
        &["orders", "cancel", "ord_1"],
        &["customers", "forget", "client@example.com"],
    ] {
        let refused = harness.json(arguments, 2).await;
        assert_eq!(refused["error"]["code"], "confirmation_needed", "{arguments:?}");
    }
    let shown = harness.json(&["bundles", "show", id], 0).await;
    assert_eq!(shown["data"]["status"], "active");
}
