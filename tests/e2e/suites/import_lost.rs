//! Imports with a lost response: the customer sees its claims, continues the import, or releases it.

use crate::client::{Call, Harness, Reply};
use crate::import_claims::{by_hand, id, reason};
use crate::imports::{DAY, OTHER, statuses};
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

const NAMES: [&str; 2] = ["owned-a.com", "owned-b.com"];

/// Every way to lose a response; the call is repeated once automatically.
fn faults() -> Vec<(&'static str, Fault)> {
    let on = || Fault { times: 2, ..Fault::on("POST", "/domains/import") };
    vec![
        ("taken, broken", Fault { drop: Some(Drop::After), ..on() }),
        ("taken, 500", Fault { status: Some(500), act: true, ..on() }),
        ("taken, unreadable", Fault { body: Some("<html>".to_owned()), act: true, ..on() }),
        ("taken, without a job", Fault { body: Some(r#"{"data": {}}"#.to_owned()), act: true, ..on() }),
        ("never got, broken", Fault { drop: Some(Drop::Before), ..on() }),
        ("never got, 503", Fault { status: Some(503), ..on() }),
    ]
}

impl Harness {
    /// An import of [`NAMES`] with a lost response.
    async fn lose(&self, token: &str, fault: Fault) -> Value {
        self.stack.sandbox.fail_next(fault);
        let view = self.start_import(token, &NAMES, 202).await.data();
        self.stack.sandbox.clear_faults();
        view
    }

    async fn find(&self, token: &str, names: &str, status: u16) -> Reply {
        self.send(Call::get(&format!("/v1/domains/import?domains={names}")).bearer(token), status).await
    }

    async fn claimed(&self, token: &str) -> Vec<(String, Value)> {
        let list = self.send(Call::get("/v1/domains/claims").bearer(token), 200).await.data();
        let row = |row: &Value| (row["domain"].as_str().unwrap().to_owned(), row["import"].clone());
        list.as_array().unwrap().iter().map(row).collect()
    }

    async fn release_names(&self, token: &str, names: &[&str], status: u16) -> Reply {
        let call = Call::post("/v1/domains/claims/release").bearer(token).json(&json!({ "domains": names }));
        self.send(call, status).await
    }

    /// Number of import calls sent upstream.
    fn imports_sent(&self) -> usize {
        self.upstream_calls("POST").iter().filter(|path| path.starts_with("/domains/import")).count()
    }
}

fn both(status: &str) -> Vec<(String, String)> {
    NAMES.map(|name| (name.to_owned(), status.to_owned())).to_vec()
}

#[tokio::test]
async fn next_read_finds_a_lost_import() {
    for (what, fault) in faults() {
        let harness = by_hand().await;
        let token = harness.session("ses_1");
        let lost = harness.lose(&token, fault).await;
        assert_eq!((&lost["id"], &lost["status"]), (&Value::Null, &json!("in_progress")), "{what}");
        assert_eq!(statuses(&lost), both("in_progress"), "{what}");
        let expected = NAMES.map(|name| (name.to_owned(), Value::Null));
        assert_eq!(harness.claimed(&harness.session("ses_2")).await, expected, "{what}");
        let found = harness.find(&harness.session("ses_3"), "owned-b.com,owned-a.com", 202).await.data();
        assert_eq!(statuses(&found), both("in_progress").into_iter().rev().collect::<Vec<_>>(), "{what}");
        assert_eq!(found["nameserver_groups"][0]["domains"].as_array().map(Vec::len), Some(2), "{what}: {found}");
        let expected = NAMES.map(|name| (name.to_owned(), found["id"].clone()));
        assert_eq!(harness.claimed(&token).await, expected, "{what}");
        assert!(harness.stack.sandbox.switch_nameservers(&id(&found)), "{what}");
        harness.advance(60).await;
        assert_eq!(harness.import(&token, &id(&found)).await["status"], "completed", "{what}");
        assert_eq!(harness.claimed(&token).await, [], "{what}");
    }
}

#[tokio::test]
async fn one_name_finds_the_job_of_a_lost_import() {
    let harness = by_hand().await;
    let token = harness.session("ses_1");
    harness.lose(&token, Fault { drop: Some(Drop::After), times: 2, ..Fault::on("POST", "/domains/import") }).await;
    let found = harness.find(&token, "owned-b.com", 202).await.data();
    assert_eq!(harness.start_import(&token, &NAMES, 202).await.data()["id"], found["id"], "upstream made one job");
    assert_eq!(statuses(&harness.import(&token, &id(&found)).await), both("in_progress"));
}

#[tokio::test]
async fn lost_import_can_be_released_by_names() {
    for (what, fault) in faults() {
        let harness = by_hand().await;
        let (token, other) = (harness.session("ses_1"), harness.session_of("ses_2", OTHER));
        harness.lose(&token, fault).await;
        let refused = harness.release_names(&other, &["owned-a.com", "owned-b.com", "mail.acme.com"], 400).await;
        assert_eq!(refused.findings(), ["domains[2] domain_is_subdomain"], "{what}");
        let refused = harness.release_names(&other, &["owned-a.com", "owned-b.com"], 400).await;
        assert_eq!(refused.findings(), ["domains[0] not_claimed", "domains[1] not_claimed"], "{what}");
        assert!(refused.error()["message"].as_str().unwrap().contains("owned-a.com"), "{what}");
        assert_eq!(harness.claimed(&token).await.len(), 2, "{what}");
        let view = harness.release_names(&token, &["Owned-A.com"], 200).await.data();
        assert_eq!(
            (reason(&view), &view["status"], &view["id"]),
            ("released", &json!("failed"), &Value::Null),
            "{what}"
        );
        assert_eq!(harness.claimed(&token).await, [("owned-b.com".to_owned(), Value::Null)], "{what}");
        harness.start_import(&other, &["owned-a.com", "owned-z.com"], 202).await;
        harness.release_names(&token, &["owned-b.com"], 200).await;
        harness.find(&token, "owned-b.com", 404).await;
        assert_eq!(harness.claimed(&token).await, [], "{what}");
    }
}

#[tokio::test]
async fn reads_of_a_lost_import_respect_the_pace_and_keep_claims() {
    let harness = by_hand().await;
    let token = harness.session("ses_1");
    let never = Fault { status: Some(500), times: 100, ..Fault::on("POST", "/domains/import") };
    harness.stack.sandbox.fail_next(never.clone());
    harness.start_import(&token, &NAMES, 202).await;
    let sent = harness.imports_sent();
    for _ in 0..3 {
        let view = harness.find(&token, "owned-a.com,owned-b.com", 202).await.data();
        assert_eq!((&view["id"], statuses(&view)), (&Value::Null, both("in_progress")));
    }
    assert_eq!(harness.imports_sent(), sent + 2, "one look, which is sent once more by itself");
    harness.advance(60).await;
    harness.find(&token, "owned-a.com,owned-b.com", 202).await;
    assert_eq!(harness.imports_sent(), sent + 4);
    assert_eq!(reason(&harness.start_import(&harness.session_of("ses_2", OTHER), &NAMES, 200).await.data()), "taken");
}

#[tokio::test]
async fn lost_import_refused_later_releases_its_claims() {
    let harness = by_hand().await;
    let (token, other) = (harness.session("ses_1"), harness.session_of("ses_2", OTHER));
    harness.lose(&token, Fault { status: Some(500), times: 2, ..Fault::on("POST", "/domains/import") }).await;
    harness.stack.sandbox.fail_next(Fault { status: Some(400), ..Fault::on("POST", "/domains/import") });
    let view = harness.find(&token, "owned-a.com,owned-b.com", 200).await.data();
    assert_eq!((reason(&view), &view["status"]), ("not_imported", &json!("failed")));
    harness.stack.sandbox.clear_faults();
    assert_eq!(harness.claimed(&token).await, []);
    harness.start_import(&other, &NAMES, 202).await;
}

#[tokio::test]
async fn lost_import_of_a_partner_job_releases_its_claims() {
    let harness = by_hand().await;
    harness.beside("/domains/import", &json!({ "domains": NAMES })).await;
    harness.advance(DAY).await;
    let token = harness.session("ses_1");
    harness.lose(&token, Fault { drop: Some(Drop::After), times: 2, ..Fault::on("POST", "/domains/import") }).await;
    let view = harness.find(&token, "owned-a.com,owned-b.com", 200).await.data();
    assert_eq!((reason(&view), &view["id"]), ("taken", &Value::Null));
    assert_eq!(harness.claimed(&token).await, []);
}

#[tokio::test]
async fn failed_repeat_does_not_reopen_a_released_claim() {
    let harness = by_hand().await;
    let token = harness.session("ses_1");
    harness.start_import(&token, &["owned-a.com"], 202).await;
    harness.release_names(&token, &["owned-a.com"], 200).await;
    harness.stack.sandbox.fail_next(Fault { status: Some(400), ..Fault::on("POST", "/domains/import") });
    let again = Call::post("/v1/domains/import").bearer(&token).json(&json!({"domains": ["owned-a.com"]}));
    assert!(harness.exchange(again).await.status >= 400);
    harness.stack.sandbox.clear_faults();
    assert_eq!(harness.claimed(&token).await, []);
}

#[tokio::test]
async fn lost_import_does_not_take_over_expired_claims() {
    let harness = by_hand().await;
    harness.start_import(&harness.session_of("ses_1", OTHER), &["owned-a.com"], 202).await;
    harness.advance(8 * DAY).await;
    let token = harness.session("ses_2");
    let lost =
        harness.lose(&token, Fault { status: Some(500), times: 2, ..Fault::on("POST", "/domains/import") }).await;
    assert_eq!(reason(&lost), "not_answered");
    assert_eq!(statuses(&lost)[1], ("owned-b.com".to_owned(), "in_progress".to_owned()));
    assert_eq!(harness.claimed(&token).await, [("owned-b.com".to_owned(), Value::Null)]);
    let view = harness.start_import(&token, &NAMES, 202).await.data();
    assert_eq!(statuses(&view), both("in_progress"));
}

#[tokio::test]
async fn release_with_unknown_names_releases_nothing() {
    let harness = by_hand().await;
    let token = harness.session("ses_1");
    let first = id(&harness.start_import(&token, &NAMES, 202).await.data());
    harness.start_import(&token, &["owned-c.com"], 202).await;
    let path = format!("/v1/domains/import/{first}/release");
    let names = json!({"domains": ["owned-a.com", "never-asked.com", "owned-c.com", "https://x", "OWNED-B.com"]});
    let refused = harness.send(Call::post(&path).bearer(&token).json(&names), 400).await;
    assert_eq!(
        refused.findings(),
        ["domains[1] not_in_import", "domains[2] not_in_import", "domains[3] not_in_import"]
    );
    assert!(refused.error()["message"].as_str().unwrap().starts_with("never-asked.com is not in this import."));
    assert_eq!(statuses(&harness.import(&token, &first).await), both("in_progress"));
    assert_eq!(harness.claimed(&token).await.len(), 3);
}
