//! What a driver gives the client: everything that happens, in one type.

use crate::client::Client;
use crate::client::calls::Call;
use crate::client::jobs::Kept;
use crate::client::outbox::Act;
use shared::protocol::answer::RawAnswer;
use shared::protocol::json::Json;
use shared::protocol::order::Input;

/// Something that happened, or that the page wants.
#[derive(Debug)]
pub(crate) enum Event<J> {
    /// On the page, with a session's token or without one, see `Client::start`.
    Start { has_token: bool },
    /// Off the page, see `Client::stop`.
    Stop,
    /// Given up for good, see `Client::end`.
    End,
    /// The page has another token.
    Connect,
    /// The page is hidden, or visible again.
    Hide(bool),
    /// The network is back, see `Client::online`.
    Online,
    /// These names are on show; `is_now`: they are asked about at once.
    Search { names: Vec<String>, is_now: bool },
    /// Names that could not be checked are asked about once more.
    Recheck,
    /// A quote for these names is kept.
    HoldQuote(Vec<String>),
    /// No quote is kept.
    DropQuote,
    /// Imports are looked at now.
    LookAtImports,
    /// Imports that were kept go on.
    ResumeImports(Vec<Kept>),
    /// Whether the list of orders, or a link to it, is on show.
    ShowOrders(bool),
    /// For the machine of the order.
    Order(Input<J>),
    /// A call for a promise.
    Call { call: Call<J>, ticket: u32 },
    /// The answer to a call of the client.
    Answer { call: u32, raw: RawAnswer<J> },
    /// The time of a timer is over.
    Tick(u32),
}

impl<J: Json> Client<J> {
    /// Takes in what happened at `now_ms`, and says what is to be done about it, in this order.
    pub(crate) fn take(&mut self, event: Event<J>, now_ms: u64) -> Vec<Act<J>> {
        self.begin(now_ms);
        match event {
            Event::Start { has_token } => self.start(has_token),
            Event::Stop => self.stop(),
            Event::End => self.end(),
            Event::Connect => self.connect(),
            Event::Hide(is_hidden) => self.hide(is_hidden),
            Event::Online => self.online(),
            Event::Search { names, is_now } => self.search(names, is_now),
            Event::Recheck => self.recheck(),
            Event::HoldQuote(names) => self.hold_quote(names),
            Event::DropQuote => self.drop_quote(),
            Event::LookAtImports => self.look_at_imports(),
            Event::ResumeImports(kept) => self.resume_imports(kept),
            Event::ShowOrders(is_shown) => self.show_orders(is_shown),
            Event::Order(input) => self.order_input(input),
            Event::Call { call, ticket } => self.call(call, ticket),
            Event::Answer { call, raw } => self.answer(call, raw),
            Event::Tick(timer) => self.tick(timer),
        }
        self.finish()
    }
}
