//! Searching, picking and the steps.

use super::script::{Script, free, google_only, refusal, session, taken};
use crate::picker::action::{Action, Field};
use crate::picker::message::{Effect, Failure, Message, News};
use crate::picker::state::{Phase, Step};
use shared::answers::AvailabilityAnswer;
use shared::availability::AvailabilityRow;

#[test]
fn names_are_asked_about_once_after_a_pause() {
    let mut script = Script::with_plan(1, 1);
    script.types(Field::Query, "aaa-mail.com");
    let early = script.timer().1;
    script.types(Field::Query, "aaa-mail.com bbb-mail.com");
    let (pause, late) = script.timer();
    assert_eq!(pause, 300);
    assert!(script.send(Message::Ticked(early)).effects.is_empty());
    script.send(Message::Ticked(late));
    assert_eq!(script.asked_check().1, ["aaa-mail.com", "bbb-mail.com"]);
    assert!(script.send(Message::Ticked(late)).effects.is_empty());
}

#[test]
fn a_known_name_is_not_asked_about_again() {
    let mut script = Script::with_plan(1, 1);
    script.searches("aaa-mail.com", free).types(Field::Query, "aaa-mail.com bbb-mail.com").rings();
    assert_eq!(script.asked_check().1, ["bbb-mail.com"]);
}

#[test]
fn a_long_list_is_asked_about_in_calls_of_the_sessions_size() {
    let mut script = Script::with_plan(1, 1);
    let mut small = session(1, 1, None);
    small.limits.availability_names = 2;
    script.reads_session(small).searches("aaa-mail.com bbb-mail.com ccc-mail.com", free);
    assert_eq!(script.asked_check().1, ["ccc-mail.com"]);
}

#[test]
fn an_outdated_answer_is_kept_but_starts_nothing() {
    let mut script = Script::with_plan(1, 1);
    script.types(Field::Query, "aaa-mail.com").rings();
    let (turn, names) = script.asked_check();
    script.types(Field::Query, "bbb-mail.com");
    let answer = AvailabilityAnswer { domains: vec![AvailabilityRow::unanswered("aaa-mail.com")] };
    assert!(script.send(Message::Checked(turn, names, Ok(answer))).effects.is_empty());
}

#[test]
fn what_could_not_be_checked_is_asked_about_once_more_by_itself() {
    let mut script = Script::with_plan(1, 1);
    script.searches("aaa-mail.com", AvailabilityRow::unanswered);
    assert_eq!(script.timer().0, 1_500);
    script.rings();
    let (turn, names) = script.asked_check();
    let answer = AvailabilityAnswer { domains: vec![AvailabilityRow::unanswered("aaa-mail.com")] };
    script.send(Message::Checked(turn, names, Ok(answer)));
    assert!(script.effects.is_empty());
    assert!(script.says("One name could not be checked."));
    script.act(Action::Recheck);
    assert_eq!(script.asked_check().1, ["aaa-mail.com"]);
}

#[test]
fn a_check_that_failed_as_a_whole_says_why() {
    let mut script = Script::with_plan(1, 1);
    script.types(Field::Query, "aaa-mail.com").rings();
    let (turn, names) = script.asked_check();
    script.send(Message::Checked(turn, names, Err(refusal(429, "rate_limited", Vec::new()))));
    assert!(script.says("No."));
    script.act(Action::Recheck);
    let (turn, names) = script.asked_check();
    script.send(Message::Checked(turn, names, Err(Failure::Unreachable)));
    assert!(script.says("These names could not be checked just now."));
}

#[test]
fn only_an_available_name_can_be_picked_and_only_once() {
    let mut script = Script::with_plan(1, 1);
    script.act(Action::Add("never-seen.com".to_owned()));
    script.searches("aaa-mail.com", taken).act(Action::Add("aaa-mail.com".to_owned()));
    assert!(script.state.picks.is_empty());
    script.searches("bbb-mail.com", free);
    script.act(Action::Add("bbb-mail.com".to_owned()));
    assert!(script.told(&News::Change));
    script.act(Action::Add("bbb-mail.com".to_owned()));
    assert_eq!(script.state.picks, ["bbb-mail.com"]);
    assert!(script.effects.is_empty());
}

#[test]
fn filling_takes_only_what_brings_the_plan_nearer() {
    let mut script = Script::with_plan(1, 1);
    script.searches("aaa-mail.com bbb-mail.com", google_only).act(Action::Fill);
    assert_eq!(script.state.picks, ["aaa-mail.com"]);
    script.searches("ccc-mail.com ddd-mail.com", free).act(Action::Fill);
    assert_eq!(script.state.picks, ["aaa-mail.com", "ccc-mail.com"]);
    assert_eq!(script.focus(), Some("picks"));
}

