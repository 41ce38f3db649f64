//! Domains that customers bring, and the redirects of live ones.

use sandbox::{DomainOutcome, ImportReading, Provider, SandboxConfig};
use serde_json::json;

use crate::bench::{Bench, order};

#[tokio::test]
async fn an_import_names_the_nameservers_and_enters_the_inventory_once_they_are_switched() {
    let bench = Bench::start().await;
    let answer = bench.post("/domains/import", json!({"domains": ["owned-acme.com", "mail.acme.com"]})).await;
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
    assert_eq!(bench.get("/domains?category=inventory").await.data(), &json!([]));

    assert!(bench.sandbox.switch_nameservers(id));
    let done = bench.get(&format!("/domains/import/{id}")).await;
    assert_eq!(done.data()["status"], "completed");
    let inventory = bench.get("/domains?category=inventory").await;
    assert_eq!(inventory.data()[0]["status"], "available");
    assert_eq!(inventory.data()[0]["usable_for"], json!(["google", "microsoft"]));
    assert_eq!(bench.event_types(), ["domain_import.completed"]);
    bench.place(order(&["owned-acme.com"], 1)).await;
}

#[tokio::test]
async fn a_customer_who_takes_time_is_reminded_and_then_switches() {
    let bench = Bench::start().await;
    let answer = bench.post("/domains/import", json!({"domains": ["owned-acme.com"]})).await;
    let path = format!("/domains/import/jobs/{}", answer.data()["id"].as_str().unwrap());
    bench.advance(15).await;
    assert_eq!(bench.get(&path).await.data()["status"], "action_required");
    bench.advance(15).await;
    assert_eq!(bench.get(&path).await.data()["status"], "completed");
    assert_eq!(bench.event_types(), ["domain_import.action_required", "domain_import.completed"]);
}

#[tokio::test]
async fn without_an_automatic_switch_an_import_waits_for_the_control_call() {
    let bench = Bench::with(SandboxConfig { import_switch: None, ..SandboxConfig::for_tests() }).await;
    let answer = bench.post("/domains/import", json!({"domains": ["owned-acme.com"]})).await;
    bench.advance(86_400).await;
    assert_eq!(bench.event_types(), ["domain_import.action_required"]);
    assert!(bench.sandbox.switch_nameservers(answer.data()["id"].as_str().unwrap()));
}

#[tokio::test]
async fn the_same_set_of_names_is_the_same_job_and_a_job_takes_five_hundred() {
    let bench = Bench::start().await;
    let names: Vec<String> = (0..500).map(|n| format!("owned-{n}.com")).collect();
    let first = bench.post("/domains/import/jobs", json!({"domains": names})).await;
    assert_eq!(first.status, 202);
    let mut shuffled: Vec<String> = names.iter().rev().map(|name| name.to_uppercase()).collect();
    shuffled.push("owned-7.com".to_owned());
    shuffled.remove(0);
    shuffled.push("other.com".to_owned());
    let other = bench.post("/domains/import/jobs", json!({"domains": shuffled})).await;
    assert_eq!(other.refusal(), (400, "invalid_request", "domains"), "501 names are too many");
    let mut same: Vec<String> = names.clone();
    same.reverse();
    same[0] = same[0].to_uppercase();
    let again = bench.post("/domains/import/jobs", json!({"domains": same})).await;
    assert_eq!(again.data()["id"], first.data()["id"]);
    let sync = bench.post("/domains/import", json!({"domains": names[..26]})).await;
    assert_eq!(sync.refusal(), (400, "invalid_request", "domains"));
}

#[tokio::test]
async fn a_lost_job_is_looked_up_by_its_names() {
    let bench = Bench::start().await;
    let job = bench.post("/domains/import", json!({"domains": ["owned-acme.com"]})).await;
    let found = bench.get("/domains/import?domains=other.com,OWNED-acme.com").await;
    assert_eq!(found.data()[0]["id"], job.data()["id"]);
    assert_eq!(bench.get("/domains/import").await.refusal(), (400, "invalid_request", "domains"));
    assert_eq!(bench.get("/domains/import/imp_X").await.refusal(), (404, "not_found", ""));
}

#[tokio::test]
async fn an_import_of_nothing_but_wrong_names_fails_at_once() {
    let bench = Bench::start().await;
    let job = bench.post("/domains/import", json!({"domains": ["mail.acme.com"]})).await;
    assert_eq!(job.data()["status"], "failed");
    assert_eq!(job.data()["nameserver_groups"], json!([]));
    assert_eq!(bench.event_types(), ["domain_import.failed"]);
}

#[tokio::test]
async fn a_redirect_is_applied_domain_by_domain() {
    let bench = Bench::start().await;
    bench.place(order(&["acme-mail.com"], 1)).await;
    let body = json!({"domains": ["acme-mail.com", "gone.com"], "forwarding_url": "https://acme.com/inbox"});
    let job = bench.post("/domains/forwarding", body).await;
    assert_eq!((job.status, &job.data()["status"]), (202, &json!("in_progress")));
    let path = format!("/domains/forwarding/{}", job.data()["id"].as_str().unwrap());
    bench.advance(2).await;
    let done = bench.get(&path).await;
    assert_eq!(done.data()["status"], "partial_success");
    assert_eq!(done.data()["completed"], json!(["acme-mail.com"]));
    assert_eq!(done.data()["failed"], json!([{"domain": "gone.com", "reason": "dns_lookup_failed"}]));
    assert_eq!(done.data()["completed_at"], "2026-01-01T00:00:02Z");
    assert_eq!(bench.get("/domains").await.data()[0]["forwarding_url"], "https://acme.com/inbox");
    for (target, reason) in [("acme.com", "invalid_target"), ("https://unreachable.com", "target_unreachable")] {
        let body = json!({"domains": ["acme-mail.com"], "forwarding_url": target});
        let job = bench.post("/domains/forwarding", body).await;
        bench.advance(2).await;
        let done = bench.get(&format!("/domains/forwarding/{}", job.data()["id"].as_str().unwrap())).await;
        assert_eq!(done.data()["status"], "failed");
        assert_eq!(done.data()["failed"][0]["reason"], reason);
    }
}

#[tokio::test]
async fn an_import_that_is_prepared_says_completed_and_its_domain_comes_in_with_its_nameservers() {
    let config =
        SandboxConfig { import_switch: None, import_reading: ImportReading::Prepared, ..SandboxConfig::for_tests() };
    let bench = Bench::with(config).await;
    bench.sandbox.set_domain("owned-acme.com", DomainOutcome::usable_for(&[Provider::Google]));
    let answer = bench.post("/domains/import", json!({"domains": ["owned-acme.com"]})).await;
    let job = answer.data();
    assert_eq!((&job["status"], &job["domains"][0]["status"]), (&json!("completed"), &json!("completed")));
    assert!(job["nameserver_groups"][0]["nameservers"].is_array());
    bench.advance(86_400).await;
    assert_eq!(bench.event_types(), ["domain_import.completed"]);
    assert_eq!(bench.get("/domains?category=inventory").await.data(), &json!([]));
    assert!(bench.sandbox.switch_nameservers(job["id"].as_str().unwrap()));
    assert_eq!(bench.event_types(), ["domain_import.completed"]);
    let inventory = bench.get("/domains?category=inventory").await;
    assert_eq!(inventory.data()[0]["usable_for"], json!(["google"]));
    let job = bench.post("/domains/import/jobs", json!({"domains": ["owned-b.com"]})).await;
    assert_eq!(job.data()["status"], "in_progress");
}
