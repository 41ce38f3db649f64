//! Runs the machine of an order: requests go to one of the two APIs, and time is this computer's.

use crate::failure::Failure;
use crate::http::Target;
use serde_json::Value;
use shared::protocol::order::{Effect, Input, OrderClient, OrderState, SessionState};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A machine at work.
#[derive(Debug)]
pub(crate) struct Driver {
    client: OrderClient<Value>,
    target: Target,
    timers: Vec<(u32, Instant)>,
    started: Instant,
    /// Milliseconds since 1970 at the start: the machine's clock never goes back.
    started_ms: u64,
    failure: Option<Failure>,
}

impl Driver {
    /// Runs `client` with requests to `target`.
    pub(crate) fn new(client: OrderClient<Value>, target: Target) -> Self {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            client,
            target,
            timers: Vec::new(),
            started: Instant::now(),
            started_ms: milliseconds(since_1970),
            failure: None,
        }
    }

    /// What the machine says of the order.
    pub(crate) fn order(&self) -> OrderState<Value> {
        self.client.state()
    }

    /// Whether the session was read.
    pub(crate) const fn is_open(&self) -> bool {
        matches!(self.client.session(), SessionState::Open { .. })
    }

    /// Why the newest request failed, in words; nothing when it succeeded.
    pub(crate) const fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// The same, at the end.
    pub(crate) fn into_failure(self) -> Option<Failure> {
        self.failure
    }

    /// Gives the machine an input, and all that follows from it at once.
    pub(crate) async fn input(&mut self, input: Input<Value>) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            let now_ms = self.started_ms.saturating_add(milliseconds(self.started.elapsed()));
            for effect in self.client.input(input, now_ms) {
                match effect {
                    Effect::Send { call, request } => {
                        let (answer, failure) = self.target.carry(&request).await;
                        self.failure = failure;
                        inputs.push(Input::Answer { call, answer });
                    }
                    Effect::Wake { timer, after_ms } => {
                        self.timers.push((timer, Instant::now() + Duration::from_millis(after_ms.into())));
                    }
                    Effect::AskSession => inputs.push(Input::NoSession),
                    Effect::AskApproval(_) => {
                        let reason = "This stage requires an approval, and peeker cannot give one.".to_owned();
                        inputs.push(Input::NotApproved(reason));
                    }
                    Effect::GiveUp { .. } | Effect::Remember(_) | Effect::Forget | Effect::Announce(_) => {}
                }
            }
        }
    }

    /// Waits for the machine's next timer, but not longer than until `until`.
    pub(crate) async fn wait(&mut self, until: Instant) {
        let next = self.timers.iter().map(|(_, at)| *at).min();
        tokio::time::sleep_until(next.unwrap_or(until).min(until).into()).await;
        let now = Instant::now();
        let (rung, later) = std::mem::take(&mut self.timers).into_iter().partition(|(_, at)| *at <= now);
        self.timers = later;
        let rung: Vec<(u32, Instant)> = rung;
        for (timer, _) in rung {
            self.input(Input::Tick { timer }).await;
        }
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
