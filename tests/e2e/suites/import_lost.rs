//! Imports with a lost answer: the customer sees what it has claimed, goes on with it, or gives it up.

use crate::client::{Bench, Call, Reply};
use crate::import_claims::{by_hand, id, reason};
use crate::imports::{DAY, OTHER, statuses};
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

const NAMES: [&str; 2] = ["owned-a.com", "owned-b.com"];

/// Each way to lose an answer; the call is sent once more by itself.
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

impl Bench {
    /// An import of [`NAMES`] with a lost answer.
    async fn lose(&self, token: &str, fault: Fault) -> Value {
        self.stack.sandbox.fail_next(fault);
        let view = self.bring(token, &NAMES, 202).await.data();
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

    async fn give_up(&self, token: &str, names: &[&str], status: u16) -> Reply {
        let call = Call::post("/v1/domains/claims/release").bearer(token).json(&json!({ "domains": names }));
        self.send(call, status).await
    }

    /// How many calls to import were sent upstream.
    fn imports_sent(&self) -> usize {
        self.upstream_calls("POST").iter().filter(|path| path.starts_with("/domains/import")).count()
    }
}

fn both(status: &str) -> Vec<(String, String)> {
    NAMES.map(|name| (name.to_owned(), status.to_owned())).to_vec()
}

#[tokio::test]
async fn a_lost_import_is_shown_listed_and_found_by_the_next_look() {
    for (what, fault) in faults() {
        let bench = by_hand().await;
        let token = bench.session("ses_1");
        let lost = bench.lose(&token, fault).await;
        assert_eq!((&lost["id"], &lost["status"]), (&Value::Null, &json!("in_progress")), "{what}");
        assert_eq!(statuses(&lost), both("in_progress"), "{what}");
        let expected = NAMES.map(|name| (name.to_owned(), Value::Null));
        assert_eq!(bench.claimed(&bench.session("ses_2")).await, expected, "{what}");
        let found = bench.find(&bench.session("ses_3"), "owned-b.com,owned-a.com", 202).await.data();
        assert_eq!(statuses(&found), both("in_progress").into_iter().rev().collect::<Vec<_>>(), "{what}");
        assert_eq!(found["nameserver_groups"][0]["domains"].as_array().map(Vec::len), Some(2), "{what}: {found}");
        let expected = NAMES.map(|name| (name.to_owned(), found["id"].clone()));
        assert_eq!(bench.claimed(&token).await, expected, "{what}");
        assert!(bench.stack.sandbox.switch_nameservers(&id(&found)), "{what}");
        bench.advance(60).await;
        assert_eq!(bench.import(&token, &id(&found)).await["status"], "completed", "{what}");
        assert_eq!(bench.claimed(&token).await, [], "{what}");
    }
}

#[tokio::test]
async fn one_name_of_a_lost_import_finds_the_job_of_the_whole_set() {
    let bench = by_hand().await;
    let token = bench.session("ses_1");
    bench.lose(&token, Fault { drop: Some(Drop::After), times: 2, ..Fault::on("POST", "/domains/import") }).await;
    let found = bench.find(&token, "owned-b.com", 202).await.data();
    assert_eq!(bench.bring(&token, &NAMES, 202).await.data()["id"], found["id"], "upstream made one job");
    assert_eq!(statuses(&bench.import(&token, &id(&found)).await), both("in_progress"));
}

#[tokio::test]
async fn a_lost_import_is_given_up_by_its_names() {
    for (what, fault) in faults() {
        let bench = by_hand().await;
        let (token, other) = (bench.session("ses_1"), bench.session_of("ses_2", OTHER));
        bench.lose(&token, fault).await;
        let refused = bench.give_up(&other, &["owned-a.com", "owned-b.com", "mail.acme.com"], 400).await;
        assert_eq!(refused.findings(), ["domains[2] domain_is_subdomain"], "{what}");
        let refused = bench.give_up(&other, &["owned-a.com", "owned-b.com"], 400).await;
        assert_eq!(refused.findings(), ["domains[0] not_claimed", "domains[1] not_claimed"], "{what}");
        assert!(refused.error()["message"].as_str().unwrap().contains("owned-a.com"), "{what}");
        assert_eq!(bench.claimed(&token).await.len(), 2, "{what}");
        let view = bench.give_up(&token, &["Owned-A.com"], 200).await.data();
        assert_eq!(
            (reason(&view), &view["status"], &view["id"]),
            ("released", &json!("failed"), &Value::Null),
            "{what}"
        );
        assert_eq!(bench.claimed(&token).await, [("owned-b.com".to_owned(), Value::Null)], "{what}");
        bench.bring(&other, &["owned-a.com", "owned-z.com"], 202).await;
        bench.give_up(&token, &["owned-b.com"], 200).await;
        bench.find(&token, "owned-b.com", 404).await;
        assert_eq!(bench.claimed(&token).await, [], "{what}");
    }
}

#[tokio::test]
async fn looks_at_a_lost_import_ask_upstream_at_its_pace_and_keep_the_claims() {
    let bench = by_hand().await;
    let token = bench.session("ses_1");
    let never = Fault { status: Some(500), times: 100, ..Fault::on("POST", "/domains/import") };
    bench.stack.sandbox.fail_next(never.clone());
    bench.bring(&token, &NAMES, 202).await;
    let sent = bench.imports_sent();
    for _ in 0..3 {
        let view = bench.find(&token, "owned-a.com,owned-b.com", 202).await.data();
        assert_eq!((&view["id"], statuses(&view)), (&Value::Null, both("in_progress")));
    }
    assert_eq!(bench.imports_sent(), sent + 2, "one look, which is sent once more by itself");
    bench.advance(60).await;
    bench.find(&token, "owned-a.com,owned-b.com", 202).await;
    assert_eq!(bench.imports_sent(), sent + 4);
    assert_eq!(reason(&bench.bring(&bench.session_of("ses_2", OTHER), &NAMES, 200).await.data()), "taken");
}

#[tokio::test]
async fn a_lost_import_that_upstream_refuses_later_holds_nothing() {
    let bench = by_hand().await;
    let (token, other) = (bench.session("ses_1"), bench.session_of("ses_2", OTHER));
    bench.lose(&token, Fault { status: Some(500), times: 2, ..Fault::on("POST", "/domains/import") }).await;
    bench.stack.sandbox.fail_next(Fault { status: Some(400), ..Fault::on("POST", "/domains/import") });
    let view = bench.find(&token, "owned-a.com,owned-b.com", 200).await.data();
    assert_eq!((reason(&view), &view["status"]), ("not_imported", &json!("failed")));
    bench.stack.sandbox.clear_faults();
    assert_eq!(bench.claimed(&token).await, []);
    bench.bring(&other, &NAMES, 202).await;
}

#[tokio::test]
async fn a_lost_import_of_the_partners_own_job_holds_nothing() {
    let bench = by_hand().await;
    bench.beside("/domains/import", &json!({ "domains": NAMES })).await;
    bench.advance(DAY).await;
    let token = bench.session("ses_1");
    bench.lose(&token, Fault { drop: Some(Drop::After), times: 2, ..Fault::on("POST", "/domains/import") }).await;
    let view = bench.find(&token, "owned-a.com,owned-b.com", 200).await.data();
    assert_eq!((reason(&view), &view["id"]), ("taken", &Value::Null));
    assert_eq!(bench.claimed(&token).await, []);
}

#[tokio::test]
async fn a_claim_that_was_given_up_and_asked_for_in_vain_is_not_left_open() {
    let bench = by_hand().await;
    let token = bench.session("ses_1");
    bench.bring(&token, &["owned-a.com"], 202).await;
    bench.give_up(&token, &["owned-a.com"], 200).await;
    bench.stack.sandbox.fail_next(Fault { status: Some(400), ..Fault::on("POST", "/domains/import") });
    let again = Call::post("/v1/domains/import").bearer(&token).json(&json!({"domains": ["owned-a.com"]}));
    assert!(bench.exchange(again).await.status >= 400);
    bench.stack.sandbox.clear_faults();
    assert_eq!(bench.claimed(&token).await, []);
}

#[tokio::test]
async fn a_lost_answer_about_claims_of_others_that_ended_claims_none_of_them() {
    let bench = by_hand().await;
    bench.bring(&bench.session_of("ses_1", OTHER), &["owned-a.com"], 202).await;
    bench.advance(8 * DAY).await;
    let token = bench.session("ses_2");
    let lost = bench.lose(&token, Fault { status: Some(500), times: 2, ..Fault::on("POST", "/domains/import") }).await;
    assert_eq!(reason(&lost), "not_answered");
    assert_eq!(statuses(&lost)[1], ("owned-b.com".to_owned(), "in_progress".to_owned()));
    assert_eq!(bench.claimed(&token).await, [("owned-b.com".to_owned(), Value::Null)]);
    let view = bench.bring(&token, &NAMES, 202).await.data();
    assert_eq!(statuses(&view), both("in_progress"));
}

#[tokio::test]
async fn names_that_are_not_in_the_import_are_named_and_nothing_is_released() {
    let bench = by_hand().await;
    let token = bench.session("ses_1");
    let first = id(&bench.bring(&token, &NAMES, 202).await.data());
    bench.bring(&token, &["owned-c.com"], 202).await;
    let path = format!("/v1/domains/import/{first}/release");
    let names = json!({"domains": ["owned-a.com", "never-asked.com", "owned-c.com", "https://x", "OWNED-B.com"]});
    let refused = bench.send(Call::post(&path).bearer(&token).json(&names), 400).await;
    assert_eq!(
        refused.findings(),
        ["domains[1] not_in_import", "domains[2] not_in_import", "domains[3] not_in_import"]
    );
    assert!(refused.error()["message"].as_str().unwrap().starts_with("never-asked.com is not in this import."));
    assert_eq!(statuses(&bench.import(&token, &first).await), both("in_progress"));
    assert_eq!(bench.claimed(&token).await.len(), 3);
}
