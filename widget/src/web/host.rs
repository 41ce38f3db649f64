//! Carries out what the client asks for: calls, timers, promises, and news for the page.
//!
//! Whatever runs here of JavaScript may call the client again, as pages wrap timers and `fetch`. So the host is borrowed only
//! to move values in and out of it, and never while JavaScript runs; what is to be done is queued, and keeps its order.

use crate::client::{Act, Call, Client, Event};
use crate::web::fetch;
use crate::web::given::Given;
use crate::web::json::Js;
use crate::web::page;
use crate::web::state::{Host, Settings, Shared, number, with};
use crate::web::values::{Parts, error_of, to_js, value_of};
use js_sys::{Function, Promise};
use shared::protocol::answer::RawAnswer;
use shared::protocol::request::Request;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, Performance};

#[wasm_bindgen]
extern "C" {
    // web-sys has them for windows and for workers apart, and not for Node.
    #[wasm_bindgen(catch, js_name = clearTimeout)]
    fn clear_timeout(handle: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = setTimeout)]
    fn set_timeout(ring: &Function, milliseconds: u32, timer: u32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = queueMicrotask)]
    fn queue_microtask(work: &Function) -> Result<(), JsValue>;
    #[wasm_bindgen(thread_local_v2, js_name = performance)]
    static PERFORMANCE: Performance;
}

thread_local! {
    /// Clients that were started: they live until they are stopped, whoever else knows them.
    static STARTED: RefCell<Vec<Shared>> = const { RefCell::new(Vec::new()) };
}

/// Milliseconds since 1970, of a clock that never goes back.
pub(super) fn now_ms() -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is positive, and far below 2^53")]
    PERFORMANCE.with(|clock| (clock.time_origin() + clock.now()) as u64)
}

/// A client that is not started.
pub(super) fn new(settings: Settings) -> Shared {
    Rc::new_cyclic(|weak| {
        let (ringing, telling) = (weak.clone(), weak.clone());
        let ring = Closure::<dyn Fn(u32)>::new(move |timer| {
            // Timers that outlive the client find nothing.
            let Some(host) = ringing.upgrade() else { return };
            let _ = with(&host, |own| own.timers.retain(|(known, _)| *known != timer));
            let _ = act(&host, Event::Tick(timer));
        });
        let tell = Closure::<dyn Fn()>::new(move || telling.upgrade().iter().for_each(page::tell_listeners));
        RefCell::new(Host {
            client: Client::default(),
            settings,
            is_started: false,
            parts: Parts::default(),
            listeners: Vec::new(),
            news: Vec::new(),
            is_telling: false,
            asked: 0,
            is_freed: false,
            acts: Vec::new(),
            is_at_work: false,
            calls: Vec::new(),
            timers: Vec::new(),
            waiting: Vec::new(),
            made: 0,
            ring: ring.into_js_value().unchecked_into(),
            tell: tell.into_js_value().unchecked_into(),
        })
    })
}

/// Gives the client something that happened, and carries out what follows.
pub(super) fn act(host: &Shared, event: Event<Js>) -> Given<()> {
    let now = now_ms();
    let is_at_work = with(host, |own| {
        let acts = own.client.take(event, now);
        own.acts.extend(acts);
        std::mem::replace(&mut own.is_at_work, true)
    })?;
    // Whoever is at work already does this too.
    if is_at_work {
        return Ok(());
    }
    loop {
        let acts = with(host, |own| std::mem::take(&mut own.acts))?;
        if acts.is_empty() {
            return tell_soon(host);
        }
        for act in acts {
            carry_out(host, act);
        }
    }
}

/// A promise for what becomes of a call.
pub(super) fn promised(host: &Shared, call: Call<Js>) -> Promise {
    let (promise, ticket) = ticket_of(host);
    match ticket.and_then(|ticket| act(host, Event::Call { call, ticket })) {
        Ok(()) => promise,
        Err(error) => Promise::reject(&error),
    }
}

/// A promise, and the ticket by which it is settled.
fn ticket_of(host: &Shared) -> (Promise, Given<u32>) {
    let mut settle = None;
    let promise = Promise::new(&mut |resolve, reject| settle = Some((resolve, reject)));
    let ticket = with(host, |own| {
        let ticket = number(own);
        own.waiting.extend(settle.map(|(resolve, reject)| (ticket, resolve, reject)));
        ticket
    });
    (promise, ticket)
}

