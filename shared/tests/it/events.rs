//! Webhook bodies: documented samples in both nestings, future additions, and invalid events.

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
    /// The header `Peeker-Event-Id`.
    #[serde(default)]
    beside: String,
    #[serde(default)]
    odd: Vec<String>,
}

fn word(problem: EventProblem) -> &'static str {
    match problem {
        EventProblem::NotAnObject => "not_an_object",
        EventProblem::NoId => "no_id",
        EventProblem::OtherId => "other_id",
    }
}

fn check(case: &Case) -> Result<(), String> {
    let parsed = Event::delivered(case.body.as_bytes(), &case.beside);
    let event = match (&case.problem, parsed) {
        (Some(problem), Err(found)) => return same(&case.name, &word(found), &problem.as_str()),
        (None, Ok(event)) => event,
        (_, parsed) => return Err(format!("{}: {parsed:?}", case.name)),
    };
    let or = |text: &Option<String>, otherwise: &str| text.clone().unwrap_or_else(|| otherwise.to_owned());
    same(&case.name, &event.id.to_string(), &or(&case.id, "evt_01HZX0EV1A2B3C4D5E6F7G8H"))?;
    same(&case.name, &event.kind, &or(&case.kind, ""))?;
    same(&case.name, &format!("{:?}", event.odd), &format!("{:?}", case.odd))?;
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
fn events_are_parsed_in_every_documented_form() {
    let cases: Vec<Case> = read("events.json");
    assert!(cases.len() >= 55, "{}", cases.len());
    all(&cases, check);
}

#[test]
fn body_without_object_or_id_is_not_an_event() {
    for bytes in [&b"\xff\xfe"[..], b"\x00", b"\xf0\x9f\x93", b"\xef\xbb\xbf", b"{]", b"[{\"id\":\"evt_1\"}]"] {
        let problem = if bytes == b"{]" { EventProblem::NoId } else { EventProblem::NotAnObject };
        assert_eq!(Event::parse(bytes), Err(problem), "{bytes:?}");
    }
    let replaced = Event::parse(b"{\"id\":\"\xc3\x28\",\"type\":\"a.b\"}").map(|event| event.id.to_string());
    assert!(replaced.is_ok_and(|id| id.starts_with("_(~")), "an id of odd bytes is an id");
}

/// An event with `extra` in its data.
fn with(extra: &[u8]) -> Vec<u8> {
    let head =
        br#"{"id":"evt_1","type":"order.completed","created_at":"2026-05-08T12:00:00Z","data":{"id":"ord_1","note":"#;
    [&head[..], extra, b"}}"].concat()
}

#[test]
fn event_is_parsed_despite_unexpected_fields() {
    let deep = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels)).into_bytes();
    let keys = |levels| format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels)).into_bytes();
    for (what, extra) in [
        ("a lone surrogate", br#""\ud83d""#.to_vec()),
        ("a lone low surrogate", br#""\ude00 x""#.to_vec()),
        ("a surrogate before another escape", br#""\ud83d\u0041\ud83d\n""#.to_vec()),
        ("an escaped NUL", br#""a\u0000b""#.to_vec()),
        ("a NUL", b"\"a\x00b\"".to_vec()),
        ("a line end in a text", b"\"a\nb\"".to_vec()),
        ("bytes that are no UTF-8", b"\"\xff\xc3\x28\"".to_vec()),
        ("a surrogate in UTF-8", b"\"\xed\xa0\xbd\"".to_vec()),
        ("a number beyond f64", b"1e999".to_vec()),
        ("a huge exponent", b"-1e-99999999999999999999".to_vec()),
        ("a long number", "9".repeat(5_000).into_bytes()),
        ("a key twice", br#"1,"note":2"#.to_vec()),
        ("the deepest that a strict parser reads", deep(125)),
        ("1,000 lists", deep(1_000)),
        ("1,000 objects", keys(1_000)),
        ("a million lists", deep(1_000_000)),
    ] {
        let event = Event::parse(&with(&extra)).unwrap_or_else(|problem| panic!("{what}: {problem:?}"));
        assert_eq!((event.id.as_str(), event.kind.as_str()), ("evt_1", "order.completed"), "{what}");
        assert_eq!(event.created_at, "2026-05-08T12:00:00Z", "{what}");
        assert_eq!(event.text("id"), Some("ord_1"), "{what}");
    }
    let marked = [b"\xef\xbb\xbf", &with(b"1")[..]].concat();
    assert_eq!(Event::parse(&marked).map(|event| event.id.to_string()), Ok("evt_1".to_owned()));
}
