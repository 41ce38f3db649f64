//! The client against scripted answers, on a clock that is only read.

mod imports;
mod names;
mod orders;
mod quotes;
mod sessions;

use super::{Act, Client, Outcome};
use serde_json::{Value, json};
use shared::protocol::answer::RawAnswer;
use shared::protocol::problem::Problem;

/// When every test begins: 2026-05-08, 12:00 UTC.
const START: u64 = 1_778_241_600_000;
/// Milliseconds after which a call counts as lost: these timers are not written down.
const TIMEOUTS: [u32; 2] = [20_000, 60_000];

/// What a promise was settled with.
type Settled = Result<Outcome<Value>, Problem<Value>>;

/// A client, its clock, and what it waits for.
#[derive(Default)]
struct Stage {
    client: Client<Value>,
    now: u64,
    /// Calls that are under way, with their bodies.
    calls: Vec<(u32, String, Value)>,
    timers: Vec<(u32, u32)>,
    settled: Vec<(u32, Settled)>,
}

impl Stage {
    /// A client whose session was read, and which knows the customer's orders.
    fn open() -> Self {
        let mut stage = Self { now: START, ..Self::default() };
        assert_eq!(stage.act(Client::connect), "GET /v1/session");
        stage.answer("GET /v1/session", 200, session("ses_1", &json!({})));
        stage.answer_after(1_000, "GET /v1/orders", 200, json!({"data": [], "meta": {"placing": 0}}));
        stage
    }

    /// Does something, and notes what follows from it.
    fn act(&mut self, work: impl FnOnce(&mut Client<Value>)) -> String {
        self.client.begin(self.now);
        work(&mut self.client);
        let acts = self.client.finish();
        acts.into_iter().filter_map(|act| self.note(act)).collect::<Vec<_>>().join(", ")
    }

    fn note(&mut self, act: Act<Value>) -> Option<String> {
        Some(match act {
            Act::Send { call, request } => {
                let line = format!("{} {}", request.method.as_str(), request.path);
                self.calls.push((call, line.clone(), request.body.unwrap_or_default()));
                line
            }
            Act::Abort { call } => {
                let place = self.calls.iter().position(|(known, ..)| *known == call)?;
                format!("abort {}", self.calls.remove(place).1)
            }
            Act::Wake { timer, after_ms } => {
                if TIMEOUTS.contains(&after_ms) {
                    return None;
                }
                self.timers.push((timer, after_ms));
                format!("wake {after_ms}")
            }
            Act::Cancel { timer } => {
                self.timers.retain(|(known, _)| *known != timer);
                return None;
            }
            Act::AskApproval(request) => format!("approve {}", request.quote),
            Act::AskSession => "ask session".to_owned(),
            Act::Settle { ticket, outcome } => {
                let line = match &outcome {
                    Ok(_) => format!("{ticket} is done"),
                    Err(problem) => format!("{ticket} failed: {}", problem.code),
                };
                self.settled.push((ticket, outcome));
                line
            }
            Act::Tell(news) => {
                let news = serde_json::to_value(&news).unwrap();
                let code = news.pointer("/problem/code").map(|code| format!(" {}", code.as_str().unwrap()));
                format!("tell {}{}", news["type"].as_str().unwrap(), code.unwrap_or_default())
            }
        })
    }

    /// The body of a call that is under way.
    fn body(&self, line: &str) -> &Value {
        &self.calls.iter().find(|(_, known, _)| known == line).unwrap_or_else(|| panic!("no {line}")).2
    }

    /// Answers a call.
    fn answer(&mut self, line: &str, status: u16, body: Value) -> String {
        self.answer_with(line, RawAnswer { status, body: Some(body), ..RawAnswer::lost() })
    }

    fn answer_with(&mut self, line: &str, raw: RawAnswer<Value>) -> String {
        let place = self.calls.iter().position(|(_, known, _)| known == line);
        let (call, ..) = self.calls.remove(place.unwrap_or_else(|| panic!("no {line} in {:?}", self.calls)));
        self.act(|client| client.answer(call, raw))
    }

    /// Lets the newest timer of so many milliseconds ring.
    fn ring(&mut self, after_ms: u32) -> String {
        let place = self.timers.iter().rposition(|(_, known)| *known == after_ms);
        let (timer, _) = self.timers.remove(place.unwrap_or_else(|| panic!("no {after_ms} in {:?}", self.timers)));
        self.now += u64::from(after_ms);
        self.act(|client| client.tick(timer))
    }

    /// Lets a timer ring, and answers the call that it leads to.
    fn answer_after(&mut self, after_ms: u32, line: &str, status: u16, body: Value) -> String {
        assert_eq!(self.ring(after_ms), line);
        self.answer(line, status, body)
    }
}

fn session(id: &str, more: &Value) -> Value {
    let mut view = json!({
        "id": id, "customer": "client@example.com", "expires_at": "2099-01-01T00:00:00Z", "order": null,
        "plan": {"name": "Starter", "required_domains": {"google": 1, "microsoft": 0, "total": 1}},
        "limits": {"availability_names": 2},
    });
    view.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "data": view })
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn refusal(code: &str, findings: &[(&str, &str)]) -> Value {
    let findings: Vec<Value> = findings.iter().map(|(code, field)| json!({"code": code, "field": field})).collect();
    json!({"error": {"code": code, "message": "No.", "retryable": false, "details": {"findings": findings}}})
}