#[test]
fn dropping_a_pick_moves_the_focus_to_its_neighbour() {
    let mut script = Script::with_plan(2, 1);
    script.searches("aaa-mail.com bbb-mail.com ccc-mail.com", free).act(Action::Fill);
    script.act(Action::Remove("bbb-mail.com".to_owned()));
    assert_eq!(script.focus(), Some("remove-ccc-mail.com"));
    script.act(Action::Remove("ccc-mail.com".to_owned()));
    assert_eq!(script.focus(), Some("remove-aaa-mail.com"));
    script.act(Action::Remove("aaa-mail.com".to_owned()));
    assert_eq!(script.focus(), Some("picks"));
    script.act(Action::Add("aaa-mail.com".to_owned()));
    script.act(Action::PutBack("aaa-mail.com".to_owned()));
    assert_eq!(script.focus(), None);
}

#[test]
fn a_step_is_left_forwards_only_when_nothing_on_it_is_wrong() {
    let mut script = Script::with_plan(1, 1);
    script.act(Action::Go(Step::Review));
    assert_eq!((script.state.step, script.focus()), (Step::Domains, Some("troubles")));
    script.searches("aaa-mail.com bbb-mail.com", free).act(Action::Fill).act(Action::Continue);
    assert_eq!((script.state.step, script.focus()), (Step::People, Some("title")));
    script.act(Action::Continue);
    assert_eq!((script.state.step, script.focus()), (Step::People, Some("troubles")));
    script.types(Field::First(1), "Sam").types(Field::Last(1), "Lee").act(Action::Continue);
    assert_eq!(script.state.step, Step::Review);
    script.act(Action::Back).act(Action::Back);
    assert_eq!(script.state.step, Step::Domains);
}

#[test]
fn a_problem_is_shown_once_its_field_was_left_with_something_in_it() {
    let mut script = Script::with_plan(1, 1);
    script.searches("aaa-mail.com bbb-mail.com", free).act(Action::Fill).act(Action::Continue);
    script.send(Message::Left(Field::First(1))).types(Field::Forwarding, "ftp://x");
    assert!(!script.says("Give a name.") && !script.says("Start the web address"));
    script.send(Message::Left(Field::Forwarding));
    assert!(script.says("Start the web address with https:// or http://."));
    script.types(Field::Forwarding, "https://acme.com");
    assert!(!script.says("Start the web address"));
}

#[test]
fn people_keep_their_fields_when_others_go() {
    let mut script = Script::with_plan(1, 1);
    script.act(Action::AddPerson).act(Action::AddPerson);
    assert_eq!(script.focus(), Some("first-3"));
    script.types(Field::First(3), "Kim").act(Action::RemovePerson(2));
    assert_eq!(script.focus(), Some("first-3"));
    assert_eq!(script.state.people[1].first_name, "Kim");
    script.act(Action::RemovePerson(3)).act(Action::RemovePerson(1));
    assert_eq!(script.state.people.len(), 1);
}

#[test]
fn an_expired_session_ends_the_form_and_a_new_one_brings_it_back() {
    let mut script = Script::with_plan(1, 1);
    script.searches("aaa-mail.com bbb-mail.com", free).act(Action::Fill);
    script.types(Field::Query, "ccc-mail.com").rings();
    let (turn, names) = script.asked_check();
    script.send(Message::Checked(turn, names, Err(refusal(401, "session_expired", Vec::new()))));
    assert_eq!(script.state.phase, Phase::Expired);
    script.send(Message::Connected);
    assert!(script.has(&Effect::ReadSession));
    script.reads_session(session(1, 1, None));
    assert_eq!((script.state.phase.clone(), script.state.picks.len()), (Phase::Filling, 2));
    script.rings();
    assert_eq!(script.asked_check().1, ["ccc-mail.com"]);
    script.reads_session(session(2, 2, None));
    assert!(script.state.picks.is_empty());
}

#[test]
fn actions_and_fields_survive_being_written_into_attributes() {
    let name = || "aaa-mail.com".to_owned();
    let actions = [
        Action::Add(name()),
        Action::Remove(name()),
        Action::PutBack(name()),
        Action::Fill,
        Action::Recheck,
        Action::Search,
        Action::Continue,
        Action::Back,
        Action::Go(Step::Review),
        Action::Show(Field::Picture(7)),
        Action::Show(Field::Forwarding),
        Action::ShowPicks,
        Action::AddPerson,
        Action::RemovePerson(7),
        Action::Place,
        Action::Reload,
    ];
    for action in actions {
        let (what, with) = action.write();
        assert_eq!(Action::read(what, &with), Some(action));
    }
    assert_eq!(Action::read("go", "nowhere"), None);
    assert_eq!(Field::read("first-x"), None);
}
