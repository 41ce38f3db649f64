//! What the page gets: promises' values, errors, news, and the state.

use crate::client::{Client, Outcome};
use crate::web::json::{Js, set};
use js_sys::{Array, Error, Object};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use shared::protocol::problem::Problem;
use wasm_bindgen::{JsCast, JsValue};

/// As JSON has it; what there is none of is `null`, unless it is left out.
const SERIALIZER: Serializer = Serializer::new().serialize_missing_as_null(true);

pub(super) fn to_js(value: &impl Serialize) -> JsValue {
    value.serialize(&SERIALIZER).unwrap_or_default()
}

/// What a promise resolves with.
pub(super) fn value_of(outcome: Outcome<Js>) -> JsValue {
    match outcome {
        Outcome::Done => JsValue::UNDEFINED,
        Outcome::Record(Js(record)) => record,
        Outcome::Records(rows) => rows.into_iter().map(|Js(row)| row).collect::<Array>().into(),
        Outcome::Placed { id, status } => {
            let placed = Object::new();
            set(&placed, "id", &id.map_or(JsValue::NULL, JsValue::from));
            set(&placed, "status", &status.into());
            placed.into()
        }
    }
}

/// What a promise rejects with: an error that has all of the problem.
pub(super) fn error_of(problem: &Problem<Js>) -> JsValue {
    let message = if problem.message.is_empty() { sentence(&problem.code) } else { &problem.message };
    let error = Error::new(message);
    error.set_name("CheckoutError");
    Object::<JsValue>::assign(error.unchecked_ref(), to_js(problem).unchecked_ref());
    error.set_message(message);
    error.into()
}

/// For developers: what to do about a code of the client's own. The others say it themselves, and docs/headless.md has all.
fn sentence(code: &str) -> &str {
    match code {
        "not_now" => "not_now: call start() first, and for place() wait for state.can_place",
        "session_unavailable" => "session_unavailable: fetchSession failed, and start() asks again",
        "unreadable_answer" => "unreadable_answer: check the endpoint",
        other => other,
    }
}

/// The parts of the state, kept as long as they do not change.
#[derive(Default)]
pub(super) struct Parts {
    parts: [JsValue; 6],
    state: Option<JsValue>,
}

const KEYS: [&str; 6] = ["session", "order", "names", "quote", "owned", "orders"];

impl Parts {
    /// The state now: the same object where nothing changed, with the same parts where they did not.
    pub(super) fn read(&mut self, client: &mut Client<Js>) -> JsValue {
        let changed = client.take_changes();
        if let Some(state) = self.state.as_ref().filter(|_| changed == [false; 6]) {
            return state.clone();
        }
        let is_new = self.state.is_none();
        let state = Object::new();
        for (index, (key, part)) in KEYS.iter().zip(&mut self.parts).enumerate() {
            if is_new || changed.get(index) == Some(&true) {
                *part = freeze(part_of(client, key));
            }
            set(&state, key, part);
        }
        set(&state, "can_place", &client.machine().can_place().into());
        set(&state, "can_order_again", &client.machine().can_order_again().into());
        let state = freeze(state.into());
        self.state = Some(state.clone());
        state
    }
}

fn part_of(client: &Client<Js>, key: &str) -> JsValue {
    match key {
        "session" => to_js(client.machine().session()),
        "order" => to_js(&client.machine().state()),
        "names" => to_js(&client.names_view()),
        "quote" => quote_of(client),
        "owned" => to_js(&client.owned_view()),
        _ => to_js(client.list()),
    }
}

fn quote_of(client: &Client<Js>) -> JsValue {
    let quote = to_js(&client.quotes().state);
    if client.quotes().is_wanted() {
        set(&quote, "names", &to_js(&client.quotes().names));
    }
    quote
}

/// Makes it an object that the page cannot change.
fn freeze(value: JsValue) -> JsValue {
    value.dyn_ref::<Object>().map(Object::freeze);
    value
}