/// The client is on the page from now on, or it is not any more.
pub(super) fn set_started(host: &Shared, is_started: bool) -> Given<()> {
    with(host, |own| {
        own.is_started = is_started;
        own.asked = own.asked.wrapping_add(1);
    })?;
    STARTED.with_borrow_mut(|all| {
        all.retain(|other| !Rc::ptr_eq(other, host));
        if is_started {
            all.push(Rc::clone(host));
        }
    });
    Ok(())
}

/// The page gives the client up for good.
pub(super) fn end(host: &Shared) -> Given<()> {
    set_started(host, false)?;
    act(host, Event::End)?;
    let page = with(host, |own| {
        own.is_freed = true;
        (std::mem::take(&mut own.listeners), std::mem::take(&mut own.settings))
    });
    // The page's functions go where nothing is borrowed.
    page.map(drop)
}

/// What the page answers comes back as an event.
fn feed(host: &Shared, event: Event<Js>) {
    let _ = act(host, event);
}

fn carry_out(host: &Shared, act: Act<Js>) {
    match act {
        Act::Send { call, request } => send(host, call, &request),
        Act::Abort { call } => abort(host, call),
        Act::Wake { timer, after_ms } => wake(host, timer, after_ms),
        Act::Cancel { timer } => cancel(host, timer),
        Act::AskApproval(request) => page::ask_approval(host, feed, &request),
        Act::AskSession => page::ask_session(host, feed),
        Act::Settle { ticket, outcome } => {
            let found = with(host, |own| {
                let place = own.waiting.iter().position(|(known, ..)| *known == ticket)?;
                Some(own.waiting.swap_remove(place))
            });
            let Ok(Some((_, resolve, reject))) = found else { return };
            let _ = match outcome {
                Ok(outcome) => resolve.call1(&JsValue::UNDEFINED, &value_of(outcome)),
                Err(problem) => reject.call1(&JsValue::UNDEFINED, &error_of(&problem)),
            };
        }
        Act::Tell(news) => {
            let news = to_js(&news);
            let _ = with(host, |own| own.news.push(news));
        }
    }
}

fn wake(host: &Shared, timer: u32, after_ms: u32) {
    let Ok(ring) = with(host, |own| own.ring.clone()) else { return };
    // A server may ask for a day at most, far below what browsers count.
    if let Ok(handle) = set_timeout(&ring, after_ms, timer) {
        let _ = with(host, |own| own.timers.push((timer, handle)));
    }
}

fn cancel(host: &Shared, timer: u32) {
    let found = with(host, |own| {
        let place = own.timers.iter().position(|(known, _)| *known == timer)?;
        Some(own.timers.swap_remove(place))
    });
    if let Ok(Some((_, handle))) = found {
        let _ = clear_timeout(&handle);
    }
}

fn abort(host: &Shared, call: u32) {
    let found = with(host, |own| {
        let place = own.calls.iter().position(|(known, _)| *known == call)?;
        Some(own.calls.swap_remove(place))
    });
    if let Ok(Some((_, controller))) = found {
        controller.abort();
    }
}

fn send(host: &Shared, call: u32, request: &Request<Js>) {
    let settings = with(host, |own| own.settings.clone()).unwrap_or_default();
    let prepared = AbortController::new().and_then(|abort| {
        let token = settings.session.as_deref().unwrap_or_default();
        Ok((fetch::Call::new(&settings.endpoint, token, request, &abort.signal())?, abort))
    });
    let waiting = prepared.ok().and_then(|(waiting, abort)| {
        with(host, |own| own.calls.push((call, abort))).ok()?;
        Some(waiting)
    });
    let host = Rc::clone(host);
    spawn_local(async move {
        let answer = match waiting {
            Some(waiting) => waiting.answer().await,
            None => None,
        };
        let _ = with(&host, |own| own.calls.retain(|(known, _)| *known != call));
        let _ = act(&host, Event::Answer { call, raw: answer.unwrap_or(RawAnswer::lost()) });
    });
}

/// Listeners hear of changes once the work of this turn is done.
fn tell_soon(host: &Shared) -> Given<()> {
    let tell = with(host, |own| {
        own.is_at_work = false;
        (!std::mem::replace(&mut own.is_telling, true)).then(|| own.tell.clone())
    })?;
    if let Some(tell) = tell {
        let _ = queue_microtask(&tell);
    }
    Ok(())
}
