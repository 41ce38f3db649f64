//! Names on show and names of a check.

use super::{Stage, session, words};
use crate::client::{Call, Known, Outcome};
use serde_json::{Value, json};
use shared::protocol::answer::RawAnswer;

const ASK: &str = "POST /v1/domains/availability";

/// Rows of names; one that ends with `?` could not be checked.
fn rows(names: &str) -> Value {
    let row = |name: &String| match name.strip_suffix('?') {
        Some(name) => json!({"domain": name, "available": false, "reason": "errored"}),
        None => json!({"domain": name, "available": true, "price": {"kept": 1.5}}),
    };
    json!({"data": {"domains": words(names).iter().map(row).collect::<Vec<_>>()}})
}

fn known(stage: &Stage, name: &str) -> String {
    match stage.client.known(name) {
        None => "new".to_owned(),
        Some(Known::Pending) => "pending".to_owned(),
        Some(Known::Unsettled) => "unsettled".to_owned(),
        Some(Known::Row(row)) => row["price"]["kept"].to_string(),
    }
}

#[test]
fn names_are_asked_about_once_typing_has_paused() {
    let mut stage = Stage::open();
    assert_eq!(stage.act(|client| client.search(words("a.com"), false)), "wake 300");
    assert_eq!(stage.act(|client| client.search(words("a.com b.com c.com"), false)), "wake 300");
    assert_eq!(stage.ring(300), ASK);
    assert_eq!(stage.body(ASK), &json!({"domains": ["a.com", "b.com"]}));
    assert_eq!((known(&stage, "a.com"), known(&stage, "c.com")), ("pending".into(), "new".into()));
    // Results are there as each call returns.
    assert_eq!(stage.answer(ASK, 200, rows("b.com a.com")), format!("tell checked, {ASK}"));
    assert_eq!((known(&stage, "a.com"), known(&stage, "c.com")), ("1.5".into(), "pending".into()));
    assert_eq!(stage.answer(ASK, 200, rows("c.com")), "tell checked");
    // What is known is not asked about again.
    assert_eq!(stage.act(|client| client.search(words("c.com a.com"), true)), "");
}

#[test]
fn the_last_search_wins() {
    let mut stage = Stage::open();
    stage.act(|client| client.search(words("a.com"), true));
    assert_eq!(stage.act(|client| client.search(words("b.com"), false)), "wake 300");
    assert_eq!(known(&stage, "a.com"), "new");
    assert_eq!(stage.ring(300), format!("abort {ASK}, {ASK}"));
    assert_eq!(stage.body(ASK), &json!({"domains": ["b.com"]}));
    // An answer that comes before the pause is over is learned, and leads to nothing.
    stage.act(|client| client.search(words("c.com"), false));
    assert_eq!(stage.answer(ASK, 200, rows("b.com?")), "");
    assert_eq!(known(&stage, "b.com"), "unsettled");
}

#[test]
fn names_that_could_not_be_checked_are_asked_about_once_more() {
    let mut stage = Stage::open();
    stage.act(|client| client.search(words("a.com b.com"), true));
    assert_eq!(stage.answer(ASK, 200, rows("a.com?")), "tell checked, wake 1500");
    assert_eq!((known(&stage, "a.com"), known(&stage, "b.com")), ("unsettled".into(), "unsettled".into()));
    assert_eq!(stage.answer_after(1_500, ASK, 200, rows("a.com b.com?")), "tell checked");
    assert_eq!(known(&stage, "b.com"), "unsettled");
    assert_eq!(stage.act(|client| client.recheck()), ASK);
    assert_eq!(stage.body(ASK), &json!({"domains": ["b.com"]}));
}

