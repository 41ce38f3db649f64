//! Sessions that end or change while an order is on its way, and the search for it.

use super::stage::{Input, START, Stage, play, play_open};
use serde_json::json;
use shared::protocol::order::SessionState;

/// An order whose answer was lost in a session that was exchanged meanwhile.
fn in_doubt() -> Stage {
    play_open(&[
        ("place a.com", "remember, POST /v1/orders", "sending"),
        ("connect", "GET /v1/session", "sending"),
        ("session: none ses_2", "", "sending"),
        ("place: lost", "failed order_in_doubt, GET /v1/orders", "doubt"),
    ])
}

#[test]
fn pending_order_is_completed_in_another_session() {
    play_open(&[
        ("place a.com", "remember, POST /v1/orders", "sending"),
        ("connect", "GET /v1/session", "sending"),
        ("session: none ses_2", "", "sending"),
        ("place: 201 ord_1", "forget, ordered ord_1, GET /v1/orders/ord_1", "placed ord_1 in_progress"),
    ]);
}

#[test]
fn uncertain_order_is_searched_until_found() {
    in_doubt().go_on(&[
        ("orders: rows 0 ord_9", "GET /v1/orders/ord_9", "doubt"),
        ("compare: record ord_9 in_progress z.com", "wake 2000", "doubt"),
        ("place a.com", "", "doubt"),
        ("tick", "GET /v1/session", "doubt"),
        ("session: none ses_2", "GET /v1/orders", "doubt"),
        ("orders: lost", "wake 3000", "doubt"),
        ("tick", "GET /v1/session", "doubt"),
        ("session: page 500", "wake 4500", "doubt"),
        ("tick", "GET /v1/session", "doubt"),
        ("session: none ses_2", "GET /v1/orders", "doubt"),
        ("orders: rows 0 ord_8 ord_9", "GET /v1/orders/ord_8", "doubt"),
        (
            "compare: record ord_8 in_progress a.com",
            "forget, ordered ord_8, GET /v1/orders/ord_8",
            "placed ord_8 in_progress",
        ),
    ]);
}

#[test]
fn earlier_orders_are_not_compared() {
    play_open(&[
        ("listed ord_1 ord_2", "", "none"),
        ("place a.com", "remember, POST /v1/orders", "sending"),
        ("connect", "GET /v1/session", "sending"),
        ("session: none ses_2", "", "sending"),
        ("place: lost", "failed order_in_doubt, GET /v1/orders", "doubt"),
        ("orders: rows 0 ord_1 ord_2", "wake 2000", "doubt"),
    ]);
}

#[test]
fn customer_can_order_again_after_reading_the_list() {
    in_doubt().go_on(&[
        ("saw", "", "doubt"),
        ("again", "", "doubt"),
        ("orders: rows 1", "wake 2000", "doubt"),
        ("saw", "", "doubt has_looked"),
        // An order is being placed: it may be this one.
        ("again", "", "doubt has_looked"),
        ("tick", "GET /v1/session", "doubt has_looked"),
        ("session: none ses_2", "GET /v1/orders", "doubt has_looked"),
        ("orders: rows 0", "wake 3000", "doubt has_looked"),
        ("again", "forget", "none"),
        ("place b.com", "remember, POST /v1/orders", "sending"),
    ]);
}

#[test]
fn customer_cannot_order_again_before_new_orders_are_compared() {
    for unread in [
        "compare: lost",
        "compare: page 502",
        "compare: 304",
        "compare: record ord_8 in_progress",
        "compare: record ord_8 in_progress z.com ",
    ] {
        let mut stage = in_doubt();
        assert_eq!(stage.act("orders: rows 0 ord_8"), "GET /v1/orders/ord_8");
        stage.act("saw");
        assert!(!stage.client.can_order_again(), "before an answer");
        assert_eq!(stage.act(unread), "wake 2000", "{unread}");
        stage.go_on(&[
            ("again", "", "doubt has_looked"),
            ("tick", "GET /v1/session", "doubt has_looked"),
            ("session: none ses_2", "GET /v1/orders", "doubt has_looked"),
            ("orders: rows 0 ord_8", "GET /v1/orders/ord_8", "doubt has_looked"),
            ("compare: record ord_8 in_progress z.com", "wake 3000", "doubt has_looked"),
            ("again", "forget", "none"),
        ]);
    }
}

