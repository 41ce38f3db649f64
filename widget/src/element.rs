//! The element's life: what the page and the browser do becomes messages, and messages are worked off one by one.
//!
//! Nothing is borrowed while nodes are touched or the page is told something, because both may call back in:
//! a message that arrives then waits in the queue.

use crate::api::Api;
use crate::dom::Canvas;
use crate::events;
use crate::locale::BrowserLocale;
use crate::picker::action::{Action, Field};
use crate::picker::message::{Effect, Message};
use crate::picker::state::State;
use crate::suggest::Query;
use crate::view::view;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::rc::Rc;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, Event, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent};

/// One `<peeker-checkout>` on a page, or off it: what the customer filled in stays until the element is gone.
#[wasm_bindgen]
#[derive(Clone)]
pub struct Checkout {
    inner: Rc<Inner>,
}

struct Inner {
    state: RefCell<State>,
    queue: RefCell<VecDeque<Message>>,
    is_working: Cell<bool>,
    /// Counts connections: what was asked for during an earlier one is not waited for any more.
    epoch: Cell<u32>,
    locale: BrowserLocale,
    api: RefCell<Api>,
    host: RefCell<Option<web_sys::Element>>,
    canvas: RefCell<Option<Canvas>>,
    check: RefCell<Option<AbortController>>,
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
        let inner = Inner {
            state: RefCell::new(State::new()),
            queue: RefCell::default(),
            is_working: Cell::new(false),
            epoch: Cell::new(0),
            locale: BrowserLocale::default(),
            api: RefCell::default(),
            host: RefCell::default(),
            canvas: RefCell::default(),
            check: RefCell::default(),
        };
        Self { inner: Rc::new(inner) }
    }

    /// The element is on the page, inside `container`, with a session.
    pub fn connect(&self, host: web_sys::Element, container: web_sys::Element, endpoint: &str, session: &str) {
        let shadow = host.shadow_root();
        self.next_epoch();
        self.inner.api.replace(Api::new(endpoint, session));
        self.inner.host.replace(Some(host));
        if self.inner.canvas.borrow().is_none() {
            let canvas = shadow.and_then(|shadow| Canvas::new(shadow, container));
            self.inner.canvas.replace(canvas);
        }
        let is_hidden = self.inner.canvas.borrow().as_ref().is_some_and(Canvas::is_hidden);
        self.inner.queue.borrow_mut().push_back(Message::Hidden(is_hidden));
        self.receive(Message::Connected);
    }

    /// The element left the page: every node, listener and request is let go.
    pub fn disconnect(&self) {
        self.next_epoch();
        self.inner.host.replace(None);
        self.inner.canvas.replace(None);
        self.drop_check();
    }

    /// A browser event inside the element, or the page coming and going.
    pub fn handle(&self, event: &Event) {
        if let Some(message) = self.message_of(event) {
            self.receive(message);
        }
    }
}

impl Checkout {
    fn message_of(&self, event: &Event) -> Option<Message> {
        if event.type_() == "visibilitychange" {
            let canvas = self.inner.canvas.borrow();
            return canvas.as_ref().map(|canvas| Message::Hidden(canvas.is_hidden()));
        }
        let target: web_sys::Element = event.target()?.dyn_into().ok()?;
        match event.type_().as_str() {
            "click" => action_at(&target.closest("button[data-do]").ok()??).map(Message::Act),
            "submit" => {
                event.prevent_default();
                action_at(&target).map(Message::Act)
            }
            "input" => Some(Message::Typed(field_at(&target)?, text_of(&target)?)),
            "focusout" => Some(Message::Left(field_at(&target)?)),
            "keydown" => self.message_of_key(event.dyn_ref()?, &target),
            _ => None,
        }
    }

    /// Enter in the search box searches; between domain names it starts a new line.
    fn message_of_key(&self, event: &KeyboardEvent, target: &web_sys::Element) -> Option<Message> {
        let is_enter = event.key() == "Enter" && !event.shift_key() && !event.is_composing();
        if !is_enter || field_at(target) != Some(Field::Query) {
            return None;
        }
        if matches!(self.inner.state.borrow().search.query, Query::Names(_)) {
            return None;
        }
        event.prevent_default();
        Some(Message::Act(Action::Search))
    }

