//! The kept quote: asked, held, replaced, changed.

use super::{START, Stage, refusal, session, words};
use serde_json::{Value, json};

const ASK: &str = "POST /v1/quotes";

fn quote(cents: u32, ends: &str) -> Value {
    let line = json!({"domain": "a.com", "price_cents": cents, "renewal_price_cents": 1300});
    json!({"data": {"id": "quo_1", "token": "t", "lines": [line], "total_cents": cents, "currency": "usd", "expires_at": ends}})
}

/// State, reason, and codes of changes.
fn state(stage: &Stage) -> String {
    let state = serde_json::to_value(&stage.client.quotes().state).unwrap();
    let changes = state["changes"].as_array().cloned().unwrap_or_default();
    let changes = changes.iter().map(|change| change["code"].clone());
    let said = [state["state"].clone(), state["reason"].clone()].into_iter().chain(changes);
    said.filter_map(|word| word.as_str().map(str::to_owned)).collect::<Vec<_>>().join(" ")
}

fn held() -> Stage {
    let mut stage = Stage::open();
    // The list of orders was read a second after the session.
    stage.now = START;
    assert_eq!(stage.act(|client| client.hold_quote(words("a.com"))), ASK);
    assert_eq!(state(&stage), "asking");
    assert_eq!(stage.answer(ASK, 200, quote(1_300, "2026-05-08T12:10:00Z")), "tell quoted, wake 540000");
    assert_eq!(state(&stage), "held");
    stage
}

#[test]
fn a_quote_is_replaced_before_it_ends_and_compared() {
    let mut stage = held();
    assert!(stage.client.has_quote(START + 599_999) && !stage.client.has_quote(START + 600_000));
    assert_eq!(stage.ring(540_000), ASK);
    assert_eq!(stage.answer(ASK, 200, quote(1_400, "2026-05-08T12:19:00Z")), "tell quoted, wake 540000");
    assert_eq!(state(&stage), "held price_rose");
    // What changed stays on show until the customer goes on.
    stage.ring(540_000);
    stage.answer(ASK, 200, quote(1_400, "2026-05-08T12:28:00Z"));
    assert_eq!(state(&stage), "held price_rose");
    stage.act(|client| client.hold_quote(words("a.com")));
    stage.answer(ASK, 200, quote(1_400, "2026-05-08T12:28:00Z"));
    assert_eq!(state(&stage), "held");
}

#[test]
fn a_quote_that_cannot_be_replaced_lasts_until_it_ends() {
    let mut stage = held();
    stage.ring(540_000);
    assert_eq!(stage.answer(ASK, 502, Value::Null), "wake 30000");
    assert_eq!(state(&stage), "held");
    stage.ring(30_000);
    assert_eq!(stage.answer(ASK, 502, Value::Null), "wake 30000");
    stage.ring(30_000);
    assert_eq!(stage.answer(ASK, 502, Value::Null), "");
    assert_eq!(state(&stage), "failed price_old");
}

#[test]
fn a_refused_quote_says_whether_the_customer_asked() {
    let mut stage = held();
    stage.ring(540_000);
    let answer = refusal("domain_unavailable", &[("domain_unavailable", "domains[0]")]);
    // What is said to be gone is asked about.
    assert_eq!(stage.answer(ASK, 400, answer.clone()), "tell failed domain_unavailable, POST /v1/domains/availability");
    assert_eq!(state(&stage), "failed picks_changed");
    stage.act(|client| client.hold_quote(words("a.com")));
    stage.answer(ASK, 400, answer);
    assert_eq!(state(&stage), "failed refused");
    stage.act(|client| client.drop_quote());
    assert_eq!(state(&stage), "none");
}

#[test]
fn names_that_could_not_be_checked_are_quoted_once_more() {
    let mut stage = Stage::open();
    stage.act(|client| client.hold_quote(words("a.com")));
    let answer = refusal("domain_not_checked", &[("domain_not_checked", "domains[0]")]);
    assert_eq!(stage.answer(ASK, 503, Value::Null), "");
    assert_eq!(state(&stage), "failed price_unknown");
    stage.act(|client| client.hold_quote(words("a.com")));
    assert_eq!(stage.answer(ASK, 400, answer.clone()), "wake 1500");
    assert_eq!(stage.ring(1_500), ASK);
    assert_eq!(stage.answer(ASK, 400, answer), "tell failed domain_not_checked");
    assert_eq!(state(&stage), "failed refused");
}

#[test]
fn nothing_is_replaced_while_the_page_is_hidden() {
    let mut stage = held();
    stage.act(|client| client.hide(true));
    assert_eq!(stage.ring(540_000), "");
    assert_eq!(stage.act(|client| client.hide(false)), ASK);
}

#[test]
fn another_session_has_another_quote() {
    let mut stage = held();
    assert_eq!(stage.act(|client| client.connect()), "GET /v1/session");
    let follows = stage.answer("GET /v1/session", 200, session("ses_2", &json!({})));
    assert_eq!(follows, format!("wake 300, {ASK}"));
}

#[test]
fn an_order_refused_for_its_quote_shows_the_new_one() {
    let mut stage = held();
    let draft = json!({"domains": [{"domain": "a.com"}], "quote": "t"});
    assert_eq!(stage.act(|client| client.place(draft.clone(), 5)), "tell sent, POST /v1/orders");
    let mut answer = refusal("quote_changed", &[("price_rose", "domains[0]")]);
    answer["error"]["details"]["quote"] = quote(1_500, "2026-05-08T12:20:00Z")["data"].clone();
    let follows = stage.answer("POST /v1/orders", 409, answer);
    assert_eq!(follows, "tell sent, tell failed quote_changed, tell quoted, wake 540000, 5 failed: quote_changed");
    assert_eq!(state(&stage), "held price_rose");
    // A quote that is of no use any more is asked for again.
    stage.act(|client| client.place(draft, 6));
    let follows = stage.answer("POST /v1/orders", 400, refusal("quote_expired", &[]));
    assert_eq!(follows, format!("tell sent, tell failed quote_expired, {ASK}, 6 failed: quote_expired"));
}

#[test]
fn a_price_that_could_not_be_read_is_read_when_the_network_is_back() {
    let mut stage = Stage::open();
    stage.act(|client| client.hold_quote(words("a.com")));
    stage.answer(ASK, 0, Value::Null);
    assert_eq!(state(&stage), "failed price_unknown");
    assert_eq!(stage.act(crate::client::Client::online), ASK);
}

#[test]
fn a_price_below_cost_is_read_again_after_the_refusal() {
    let mut stage = held();
    stage.act(|client| client.place(json!({"domains": ["a.com"]}), 1));
    let below = json!({"error": {"code": "price_below_cost", "message": "No.", "retryable": false}});
    let follows = stage.answer("POST /v1/orders", 409, below.clone());
    assert!(follows.ends_with("POST /v1/quotes, 1 failed: price_below_cost"), "{follows}");
    stage.answer(ASK, 409, below);
    assert_eq!(state(&stage), "failed price_unknown");
}
