//! Webhook bodies: the documented samples in both nestings, what later editions may add, and what is no event.

use crate::cases::{all, read, same};
use serde::Deserialize;
use serde_json::Value;
use shared::event::{Event, EventProblem};

#[derive(Deserialize)]
struct Case {
    name: String,
    body: String,
    id: Option<String>,
    kind: Option<String>,
    created_at: Option<String>,
    entity: Option<Value>,
    environment: Option<String>,
    problem: Option<String>,
}

fn word(problem: EventProblem) -> &'static str {
    match problem {
        EventProblem::NotAnObject => "not_an_object",
        EventProblem::NoId => "no_id",
        EventProblem::NoType => "no_type",
        EventProblem::NoTime => "no_time",
    }
}

fn judge(case: &Case) -> Result<(), String> {
    let parsed = Event::parse(case.body.as_bytes());
    let event = match (&case.problem, parsed) {
        (Some(problem), Err(found)) => return same(&case.name, &word(found), &problem.as_str()),
        (None, Ok(event)) => event,
        (_, parsed) => return Err(format!("{}: {parsed:?}", case.name)),
    };
    let or = |text: &Option<String>, otherwise: &str| text.clone().unwrap_or_else(|| otherwise.to_owned());
    same(&case.name, &event.id.to_string(), &or(&case.id, "evt_01HZX0EV1A2B3C4D5E6F7G8H"))?;
    same(&case.name, &event.kind, &or(&case.kind, ""))?;
    same(&case.name, &event.created_at, &or(&case.created_at, "2026-05-08T12:00:00Z"))?;
    same(&case.name, &event.environment, &case.environment)?;
    same(&case.name, &Some(&event.entity), &case.entity.as_ref())?;
    let joined = if event.verb().is_empty() {
        event.family().to_owned()
    } else {
        format!("{}.{}", event.family(), event.verb())
    };
    same(&case.name, &joined, &event.kind)
}

#[test]
fn events_are_read_in_every_documented_form() {
    let cases: Vec<Case> = read("events.json");
    assert!(cases.len() >= 55, "{}", cases.len());
    all(&cases, judge);
}

#[test]
fn bytes_that_are_no_utf8_are_no_event() {
    for bytes in [&b"\xff\xfe"[..], b"{\"id\":\"\xc3\x28\"}", b"\x00", b"\xf0\x9f\x93"] {
        assert_eq!(Event::parse(bytes), Err(EventProblem::NotAnObject), "{bytes:?}");
    }
}

#[test]
fn nesting_beyond_reason_is_no_event_and_no_crash() {
    let deep = format!("{{\"id\":\"evt_1\",\"data\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(Event::parse(deep.as_bytes()), Err(EventProblem::NotAnObject));
}
