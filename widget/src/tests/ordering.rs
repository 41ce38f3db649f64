//! Placing an order, losing its answer, and watching it.

use super::script::{Script, order, placed, refusal, session, underway};
use crate::picker::action::{Action, Field};
use crate::picker::message::{Effect, Failure, Message, News, Timer};
use crate::picker::state::{Phase, Sending, Step};
use shared::problem::Finding;

/// An order is on its way to the server.
fn sent() -> Script {
    let mut script = Script::with_plan(1, 1);
    script.reviews().act(Action::Place);
    script
}

/// An order is watched.
fn watched() -> Script {
    let mut script = Script::with_plan(1, 1);
    script.reads_session(session(1, 1, Some(placed(Some("ord_1")))));
    script
}

#[test]
fn an_order_is_sent_once_as_it_was_filled_in() {
    let mut script = sent();
    let Some(Effect::PlaceOrder(draft)) = script.effects.first() else {
        panic!("{:?}", script.effects);
    };
    let names: Vec<&str> = draft.domains.iter().map(|entry| entry.domain.as_str()).collect();
    assert_eq!(names, ["aaa-mail.com", "bbb-mail.com"]);
    assert_eq!((draft.personas[0].first_name.as_str(), &draft.personas[0].profile_picture_url), ("Sam", &None));
    assert_eq!(draft.forwarding_url, None);
    assert!(script.act(Action::Place).effects.is_empty());
    script.send(Message::OrderHeld).act(Action::Place);
    assert_eq!(script.effects.len(), 1);
}

#[test]
fn a_lost_answer_asks_the_session_and_finds_the_order() {
    for failure in [Failure::Unreachable, refusal(503, "unavailable", Vec::new())] {
        let mut script = sent();
        script.send(Message::OrderSent(Err(failure)));
        assert!(script.has(&Effect::ReadSession));
        assert!(script.says("We could not confirm your order yet, and are checking."));
        script.reads_session(session(1, 1, Some(placed(Some("ord_1")))));
        assert!(script.told(&News::Ordered) && script.has(&Effect::ReadOrder));
        assert_eq!(script.state.phase, Phase::Watching);
    }
}

#[test]
fn an_order_that_is_nowhere_may_be_sent_again_after_three_looks() {
    let mut script = sent();
    script.send(Message::OrderSent(Err(Failure::Unreachable)));
    let mut pauses = Vec::new();
    while script.state.sending != Sending::Idle {
        script.reads_session(session(1, 1, None));
        if script.state.sending != Sending::Idle {
            pauses.push(script.timer().0);
            script.rings();
            assert!(script.has(&Effect::ReadSession));
        }
    }
    assert_eq!(pauses, [1_000, 2_000, 4_000]);
    assert!(script.says("this checkout never orders twice"));
    assert_eq!(script.focus(), Some("troubles"));
    assert!(matches!(script.act(Action::Place).effects.first(), Some(Effect::PlaceOrder(_))));
}

#[test]
fn an_order_without_an_id_is_looked_for_in_the_session() {
    let mut script = sent();
    script.send(underway());
    assert!(script.says("Your order is being placed"));
    assert_eq!(script.timer().0, 2_000);
    script.rings();
    assert!(script.has(&Effect::ReadSession));
    script.reads_session(session(1, 1, Some(placed(None))));
    assert_eq!(script.timer().0, 3_000);
    script.reads_session(session(1, 1, Some(placed(Some("ord_1")))));
    assert!(script.told(&News::Ordered) && script.has(&Effect::ReadOrder));
}

#[test]
fn an_order_that_vanishes_while_being_placed_was_not_placed() {
    let mut script = sent();
    script.send(underway()).reads_session(session(1, 1, None));
    assert_eq!((script.state.phase.clone(), script.state.step), (Phase::Filling, Step::Review));
    assert!(script.says("The order was not placed, and nothing was charged."));
}

