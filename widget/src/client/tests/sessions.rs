//! Sessions: another customer, another token, and calls that are refused because of them.

use super::{Stage, session, words};
use crate::client::{Call, Client};
use serde_json::json;
use shared::protocol::order::Input;

#[test]
fn another_customer_sees_nothing_of_the_one_before() {
    let mut stage = Stage::open();
    stage.act(|client| client.search(words("a.com"), true));
    let row = json!({"domain": "a.com", "available": true});
    stage.answer("POST /v1/domains/availability", 200, json!({"data": {"domains": [row]}}));
    stage.act(|client| client.hold_quote(words("a.com")));
    assert_eq!(stage.act(Client::connect), "abort POST /v1/quotes, GET /v1/session");
    let other = session("ses_2", &json!({"customer": "other@example.com"}));
    assert_eq!(stage.answer("GET /v1/session", 200, other), "wake 300, wake 1000");
    assert_eq!(stage.client.known("a.com"), None);
    assert_eq!(serde_json::to_value(&stage.client.quotes().state).unwrap(), json!({"state": "none"}));
}

#[test]
fn a_promise_cut_off_by_another_session_can_be_repeated() {
    let mut stage = Stage::open();
    stage.act(|client| client.call(Call::Quote(words("a.com")), 4));
    stage.act(|client| client.call(Call::Check(words("b.com")), 5));
    let follows = stage.act(Client::connect);
    assert!(follows.contains("4 failed: superseded") && follows.contains("5 failed: superseded"), "{follows}");
    assert!(stage.settled.iter().all(|(_, outcome)| outcome.as_ref().is_err_and(|problem| problem.retryable)));
}

#[test]
fn a_session_that_was_used_shows_its_order() {
    let mut stage = Stage::open();
    stage.act(|client| client.call(Call::Quote(words("a.com")), 4));
    let details = json!({"order": {"id": "ord_1", "status": "in_progress"}});
    let used = json!({"error": {"code": "session_used", "message": "Used.", "details": details}});
    let follows = stage.answer("POST /v1/quotes", 409, used);
    assert_eq!(follows, "4 failed: session_used, tell failed session_used, GET /v1/orders/ord_1");
}

/// Every kind of call, and the requests that they lead to.
fn call_everything(stage: &mut Stage) -> String {
    let calls = [
        Call::Check(words("a.com")),
        Call::Quote(words("a.com")),
        Call::Import(words("b.com")),
        Call::Claims,
        Call::Orders { is_next: false },
    ];
    let done: Vec<String> =
        calls.into_iter().zip(1..).map(|(call, ticket)| stage.act(|client| client.call(call, ticket))).collect();
    done.join(" ").trim().to_owned()
}

const ALL: &str =
    "POST /v1/domains/availability, POST /v1/quotes, POST /v1/domains/import, GET /v1/domains/claims, GET /v1/orders";

#[test]
fn calls_wait_for_the_session() {
    let mut stage = Stage { now: super::START, ..Stage::default() };
    assert_eq!(stage.act(|client| client.start(false)), "ask session");
    assert_eq!(call_everything(&mut stage), "");
    assert_eq!(stage.act(|client| client.hold_quote(words("c.com"))), "");
    assert_eq!(stage.act(|client| client.call(Call::Check(words("a.com")), 9)), "1 failed: superseded");
    assert_eq!(stage.act(Client::connect), "GET /v1/session");
    let follows = stage.answer("GET /v1/session", 200, session("ses_1", &json!({})));
    let waited = "POST /v1/quotes, POST /v1/domains/import, GET /v1/domains/claims, GET /v1/orders, POST /v1/domains/availability";
    assert_eq!(follows, format!("wake 300, POST /v1/quotes, wake 1000, {waited}"));
}

#[test]
fn calls_that_can_have_no_answer_say_why() {
    let failed = |code: &str| (1..=5).map(|ticket| format!("{ticket} failed: {code}")).collect::<Vec<_>>();
    let mut stage = Stage { now: super::START, ..Stage::default() };
    assert_eq!(call_everything(&mut stage), failed("not_now").join(" "));
    stage.act(|client| client.start(false));
    assert_eq!(call_everything(&mut stage), "");
    let follows = stage.act(|client| client.order_input(Input::SessionUnavailable));
    assert_eq!(follows, format!("tell failed session_unavailable, {}", failed("session_unavailable").join(", ")));
    assert_eq!(call_everything(&mut stage), failed("session_unavailable").join(" "));
    let mut stage = Stage::open();
    assert_eq!(call_everything(&mut stage).replace(' ', ", ").matches("/v1/").count(), ALL.matches("/v1/").count());
    assert!(stage.act(Client::stop).contains("1 failed: stopped"));
    assert_eq!(stage.settled.len(), 5);
    assert_eq!(call_everything(&mut stage), failed("stopped").join(" "));
    assert_eq!(stage.act(|client| client.search(words("a.com"), true)), "");
    assert_eq!(stage.act(|client| client.hold_quote(words("a.com"))), "");
}

#[test]
fn a_started_client_asks_with_the_session_that_was_open() {
    let mut stage = Stage::open();
    stage.act(Client::stop);
    assert_eq!(stage.act(|client| client.start(true)), "GET /v1/session");
    let follows = stage.act(|client| client.call(Call::Check(words("a.com")), 1));
    assert_eq!(follows, "POST /v1/domains/availability");
}

#[test]
fn who_waits_for_an_order_hears_that_the_client_has_ended() {
    let mut stage = Stage::open();
    let draft = json!({"domains": ["a.com"], "personas": [], "quote": "t"});
    assert_eq!(stage.act(|client| client.place(draft, 1)), "tell sent, POST /v1/orders");
    assert_eq!(stage.act(Client::stop), "");
    assert_eq!(stage.act(Client::end), "1 failed: stopped");
}
