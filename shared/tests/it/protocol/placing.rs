//! Sending the order: answers, lost answers, refusals, approvals.

use super::stage::{play, play_open};

#[test]
fn order_is_sent_once_and_then_polled() {
    play_open(&[
        ("place a.com", "remember, POST /v1/orders", "sending"),
        ("place a.com", "", "sending"),
        ("place: 201 ord_1", "forget, ordered ord_1, GET /v1/orders/ord_1", "placed ord_1 in_progress"),
        ("order: record ord_1 completed a.com", "ord_1 is completed", "placed ord_1 completed"),
        ("place a.com", "", "placed ord_1 completed"),
    ]);
}

#[test]
fn pending_order_is_polled_with_growing_intervals() {
    play_open(&[
        ("place a.com", "remember, POST /v1/orders", "sending"),
        ("place: 202", "wake 2000", "placing"),
        ("tick", "GET /v1/session", "placing"),
        ("session: placing", "wake 3000", "placing"),
        ("tick", "GET /v1/session", "placing"),
        ("session: page 502", "wake 4500", "placing"),
        ("tick", "GET /v1/session", "placing"),
        ("session: lost", "wake 6750", "placing"),
        ("tick", "GET /v1/session", "placing"),
        ("session: placing", "wake 10000", "placing"),
        ("tick", "GET /v1/session", "placing"),
        ("session: placing", "wake 10000", "placing"),
        ("tick", "GET /v1/session", "placing"),
        ("session: has ord_1", "forget, ordered ord_1, GET /v1/orders/ord_1", "placed ord_1 in_progress"),
    ]);
}

#[test]
fn pending_order_that_disappears_was_not_placed() {
    play_open(&[
        ("place a.com", "remember, POST /v1/orders", "sending"),
        ("place: 202", "wake 2000", "placing"),
        ("tick", "GET /v1/session", "placing"),
        ("session: none", "forget", "none not_placed"),
        ("place a.com", "remember, POST /v1/orders", "sending"),
    ]);
}

#[test]
fn lost_response_reads_the_session_four_times() {
    for lost in ["place: lost", "place: page 502", "place: page 408", "place: page 201", "place: 500 internal"] {
        play_open(&[
            ("place a.com", "remember, POST /v1/orders", "sending"),
            (lost, "GET /v1/session", "confirming"),
            ("session: none", "wake 1000", "confirming"),
            ("tick", "GET /v1/session", "confirming"),
            ("session: lost", "wake 2000", "confirming"),
            ("tick", "GET /v1/session", "confirming"),
            ("session: none", "wake 4000", "confirming"),
            ("tick", "GET /v1/session", "confirming"),
            ("session: none", "failed order_unconfirmed, wake 8000", "unconfirmed"),
            ("place a.com", "remember, POST /v1/orders", "sending"),
            ("place: 201 ord_1", "forget, ordered ord_1, GET /v1/orders/ord_1", "placed ord_1 in_progress"),
        ]);
    }
}

#[test]
fn lost_response_is_found_in_the_session() {
    play_open(&[
        ("place a.com", "remember, POST /v1/orders", "sending"),
        ("place: lost", "GET /v1/session", "confirming"),
        ("session: placing", "wake 2000", "placing"),
        ("tick", "GET /v1/session", "placing"),
        ("session: has ord_1", "forget, ordered ord_1, GET /v1/orders/ord_1", "placed ord_1 in_progress"),
    ]);
}

#[test]
fn refusal_reports_that_nothing_was_ordered() {
    for (answer, effects, state) in [
        ("place: 409 quote_changed", "forget, failed quote_changed", "none quote_changed"),
        ("place: 400 domain_unavailable", "forget, failed domain_unavailable", "none domain_unavailable"),
        ("place: page 413", "forget, failed body_too_large", "none body_too_large"),
        ("place: page 429", "forget, failed unreadable_answer", "none unreadable_answer"),
        ("place: final", "forget, failed upstream_misconfigured", "none upstream_misconfigured"),
    ] {
        play_open(&[("place a.com", "remember, POST /v1/orders", "sending"), (answer, effects, state)]);
    }
}