#[test]
fn findings_go_to_their_fields_and_the_rest_to_the_top() {
    let mut script = sent();
    let findings = vec![
        Finding::new("x", "domains[1]", "Second is gone."),
        Finding::new("x", "personas[0].last_name", "Odd name."),
        Finding::new("x", "personas[7].last_name", "Nobody there."),
        Finding::new("x", "", "Closed today."),
    ];
    script.send(Message::OrderSent(Err(refusal(422, "x", findings))));
    assert_eq!((script.state.step, script.focus()), (Step::Domains, Some("troubles")));
    assert!(script.says("Second is gone.") && script.says("Nobody there. Closed today."));
    assert!(!script.says("Odd name."));
    script.act(Action::Continue);
    assert!(script.says("Odd name."));
    script.types(Field::Last(1), "Li");
    assert!(!script.says("Odd name."));
    script.act(Action::Back).act(Action::Remove("bbb-mail.com".to_owned()));
    assert!(!script.says("Second is gone."));
}

#[test]
fn a_refusal_without_findings_is_said_at_the_top_with_the_time_to_wait() {
    let mut script = sent();
    let Failure::Refused { status, mut problem } = refusal(429, "rate_limited", Vec::new()) else {
        unreachable!();
    };
    problem.details.retry_after_seconds = Some(12);
    script.send(Message::OrderSent(Err(Failure::Refused { status, problem })));
    assert!(script.says("No. Try again in 12 seconds."));
    assert!(script.told(&News::Error("rate_limited".to_owned(), "No.".to_owned())));
    assert_eq!((script.state.step, script.state.sending), (Step::Review, Sending::Idle));
}

#[test]
fn looks_at_an_order_slow_down_and_a_change_makes_them_fast_again() {
    let mut script = watched();
    assert!(!script.told(&News::Ordered));
    script.send(order("in_progress", 0));
    let mut pauses = vec![script.timer().0];
    for _ in 0..9 {
        script.rings();
        assert!(script.has(&Effect::ReadOrder));
        script.send(Message::OrderRead(Ok(None)));
        pauses.push(script.timer().0);
    }
    assert_eq!(pauses, [1_000, 1_500, 2_250, 3_375, 5_062, 7_593, 11_389, 15_000, 15_000, 15_000]);
    script.send(order("in_progress", 1));
    assert_eq!(script.timer().0, 1_000);
    assert!(!script.told(&News::Status));
}

#[test]
fn looking_ends_with_a_final_status() {
    let mut script = watched();
    script.send(order("in_progress", 0)).send(order("completed", 2));
    assert!(script.told(&News::Status));
    assert_eq!(script.effects.len(), 1);
}

#[test]
fn nobody_looks_while_the_page_is_hidden() {
    let mut script = watched();
    script.send(order("in_progress", 0));
    let timer = script.timer().1;
    script.send(Message::Hidden(true));
    assert!(script.send(Message::Ticked(timer)).effects.is_empty());
    script.send(Message::Hidden(false));
    assert!(script.has(&Effect::ReadOrder));
    assert!(script.send(Message::Ticked(Timer::Watch(0))).effects.is_empty());
}

#[test]
fn an_order_whose_record_is_not_there_yet_is_waited_for() {
    let mut script = watched();
    script.send(Message::OrderRead(Err(refusal(404, "not_found", Vec::new()))));
    assert!(script.says("Your order is placed") && !script.says("last known state"));
    script.rings();
    script.send(Message::OrderRead(Err(Failure::Unreachable)));
    assert!(script.says("last known state"));
    script.rings();
    assert!(!script.send(order("in_progress", 0)).says("last known state"));
}

#[test]
fn a_session_that_ends_while_watching_keeps_what_is_known() {
    let mut script = watched();
    script.send(order("in_progress", 1));
    script.send(Message::OrderRead(Err(refusal(401, "session_expired", Vec::new()))));
    assert_eq!(script.state.phase, Phase::Watching);
    assert!(script.says("last known state") && script.effects.len() == 1);
    let mut script = watched();
    script.send(Message::OrderRead(Err(refusal(401, "session_expired", Vec::new()))));
    assert_eq!(script.state.phase, Phase::Expired);
}
