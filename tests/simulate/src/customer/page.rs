//! One open page of the checkout: carries out what the machine of the order asks for, on the world's clock, and writes down
//! what the machine tells the customer.

use crate::customer::browser::Browser;
use crate::customer::machine::{Machine, is_lost};
use crate::customer::paying;
use crate::customer::wire;
use crate::diary::Statement;
use crate::fleet::caller_of;
use crate::time::pause;
use serde_json::Value;
use shared::protocol::answer::RawAnswer;
use shared::protocol::order::{Effect, Input, OrderState, Sent, SessionState};
use shared::protocol::request::{Group, Request};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tracing::Instrument;

/// Milliseconds that the page's backend takes to answer when it is asked for a session.
const BACKEND: (u64, u64) = (50, 2_000);

/// One page. Clones are the same page.
#[derive(Debug, Clone)]
pub(crate) struct Page(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    browser: Browser,
    /// Index of the visit in the diary.
    visit: usize,
    state: Mutex<State>,
    /// Counts the inputs.
    changed: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    machine: Machine,
    token: String,
    is_closed: bool,
    /// What was taken up of what other pages have stored.
    taken: BTreeMap<usize, Sent>,
    /// Whether that was done once.
    is_recalled: bool,
    /// The draft that was sent last.
    draft: Option<usize>,
    /// Whether the answer to an order got lost, and the session was not asked since.
    has_to_ask: bool,
    /// Whether the order was paid for and not sent since: it may wait for the session.
    is_paid: bool,
}