#[test]
fn only_a_conflict_resolves_an_earlier_attempt() {
    for (answer, effects, state) in [
        ("place: final", "remember, failed upstream_misconfigured, wake 12000", "unconfirmed upstream_misconfigured"),
        (
            "place: 400 domain_unavailable",
            "remember, failed domain_unavailable, wake 12000",
            "unconfirmed domain_unavailable",
        ),
        (
            "place: 429 too_many_requests",
            "remember, failed too_many_requests, wake 12000",
            "unconfirmed too_many_requests",
        ),
        ("place: page 413", "remember, failed body_too_large, wake 12000", "unconfirmed body_too_large"),
        // It may be slower than the one that came after it.
        ("place: 409 quote_changed", "remember, failed quote_changed, wake 12000", "unconfirmed quote_changed"),
    ] {
        let mut stage = unconfirmed();
        stage.go_on(&[("place b.com", "remember, POST /v1/orders", "sending"), (answer, effects, state)]);
    }
    let mut stage = unconfirmed();
    stage.now += 60_000;
    stage.go_on(&[
        ("place b.com", "remember, POST /v1/orders", "sending"),
        ("place: 409 quote_changed", "forget, failed quote_changed", "none quote_changed"),
    ]);
}

fn unconfirmed() -> super::stage::Stage {
    play_open(&[
        ("place a.com", "remember, POST /v1/orders", "sending"),
        ("place: lost", "GET /v1/session", "confirming"),
        ("session: none", "wake 1000", "confirming"),
        ("tick", "GET /v1/session", "confirming"),
        ("session: none", "wake 2000", "confirming"),
        ("tick", "GET /v1/session", "confirming"),
        ("session: none", "wake 4000", "confirming"),
        ("tick", "GET /v1/session", "confirming"),
        ("session: none", "failed order_unconfirmed, wake 8000", "unconfirmed"),
    ])
}

#[test]
fn unconfirmed_order_is_asked_for_until_it_is_found() {
    unconfirmed().go_on(&[
        ("tick", "GET /v1/session", "unconfirmed"),
        ("session: lost", "wake 12000", "unconfirmed"),
        ("tick", "GET /v1/session", "unconfirmed"),
        ("session: none", "wake 18000", "unconfirmed"),
        // The customer comes back to the page, or its connection does.
        ("hide", "", "unconfirmed"),
        ("tick", "", "unconfirmed"),
        ("show", "wake 0", "unconfirmed"),
        ("tick", "GET /v1/session", "unconfirmed"),
        ("session: page 502", "wake 8000", "unconfirmed"),
        ("online", "wake 0", "unconfirmed"),
        ("tick", "GET /v1/session", "unconfirmed"),
        ("session: has ord_1", "forget, ordered ord_1, GET /v1/orders/ord_1", "placed ord_1 in_progress"),
    ]);
    // Off the page nothing is asked for, and back on it the session is.
    unconfirmed().go_on(&[
        ("stop", "", "unconfirmed"),
        ("online", "", "unconfirmed"),
        ("connect", "GET /v1/session", "unconfirmed"),
        ("session: none", "wake 12000", "unconfirmed"),
    ]);
}

#[test]
fn used_session_shows_its_order() {
    play_open(&[
        ("place b.com", "remember, POST /v1/orders", "sending"),
        ("place: used ord_1", "forget, failed session_used, GET /v1/orders/ord_1", "placed ord_1 in_progress"),
    ]);
    play_open(&[
        ("place b.com", "remember, POST /v1/orders", "sending"),
        ("place: 409 session_used", "remember, failed session_used, GET /v1/session", "confirming"),
        ("session: placing", "wake 2000", "placing"),
    ]);
}

#[test]
fn success_is_never_reported_as_not_placed() {
    play_open(&[
        ("place a.com", "remember, POST /v1/orders", "sending"),
        ("place: page 201", "GET /v1/session", "confirming"),
        ("session: placing", "wake 2000", "placing"),
        ("tick", "GET /v1/session", "placing"),
        ("session: none", "failed order_unconfirmed, wake 8000", "unconfirmed"),
        ("place a.com", "remember, POST /v1/orders", "sending"),
        (
            "place: 409 order_not_placed",
            "remember, failed order_not_placed, wake 12000",
            "unconfirmed order_not_placed",
        ),
    ]);
}

#[test]
fn missing_approval_is_requested_from_the_page() {
    play_open(&[
        ("place a.com", "remember, POST /v1/orders", "sending"),
        ("place: unpaid", "forget, ask approval of quo_1 for 1300, wake 600000", "approving"),
        ("place a.com", "", "approving"),
        ("approve jwt", "remember, POST /v1/orders with jwt", "sending"),
        ("place: 400 domain_unavailable", "forget, failed domain_unavailable", "none domain_unavailable"),
        // What was approved is sent again with the same quote.
        ("place b.com", "remember, POST /v1/orders with jwt", "sending"),
        // It has ended since, such as by that of another tab: the page is asked once more, and not in a circle.
        ("place: 402 approval_invalid", "forget, remember, POST /v1/orders", "sending"),
        ("place: unpaid", "forget, ask approval of quo_1 for 1300, wake 600000", "approving"),
        ("approve jwt2", "remember, POST /v1/orders with jwt2", "sending"),
        ("place: 402 approval_invalid", "forget, failed approval_invalid", "none approval_invalid"),
        ("place b.com", "remember, POST /v1/orders", "sending"),
    ]);
}

