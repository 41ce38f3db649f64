//! What `completed` means in the first answer to an import is unknown (docs/upstream.md#import-status):
//! both readings work, from the import to the order. And what else upstream may answer.

use crate::client::{Bench, FOUR, Reply, draft};
use crate::imports::statuses;
use e2e::StackConfig;
use sandbox::{DomainOutcome, Fault, ImportReading, Provider};
use serde_json::{Value, json};

async fn reading(import_reading: ImportReading) -> Bench {
    Bench::with(StackConfig { import_switch: None, import_reading, ..StackConfig::paused() }).await
}

impl Bench {
    async fn mix(&self, session: &str, status: u16) -> Reply {
        let mix = ["owned-a.com", FOUR[0], FOUR[1], FOUR[2]];
        self.place(&self.session(session), &draft(&mix), status).await
    }
}

#[tokio::test]
async fn under_each_reading_a_domain_is_connected_once_its_nameservers_are_set_and_not_before() {
    for meaning in [ImportReading::Connected, ImportReading::Prepared] {
        let bench = reading(meaning).await;
        let token = bench.session("ses_1");
        let view = bench.bring(&token, &["owned-a.com"], 202).await.data();
        let id = view["id"].as_str().unwrap().to_owned();
        assert_eq!(view["nameserver_groups"][0]["nameservers"].as_array().unwrap().len(), 2, "{meaning:?}");
        for _ in 0..3 {
            bench.advance(60).await;
            let view = bench.import(&token, &id).await;
            assert_ne!(view["status"], "completed", "{meaning:?}");
            assert_ne!(statuses(&view)[0].1, "completed", "{meaning:?}");
        }
        assert_eq!(bench.mix("ses_2", 400).await.findings(), ["domains[0] domain_not_connected"], "{meaning:?}");
        assert!(bench.stack.sandbox.switch_nameservers(&id));
        bench.advance(60).await;
        let view = bench.import(&token, &id).await;
        assert_eq!((&view["status"], statuses(&view)[0].1.as_str()), (&json!("completed"), "completed"), "{meaning:?}");
        let row = bench.ask(&token, &["owned-a.com"], 200).await.data()["domains"][0].clone();
        assert_eq!((&row["available"], &row["owned"]), (&json!(true), &json!(true)), "{meaning:?}");
        bench.mix("ses_3", 201).await;
        assert_eq!(bench.stack.sandbox.orders()[0]["domains"]["imported"], json!(["owned-a.com"]));
        bench.stack.stop().await;
    }
}

#[tokio::test]
async fn under_each_reading_an_order_finds_the_proof_by_itself() {
    for meaning in [ImportReading::Connected, ImportReading::Prepared] {
        let bench = reading(meaning).await;
        bench.stack.sandbox.set_webhook_url(None);
        let view = bench.bring(&bench.session("ses_1"), &["owned-a.com"], 202).await.data();
        assert!(bench.stack.sandbox.switch_nameservers(view["id"].as_str().unwrap()));
        bench.advance(1).await;
        bench.mix("ses_2", 201).await;
        bench.stack.stop().await;
    }
}

#[tokio::test]
async fn what_an_owned_domain_serves_comes_from_its_row_in_the_inventory() {
    let bench = reading(ImportReading::Connected).await;
    let token = bench.session("ses_1");
    bench.stack.sandbox.set_domain("owned-a.com", DomainOutcome::usable_for(&[Provider::Google]));
    bench.bring_connected(&token, &["owned-a.com", "owned-b.com"]).await;
    bench.stack.sandbox.forget_received();
    let rows = bench.ask(&token, &["owned-a.com", "owned-b.com"], 200).await.data()["domains"].clone();
    assert_eq!((&rows[0]["usable_for"], &rows[1]["usable_for"]), (&json!(["google"]), &json!(["google", "microsoft"])));
    bench.ask(&token, &["owned-a.com", "owned-b.com"], 200).await;
    assert_eq!(bench.upstream_calls("GET"), Vec::<String>::new(), "it is read once");
}

