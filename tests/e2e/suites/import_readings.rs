//! The meaning of `completed` in the first response to an import is undocumented (docs/upstream.md#import-status): both
//! interpretations work, from the import to the order. Also covers other unusual responses.

use crate::client::{FOUR, Harness, Reply, draft};
use crate::imports::statuses;
use e2e::StackConfig;
use sandbox::{DomainOutcome, Fault, ImportReading, Provider};
use serde_json::{Value, json};

async fn reading(import_reading: ImportReading) -> Harness {
    Harness::with(StackConfig { import_switch: None, import_reading, ..StackConfig::paused() }).await
}

impl Harness {
    async fn mix(&self, session: &str, status: u16) -> Reply {
        let mix = ["owned-a.com", FOUR[0], FOUR[1], FOUR[2]];
        self.place(&self.session(session), &draft(&mix), status).await
    }
}

#[tokio::test]
async fn domain_is_connected_once_its_nameservers_are_set() {
    for meaning in [ImportReading::Connected, ImportReading::Prepared] {
        let harness = reading(meaning).await;
        let token = harness.session("ses_1");
        let view = harness.start_import(&token, &["owned-a.com"], 202).await.data();
        let id = view["id"].as_str().unwrap().to_owned();
        assert_eq!(view["nameserver_groups"][0]["nameservers"].as_array().unwrap().len(), 2, "{meaning:?}");
        for _ in 0..3 {
            harness.advance(60).await;
            let view = harness.import(&token, &id).await;
            assert_ne!(view["status"], "completed", "{meaning:?}");
            assert_ne!(statuses(&view)[0].1, "completed", "{meaning:?}");
        }
        assert_eq!(harness.mix("ses_2", 400).await.findings(), ["domains[0] domain_not_connected"], "{meaning:?}");
        assert!(harness.stack.sandbox.switch_nameservers(&id));
        harness.advance(60).await;
        let view = harness.import(&token, &id).await;
        assert_eq!((&view["status"], statuses(&view)[0].1.as_str()), (&json!("completed"), "completed"), "{meaning:?}");
        let row = harness.ask(&token, &["owned-a.com"], 200).await.data()["domains"][0].clone();
        assert_eq!((&row["available"], &row["owned"]), (&json!(true), &json!(true)), "{meaning:?}");
        harness.mix("ses_3", 201).await;
        assert_eq!(harness.stack.sandbox.orders()[0]["domains"]["imported"], json!(["owned-a.com"]));
        harness.stack.stop().await;
    }
}

#[tokio::test]
async fn order_finds_the_proof_of_a_claim() {
    for meaning in [ImportReading::Connected, ImportReading::Prepared] {
        let harness = reading(meaning).await;
        harness.stack.sandbox.set_webhook_url(None);
        let view = harness.start_import(&harness.session("ses_1"), &["owned-a.com"], 202).await.data();
        assert!(harness.stack.sandbox.switch_nameservers(view["id"].as_str().unwrap()));
        harness.advance(1).await;
        harness.mix("ses_2", 201).await;
        harness.stack.stop().await;
    }
}

#[tokio::test]
async fn owned_domain_serves_providers_of_its_inventory_row() {
    let harness = reading(ImportReading::Connected).await;
    let token = harness.session("ses_1");
    harness.stack.sandbox.set_domain("owned-a.com", DomainOutcome::usable_for(&[Provider::Google]));
    harness.import_connected(&token, &["owned-a.com", "owned-b.com"]).await;
    harness.stack.sandbox.forget_received();
    let rows = harness.ask(&token, &["owned-a.com", "owned-b.com"], 200).await.data()["domains"].clone();
    assert_eq!((&rows[0]["usable_for"], &rows[1]["usable_for"]), (&json!(["google"]), &json!(["google", "microsoft"])));
    harness.ask(&token, &["owned-a.com", "owned-b.com"], 200).await;
    assert_eq!(harness.upstream_calls("GET"), Vec::<String>::new(), "it is read once");
}

#[tokio::test]
async fn unreadable_inventory_does_not_block_connected_domains() {
    let harness = reading(ImportReading::Connected).await;
    let view = harness.start_import(&harness.session("ses_1"), &["owned-a.com"], 202).await.data();
    assert!(harness.stack.sandbox.switch_nameservers(view["id"].as_str().unwrap()));
    harness.advance(60).await;
    harness.stack.sandbox.fail_next(Fault { status: Some(503), times: 20, ..Fault::on("GET", "/domains") });
    let row = harness.ask(&harness.session("ses_2"), &["owned-a.com"], 200).await.data()["domains"][0].clone();
    assert_eq!((&row["available"], &row["usable_for"]), (&json!(true), &json!(["google", "microsoft"])));
    harness.mix("ses_3", 201).await;
}