#[test]
fn approval_goes_with_its_quote_and_session_only() {
    let approved = [
        ("place a.com", "remember, POST /v1/orders", "sending"),
        ("place: unpaid", "forget, ask approval of quo_1 for 1300, wake 600000", "approving"),
        ("approve jwt", "remember, POST /v1/orders with jwt", "sending"),
    ];
    // The price has changed: what was paid is for the quote before.
    let mut stage = play_open(&approved);
    stage.go_on(&[
        ("place: 409 quote_changed", "forget, failed quote_changed", "none quote_changed"),
        ("place a.com quote=new", "remember, POST /v1/orders", "sending"),
        ("place: unpaid", "forget, ask approval of quo_1 for 1300, wake 600000", "approving"),
        ("approve jwt2", "remember, POST /v1/orders with jwt2", "sending"),
        // Required again: it was not good enough, and the page is not asked in a circle.
        ("place: unpaid", "forget, failed approval_required", "none approval_required"),
        ("place a.com quote=new", "remember, POST /v1/orders", "sending"),
    ]);
    // An answer that got lost: the same approval again, in the same session.
    let mut stage = play_open(&approved);
    stage.go_on(&[
        ("place: lost", "GET /v1/session", "confirming"),
        ("session: none", "wake 1000", "confirming"),
        ("tick", "GET /v1/session", "confirming"),
        ("session: none", "wake 2000", "confirming"),
        ("tick", "GET /v1/session", "confirming"),
        ("session: none", "wake 4000", "confirming"),
        ("tick", "GET /v1/session", "confirming"),
        ("session: none", "failed order_unconfirmed, wake 8000", "unconfirmed"),
        ("place a.com", "remember, POST /v1/orders with jwt", "sending"),
    ]);
    // Another session of the same customer has no approval.
    let mut stage = play_open(&approved);
    stage.go_on(&[
        ("place: 400 domain_unavailable", "forget, failed domain_unavailable", "none domain_unavailable"),
        ("connect", "GET /v1/session", "none domain_unavailable"),
        ("session: none ses_2", "", "none domain_unavailable"),
        ("place a.com", "remember, POST /v1/orders", "sending"),
    ]);
}

#[test]
fn refusal_of_the_partner_is_shown_and_asked_again() {
    play_open(&[
        ("place a.com", "remember, POST /v1/orders", "sending"),
        ("place: 402 approval_refused", "forget, failed approval_refused", "none approval_refused"),
        ("place a.com", "remember, POST /v1/orders", "sending"),
        ("place: 400 quote_required", "forget, failed quote_required", "none quote_required"),
        ("place a.com", "remember, POST /v1/orders", "sending"),
    ]);
}

#[test]
fn declined_or_late_payment_orders_nothing() {
    let asked = [
        ("place a.com", "remember, POST /v1/orders", "sending"),
        ("place: unpaid", "forget, ask approval of quo_1 for 1300, wake 600000", "approving"),
    ];
    let mut stage = play_open(&asked);
    stage.go_on(&[("decline Card declined.", "failed approval_refused", "none approval_refused")]);
    stage.go_on(&[("approve late", "", "none approval_refused")]);
    play_open(&asked).go_on(&[("tick", "failed approval_refused", "none approval_refused")]);
    // The session was renewed while the customer paid.
    play_open(&asked).go_on(&[
        ("connect", "GET /v1/session", "approving"),
        ("session: none ses_2", "", "approving"),
        ("approve jwt", "failed approval_outdated", "none approval_outdated"),
    ]);
    // The payment was approved while the other session was still being read.
    let mut stage = play_open(&asked);
    stage.go_on(&[("connect", "GET /v1/session", "approving"), ("approve jwt", "", "approving")]);
    stage.go_on(&[("session: none ses_2", "failed approval_outdated", "none approval_outdated")]);
    play_open(&asked).go_on(&[
        ("connect", "GET /v1/session", "approving"),
        ("approve jwt", "", "approving"),
        ("session: none", "remember, POST /v1/orders with jwt", "sending"),
    ]);
}

#[test]
fn order_requires_an_open_session_and_a_plan() {
    play(&[("place a.com", "", "none"), ("connect", "GET /v1/session", "none"), ("place a.com", "", "none")]);
    play(&[
        ("connect", "GET /v1/session", "none"),
        ("session: looks", "", "none"),
        ("place a.com", "", "none"),
        ("connect", "GET /v1/session", "none"),
        ("session: 401 session_claims", "failed session_claims", "none"),
        ("place a.com", "", "none"),
    ]);
}
