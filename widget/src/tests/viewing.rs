//! What a drawing is made of.

use super::script::{Script, free, order, placed, session, taken};
use crate::picker::action::{Action, Field};
use crate::picker::message::{Failure, Message};
use crate::view::pen::{ATTRIBUTE, BEGIN, END, KEY, TEXT, VALUE};

/// Drawings of every phase and step.
fn gallery() -> Vec<(&'static str, String)> {
    let mut gallery = Vec::new();
    let mut script = Script::with_plan(1, 1);
    gallery.push(("empty", script.drawing()));
    script.types(Field::Query, "Acme");
    gallery.push(("asking", script.drawing()));
    script.searches("taken-mail.com sam@acme.com", taken);
    gallery.push(("taken", script.drawing()));
    script.reviews();
    gallery.push(("review", script.drawing()));
    script.act(Action::Back).act(Action::AddPerson).act(Action::Continue);
    gallery.push(("people", script.drawing()));
    for status in ["in_progress", "action_required", "completed", "failed", "cancelled", "of_next_year"] {
        script.reads_session(session(1, 1, Some(placed(Some("ord_1"))))).send(order(status, 1));
        gallery.push((status, script.drawing()));
    }
    let mut script = Script::with_plan(1, 1);
    script.reads_session(session(1, 1, Some(placed(None))));
    gallery.push(("placing", script.drawing()));
    gallery
}

#[test]
fn every_element_that_begins_ends() {
    for (name, drawing) in gallery() {
        let count = |mark: char| drawing.chars().filter(|c| *c == mark).count();
        assert_eq!(count(BEGIN), count(END), "{name}");
    }
}

#[test]
fn every_id_is_there_once_and_what_points_to_one_points_to_something() {
    for (name, drawing) in gallery() {
        let marks: Vec<&str> = drawing.split([BEGIN, END, TEXT, ATTRIBUTE, KEY, VALUE, '|']).collect();
        let of = |wanted: &str| -> Vec<String> {
            let values = marks.iter().filter_map(|mark| mark.split_once('=')).filter(|(key, _)| *key == wanted);
            values.flat_map(|(_, value)| value.split_whitespace().map(str::to_owned)).collect()
        };
        let ids = of("id");
        let mut distinct = ids.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), ids.len(), "{name}: {ids:?}");
        for pointer in ["for", "aria-labelledby", "aria-describedby"] {
            for target in of(pointer) {
                assert!(ids.contains(&target), "{name}: {pointer} names {target}");
            }
        }
    }
}

#[test]
fn every_view_has_one_heading_that_can_take_the_focus() {
    for (name, drawing) in gallery() {
        assert_eq!(drawing.matches("|id=title|tabindex=-1").count(), 1, "{name}");
    }
}

#[test]
fn what_is_typed_cannot_draw() {
    let mut script = Script::with_plan(1, 1);
    script.types(Field::Query, "\u{1}script|src=x\u{3}evil.example\u{2}");
    let drawing = script.drawing();
    assert!(!drawing.contains("\u{1}script"));
    assert!(drawing.contains("script|src=xevil.example"));
}

#[test]
fn taken_ideas_are_summed_up_and_taken_own_names_keep_their_row() {
    let mut script = Script::with_plan(1, 1);
    script.searches("Acme", |name| if name == "acme.com" { taken(name) } else { free(name) });
    assert!(script.says("Not available: "));
    assert!(script.says("Pick the first 2 that fit"));
    script.searches("gone-mail.com", taken);
    assert!(script.says("Taken") && !script.says("Not available: "));
}

#[test]
fn the_review_adds_up() {
    let mut script = Script::with_plan(1, 1);
    script.reviews();
    assert!(script.says("usd 26.00") && script.says("usd 30.00") && script.says("Sam Lee"));
}

#[test]
fn a_server_that_cannot_be_reached_is_said_with_a_way_out() {
    let mut script = Script::with_plan(1, 1);
    script.state.phase = crate::picker::state::Phase::Loading;
    script.send(Message::SessionRead(Err(Failure::Unreachable)));
    assert!(script.says("The checkout could not be reached. Check your connection.") && script.says("Try again"));
}
