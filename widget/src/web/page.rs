//! Questions to the page's own functions, and news for its listeners.

use crate::client::Event;
use crate::web::fetch::settled;
use crate::web::given::some_token;
use crate::web::json::Js;
use crate::web::state::{Shared, with};
use crate::web::values::to_js;
use js_sys::{Array, Function, Reflect};
use shared::protocol::order::{ApprovalRequest, Input};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// Gives the client something that happened.
pub(super) type Feed = fn(&Shared, Event<Js>);

/// What an answer of the page to question `number` is to the client; nothing, when nobody waits for it.
type Read = fn(&Shared, Result<JsValue, JsValue>, u32) -> Option<Event<Js>>;

/// Calls a function of the page, which may throw, or give a promise that is rejected.
fn ask(host: &Shared, feed: Feed, (function, about): (Option<Function>, JsValue), (read, number): (Read, u32)) {
    let host = Rc::clone(host);
    spawn_local(async move {
        let called = function.map_or(Ok(JsValue::UNDEFINED), |function| function.call1(&JsValue::UNDEFINED, &about));
        let answer = match called {
            Ok(answer) => settled(&answer).await,
            Err(error) => Err(error),
        };
        if let Some(event) = read(&host, answer, number) {
            feed(&host, event);
        }
    });
}

pub(super) fn ask_approval(host: &Shared, feed: Feed, request: &ApprovalRequest) {
    let approve = with(host, |own| own.settings.approve.clone()).ok().flatten();
    ask(host, feed, (approve, to_js(request)), (approved, 0));
}

fn approved(_: &Shared, answer: Result<JsValue, JsValue>, _: u32) -> Option<Event<Js>> {
    // A page may refuse by throwing, too.
    let answer = answer.unwrap_or_default();
    let text = |key: &str| Reflect::get(&answer, &key.into()).ok().and_then(|text| text.as_string());
    Some(Event::Order(match text("approval") {
        Some(token) => Input::Approved(token),
        None => Input::NotApproved(text("refused").unwrap_or_default()),
    }))
}

pub(super) fn ask_session(host: &Shared, feed: Feed) {
    let question = with(host, |own| {
        own.asked = own.asked.wrapping_add(1);
        (own.settings.fetch_session.clone(), own.asked)
    });
    if let Ok((fetch_session, number)) = question {
        ask(host, feed, (fetch_session, JsValue::UNDEFINED), (take_session, number));
    }
}

fn take_session(host: &Shared, answer: Result<JsValue, JsValue>, number: u32) -> Option<Event<Js>> {
    let token = answer.as_ref().ok().and_then(JsValue::as_string).as_deref().and_then(some_token);
    let is_token = token.is_some();
    // Stopped or asked again meanwhile, nobody waits for this answer.
    let is_awaited = with(host, |own| {
        let is_awaited = own.is_started && own.asked == number;
        if is_awaited && is_token {
            own.settings.session = token;
        }
        is_awaited
    });
    if is_awaited != Ok(true) {
        return None;
    }
    Some(match answer {
        Ok(_) if is_token => Event::Connect,
        Ok(_) => Event::Order(Input::NoSession),
        Err(error) => {
            report(error);
            Event::Order(Input::SessionUnavailable)
        }
    })
}

/// What the page's function throws is for its developers.
fn report(error: JsValue) -> JsValue {
    web_sys::console::error_1(&error);
    JsValue::UNDEFINED
}

/// Calls the listeners when something changed; one that throws is reported, and keeps nothing from the others.
pub(super) fn tell_listeners(host: &Shared) {
    let told = with(host, |own| {
        own.is_telling = false;
        let is_news = !own.news.is_empty() || own.client.has_changed();
        is_news.then(|| (std::mem::take(&mut own.news), own.listeners.clone()))
    });
    let Ok(Some((news, listeners))) = told else { return };
    let news: Array = news.into_iter().collect();
    for (number, listener) in listeners {
        // One that was called before may have ended this one.
        let is_there = with(host, |own| own.listeners.iter().any(|(known, _)| *known == number));
        if is_there == Ok(true) {
            let _ = listener.call1(&JsValue::UNDEFINED, &news).map_err(report);
        }
    }
}