#[test]
fn another_order_can_be_opened_while_uncertain() {
    in_doubt().go_on(&[
        ("orders: rows 0", "wake 2000", "doubt"),
        ("watch ord_9", "GET /v1/orders/ord_9", "placed ord_9 other"),
        ("order: record ord_9 completed z.com", "ord_9 is completed", "placed ord_9 completed other"),
        ("leave", "GET /v1/orders", "doubt"),
    ]);
}

#[test]
fn expired_session_does_not_deny_an_uncertain_order() {
    play_open(&[
        ("place a.com", "remember, POST /v1/orders", "sending"),
        ("place: lost", "GET /v1/session", "confirming"),
        ("session: expired", "ask session, wake 60000", "confirming"),
        ("no-session", "failed session_expired", "doubt"),
        ("connect", "GET /v1/session", "doubt"),
        ("session: none ses_2", "failed order_in_doubt, GET /v1/orders", "doubt"),
    ]);
}

#[test]
fn session_expiry_before_sending_reports_no_order() {
    play_open(&[
        ("place a.com", "remember, POST /v1/orders", "sending"),
        ("place: expired", "forget, ask session, wake 60000", "none not_placed"),
        ("no-session", "failed session_expired", "none not_placed"),
    ]);
}

#[test]
fn page_without_a_response_has_no_session() {
    play_open(&[
        ("over", "ask session, wake 60000", "none"),
        ("over", "", "none"),
        ("tick", "failed session_expired", "none"),
        ("place a.com", "", "none"),
        ("no-session", "", "none"),
    ]);
}