#[test]
fn a_failed_check_is_repeated_when_the_server_says_when() {
    let mut stage = Stage::open();
    stage.act(|client| client.search(words("a.com"), true));
    let busy = RawAnswer { status: 503, retry_after: Some("7".to_owned()), ..RawAnswer::lost() };
    assert_eq!(stage.answer_with(ASK, busy), "tell checked, wake 7000");
    let view = serde_json::to_value(stage.client.names_view()).unwrap();
    assert_eq!((&view["is_checking"], &view["problem"]["code"]), (&json!(false), &json!("unreadable_answer")));
    assert_eq!(stage.answer_after(7_000, ASK, 500, Value::Null), "tell checked");
}

#[test]
fn a_check_asks_about_all_names_and_gives_their_rows() {
    let mut stage = Stage::open();
    assert_eq!(stage.act(|client| client.call(Call::Check(words("a.com b.com c.com")), 7)), ASK);
    assert_eq!(stage.answer(ASK, 200, rows("a.com b.com")), ASK);
    assert_eq!(stage.answer(ASK, 200, rows("c.com")), "7 is done");
    let Some((7, Ok(Outcome::Records(rows)))) = stage.settled.pop() else { panic!("no rows") };
    assert_eq!(rows.iter().map(|row| row["domain"].as_str().unwrap()).collect::<Vec<_>>(), ["a.com", "b.com", "c.com"]);
    stage.act(|client| client.call(Call::Check(words("a.com")), 8));
    assert_eq!(
        stage.act(|client| client.call(Call::Check(words("b.com")), 9)),
        format!("8 failed: superseded, abort {ASK}, {ASK}")
    );
    assert_eq!(stage.answer(ASK, 502, Value::Null), "9 failed: unreadable_answer");
}

#[test]
fn names_are_asked_about_again_in_the_next_session() {
    let mut stage = Stage::open();
    stage.act(|client| client.search(words("a.com"), true));
    let over = json!({"error": {"code": "session_expired", "message": "Over."}});
    assert_eq!(stage.answer(ASK, 401, over), "ask session");
    assert_eq!(stage.act(|client| client.connect()), "GET /v1/session");
    assert_eq!(stage.answer("GET /v1/session", 200, session("ses_2", &json!({}))), "wake 300");
    assert_eq!(stage.ring(300), ASK);
    assert_eq!(stage.act(|client| client.stop()), format!("abort {ASK}"));
}

#[test]
fn a_name_is_the_same_however_it_is_written() {
    let mut stage = Stage::open();
    let names = vec!["ACME.org".to_owned(), " acme.org. ".to_owned(), "not a name".to_owned()];
    assert_eq!(stage.act(|client| client.call(Call::Check(names.clone()), 1)), ASK);
    assert_eq!(stage.body(ASK), &json!({"domains": ["acme.org", "not a name"]}));
    assert_eq!(stage.answer(ASK, 200, rows("acme.org")), "1 is done");
    assert_eq!((known(&stage, "Acme.ORG"), known(&stage, "acme.org")), ("1.5".into(), "1.5".into()));
    assert_eq!(known(&stage, "not a name"), "unsettled");
    // What is known is not asked about again.
    assert_eq!(stage.act(|client| client.search(names, true)), "");
    assert_eq!(stage.act(|client| client.hold_quote(words("ACME.org"))), "POST /v1/quotes");
    assert_eq!(stage.body("POST /v1/quotes"), &json!({"domains": ["acme.org"]}));
}

#[test]
fn an_answer_that_is_not_the_servers_is_no_result() {
    for body in [json!([]), json!({"data": null}), json!({"data": {}})] {
        let mut stage = Stage::open();
        stage.act(|client| client.call(Call::Check(words("a.com")), 1));
        assert_eq!(stage.answer(ASK, 200, body.clone()), "1 failed: unreadable_answer", "{body}");
        stage.act(|client| client.search(words("a.com"), true));
        assert_eq!(stage.answer(ASK, 200, body), "tell checked");
        let view = serde_json::to_value(stage.client.names_view()).unwrap();
        assert_eq!(view["problem"]["code"], "unreadable_answer");
    }
}
