//! The headless checkout client: everything between a page and the order proxy, pure, without network or clock.
//!
//! A driver gives [`Client`] what happened and when, and carries out the [`Act`]s that come back. Records of the server pass
//! through untouched: `J` is a value of JavaScript in the browser, and of `serde_json` in tests.

mod calls;
mod event;
mod facts;
mod jobs;
mod list;
mod names;
mod order;
mod outbox;
mod owned;
mod quotes;

#[cfg(test)]
mod tests;

pub(crate) use calls::Call;
#[cfg(target_family = "wasm")]
pub(crate) use event::Event;
pub(crate) use jobs::Kept;
pub(crate) use list::List;
pub(crate) use names::{Known, NamesView};
pub(crate) use outbox::{Act, Outcome};
pub(crate) use owned::OwnedView;
pub(crate) use quotes::Quotes;

use facts::{each_once, spelled};
use names::Names;
use outbox::{Outbox, Role, Timer};
use owned::Owned;
use shared::domain_name::DomainName;
use shared::protocol::answer::{Answer, RawAnswer};
use shared::protocol::json::Json;
use shared::protocol::order::{Input, OrderClient, OrderState, SessionState};

/// The client of one checkout, see [the module](self).
#[derive(Debug)]
pub(crate) struct Client<J> {
    order: OrderClient<J>,
    names: Names<J>,
    quotes: Quotes<J>,
    owned: Owned<J>,
    list: List<J>,
    out: Outbox<J>,
    /// Whether the session is to be read for the first time, or after calls were cut off.
    is_connecting: bool,
    /// The session that the page has heard of, and the id of the one that was read last.
    announced_session: SessionState<J>,
    session: String,
    /// Calls that wait for the session, and who waits for each.
    waiting: Vec<(u32, Call<J>)>,
    /// Who waits for the order that is being placed.
    placing: Option<u32>,
    /// The domains of the order that was sent last.
    sent: Vec<String>,
    /// Whether the last call got no answer.
    is_cut_off: bool,
}

impl<J> Default for Client<J> {
    fn default() -> Self {
        Self {
            order: OrderClient::default(),
            names: Names::default(),
            quotes: Quotes::default(),
            owned: Owned::default(),
            list: List::default(),
            out: Outbox::default(),
            is_connecting: false,
            announced_session: SessionState::None,
            session: String::new(),
            waiting: Vec::new(),
            placing: None,
            sent: Vec::new(),
            is_cut_off: false,
        }
    }
}

impl<J: Json> Client<J> {
    /// Whether there is a session to ask with.
    fn can_ask(&self) -> bool {
        !self.out.is_stopped && matches!(self.order.session(), SessionState::Open { .. })
    }

    /// What happens next happens at `now_ms`.
    pub(crate) const fn begin(&mut self, now_ms: u64) {
        self.out.now_ms = now_ms;
    }

    /// What is to be done about what happened since, in this order.
    pub(crate) fn finish(&mut self) -> Vec<Act<J>> {
        self.settle_placing();
        self.settle_waiting();
        std::mem::take(&mut self.out.acts)
    }

    /// The answer to call `call`, also one that was lost. The first one after that makes the order ask again at once.
    pub(crate) fn answer(&mut self, call: u32, raw: RawAnswer<J>) {
        let Some(role) = self.out.take_call(call) else {
            return;
        };
        let was_cut_off = std::mem::replace(&mut self.is_cut_off, raw.status == 0);
        self.route(role, raw);
        if was_cut_off && !self.is_cut_off {
            self.order_input(Input::Online);
        }
    }

    /// Hands an answer to the part that asked.
    fn route(&mut self, role: Role, raw: RawAnswer<J>) {
        if let Role::Order { call, group } = role {
            return self.order_answered(call, group, raw);
        }
        let answer = Answer::read(raw, self.out.now_ms);
        if self.is_about_session(&answer) {
            return self.refused_for_session(role, &answer);
        }
        let Self { names, quotes, owned, list, order, out, .. } = self;
        match role {
            Role::Search { turn, names: asked } => names.searched(turn, &asked, &answer, out),
            Role::Check => names.checked(&answer, out),
            Role::Quote => {
                // The names of an order in doubt are taken by that order.
                let is_news = !matches!(order.state(), OrderState::Doubt { .. });
                quotes.answered(&answer, is_news, out);
                if let Some(problem) = &answer.refusal {
                    names.blamed(&quotes.names, problem, out);
                }
            }
            Role::OneQuote { ticket } | Role::Claims { ticket } => out.settle(ticket, record_of(&answer)),
            Role::Owned => owned.answered(&answer, names, out),
            Role::List { is_first } => {
                list.answered(is_first, &answer, out);
                self.list_read(is_first, &answer);
            }
            Role::Order { .. } => {}
        }
    }