impl Page {
    /// Opens a page with the browser's token.
    pub(crate) fn open(browser: Browser, visit: usize) -> Self {
        let machine = Machine::new(browser.fleet.shop.sabotage());
        let state = State { machine, token: browser.token(), ..State::default() };
        let page = Self(Arc::new(Inner { browser, visit, state: Mutex::new(state), changed: watch::Sender::new(0) }));
        page.input(Input::Connect);
        page
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the page may say of the order.
    pub(crate) fn order(&self) -> OrderState<Value> {
        self.state().machine.client().state()
    }

    /// How the session stands.
    pub(crate) fn session(&self) -> SessionState<Value> {
        self.state().machine.client().session().clone()
    }

    /// Whether the customer may say now that the order in doubt is not in the list.
    pub(crate) fn can_order_again(&self) -> bool {
        self.state().machine.client().can_order_again()
    }

    /// Index of the visit in the diary.
    pub(crate) fn visit(&self) -> usize {
        self.0.visit
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.state().is_closed
    }

    /// Closes the page. What was sent goes on, and nobody reads the answers.
    pub(crate) fn close(&self) {
        self.input(Input::Stop);
        let was_closed = std::mem::replace(&mut self.state().is_closed, true);
        if !was_closed {
            self.0.browser.diary.end_visit(self.0.visit, self.0.browser.now());
        }
    }

    /// Presses the button with `draft`; `false`: the machine does not order now.
    pub(crate) fn place(&self, draft: usize, body: Value) -> bool {
        let can_place = {
            let mut state = self.state();
            let can_place = state.machine.client().can_place() && !state.is_closed;
            if can_place {
                state.draft = Some(draft);
            }
            can_place
        };
        if can_place {
            self.input(Input::Place(body));
        }
        can_place
    }

    /// Waits until `is_settled`, for at most so many milliseconds. `false`: it is not.
    pub(crate) async fn wait_for(&self, milliseconds: u64, is_settled: impl Fn(&Self) -> bool) -> bool {
        let mut changes = self.0.changed.subscribe();
        let settled = async {
            while !is_settled(self) {
                if changes.changed().await.is_err() {
                    break;
                }
            }
        };
        tokio::time::timeout(Duration::from_millis(milliseconds), settled).await.is_ok()
    }

    /// Something happened now.
    pub(crate) fn input(&self, input: Input<Value>) {
        self.give(input, self.0.browser.now());
    }

    /// Gives the machine what follows from a request that was sent at `since`, or what happened then.
    fn give(&self, input: Input<Value>, since: u64) {
        let mut state = self.state();
        if self.0.browser.has_left() || state.is_closed {
            return;
        }
        state.is_paid |= matches!(input, Input::Approved(_));
        let is_asked_for = state.is_paid || matches!(input, Input::Place(_));
        let now_ms = self.0.browser.now_ms();
        let mut effects = state.machine.input(input, now_ms);
        for sent in self.recall(&mut state) {
            effects.extend(state.machine.input(Input::Resume(sent), now_ms));
        }
        self.tell(&state, since);
        for effect in effects {
            self.carry_out(&mut state, effect, is_asked_for);
        }
        let client = state.machine.client();
        if let (OrderState::Placed { is_own: true, .. }, Some(session)) = (client.state(), client.session_facts()) {
            self.0.browser.settle(&session.id);
        }
        drop(state);
        self.0.changed.send_modify(|inputs| *inputs = inputs.wrapping_add(1));
    }

    /// What other pages have stored, and this one has not taken up: at first all of it, then what was sent in other sessions.
    fn recall(&self, state: &mut State) -> Vec<Sent> {
        let client = state.machine.client();
        let Some(session) = client.session_facts().filter(|_| matches!(client.session(), SessionState::Open { .. }))
        else {
            return Vec::new();
        };
        let (session, is_first) = (session.id.clone(), !state.is_recalled);
        let is_new = |page: &usize, sent: &Sent| {
            *page != self.0.visit && state.taken.get(page) != Some(sent) && (is_first || sent.session != session)
        };
        let new: Vec<_> = self.0.browser.kept().into_iter().filter(|(page, sent)| is_new(page, sent)).collect();
        state.is_recalled = true;
        state.taken.extend(new.iter().cloned());
        new.into_iter().map(|(_, sent)| sent).collect()
    }

    fn carry_out(&self, state: &mut State, effect: Effect<Value>, is_asked_for: bool) {
        match effect {
            Effect::Send { call, request } => {
                let is_order = request.group == Group::Place;
                state.is_paid &= !is_order;
                let session = caller_of(&state.token).map(|caller| caller.session).unwrap_or_default();
                let attempt = state.draft.filter(|_| is_order).map(|draft| {
                    let has_asked = !state.has_to_ask;
                    self.0.browser.begin_attempt(self.0.visit, draft, session, is_asked_for && has_asked)
                });
                self.send(call, request, attempt, state.token.clone());
            }
            Effect::Wake { timer, after_ms } => {
                let page = self.clone();
                tokio::spawn(async move {
                    pause(after_ms.into()).await;
                    page.input(Input::Tick { timer });
                });
            }
            Effect::AskSession => self.ask_session(),
            Effect::AskApproval(request) => {
                let page = self.clone();
                tokio::spawn(async move { page.input(paying::pay(&page.0.browser, &request).await) });
            }
            Effect::Remember(sent) => self.0.browser.keep(self.0.visit, sent),
            Effect::Forget => self.0.browser.forget(self.0.visit, &state.taken),
            // An answer that is not waited for is not read.
            Effect::GiveUp { .. } | Effect::Announce(_) => {}
        }
    }

    /// Sends a request; after its time it counts as lost, and the function goes on.
    fn send(&self, call: u32, request: Request<Value>, attempt: Option<usize>, token: String) {
        let (page, since) = (self.clone(), self.0.browser.now());
        let timeout = Duration::from_millis(request.timeout_ms.into());
        let group = request.group;
        let browser = self.0.browser.clone();
        let exchange =
            tokio::spawn(async move { wire::carry(&browser, request, &token, attempt).await }.in_current_span());
        tokio::spawn(async move {
            let answer = match tokio::time::timeout(timeout, exchange).await {
                Ok(Ok(answer)) => answer,
                _ => RawAnswer::lost(),
            };
            page.answered(call, group, answer, since);
        });
    }

    fn answered(&self, call: u32, group: Group, answer: RawAnswer<Value>, since: u64) {
        {
            let mut state = self.state();
            match group {
                Group::Place if is_lost(&answer) => state.has_to_ask = true,
                Group::Session => state.has_to_ask = false,
                _ => {}
            }
        }
        self.give(Input::Answer { call, answer }, since);
    }

    /// The page asks its backend for another session.
    fn ask_session(&self) {
        let page = self.clone();
        tokio::spawn(async move {
            let browser = &page.0.browser;
            pause(browser.dice.between(BACKEND.0, BACKEND.1)).await;
            if browser.renews && browser.mint().await {
                page.sign_in();
            } else {
                page.input(Input::NoSession);
            }
        });
    }

    /// Takes the browser's newest token.
    pub(crate) fn sign_in(&self) {
        self.state().token = self.0.browser.token();
        self.input(Input::Connect);
    }

    /// Writes down what the page shows now, when that is news.
    fn tell(&self, state: &State, since: u64) {
        let client = state.machine.client();
        let is_open = matches!(client.session(), SessionState::Open { .. });
        let session = client.session_facts().map(|session| session.id.clone()).unwrap_or_default();
        let at = self.0.browser.now();
        if let Some(told) = wire::told(&client.state(), is_open) {
            tracing::debug!(who = %self.0.browser.name, visit = self.0.visit, %session, ?told, "page tells");
            self.0.browser.diary.tell(self.0.visit, Statement { at, since, session, told });
        }
    }
}
