//! A native driver of the machine, as a program would have one: requests go to a server, timers to a clock.

use serde_json::{Value, json};
use shared::protocol::answer::RawAnswer;
use shared::protocol::json::from_text;
use shared::protocol::order::{Effect, Input, OrderClient, OrderState};
use shared::protocol::request::Request;

/// Carries out what the machine asks for, on a clock that is only read.
struct Driver<S> {
    client: OrderClient<Value>,
    /// Gives status and body of an answer; the status 0 when none comes.
    server: S,
    now_ms: u64,
    timer: Option<(u32, u64)>,
}

impl<S: FnMut(&Request<Value>) -> (u16, String)> Driver<S> {
    /// Gives an input, and all that follows from it at once.
    fn input(&mut self, input: Input<Value>) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for effect in self.client.input(input, self.now_ms) {
                match effect {
                    Effect::Send { call, request } => {
                        let (status, body) = (self.server)(&request);
                        let answer = RawAnswer { status, body: from_text(&body), ..RawAnswer::lost() };
                        inputs.push(Input::Answer { call, answer });
                    }
                    Effect::Wake { timer, after_ms } => self.timer = Some((timer, self.now_ms + u64::from(after_ms))),
                    Effect::AskSession => inputs.push(Input::NoSession),
                    Effect::AskApproval(_) => inputs.push(Input::NotApproved(String::new())),
                    Effect::GiveUp { .. } | Effect::Remember(_) | Effect::Forget | Effect::Announce(_) => {}
                }
            }
        }
    }

    /// Runs until nothing is waited for any more.
    fn run(&mut self) {
        while let Some((timer, at)) = self.timer.take() {
            self.now_ms = at;
            self.input(Input::Tick { timer });
        }
    }
}

#[test]
fn order_with_lost_response_reaches_its_final_state() {
    let mut sent = Vec::new();
    let server = |request: &Request<Value>| {
        sent.push(format!("{} {}", request.method.as_str(), request.path));
        let order = (sent.len() > 4).then(|| json!({"id": "ord_1", "status": "in_progress"}));
        let status = if sent.len() > 6 { "completed" } else { "in_progress" };
        let data = match request.path.as_str() {
            "/v1/session" => {
                json!({"id": "ses_1", "customer": "a@example.com", "plan": {"required_domains": {}}, "order": order})
            }
            "/v1/orders" => return (504, "<html>Gateway Timeout</html>".to_owned()),
            _ => json!({"id": "ord_1", "status": status, "final": status == "completed", "costs": {"kept": 1.5}}),
        };
        (200, json!({ "data": data }).to_string())
    };
    let mut driver = Driver { client: OrderClient::default(), server, now_ms: 0, timer: None };
    driver.input(Input::Connect);
    driver.input(Input::Place(json!({"domains": [{"domain": "a.com"}]})));
    driver.run();
    let OrderState::Placed { id, status, order: Some(order), is_final: true, .. } = driver.client.state() else {
        panic!("{:?}", driver.client.state());
    };
    assert_eq!((id.as_str(), status.as_str(), &order["costs"]["kept"]), ("ord_1", "completed", &json!(1.5)));
    let expected = [
        "GET /v1/session",
        "POST /v1/orders",
        "GET /v1/session",
        "GET /v1/session",
        "GET /v1/session",
        "GET /v1/orders/ord_1",
        "GET /v1/orders/ord_1",
    ];
    drop(driver);
    assert_eq!(sent, expected);
}
