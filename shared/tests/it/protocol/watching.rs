//! Watching an order: pauses, news, rests that the server asks for, hidden pages, other orders.

use super::stage::{Input, OrderClient, RawAnswer, Stage, play, play_open};
use shared::protocol::json::from_text;

/// The order of a session, as it was there when the page was opened.
fn placed() -> Stage {
    play(&[
        ("connect", "GET /v1/session", "none"),
        ("session: has ord_1", "GET /v1/orders/ord_1", "placed ord_1 in_progress"),
        ("order: record ord_1 in_progress a.com", "ord_1 is in_progress, wake 1000", "placed ord_1 in_progress"),
    ])
}

#[test]
fn unchanged_order_is_polled_with_growing_intervals() {
    let mut stage = placed();
    for pause in
        ["wake 1500", "wake 2250", "wake 3375", "wake 5062", "wake 7593", "wake 11389", "wake 15000", "wake 15000"]
    {
        assert_eq!(stage.act("tick"), "GET /v1/orders/ord_1 if not \"1\"");
        assert_eq!(stage.act("order: record ord_1 in_progress a.com"), pause);
    }
    stage.go_on(&[
        ("tick", "GET /v1/orders/ord_1 if not \"1\"", "placed ord_1 in_progress"),
        (
            "order: record ord_1 action_required a.com",
            "ord_1 is action_required, wake 1000",
            "placed ord_1 action_required",
        ),
        ("tick", "GET /v1/orders/ord_1 if not \"1\"", "placed ord_1 action_required"),
        ("order: 304", "wake 1500", "placed ord_1 action_required"),
        ("tick", "GET /v1/orders/ord_1 if not \"1\"", "placed ord_1 action_required"),
        ("order: record ord_1 completed a.com", "ord_1 is completed", "placed ord_1 completed"),
    ]);
}

#[test]
fn failed_poll_marks_the_shown_order_as_outdated() {
    placed().go_on(&[
        ("tick", "GET /v1/orders/ord_1 if not \"1\"", "placed ord_1 in_progress"),
        ("order: page 502", "wake 1500", "placed ord_1 in_progress is_stale"),
        ("tick", "GET /v1/orders/ord_1 if not \"1\"", "placed ord_1 in_progress is_stale"),
        ("order: 404 order_not_found", "wake 2250", "placed ord_1 in_progress is_stale"),
        ("tick", "GET /v1/orders/ord_1 if not \"1\"", "placed ord_1 in_progress is_stale"),
        ("order: record ord_7 completed a.com", "wake 3375", "placed ord_1 in_progress is_stale"),
    ]);
}

#[test]
fn retry_after_is_respected() {
    placed().go_on(&[
        ("tick", "GET /v1/orders/ord_1 if not \"1\"", "placed ord_1 in_progress"),
        ("order: 503 store_unavailable after=40", "wake 40000", "placed ord_1 in_progress is_stale"),
        ("hide", "", "placed ord_1 in_progress is_stale"),
        ("show", "wake 40000", "placed ord_1 in_progress is_stale"),
        ("tick", "GET /v1/orders/ord_1 if not \"1\"", "placed ord_1 in_progress is_stale"),
        ("order: 503 store_unavailable after=999999999", "wake 86400000", "placed ord_1 in_progress is_stale"),
    ]);
}

#[test]
fn hidden_page_does_not_poll() {
    placed().go_on(&[
        ("hide", "", "placed ord_1 in_progress"),
        ("tick", "", "placed ord_1 in_progress"),
        ("show", "wake 0", "placed ord_1 in_progress"),
        ("tick", "GET /v1/orders/ord_1 if not \"1\"", "placed ord_1 in_progress"),
    ]);
}

#[test]
fn order_stays_visible_after_its_session_ends() {
    placed().go_on(&[
        ("tick", "GET /v1/orders/ord_1 if not \"1\"", "placed ord_1 in_progress"),
        ("order: expired", "ask session, wake 60000", "placed ord_1 in_progress"),
        ("no-session", "failed session_expired", "placed ord_1 in_progress is_stale"),
        ("connect", "GET /v1/session", "placed ord_1 in_progress is_stale"),
        ("session: none ses_2", "GET /v1/orders/ord_1 if not \"1\"", "placed ord_1 in_progress"),
    ]);
}

#[test]
fn another_order_is_shown_until_it_is_closed() {
    placed().go_on(&[
        ("watch ord_9", "GET /v1/orders/ord_9", "placed ord_9 other"),
        ("connect", "give up order, GET /v1/session", "placed ord_9 other"),
        ("session: has ord_1", "GET /v1/orders/ord_9", "placed ord_9 other"),
        ("order: record ord_9 completed z.com", "ord_9 is completed", "placed ord_9 completed other"),
        ("leave", "GET /v1/orders/ord_1", "placed ord_1 in_progress"),
        ("watch ord_1", "give up order, GET /v1/orders/ord_1", "placed ord_1 in_progress"),
    ]);
}

