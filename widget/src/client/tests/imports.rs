//! Domains that the customer owns: imports, looks at them, claims.

use super::{Stage, words};
use crate::client::{Call, Kept};
use serde_json::{Value, json};

const START: &str = "POST /v1/domains/import";
const LOOK: &str = "GET /v1/domains/import/imp_1";
const ROWS: &str = "POST /v1/domains/availability";

fn import(id: Option<&str>, status: &str, rows: &[(&str, &str)]) -> Value {
    let rows: Vec<Value> = rows.iter().map(|(domain, status)| json!({"domain": domain, "status": status})).collect();
    json!({"data": {"id": id, "status": status, "domains": rows, "poll_after_seconds": 5, "nameserver_groups": [1.5]}})
}

fn started() -> Stage {
    let mut stage = Stage::open();
    assert_eq!(stage.act(|client| client.call(Call::Import(words("a.com b.com")), 3)), START);
    let answer = import(Some("imp_1"), "in_progress", &[("a.com", "in_progress"), ("b.com", "in_progress")]);
    assert_eq!(stage.answer(START, 202, answer), "3 is done, wake 5000");
    stage
}

fn view(stage: &Stage) -> Value {
    serde_json::to_value(stage.client.owned_view()).unwrap()
}

#[test]
fn an_import_is_watched_until_all_of_it_is_over() {
    let mut stage = started();
    assert_eq!(stage.ring(5_000), LOOK);
    let answer = import(Some("imp_1"), "in_progress", &[("a.com", "completed"), ("b.com", "in_progress")]);
    // A name that became usable is asked about.
    assert_eq!(stage.answer(LOOK, 200, answer), ROWS);
    assert_eq!(stage.body(ROWS), &json!({"domains": ["a.com"]}));
    let row = json!({"domain": "a.com", "available": true, "owned": true});
    assert_eq!(stage.answer(ROWS, 200, json!({"data": {"domains": [row]}})), "wake 5000");
    assert_eq!(view(&stage)["jobs"][0]["view"]["nameserver_groups"], json!([1.5]));
    assert_eq!(stage.ring(5_000), LOOK);
    let answer = import(Some("imp_1"), "completed", &[("a.com", "completed"), ("b.com", "failed")]);
    assert_eq!(stage.answer(LOOK, 200, answer), "");
    assert_eq!(view(&stage)["rows"][1], json!({"domain": "b.com", "status": "failed"}));
}

#[test]
fn pauses_grow_while_nothing_changes() {
    let mut stage = started();
    for (last, next) in [(5_000, 5_000), (5_000, 5_000), (5_000, 6_750), (6_750, 10_125)] {
        assert_eq!(stage.ring(last), LOOK);
        let answer = import(Some("imp_1"), "in_progress", &[("a.com", "in_progress"), ("b.com", "in_progress")]);
        assert_eq!(stage.answer(LOOK, 200, answer), format!("wake {next}"));
    }
    stage.act(|client| client.hide(true));
    assert_eq!(stage.ring(10_125), "wake 15187");
}

#[test]
fn an_import_without_an_id_is_found_by_its_names() {
    let mut stage = Stage::open();
    let kept = vec![Kept::Names(words("a.com b.com")), Kept::Id("imp_9".to_owned())];
    let look = "GET /v1/domains/import?domains=a.com,b.com";
    assert_eq!(stage.act(|client| client.resume_imports(kept.clone())), look);
    assert_eq!(stage.client.kept_imports(), kept);
    let answer = import(Some("imp_1"), "in_progress", &[("a.com", "in_progress"), ("b.com", "in_progress")]);
    assert_eq!(stage.answer(look, 200, answer), "GET /v1/domains/import/imp_9");
    assert_eq!(stage.answer("GET /v1/domains/import/imp_9", 404, json!({"error": {"code": "gone"}})), "wake 5000");
    assert_eq!(stage.client.kept_imports(), [Kept::Id("imp_1".to_owned())]);
    assert_eq!(view(&stage)["problem"]["code"], "gone");
}

#[test]
fn too_many_claims_are_shown_so_that_some_can_be_released() {
    let mut stage = Stage::open();
    stage.act(|client| client.call(Call::Import(words("a.com")), 3));
    let answer = json!({"error": {"code": "too_many_open_claims", "message": "Release some."}});
    assert_eq!(stage.answer(START, 409, answer), "GET /v1/domains/claims");
    let claims =
        json!({"data": [{"domain": "x.com", "import": "imp_1"}, {"domain": "y.com", "import": null}, {"domain": 7}]});
    let follows = stage.answer("GET /v1/domains/claims", 200, claims);
    assert_eq!(follows, "3 failed: too_many_open_claims, wake 2000");
    assert_eq!(view(&stage)["rows"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        stage.act(|client| client.call(Call::Release("y.com".to_owned()), 4)),
        "POST /v1/domains/claims/release"
    );
    let answer = import(None, "failed", &[("y.com", "failed")]);
    assert_eq!(stage.answer("POST /v1/domains/claims/release", 200, answer), "4 is done, wake 2000");
    assert_eq!(
        stage.act(|client| client.call(Call::Release("x.com".to_owned()), 5)),
        "POST /v1/domains/import/imp_1/release"
    );
    assert_eq!(stage.act(|client| client.call(Call::Release("z.com".to_owned()), 6)), "6 failed: not_now");
}