    /// Works off `message`, or leaves it to the call that is at work.
    fn receive(&self, message: Message) {
        self.inner.queue.borrow_mut().push_back(message);
        if self.inner.is_working.replace(true) {
            return;
        }
        let mut focus = None;
        while let Some(message) = self.next_message() {
            let effects = crate::picker::update(&mut self.inner.state.borrow_mut(), message);
            for effect in effects {
                if let Some(id) = self.run(effect) {
                    focus = Some(id);
                }
            }
            if self.inner.queue.borrow().is_empty() {
                self.paint(focus.take());
            }
        }
        self.inner.is_working.set(false);
    }

    fn next_message(&self) -> Option<Message> {
        self.inner.queue.borrow_mut().pop_front()
    }

    /// The canvas is taken out while it paints: removing a focused node makes the browser call back.
    fn paint(&self, focus: Option<Cow<'static, str>>) {
        let Some(mut canvas) = self.inner.canvas.take() else {
            return;
        };
        let tree = view(&self.inner.state.borrow(), &self.inner.locale);
        canvas.paint(tree);
        if let Some(id) = focus {
            canvas.focus(&id);
        }
        // Painting may have made the browser take the element off the page, and put it back with a new canvas.
        let is_free = self.inner.canvas.borrow().is_none();
        if is_free && self.inner.host.borrow().is_some() {
            self.inner.canvas.replace(Some(canvas));
        }
    }

    /// Does what the picker asked for. The focus is set after painting, so its target comes back.
    fn run(&self, effect: Effect) -> Option<Cow<'static, str>> {
        let api = self.inner.api.borrow().clone();
        match effect {
            Effect::Focus(id) => return Some(id),
            Effect::ReadSession => self.answer_later(async move { Message::SessionRead(api.session().await) }),
            Effect::ReadOrder(id, etag) => {
                self.answer_later(async move { Message::OrderRead(api.watch(&id, etag.as_deref()).await) });
            }
            Effect::Check(turn, names) => {
                self.drop_check();
                let abort = AbortController::new().ok()?;
                self.inner.check.replace(Some(abort.clone()));
                self.answer_later(async move {
                    let answer = api.availability(&names, abort).await;
                    Message::Checked(turn, names, answer)
                });
            }
            Effect::PlaceOrder(draft) => {
                let host = self.inner.host.borrow().clone()?;
                if events::may_order(&host, &draft) {
                    self.answer_later(async move { Message::OrderSent(api.order(&draft).await) });
                } else {
                    self.inner.queue.borrow_mut().push_back(Message::OrderHeld);
                }
            }
            Effect::After(milliseconds, timer) => self.answer_after(milliseconds, Message::Ticked(timer)),
            Effect::Tell(news) => {
                let host = self.inner.host.borrow().clone()?;
                events::tell(&host, news);
            }
        }
        None
    }

    fn answer_later(&self, answer: impl Future<Output = Message> + 'static) {
        let (inner, epoch) = (Rc::downgrade(&self.inner), self.inner.epoch.get());
        wasm_bindgen_futures::spawn_local(async move {
            let message = answer.await;
            let Some(inner) = inner.upgrade() else {
                return;
            };
            if inner.epoch.get() == epoch {
                Self { inner }.receive(message);
            }
        });
    }

    fn answer_after(&self, milliseconds: u32, message: Message) {
        let (inner, epoch) = (Rc::downgrade(&self.inner), self.inner.epoch.get());
        let ring: JsValue = Closure::once_into_js(move || {
            if let Some(inner) = inner.upgrade()
                && inner.epoch.get() == epoch
            {
                Self { inner }.receive(message);
            }
        });
        if let Some(window) = web_sys::window() {
            let milliseconds = i32::try_from(milliseconds).unwrap_or(i32::MAX);
            let callback = ring.unchecked_ref();
            window.set_timeout_with_callback_and_timeout_and_arguments_0(callback, milliseconds).ok();
        }
    }

    fn next_epoch(&self) {
        self.inner.epoch.set(self.inner.epoch.get().wrapping_add(1));
    }

    fn drop_check(&self) {
        if let Some(abort) = self.inner.check.take() {
            abort.abort();
        }
    }
}

fn action_at(element: &web_sys::Element) -> Option<Action> {
    if element.has_attribute("disabled") {
        return None;
    }
    Action::read(&element.get_attribute("data-do")?, &element.get_attribute("data-with").unwrap_or_default())
}

fn field_at(element: &web_sys::Element) -> Option<Field> {
    Field::read(&element.get_attribute("data-field")?)
}

fn text_of(element: &web_sys::Element) -> Option<String> {
    match element.dyn_ref::<HtmlInputElement>() {
        Some(input) => Some(input.value()),
        None => element.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value),
    }
}