#[test]
fn order_of_another_customer_returns_to_the_start() {
    play(&[
        ("watch ord_9", "", "none"),
        ("connect", "GET /v1/session", "none"),
        ("session: none", "GET /v1/orders/ord_9", "placed ord_9 other"),
        ("order: 404 order_not_found", "failed order_not_found", "none order_not_found"),
    ]);
    placed().go_on(&[
        ("watch ord_9", "GET /v1/orders/ord_9", "placed ord_9 other"),
        ("order: 404 order_not_found", "GET /v1/orders/ord_1, failed order_not_found", "placed ord_1 in_progress"),
    ]);
    placed().go_on(&[
        ("watch ord_9", "GET /v1/orders/ord_9", "placed ord_9 other"),
        ("order: page 404", "GET /v1/orders/ord_1, failed order_not_found", "placed ord_1 in_progress"),
    ]);
}

#[test]
fn placed_order_without_a_record_yet_is_not_outdated() {
    play(&[
        ("connect", "GET /v1/session", "none"),
        ("session: has ord_1", "GET /v1/orders/ord_1", "placed ord_1 in_progress"),
        ("order: 404 order_not_found", "wake 1000", "placed ord_1 in_progress"),
    ]);
}

#[test]
fn partner_watches_without_a_session() {
    let partner = || Stage::of(OrderClient::of_partner().looking_every(2_000));
    partner().go_on(&[
        ("watch ord_9", "GET /v1/orders/ord_9", "placed ord_9 other"),
        ("order: record ord_9 in_progress z.com", "ord_9 is in_progress, wake 1000", "placed ord_9 in_progress other"),
        ("tick", "GET /v1/orders/ord_9 if not \"1\"", "placed ord_9 in_progress other"),
        ("order: 304", "wake 1500", "placed ord_9 in_progress other"),
        ("tick", "GET /v1/orders/ord_9 if not \"1\"", "placed ord_9 in_progress other"),
        ("order: page 502", "wake 2000", "placed ord_9 in_progress is_stale other"),
        ("tick", "GET /v1/orders/ord_9 if not \"1\"", "placed ord_9 in_progress is_stale other"),
        ("order: 429 rate_limited after=40", "wake 40000", "placed ord_9 in_progress is_stale other"),
        ("place a.com", "", "placed ord_9 in_progress is_stale other"),
        ("tick", "GET /v1/orders/ord_9 if not \"1\"", "placed ord_9 in_progress is_stale other"),
        ("order: record ord_9 completed z.com", "ord_9 is completed", "placed ord_9 completed other"),
    ]);
    partner().go_on(&[
        ("watch ord_7", "GET /v1/orders/ord_7", "placed ord_7 other"),
        ("order: 404 order_not_found", "failed order_not_found", "none order_not_found"),
    ]);
}

#[test]
fn session_that_begins_soon_is_waited_for() {
    placed().go_on(&[
        ("connect", "GET /v1/session", "placed ord_1 in_progress"),
        ("session: 401 session_not_yet_valid", "wake 1500", "placed ord_1 in_progress"),
        ("tick", "GET /v1/orders/ord_1 if not \"1\"", "placed ord_1 in_progress"),
        ("order: 401 session_not_yet_valid", "wake 2250", "placed ord_1 in_progress is_stale"),
        ("tick", "GET /v1/orders/ord_1 if not \"1\"", "placed ord_1 in_progress is_stale"),
        ("order: 304", "wake 3375", "placed ord_1 in_progress"),
    ]);
}

#[test]
fn order_from_a_link_is_shown_in_the_next_session() {
    play_open(&[
        ("watch ord_9", "GET /v1/orders/ord_9", "placed ord_9 other"),
        ("order: expired", "ask session, wake 60000", "placed ord_9 other"),
        ("no-session", "failed session_expired", "none"),
        ("connect", "GET /v1/session", "none"),
        ("session: none ses_2", "GET /v1/orders/ord_9", "placed ord_9 other"),
    ]);
}

#[test]
fn watching_waits_until_the_order_is_sent() {
    play_open(&[
        ("place a.com", "remember, POST /v1/orders", "sending"),
        ("watch ord_9", "", "sending"),
        ("place: 400 domain_unavailable", "forget, failed domain_unavailable", "none domain_unavailable"),
        ("connect", "GET /v1/session", "none domain_unavailable"),
        ("session: none", "GET /v1/orders/ord_9", "placed ord_9 other"),
    ]);
}

#[test]
fn session_is_renewed_a_minute_before_it_expires() {
    let mut stage = play(&[("connect", "GET /v1/session", "none")]);
    let body = r#"{"data":{"id":"ses_1","customer":"a@b.c","plan":null,"expires_at":"2026-05-08T12:30:00Z"}}"#;
    let answer = RawAnswer { status: 200, body: from_text(body), ..RawAnswer::lost() };
    let call = stage.calls.pop().map(|(call, _)| call).unwrap();
    assert_eq!(stage.give(Input::Answer { call, answer }), "wake 1740000");
    stage.go_on(&[("tick", "ask session, wake 60000", "none"), ("no-session", "", "none")]);
    assert!(matches!(stage.client.session(), shared::protocol::order::SessionState::Open { .. }));
}
