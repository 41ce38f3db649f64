//! Domain imports, and redirects of connected domains.

use sandbox::{DomainOutcome, ImportReading, Provider, SandboxConfig};
use serde_json::json;

use crate::harness::{Harness, order};

#[tokio::test]
async fn import_enters_the_inventory_once_nameservers_are_set() {
    let harness = Harness::start().await;
    let answer = harness.post("/domains/import", json!({"domains": ["owned-acme.com", "mail.acme.com"]})).await;
    assert_eq!(answer.status, 200);
    let job = answer.data();
    let id = job["id"].as_str().unwrap();
    assert!(id.starts_with("imp_"));
    assert_eq!(job["status"], "in_progress");
    assert_eq!(
        job["domains"],
        json!([
            {"domain": "mail.acme.com", "status": "failed", "reason": "not_root_domain"},
            {"domain": "owned-acme.com", "status": "in_progress"},
        ])
    );
    assert_eq!(
        job["nameserver_groups"],
        json!([{"nameservers": ["helena.ns.cloudflare.com", "idris.ns.cloudflare.com"], "domains": ["owned-acme.com"]}])
    );
    assert_eq!(harness.get("/domains?category=inventory").await.data(), &json!([]));

    assert!(harness.sandbox.switch_nameservers(id));
    let done = harness.get(&format!("/domains/import/{id}")).await;
    assert_eq!(done.data()["status"], "completed");
    let inventory = harness.get("/domains?category=inventory").await;
    assert_eq!(inventory.data()[0]["status"], "available");
    assert_eq!(inventory.data()[0]["usable_for"], json!(["google", "microsoft"]));
    assert_eq!(harness.event_types(), ["domain_import.completed"]);
    harness.place(order(&["owned-acme.com"], 1)).await;
}

#[tokio::test]
async fn slow_import_needs_action_before_it_completes() {
    let harness = Harness::start().await;
    let answer = harness.post("/domains/import", json!({"domains": ["owned-acme.com"]})).await;
    let path = format!("/domains/import/jobs/{}", answer.data()["id"].as_str().unwrap());
    harness.advance(15).await;
    assert_eq!(harness.get(&path).await.data()["status"], "action_required");
    harness.advance(15).await;
    assert_eq!(harness.get(&path).await.data()["status"], "completed");
    assert_eq!(harness.event_types(), ["domain_import.action_required", "domain_import.completed"]);
}

#[tokio::test]
async fn manual_import_waits_for_the_control_call() {
    let harness = Harness::with(SandboxConfig { import_switch: None, ..SandboxConfig::for_tests() }).await;
    let answer = harness.post("/domains/import", json!({"domains": ["owned-acme.com"]})).await;
    harness.advance(86_400).await;
    assert_eq!(harness.event_types(), ["domain_import.action_required"]);
    assert!(harness.sandbox.switch_nameservers(answer.data()["id"].as_str().unwrap()));
}

#[tokio::test]
async fn same_set_of_names_is_the_same_job() {
    let harness = Harness::start().await;
    let names: Vec<String> = (0..500).map(|n| format!("owned-{n}.com")).collect();
    let first = harness.post("/domains/import/jobs", json!({"domains": names})).await;
    assert_eq!(first.status, 202);
    let mut shuffled: Vec<String> = names.iter().rev().map(|name| name.to_uppercase()).collect();
    shuffled.push("owned-7.com".to_owned());
    shuffled.remove(0);
    shuffled.push("other.com".to_owned());
    let other = harness.post("/domains/import/jobs", json!({"domains": shuffled})).await;
    assert_eq!(other.refusal(), (400, "invalid_request", "domains"), "501 names are too many");
    let mut same: Vec<String> = names.clone();
    same.reverse();
    same[0] = same[0].to_uppercase();
    let again = harness.post("/domains/import/jobs", json!({"domains": same})).await;
    assert_eq!(again.data()["id"], first.data()["id"]);
    let sync = harness.post("/domains/import", json!({"domains": names[..26]})).await;
    assert_eq!(sync.refusal(), (400, "invalid_request", "domains"));
}