impl Harness {
    /// Adds 2,500 domains to the partner's inventory: 25 pages.
    async fn fill_inventory(&self) {
        for job in 0..5 {
            let names: Vec<String> = (0..500).map(|n| format!("spare-{job}-{n}.com")).collect();
            let job = self.beside("/domains/import/jobs", &json!({ "domains": names })).await;
            assert!(self.stack.sandbox.switch_nameservers(job["id"].as_str().unwrap()));
        }
        self.stack.sandbox.forget_received();
    }

    fn pages_read(&self) -> usize {
        let read = self.upstream_calls("GET").iter().filter(|path| *path == "/domains").count();
        self.stack.sandbox.forget_received();
        read
    }
}

#[tokio::test]
async fn inventory_search_resumes_where_it_stopped() {
    let harness = reading(ImportReading::Prepared).await;
    let token = harness.session("ses_1");
    let id = harness.start_import(&token, &["owned-a.com"], 202).await.data()["id"].as_str().unwrap().to_owned();
    assert!(harness.stack.sandbox.switch_nameservers(&id));
    harness.fill_inventory().await;
    harness.advance(60).await;
    assert_eq!(harness.import(&token, &id).await["status"], "action_required");
    assert_eq!(harness.pages_read(), 20);
    harness.import(&token, &id).await;
    assert_eq!(harness.pages_read(), 0, "a look a minute");
    harness.advance(60).await;
    assert_eq!(harness.import(&token, &id).await["status"], "completed");
    assert_eq!(harness.pages_read(), 7, "the first page, and the six that are left");
}

#[tokio::test]
async fn providers_are_known_after_a_full_inventory_search() {
    let harness = reading(ImportReading::Connected).await;
    let token = harness.session("ses_1");
    harness.stack.sandbox.set_domain("owned-a.com", DomainOutcome::usable_for(&[Provider::Google]));
    let id = harness.start_import(&token, &["owned-a.com"], 202).await.data()["id"].as_str().unwrap().to_owned();
    assert!(harness.stack.sandbox.switch_nameservers(&id));
    harness.fill_inventory().await;
    harness.advance(1).await;
    let uses = async || harness.ask(&token, &["owned-a.com"], 200).await.data()["domains"][0]["usable_for"].clone();
    assert_eq!((uses().await, harness.pages_read()), (json!(["google", "microsoft"]), 20));
    harness.advance(60).await;
    assert_eq!((uses().await, harness.pages_read()), (json!(["google"]), 7));
    harness.advance(60).await;
    assert_eq!((uses().await, harness.pages_read()), (json!(["google"]), 0));
}

#[tokio::test]
async fn malformed_import_job_is_parsed_as_far_as_possible() {
    let groups = json!([{"name_servers": ["a.ns.example", "b.ns.example"], "domains": ["owned-a.com"]}]);
    for (job, status) in [
        (json!({"id": "imp_1", "status": "pending_review"}), 202),
        (json!({"id": "imp_1"}), 202),
        (json!({"import": {"id": "imp_1", "status": "in_progress"}, "nameserver_groups": groups}), 202),
        (
            json!({"id": "imp_1", "domains": {"owned-a.com": "in_progress"}, "extra": {"nameserver_groups": groups[0]}}),
            202,
        ),
        (json!({"id": "imp_1", "status": "in_progress", "domains": ["owned-a.com", 7, null, {"name": "x"}]}), 202),
        (json!({"id": "imp_1", "status": 7, "domains": "owned-a.com", "nameserver_groups": "none"}), 202),
        (
            json!({"id": "imp_1", "status": "failed", "domains": [{"domain": "owned-a.com", "reason": "new_reason"}]}),
            200,
        ),
        (json!({"id": "imp_1", "status": "completed"}), 202),
    ] {
        let harness = reading(ImportReading::Connected).await;
        let body = Some(json!({ "data": job }).to_string());
        harness.stack.sandbox.fail_next(Fault { body, ..Fault::on("POST", "/domains/import") });
        let view = harness.start_import(&harness.session("ses_1"), &["owned-a.com"], status).await.data();
        let (_, row) = statuses(&view)[0].clone();
        assert_ne!(row, "completed", "{job}");
        assert_eq!(row == "failed", status == 200, "{job}");
        assert_eq!(view["id"], "imp_1");
        harness.stack.stop().await;
    }
    let harness = reading(ImportReading::Connected).await;
    for body in [json!([]), json!({"data": []}), json!({"data": {"id": 7}}), json!({"data": null}), Value::Null] {
        harness.stack.sandbox.fail_next(Fault { body: Some(body.to_string()), ..Fault::on("POST", "/domains/import") });
        let view = harness.start_import(&harness.session("ses_1"), &["owned-a.com"], 202).await.data();
        assert_eq!((&view["id"], statuses(&view)[0].1.as_str()), (&Value::Null, "in_progress"), "{body}");
    }
}
