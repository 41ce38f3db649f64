//! The element's life: what the page and the browser do becomes messages, and messages are worked off one by one.
//!
//! Nothing is borrowed while nodes are touched or the page is told something, because both may call back in:
//! a message that arrives then waits in the queue.

use crate::api::{self, Answer, Request};
use crate::events;
use crate::host::Host;
use crate::picker::action::{Action, Field};
use crate::picker::message::{Effect, Message, Outbox, Timer};
use crate::picker::state::State;
use crate::picker::update;
use crate::suggest::Query;
use crate::view::view;
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// One `<peeker-checkout>` on a page, or off it: what the customer filled in stays until the element is gone.
#[wasm_bindgen]
pub struct Checkout {
    state: RefCell<State>,
    queue: RefCell<Vec<Message>>,
    is_working: Cell<bool>,
    /// Tickets given out. What comes back under a ticket that is no longer waiting is out of date.
    tickets: Cell<u32>,
    requests: RefCell<Vec<(u32, Request)>>,
    timers: RefCell<Vec<(u32, Timer)>>,
    host: RefCell<Option<Host>>,
}

impl std::fmt::Debug for Checkout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Checkout")
    }
}

#[wasm_bindgen]
impl Checkout {
    /// An element that is on no page yet.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::new_without_default, reason = "called from JavaScript only")]
    pub fn new() -> Self {
        Self {
            state: RefCell::new(State::new()),
            queue: RefCell::default(),
            is_working: Cell::new(false),
            tickets: Cell::new(0),
            requests: RefCell::default(),
            timers: RefCell::default(),
            host: RefCell::default(),
        }
    }

    /// The element is on the page, or has got another session.
    pub fn connect(&self, host: Host, hidden: bool) {
        self.stop_waiting();
        self.host.replace(Some(host));
        self.queue.borrow_mut().push(Message::Hidden(hidden));
        self.receive(Message::Connected);
    }

    /// The element left the page: nothing is waited for.
    pub fn disconnect(&self) {
        self.stop_waiting();
        self.host.replace(None);
    }

    /// A button or a form was used; its `data-do` and `data-with`.
    pub fn act(&self, what: &str, with: &str) {
        if let Some(action) = Action::read(what, with) {
            self.receive(Message::Act(action));
        }
    }

    /// An input has a new text.
    pub fn typed(&self, field: &str, text: String) {
        if let Some(field) = Field::read(field) {
            self.receive(Message::Typed(field, text));
        }
    }

    /// The focus left an input.
    pub fn left(&self, field: &str) {
        if let Some(field) = Field::read(field) {
            self.receive(Message::Left(field));
        }
    }

    /// Enter in the search box searches at once; among domain names it starts a new line, and this is `false`.
    #[must_use]
    pub fn entered(&self) -> bool {
        let is_list = matches!(self.state.borrow().search.query, Query::Names(_));
        if !is_list {
            self.receive(Message::Act(Action::Search));
        }
        !is_list
    }

    /// The page came to the front or went to the back.
    pub fn hide(&self, hidden: bool) {
        self.receive(Message::Hidden(hidden));
    }

    /// A request is back; the status is 0 when no answer came.
    pub fn answered(&self, ticket: u32, status: u16, etag: Option<String>, body: JsValue) {
        if let Some(request) = take(&self.requests, ticket) {
            self.receive(api::message(request, Answer { status, etag, body }));
        }
    }

    /// A timer ran out.
    pub fn rung(&self, ticket: u32) {
        if let Some(timer) = take(&self.timers, ticket) {
            self.receive(Message::Ticked(timer));
        }
    }
}

impl Checkout {
    /// Works off `message`, or leaves it to the call that is at work.
    fn receive(&self, message: Message) {
        self.queue.borrow_mut().push(message);
        if self.is_working.replace(true) {
            return;
        }
        loop {
            let mut out = Outbox::default();
            let messages = self.queue.take();
            if messages.is_empty() {
                break;
            }
            for message in messages {
                update(&mut self.state.borrow_mut(), message, &mut out);
            }
            let mut focus = None;
            for effect in out.0 {
                if let Effect::Focus(id) = effect {
                    focus = Some(id);
                } else {
                    self.run(effect);
                }
            }
            self.paint(focus);
        }
        self.is_working.set(false);
    }

    fn paint(&self, focus: Option<String>) {
        let Some(host) = self.host() else {
            return;
        };
        let drawing = view(&self.state.borrow(), &host);
        host.paint(&drawing);
        if let Some(id) = focus {
            host.focus(&id);
        }
    }

    fn host(&self) -> Option<Host> {
        self.host.borrow().clone()
    }

    /// Does what the picker asked for.
    fn run(&self, effect: Effect) {
        let Some(host) = self.host() else {
            return;
        };
        let request = match effect {
            Effect::ReadSession => Request::Session,
            Effect::ReadOrder => {
                let watch = &self.state.borrow().watch;
                let id = watch.placed.as_ref().and_then(|placed| placed.id.clone());
                Request::Watch(id.unwrap_or_default(), watch.etag.clone())
            }
            Effect::Check(turn, names) => {
                self.drop_checks(&host);
                Request::Check(turn, names)
            }
            Effect::PlaceOrder(draft) => {
                if !events::may_order(&host, &draft) {
                    return self.queue.borrow_mut().push(Message::OrderHeld);
                }
                Request::Order(draft)
            }
            Effect::After(milliseconds, timer) => {
                let ticket = self.next_ticket();
                self.timers.borrow_mut().push((ticket, timer));
                return host.after(milliseconds, ticket);
            }
            Effect::Tell(news) => {
                let (name, detail) = events::compose(&self.state.borrow(), &news);
                host.tell(name, &detail.done(), false);
                return;
            }
            Effect::Focus(_) => return,
        };
        let ticket = self.next_ticket();
        api::send(&host, ticket, &request);
        self.requests.borrow_mut().push((ticket, request));
    }

    fn next_ticket(&self) -> u32 {
        self.tickets.replace(self.tickets.get().wrapping_add(1))
    }

    /// Only the newest check counts.
    fn drop_checks(&self, host: &Host) {
        let is_check = |request: &Request| matches!(request, Request::Check(..));
        for (ticket, request) in self.requests.borrow().iter() {
            if is_check(request) {
                host.drop(*ticket);
            }
        }
        self.requests.borrow_mut().retain(|(_, request)| !is_check(request));
    }

    fn stop_waiting(&self) {
        if let Some(host) = self.host.borrow().as_ref() {
            self.drop_checks(host);
        }
        self.requests.borrow_mut().clear();
        self.timers.borrow_mut().clear();
    }
}

fn take<T>(waiting: &RefCell<Vec<(u32, T)>>, ticket: u32) -> Option<T> {
    let mut waiting = waiting.borrow_mut();
    let index = waiting.iter().position(|(known, _)| *known == ticket)?;
    Some(waiting.swap_remove(index).1)
}