#[test]
fn stored_attempt_is_resumed_by_the_next_page() {
    let sent = |session: &str, at: u64| {
        let sent = format!(r#"resume {{"session":"{session}","domains":["a.com"],"at":{at},"before":[]}}"#);
        &*Box::leak(sent.into_boxed_str())
    };
    let hour = START - 3_600_000;
    play_open(&[(sent("ses_0", hour), "failed order_in_doubt, GET /v1/orders", "doubt")]);
    play_open(&[(sent("ses_1", hour), "failed order_unconfirmed, wake 8000", "unconfirmed")]);
    play_open(&[(sent("ses_0", START - 86_400_000), "forget", "none")]);
    // An order that is being placed is known by its session alone, until the page says what was stored.
    let mut stage = play(&[
        ("connect", "GET /v1/session", "none"),
        ("session: placing", "remember, wake 2000", "placing"),
        (sent("ses_1", hour), "remember", "placing"),
        (sent("ses_1", hour), "", "placing"),
    ]);
    assert_eq!(stage.client.sent().map(|sent| sent.domains.as_slice()), Some(["a.com".to_owned()].as_slice()));
    stage.go_on(&[
        ("connect", "GET /v1/session", "placing"),
        ("session: none ses_2", "failed order_in_doubt, GET /v1/orders", "doubt"),
    ]);
    let mut stage = play(&[
        (sent("ses_0", hour), "", "doubt"),
        ("connect", "GET /v1/session", "doubt"),
        ("session: none", "failed order_in_doubt, GET /v1/orders", "doubt"),
    ]);
    // Another customer of the same browser has nothing in doubt.
    stage.go_on(&[("connect", "give up orders, GET /v1/session", "doubt"), ("session: other", "", "none")]);
}

#[test]
fn orders_of_several_pages_are_in_doubt_together() {
    let sent = |session: &str, domain: &str, ago: u64, before: &str| {
        let at = START - ago;
        let sent = format!(r#"resume {{"session":"{session}","domains":["{domain}"],"at":{at},"before":[{before}]}}"#);
        &*Box::leak(sent.into_boxed_str())
    };
    // The open session can be asked itself: what was sent in another one keeps the next order back.
    for (first, second) in [(("ses_0", 9), ("ses_1", 5)), (("ses_1", 9), ("ses_0", 5)), (("ses_1", 5), ("ses_0", 9))] {
        let mut stage = play_open(&[]);
        stage.act(sent(first.0, "a.com", first.1, r#""ord_1","ord_2""#));
        stage.act(sent(second.0, "b.com", second.1, r#""ord_2""#));
        assert_eq!(stage.state(), "doubt", "{first:?} {second:?}");
        let known = stage.client.sent().unwrap();
        assert_eq!((known.session.as_str(), known.at), ("ses_0", START - 5));
        assert_eq!((known.domains.join(" "), known.before.join(" ")), ("a.com b.com".to_owned(), "ord_2".to_owned()));
    }
    // While an order is sent, another page's is heard of: its refusal leaves that one in doubt.
    let mut stage = play_open(&[("place b.com", "remember, POST /v1/orders", "sending")]);
    stage.act(sent("ses_0", "a.com", 5, ""));
    stage.go_on(&[(
        "place: 409 quote_changed",
        "remember, failed quote_changed, failed order_in_doubt, GET /v1/orders",
        "doubt",
    )]);
    assert_eq!(stage.client.sent().map(|sent| sent.domains.join(" ")).as_deref(), Some("a.com"));
}

#[test]
fn session_without_a_plan_searches_for_no_order() {
    in_doubt().go_on(&[
        ("orders: rows 0", "wake 2000", "doubt"),
        ("connect", "GET /v1/session", "doubt"),
        ("session: looks ses_3", "", "none"),
        ("connect", "GET /v1/session", "none"),
        ("session: none ses_4", "GET /v1/orders", "doubt"),
    ]);
}

#[test]
fn returning_page_checks_the_outcome_of_the_order() {
    play_open(&[
        ("place a.com", "remember, POST /v1/orders", "sending"),
        ("stop", "give up place", "sending"),
        ("connect", "GET /v1/session", "confirming"),
        ("session: has ord_1", "forget, ordered ord_1, GET /v1/orders/ord_1", "placed ord_1 in_progress"),
    ]);
}

#[test]
fn order_in_doubt_is_found_however_its_names_are_written() {
    for domains in [
        json!(["A.com", "b.com"]),
        json!([{"domain": " A.COM. "}, {"domain": "b.com"}]),
        json!([{"domain": "\u{ff41}.com"}, "b.com"]),
    ] {
        let mut stage = play_open(&[]);
        let draft = json!({"domains": domains, "personas": [], "quote": "token"});
        assert_eq!(stage.give(Input::Place(draft)), "remember, POST /v1/orders", "{domains}");
        assert_eq!(stage.client.sent().map(|sent| sent.domains.join(" ")).as_deref(), Some("a.com b.com"));
        stage.go_on(&[
            ("connect", "GET /v1/session", "sending"),
            ("session: none ses_2", "", "sending"),
            ("place: lost", "failed order_in_doubt, GET /v1/orders", "doubt"),
            ("orders: rows 0 ord_1", "GET /v1/orders/ord_1", "doubt"),
            (
                "compare: record ord_1 completed B.com",
                "forget, ordered ord_1, GET /v1/orders/ord_1",
                "placed ord_1 completed",
            ),
        ]);
    }
}

#[test]
fn stored_names_in_another_spelling_are_found() {
    let stored = r#"resume {"session":"ses_0","domains":["","A.com.","a.com"],"at":1778241600000,"before":[]}"#;
    let stage = play_open(&[
        (stored, "failed order_in_doubt, GET /v1/orders", "doubt"),
        ("orders: rows 0 ord_1", "GET /v1/orders/ord_1", "doubt"),
        (
            "compare: record ord_1 completed a.com",
            "forget, ordered ord_1, GET /v1/orders/ord_1",
            "placed ord_1 completed",
        ),
    ]);
    assert!(!stage.client.can_order_again());
}

#[test]
fn page_without_its_first_session_is_told_why_and_may_ask_again() {
    let mut stage = Stage::new();
    for (answer, code) in [("no-session", "session_missing"), ("unavailable", "session_unavailable")] {
        assert_eq!(stage.act("over"), "ask session, wake 60000");
        assert!(matches!(stage.client.session(), SessionState::Loading));
        assert_eq!(stage.act(answer), format!("failed {code}"));
        let SessionState::Failed { problem, is_final: false } = stage.client.session() else {
            panic!("{:?}", stage.client.session())
        };
        assert_eq!((problem.code.as_str(), problem.retryable), (code, true));
    }
    stage.go_on(&[
        ("over", "ask session, wake 60000", "none"),
        ("tick", "failed session_unavailable", "none"),
        ("over", "ask session, wake 60000", "none"),
        // Taken off the page and shown again: the page is asked once more.
        ("stop", "", "none"),
        ("unavailable", "", "none"),
        ("over", "ask session, wake 60000", "none"),
        ("connect", "GET /v1/session", "none"),
        // The page gave one that is over: it is not asked again so soon.
        ("session: expired", "failed session_expired", "none"),
    ]);
    assert!(matches!(stage.client.session(), SessionState::Ended));
}
