//! What holds of the machine whatever is answered, and whenever.

use super::stage::{Effect, Input, RawAnswer, Stage};
use proptest::prelude::*;
use serde_json::Value;
use shared::protocol::json::from_text;
use shared::protocol::order::SessionState;

/// Longest timer in milliseconds.
const DAY: u32 = 86_400_000;

/// What the page and the customer do.
const ACTS: [&str; 21] = [
    "connect",
    "connect",
    "stop",
    "over",
    "no-session",
    "unavailable",
    "place a.com",
    "place a.com",
    "place b.com",
    "hide",
    "show",
    "online",
    "approve jwt",
    "decline No.",
    "saw",
    "again",
    "watch ord_7",
    "leave",
    "tick",
    "tick",
    "listed ord_1 ord_2",
];

/// Calls that can be answered.
const CALLS: [&str; 5] = ["session", "place", "order", "orders", "compare"];

/// Answers, to whatever call.
const ANSWERS: [&str; 27] = [
    "lost",
    "page 502",
    "page 201",
    "page 408",
    "page 413",
    "page 429",
    "none",
    "none",
    "none ses_2",
    "looks",
    "placing",
    "placing ses_2",
    "has ord_1",
    "other",
    "expired",
    "201 ord_1",
    "202",
    "final",
    "unpaid",
    "used ord_1",
    "record ord_1 in_progress a.com",
    "record ord_3 completed b.com",
    "rows 0 ord_3 ord_4",
    "rows 1",
    "304",
    "409 quote_changed",
    "400 domain_unavailable after=99",
];

/// Answers to an order that say that it was not placed.
const REFUSALS: [&str; 7] =
    ["page 413", "page 429", "expired", "final", "unpaid", "409 quote_changed", "400 domain_unavailable after=99"];

/// One step of a random life.
#[derive(Debug, Clone)]
enum Step {
    Act(&'static str),
    Answer(&'static str, &'static str),
    Anything(&'static str, u16, String),
}

fn step() -> impl Strategy<Value = Step> {
    let call = || proptest::sample::select(CALLS.to_vec());
    prop_oneof![
        4 => proptest::sample::select(ACTS.to_vec()).prop_map(Step::Act),
        8 => (call(), proptest::sample::select(ANSWERS.to_vec())).prop_map(|(call, answer)| Step::Answer(call, answer)),
        1 => (call(), prop_oneof![Just(200_u16), Just(201), Just(202), 0_u16..600], text())
            .prop_map(|(call, status, body)| Step::Anything(call, status, body)),
    ]
}

/// Bodies that may be anything.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,40}",
        r#"\{"(data|error)":(null|\[\]|7|"x"|\{("(id|status|plan|order|domains|code|details)":(null|7|"ord_1"|\[\]|\{\}),?){0,3}\})\}"#,
    ]
}

/// What an observer knows who believes every answer.
#[derive(Debug, Default)]
struct Observer {
    /// Sessions in which an order may have been placed.
    maybe: Vec<String>,
    /// Whether `maybe` had this session before the order that is under way.
    had_earlier: bool,
    /// Whether an order was answered with success, and has not been seen since.
    is_accepted: bool,
}

fn phase(stage: &Stage) -> (String, Value) {
    let state = serde_json::to_value(stage.client.state()).unwrap();
    (state["state"].as_str().unwrap().to_owned(), state)
}

fn session(stage: &Stage) -> Option<(String, bool)> {
    match stage.client.session() {
        SessionState::Open { view, .. } => {
            Some((view["id"].as_str().unwrap_or_default().to_owned(), view["plan"].is_object()))
        }
        _ => None,
    }
}

impl Observer {
    fn play(&mut self, stage: &mut Stage, step: &Step) {
        let is_pending = |call: &str| stage.calls.iter().any(|(_, known)| known == call);
        let (before, _) = phase(stage);
        let effects = match step {
            Step::Act("tick") if !stage.has_timer() => return,
            Step::Act(words) => stage.act(words),
            Step::Answer(call, answer) if is_pending(call) => {
                let effects = stage.act(&format!("{call}: {answer}"));
                if *call == "place" {
                    self.hear(answer);
                }
                if *call == "session" && *answer == "other" {
                    *self = Self::default();
                }
                effects
            }
            Step::Anything(call, status, body) if is_pending(call) => {
                let place = stage.calls.iter().position(|(_, known)| known == call).unwrap();
                let (call_number, _) = stage.calls.remove(place);
                let answer = RawAnswer { status: *status, body: from_text(body), ..RawAnswer::lost() };
                let effects = stage.give(Input::Answer { call: call_number, answer });
                if *call == "place" && (200..300).contains(status) && *status != 202 {
                    self.is_accepted = true;
                }
                if *call == "place" && [413, 429].contains(status) {
                    self.hear("page 413");
                }
                effects
            }
            Step::Answer(..) | Step::Anything(..) => return,
        };
        if matches!(step, Step::Act("again")) && before == "doubt" && effects.contains("forget") {
            *self = Self::default();
        }
        self.check(stage, &effects);
    }

    /// An answer to the order.
    fn hear(&mut self, answer: &str) {
        if ["201 ord_1", "page 201"].contains(&answer) {
            self.is_accepted = true;
        } else if REFUSALS.contains(&answer) && (!self.had_earlier || (answer.starts_with("409") && !self.is_accepted))
        {
            self.maybe.clear();
            self.is_accepted = false;
        }
    }

    fn check(&mut self, stage: &Stage, effects: &str) {
        let (now, state) = phase(stage);
        let open = session(stage);
        let posts = stage.calls.iter().filter(|(_, call)| call == "place").count();
        assert!(posts <= 1, "{posts} orders are under way");
        if effects.contains("POST /v1/orders") {
            let (id, _) = open.clone().unwrap();
            assert!(self.maybe.iter().all(|other| *other == id), "sent in {id}, and may be placed in {:?}", self.maybe);
            self.had_earlier = self.maybe.contains(&id);
            self.maybe = vec![id];
        }
        if now == "placed" && state["is_own"] == true {
            *self = Self::default();
        }
        if now == "none" && open.is_some_and(|(_, has_plan)| has_plan) {
            assert!(!self.is_accepted, "said none after a success: {state}");
        }
        if now == "none" && state["not_placed"] == true {
            self.maybe.clear();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_responses_cause_a_second_or_a_denied_order(steps in proptest::collection::vec(step(), 1..60)) {
        let mut stage = Stage::new();
        let mut observer = Observer::default();
        stage.go_on(&super::stage::OPEN);
        for step in &steps {
            stage.now += 700;
            observer.play(&mut stage, step);
        }
    }

    #[test]
    fn timers_are_bounded_and_every_wait_ends(waits in proptest::collection::vec(".{0,12}", 1..8)) {
        let mut stage = Stage::new();
        stage.go_on(&super::stage::OPEN);
        stage.act("place a.com");
        stage.act("place: lost");
        for wait in waits {
            let Some((call, _)) = stage.calls.pop() else { break };
            let answer = RawAnswer { status: 503, retry_after: Some(wait), ..RawAnswer::lost() };
            for effect in stage.client.input(Input::Answer { call, answer }, stage.now) {
                if let Effect::Wake { timer, after_ms } = effect {
                    prop_assert!(after_ms <= DAY);
                    stage.now += u64::from(after_ms);
                    stage.give(Input::Tick { timer });
                }
            }
        }
        let unconfirmed = serde_json::json!({"state": "unconfirmed"});
        let state = serde_json::to_value(stage.client.state()).unwrap();
        prop_assert!(state == unconfirmed || state["state"] == "confirming");
    }
}