#[tokio::test]
async fn an_inventory_that_cannot_be_read_keeps_no_connected_domain_from_being_ordered() {
    let bench = reading(ImportReading::Connected).await;
    let view = bench.bring(&bench.session("ses_1"), &["owned-a.com"], 202).await.data();
    assert!(bench.stack.sandbox.switch_nameservers(view["id"].as_str().unwrap()));
    bench.advance(60).await;
    bench.stack.sandbox.fail_next(Fault { status: Some(503), times: 20, ..Fault::on("GET", "/domains") });
    let row = bench.ask(&bench.session("ses_2"), &["owned-a.com"], 200).await.data()["domains"][0].clone();
    assert_eq!((&row["available"], &row["usable_for"]), (&json!(true), &json!(["google", "microsoft"])));
    bench.mix("ses_3", 201).await;
}

impl Bench {
    /// 2,500 more domains come into the partner's inventory: 25 pages.
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
async fn a_row_at_the_end_of_a_large_inventory_is_found_by_looks_that_go_on_where_the_last_one_stopped() {
    let bench = reading(ImportReading::Prepared).await;
    let token = bench.session("ses_1");
    let id = bench.bring(&token, &["owned-a.com"], 202).await.data()["id"].as_str().unwrap().to_owned();
    assert!(bench.stack.sandbox.switch_nameservers(&id));
    bench.fill_inventory().await;
    bench.advance(60).await;
    assert_eq!(bench.import(&token, &id).await["status"], "action_required");
    assert_eq!(bench.pages_read(), 20);
    bench.import(&token, &id).await;
    assert_eq!(bench.pages_read(), 0, "a look a minute");
    bench.advance(60).await;
    assert_eq!(bench.import(&token, &id).await["status"], "completed");
    assert_eq!(bench.pages_read(), 7, "the first page, and the six that are left");
}

#[tokio::test]
async fn the_uses_of_a_domain_at_the_end_of_a_large_inventory_are_known_once_it_was_looked_through() {
    let bench = reading(ImportReading::Connected).await;
    let token = bench.session("ses_1");
    bench.stack.sandbox.set_domain("owned-a.com", DomainOutcome::usable_for(&[Provider::Google]));
    let id = bench.bring(&token, &["owned-a.com"], 202).await.data()["id"].as_str().unwrap().to_owned();
    assert!(bench.stack.sandbox.switch_nameservers(&id));
    bench.fill_inventory().await;
    bench.advance(1).await;
    let uses = async || bench.ask(&token, &["owned-a.com"], 200).await.data()["domains"][0]["usable_for"].clone();
    assert_eq!((uses().await, bench.pages_read()), (json!(["google", "microsoft"]), 20));
    bench.advance(60).await;
    assert_eq!((uses().await, bench.pages_read()), (json!(["google"]), 7));
    bench.advance(60).await;
    assert_eq!((uses().await, bench.pages_read()), (json!(["google"]), 0));
}

#[tokio::test]
async fn a_job_of_any_shape_is_read_as_far_as_it_goes() {
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
        let bench = reading(ImportReading::Connected).await;
        let body = Some(json!({ "data": job }).to_string());
        bench.stack.sandbox.fail_next(Fault { body, ..Fault::on("POST", "/domains/import") });
        let view = bench.bring(&bench.session("ses_1"), &["owned-a.com"], status).await.data();
        let (_, row) = statuses(&view)[0].clone();
        assert_ne!(row, "completed", "{job}");
        assert_eq!(row == "failed", status == 200, "{job}");
        assert_eq!(view["id"], "imp_1");
        bench.stack.stop().await;
    }
    let bench = reading(ImportReading::Connected).await;
    for body in [json!([]), json!({"data": []}), json!({"data": {"id": 7}}), json!({"data": null}), Value::Null] {
        bench.stack.sandbox.fail_next(Fault { body: Some(body.to_string()), ..Fault::on("POST", "/domains/import") });
        let view = bench.bring(&bench.session("ses_1"), &["owned-a.com"], 202).await.data();
        assert_eq!((&view["id"], statuses(&view)[0].1.as_str()), (&Value::Null, "in_progress"), "{body}");
    }
}
