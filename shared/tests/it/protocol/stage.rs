//! Plays scripts to the machine: each line has an input, the effects that are expected, and the state after it.

use serde_json::{Value, json};
use shared::protocol::json::from_text;
use shared::protocol::order::Announcement;
use shared::protocol::problem::Problem;

pub(crate) type Effect = shared::protocol::order::Effect<Value>;
pub(crate) type Input = shared::protocol::order::Input<Value>;
pub(crate) type OrderClient = shared::protocol::order::OrderClient<Value>;
pub(crate) type RawAnswer = shared::protocol::answer::RawAnswer<Value>;

/// When every script begins: 2026-05-08, 12:00 UTC.
pub(crate) const START: u64 = 1_778_241_600_000;

/// A machine, its clock, and what it waits for.
#[derive(Debug, Default)]
pub(crate) struct Stage {
    pub(crate) client: OrderClient,
    pub(crate) now: u64,
    /// Calls that are under way, with what they ask for.
    pub(crate) calls: Vec<(u32, String)>,
    timer: Option<(u32, u64)>,
}

/// One line of a script: input, effects, state.
pub(crate) type Line = (&'static str, &'static str, &'static str);

/// Plays a script from the beginning.
pub(crate) fn play(script: &[Line]) -> Stage {
    let mut stage = Stage::new();
    stage.go_on(script);
    stage
}

/// A session that was read and has no order.
pub(crate) const OPEN: [Line; 2] = [("connect", "GET /v1/session", "none"), ("session: none", "", "none")];

/// The same, and then more.
pub(crate) fn play_open(script: &[Line]) -> Stage {
    let mut stage = play(&OPEN);
    stage.go_on(script);
    stage
}

impl Stage {
    /// A machine that knows nothing yet.
    pub(crate) fn new() -> Self {
        Self { now: START, ..Self::default() }
    }

    /// This machine, at the beginning.
    pub(crate) fn of(client: OrderClient) -> Self {
        Self { client, ..Self::new() }
    }

    pub(crate) fn go_on(&mut self, script: &[Line]) {
        for (line, (input, effects, state)) in script.iter().enumerate() {
            let done = self.act(input);
            assert_eq!((done.as_str(), self.state().as_str()), (*effects, *state), "line {line}: {input}");
        }
    }

    /// The phase, and what else is said.
    pub(crate) fn state(&self) -> String {
        let state = serde_json::to_value(self.client.state()).unwrap();
        let text = |path: &str| state.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut said = vec![text("/state"), text("/problem/code"), text("/id"), text("/status")];
        for flag in ["not_placed", "has_looked", "is_stale"] {
            if state[flag] == true {
                said.push(flag.to_owned());
            }
        }
        if state["state"] == "placed" && state["is_own"] == false {
            said.push("other".to_owned());
        }
        said.retain(|word| !word.is_empty());
        said.join(" ")
    }

    /// Whether a timer runs.
    pub(crate) const fn has_timer(&self) -> bool {
        self.timer.is_some()
    }

    /// Gives the input that `words` stand for, and notes what follows from it.
    pub(crate) fn act(&mut self, words: &str) -> String {
        let (word, rest) = words.split_once(' ').unwrap_or((words, ""));
        let input = match word {
            "connect" => Input::Connect,
            "stop" => Input::Stop,
            "over" => Input::SessionOver,
            "no-session" => Input::NoSession,
            "unavailable" => Input::SessionUnavailable,
            "refused" => Input::Refused(Box::new(Problem { status: 401, ..Problem::of_client(rest, "") })),
            "place" => Input::Place(draft(rest)),
            "hide" => Input::Hidden(true),
            "show" => Input::Hidden(false),
            "online" => Input::Online,
            "approve" => Input::Approved(rest.to_owned()),
            "decline" => Input::NotApproved(rest.to_owned()),
            "saw" => Input::SawOrders,
            "again" => Input::OrderAgain,
            "watch" => Input::Watch(rest.to_owned()),
            "leave" => Input::Leave,
            "resume" => Input::Resume(serde_json::from_str(rest).unwrap()),
            "listed" => Input::Listed { ids: rest.split(' ').map(str::to_owned).collect(), placing: 0 },
            "tick" => {
                let (timer, after) = self.timer.take().unwrap_or_else(|| panic!("no timer for {words}"));
                self.now += after;
                Input::Tick { timer }
            }
            call => {
                let group = call.strip_suffix(':').unwrap_or_else(|| panic!("what is {words}?"));
                let place = self.calls.iter().position(|(_, known)| known == group);
                let (call, _) = self.calls.remove(place.unwrap_or_else(|| panic!("no call for {words}")));
                Input::Answer { call, answer: answer(rest) }
            }
        };
        self.give(input)
    }

    /// Gives an input, and notes what follows from it.
    pub(crate) fn give(&mut self, input: Input) -> String {
        let effects = self.client.input(input, self.now);
        effects.into_iter().filter_map(|effect| self.note(effect)).collect::<Vec<_>>().join(", ")
    }

    fn note(&mut self, effect: Effect) -> Option<String> {
        Some(match effect {
            Effect::Send { call, request } => {
                self.calls.push((call, format!("{:?}", request.group).to_lowercase()));
                let approval = request.body.as_ref().and_then(|body| body["approval"].as_str());
                let etag = request.if_none_match.map(|etag| format!(" if not {etag}")).unwrap_or_default();
                let approval = approval.map(|approval| format!(" with {approval}")).unwrap_or_default();
                format!("{} {}{etag}{approval}", request.method.as_str(), request.path)
            }
            Effect::GiveUp { call } => {
                let place = self.calls.iter().position(|(known, _)| *known == call).unwrap();
                format!("give up {}", self.calls.remove(place).1)
            }
            Effect::Wake { timer, after_ms } => {
                self.timer = Some((timer, u64::from(after_ms)));
                format!("wake {after_ms}")
            }
            Effect::AskApproval(asked) => {
                format!("ask approval of {} for {:?}", asked.quote, asked.amount_cents.unwrap())
            }
            Effect::AskSession => "ask session".to_owned(),
            Effect::Remember(_) => "remember".to_owned(),
            Effect::Forget => "forget".to_owned(),
            Effect::Announce(Announcement::Ordered { id, .. }) => format!("ordered {id}"),
            Effect::Announce(Announcement::Status { id, status, .. }) => format!("{id} is {status}"),
            Effect::Announce(Announcement::Failed { problem }) => format!("failed {}", problem.code),
        })
    }
}

/// A draft with these domains. The last word may be `quote=` and the token of its quote.
fn draft(words: &str) -> Value {
    let (domains, quote) = words.split_once(" quote=").unwrap_or((words, "token"));
    let domains: Vec<Value> = domains.split(' ').map(|domain| json!({ "domain": domain })).collect();
    json!({"domains": domains, "personas": [], "quote": quote})
}

fn session(id: &str, more: &Value) -> Value {
    let mut view = json!({
        "id": id, "customer": "client@example.com", "expires_at": "2099-01-01T00:00:00Z", "order": null, "tlds": [],
        "plan": {"name": "Starter", "required_domains": {"google": 1, "microsoft": 0, "total": 1}},
        "limits": {"availability_names": 25, "personas": 10},
    });
    view.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "data": view })
}