    /// The time of timer `timer` is over.
    pub(crate) fn tick(&mut self, timer: u32) {
        let Some(timer) = self.out.ring(timer) else {
            return;
        };
        let is_busy = self.is_busy();
        match timer {
            Timer::Order(timer) => self.order_input(Input::Tick { timer }),
            Timer::Call(call) => {
                self.out.acts.push(Act::Abort { call });
                self.answer(call, RawAnswer::lost());
            }
            Timer::Search => self.names.ask(&mut self.out),
            Timer::Recheck => self.names.ask_again(true, &mut self.out),
            Timer::Quote => self.quotes.replace(is_busy, &mut self.out),
            Timer::QuoteAgain => self.quotes.ask_again(&mut self.out),
            Timer::Owned => self.owned.look(&mut self.out),
            Timer::List => self.list.rang(&mut self.out),
        }
    }

    /// On the page, the first time or after [`Client::stop`]: asks about the session, or asks the page for one.
    pub(crate) fn start(&mut self, has_token: bool) {
        if has_token {
            self.connect();
        } else {
            (self.out.is_stopped, self.is_connecting) = (false, true);
            self.order_input(Input::SessionOver);
        }
    }

    /// Takes off the page: nothing is waited for any more. An order that was sent is not cut off.
    pub(crate) fn stop(&mut self) {
        self.out.is_stopped = true;
        self.order_input(Input::Stop);
        self.cut_off();
        self.out.stop_timers();
        // What is asked for now is asked about in the session that is read next.
        self.names.limit = 0;
    }

    /// The page gives the client up for good: nobody hears of an order that is on its way any more.
    pub(crate) fn end(&mut self) {
        self.stop();
        self.settle_placing();
        if let Some(ticket) = self.placing.take() {
            self.out.supersede(ticket);
        }
    }

    /// The calls of the parts beside the order are cut off.
    fn cut_off(&mut self) {
        self.out.drop_calls(|role| !matches!(role, Role::Order { .. }));
        let Self { names, owned, list, out, .. } = self;
        names.stop(out);
        owned.stop(out);
        list.stop(out);
    }

    /// The page is hidden, or visible again.
    pub(crate) fn hide(&mut self, is_hidden: bool) {
        let came_back = self.out.is_hidden && !is_hidden;
        self.out.is_hidden = is_hidden;
        self.order_input(Input::Hidden(is_hidden));
        if came_back {
            let is_busy = self.is_busy();
            self.quotes.keep(is_busy, &mut self.out);
        }
    }

    /// The network is back: what could not be asked is asked at once.
    pub(crate) fn online(&mut self) {
        self.order_input(Input::Online);
        self.recheck();
        self.look_at_imports();
        if self.can_ask() && self.quotes.is_unknown() {
            self.quotes.hold_again(&mut self.out);
        }
    }

    /// Whether the session could not be read for want of an answer.
    pub(crate) fn is_unreachable(&self) -> bool {
        matches!(self.order.session(), SessionState::Failed { is_final: false, .. })
    }

    pub(crate) fn search(&mut self, names: Vec<String>, is_now: bool) {
        self.names.search(each_once(names), is_now, &mut self.out);
    }

    pub(crate) fn recheck(&mut self) {
        self.names.ask_again(false, &mut self.out);
    }

    pub(crate) fn hold_quote(&mut self, names: Vec<String>) {
        let can_ask = self.can_ask();
        self.quotes.hold(spelled(names), can_ask, &mut self.out);
    }

    pub(crate) fn drop_quote(&mut self) {
        self.quotes.drop(&mut self.out);
    }

    pub(crate) fn look_at_imports(&mut self) {
        if self.can_ask() {
            self.owned.look(&mut self.out);
        }
    }

    pub(crate) fn resume_imports(&mut self, kept: Vec<Kept>) {
        self.owned.resume(kept, &mut self.out);
        // Otherwise they are looked at once the session was read.
        self.look_at_imports();
    }

    pub(crate) fn show_orders(&mut self, is_shown: bool) {
        self.list.show(is_shown, &mut self.out);
    }

    pub(crate) fn known(&self, name: &str) -> Option<&Known<J>> {
        self.names.known(name).or_else(|| self.names.known(&DomainName::spelling_of(name)))
    }

    /// Whether a held quote has not ended.
    pub(crate) const fn has_quote(&self, now_ms: u64) -> bool {
        self.quotes.is_held(now_ms)
    }

    pub(crate) fn kept_imports(&self) -> Vec<Kept> {
        self.owned.kept()
    }

    pub(crate) const fn machine(&self) -> &OrderClient<J> {
        &self.order
    }

    pub(crate) fn names_view(&self) -> NamesView<J> {
        self.names.view()
    }

    pub(crate) const fn quotes(&self) -> &Quotes<J> {
        &self.quotes
    }

    pub(crate) fn owned_view(&self) -> OwnedView<J> {
        self.owned.view()
    }

    pub(crate) const fn list(&self) -> &List<J> {
        &self.list
    }

    /// Whether a part changed since [`Client::take_changes`].
    pub(crate) fn has_changed(&self) -> bool {
        self.out.changed.contains(&true)
    }

    /// Which parts changed since this was asked last.
    pub(crate) fn take_changes(&mut self) -> [bool; 6] {
        std::mem::take(&mut self.out.changed)
    }
}

/// What a promise for a record gets.
fn record_of<J: Json>(answer: &Answer<J>) -> Result<Outcome<J>, shared::protocol::problem::Problem<J>> {
    answer.record().cloned().map(Outcome::Record).ok_or_else(|| answer.problem())
}