#[tokio::test]
async fn import_job_is_found_by_its_names() {
    let harness = Harness::start().await;
    let job = harness.post("/domains/import", json!({"domains": ["owned-acme.com"]})).await;
    let found = harness.get("/domains/import?domains=other.com,OWNED-acme.com").await;
    assert_eq!(found.data()[0]["id"], job.data()["id"]);
    assert_eq!(harness.get("/domains/import").await.refusal(), (400, "invalid_request", "domains"));
    assert_eq!(harness.get("/domains/import/imp_X").await.refusal(), (404, "not_found", ""));
}

#[tokio::test]
async fn import_with_only_invalid_names_fails_immediately() {
    let harness = Harness::start().await;
    let job = harness.post("/domains/import", json!({"domains": ["mail.acme.com"]})).await;
    assert_eq!(job.data()["status"], "failed");
    assert_eq!(job.data()["nameserver_groups"], json!([]));
    assert_eq!(harness.event_types(), ["domain_import.failed"]);
}

#[tokio::test]
async fn redirect_is_applied_per_domain() {
    let harness = Harness::start().await;
    harness.place(order(&["acme-mail.com"], 1)).await;
    let body = json!({"domains": ["acme-mail.com", "gone.com"], "forwarding_url": "https://acme.com/inbox"});
    let job = harness.post("/domains/forwarding", body).await;
    assert_eq!((job.status, &job.data()["status"]), (202, &json!("in_progress")));
    let path = format!("/domains/forwarding/{}", job.data()["id"].as_str().unwrap());
    harness.advance(2).await;
    let done = harness.get(&path).await;
    assert_eq!(done.data()["status"], "partial_success");
    assert_eq!(done.data()["completed"], json!(["acme-mail.com"]));
    assert_eq!(done.data()["failed"], json!([{"domain": "gone.com", "reason": "dns_lookup_failed"}]));
    assert_eq!(done.data()["completed_at"], "2026-01-01T00:00:02Z");
    assert_eq!(harness.get("/domains").await.data()[0]["forwarding_url"], "https://acme.com/inbox");
    for (target, reason) in [("acme.com", "invalid_target"), ("https://unreachable.com", "target_unreachable")] {
        let body = json!({"domains": ["acme-mail.com"], "forwarding_url": target});
        let job = harness.post("/domains/forwarding", body).await;
        harness.advance(2).await;
        let done = harness.get(&format!("/domains/forwarding/{}", job.data()["id"].as_str().unwrap())).await;
        assert_eq!(done.data()["status"], "failed");
        assert_eq!(done.data()["failed"][0]["reason"], reason);
    }
}

#[tokio::test]
async fn prepared_import_completes_before_its_domain_connects() {
    let config =
        SandboxConfig { import_switch: None, import_reading: ImportReading::Prepared, ..SandboxConfig::for_tests() };
    let harness = Harness::with(config).await;
    harness.sandbox.set_domain("owned-acme.com", DomainOutcome::usable_for(&[Provider::Google]));
    let answer = harness.post("/domains/import", json!({"domains": ["owned-acme.com"]})).await;
    let job = answer.data();
    assert_eq!((&job["status"], &job["domains"][0]["status"]), (&json!("completed"), &json!("completed")));
    assert!(job["nameserver_groups"][0]["nameservers"].is_array());
    harness.advance(86_400).await;
    assert_eq!(harness.event_types(), ["domain_import.completed"]);
    assert_eq!(harness.get("/domains?category=inventory").await.data(), &json!([]));
    assert!(harness.sandbox.switch_nameservers(job["id"].as_str().unwrap()));
    assert_eq!(harness.event_types(), ["domain_import.completed"]);
    let inventory = harness.get("/domains?category=inventory").await;
    assert_eq!(inventory.data()[0]["usable_for"], json!(["google"]));
    let job = harness.post("/domains/import/jobs", json!({"domains": ["owned-b.com"]})).await;
    assert_eq!(job.data()["status"], "in_progress");
}
