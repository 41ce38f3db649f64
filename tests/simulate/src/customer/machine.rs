//! The machine of an order that a page runs: the one of the browser and of `peeker`, or the same with a deliberate bug around
//! it, which the checks must detect.

use crate::options::Sabotage;
use serde_json::{Value, json};
use shared::protocol::answer::RawAnswer;
use shared::protocol::order::{Effect, Input, OrderClient, SessionState};
use shared::protocol::request::{Group, Request};

/// The shared machine, behind a bug if there is one.
#[derive(Debug, Default)]
pub(crate) struct Machine {
    client: OrderClient<Value>,
    bug: Option<Sabotage>,
    /// The newest call that orders, and its body.
    order: Option<(u32, Value)>,
    /// Calls that look at an order.
    looks: Vec<u32>,
    /// Whether the order's record was read.
    has_record: bool,
    /// A body to send as soon as there is a session.
    again: Option<Value>,
}

impl Machine {
    pub(crate) fn new(bug: Option<Sabotage>) -> Self {
        Self { bug, ..Self::default() }
    }

    /// What the machine says.
    pub(crate) const fn client(&self) -> &OrderClient<Value> {
        &self.client
    }

    /// Takes in what happened, and says what to do about it.
    pub(crate) fn input(&mut self, input: Input<Value>, now_ms: u64) -> Vec<Effect<Value>> {
        let Some(bug) = self.bug else {
            return self.client.input(input, now_ms);
        };
        let input = match (bug, input) {
            (Sabotage::DeniedOrder, input) => self.refused_when_lost(input),
            (Sabotage::OldStatus, input) => self.unchanged(input),
            (Sabotage::SentAgain, input) if self.is_lost_order(&input) => {
                self.again = self.order.take().map(|(_, body)| body);
                self.client = OrderClient::default();
                return vec![Effect::Forget, Effect::AskSession];
            }
            (_, input) => input,
        };
        let mut effects = self.client.input(input, now_ms);
        if matches!(self.client.session(), SessionState::Open { .. })
            && let Some(body) = self.again.take()
        {
            effects.extend(self.client.input(Input::Place(body), now_ms));
        }
        for effect in &effects {
            self.note(effect);
        }
        effects
    }

    fn note(&mut self, effect: &Effect<Value>) {
        match effect {
            Effect::Send { call, request: Request { group: Group::Place, body: Some(body), .. } } => {
                self.order = Some((*call, body.clone()));
            }
            Effect::Send { call, request: Request { group: Group::Order, .. } } => self.looks.push(*call),
            _ => {}
        }
    }

    /// Whether the answer to the order got lost.
    fn is_lost_order(&self, input: &Input<Value>) -> bool {
        matches!((input, &self.order), (Input::Answer { call, answer }, Some((order, _))) if call == order && is_lost(answer))
    }

    /// A lost answer counts as a refusal.
    fn refused_when_lost(&self, input: Input<Value>) -> Input<Value> {
        match input {
            Input::Answer { call, .. } if self.is_lost_order(&input) => {
                let body = json!({"error": {"code": "order_failed", "message": "Failed.", "retryable": false}});
                Input::Answer { call, answer: RawAnswer { status: 502, body: Some(body), ..RawAnswer::lost() } }
            }
            input => input,
        }
    }

    /// Each record of an order but the first counts as unchanged.
    fn unchanged(&mut self, input: Input<Value>) -> Input<Value> {
        match input {
            Input::Answer { call, answer } if answer.status == 200 && self.looks.contains(&call) => {
                let status = if std::mem::replace(&mut self.has_record, true) { 304 } else { 200 };
                Input::Answer { call, answer: RawAnswer { status, ..answer } }
            }
            input => input,
        }
    }
}

/// Whether an answer says nothing: none came, or a page in its place. With two statuses a gateway has let nothing through.
pub(crate) fn is_lost(answer: &RawAnswer<Value>) -> bool {
    answer.body.is_none() && ![413, 429].contains(&answer.status)
}