/// The answer that `words` stand for. The last word may be `after=` and a `Retry-After`.
fn answer(words: &str) -> RawAnswer {
    let (words, retry_after) = words.split_once(" after=").map_or((words, None), |(words, after)| (words, Some(after)));
    let mut parts = words.split(' ');
    let (kind, mut next) = (parts.next().unwrap(), || parts.next().unwrap_or_default().to_owned());
    let (status, body) = match kind {
        "lost" => (0, Value::Null),
        "page" => (next().parse().unwrap(), Value::Null),
        "none" => (200, session(&or(next(), "ses_1"), &json!({}))),
        "looks" => (200, session(&or(next(), "ses_1"), &json!({ "plan": null }))),
        "placing" => (200, session(&or(next(), "ses_1"), &json!({"order": {"id": null, "status": "placing"}}))),
        "has" => (200, session("ses_1", &json!({"order": {"id": next(), "status": "in_progress"}}))),
        "other" => (200, session("ses_9", &json!({"customer": "other@example.com"}))),
        "expired" => (401, json!({"error": {"code": "session_expired", "message": "Over."}})),
        "201" => (201, json!({"data": {"id": next(), "status": "in_progress", "domain_count": 1}})),
        "202" => (202, json!({"data": {"id": null, "status": "placing"}})),
        "final" => (502, json!({"error": {"code": "upstream_misconfigured", "message": "No.", "retryable": false}})),
        "unpaid" => {
            let details = json!({"quote": "quo_1", "amount_cents": 1300, "currency": "usd"});
            (402, json!({"error": {"code": "approval_required", "message": "Pay.", "details": details}}))
        }
        "used" => {
            let receipt = json!({"id": next(), "status": "in_progress", "domain_count": 1, "created_at": "x"});
            (409, json!({"error": {"code": "session_used", "message": "Used.", "details": {"order": receipt}}}))
        }
        "record" => {
            let (id, status) = (next(), next());
            let domains: Vec<Value> = parts.map(|domain| json!({"domain": domain, "status": "in_progress"})).collect();
            let is_final = ["completed", "failed"].contains(&status.as_str());
            (200, json!({"data": {"id": id, "status": status, "final": is_final, "domains": domains}}))
        }
        "rows" => {
            let placing = next().parse::<u32>().unwrap();
            let rows: Vec<Value> = parts.map(|id| json!({ "id": id })).collect();
            (200, json!({"data": rows, "meta": {"placing": placing}}))
        }
        "304" => (304, Value::Null),
        status => (status.parse().unwrap(), json!({"error": {"code": next(), "message": "No."}})),
    };
    let body = if body.is_null() { "<html>Bad gateway</html>".to_owned() } else { body.to_string() };
    let etag = (status == 200).then(|| "\"1\"".to_owned());
    RawAnswer { status, retry_after: retry_after.map(str::to_owned), etag, body: from_text(&body) }
}

fn or(text: String, other: &str) -> String {
    if text.is_empty() { other.to_owned() } else { text }
}
