//! The class `Checkout` as JavaScript sees it: thin exports of the client.
//!
//! Each reads its arguments first, and then acts: `TypeError`s say what an argument has to be, and change nothing. A call that
//! gives a promise rejects it instead of throwing.

use crate::client::{Call, Event, Known};
use crate::web::given::{self, Given};
use crate::web::host::{self, act, now_ms, promised};
use crate::web::json::Js;
use crate::web::state::{Settings, Shared, check_alive, number, with};
use crate::web::values::to_js;
use js_sys::{Promise, TypeError};
use shared::protocol::order::Input;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;

/// A headless checkout: sessions, availability, quotes, imports, and one order.
#[wasm_bindgen]
#[expect(missing_debug_implementations, reason = "it holds functions of JavaScript")]
pub struct Checkout(Shared);

/// Ends a client for good: it is stopped, and forgets the functions of the page.
///
/// # Errors
/// When the client is called while it reads a value.
#[wasm_bindgen(js_name = endCheckout)]
#[expect(unreachable_pub, reason = "JavaScript reaches it: it is no method, as pages call `free`")]
pub fn end_checkout(checkout: &Checkout) -> Given<()> {
    host::end(&checkout.0)
}

#[wasm_bindgen]
impl Checkout {
    /// A client that is not started.
    #[wasm_bindgen(constructor)]
    pub fn new(#[wasm_bindgen(unchecked_param_type = "ClientOptions")] options: &JsValue) -> Given<Self> {
        let given::Options { endpoint, session, fetch_session, approve } = given::options(options)?;
        Ok(Self(host::new(Settings { endpoint, session, fetch_session, approve })))
    }

    /// The order proxy's address.
    #[wasm_bindgen(getter)]
    pub fn endpoint(&self) -> Given<String> {
        with(&self.0, |own| own.settings.endpoint.clone())
    }

    /// Another address connects again.
    #[wasm_bindgen(setter)]
    pub fn set_endpoint(&self, #[wasm_bindgen(unchecked_param_type = "string")] endpoint: &JsValue) -> Given<()> {
        let endpoint = given::text(endpoint, "endpoint")?;
        self.set(|settings| std::mem::replace(&mut settings.endpoint, endpoint.clone()) != endpoint)
    }

    /// The session's token.
    #[wasm_bindgen(getter)]
    pub fn session(&self) -> Given<Option<String>> {
        with(&self.0, |own| own.settings.session.clone())
    }

    /// Another token connects again.
    #[wasm_bindgen(setter)]
    pub fn set_session(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string | null | undefined")] session: &JsValue,
    ) -> Given<()> {
        let session = given::token(session)?;
        self.set(|settings| std::mem::replace(&mut settings.session, session.clone()) != session)
    }

    /// Asks the page for a session; called when there is none, and before one ends.
    #[wasm_bindgen(setter, js_name = fetchSession)]
    pub fn set_fetch_session(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ClientOptions['fetchSession']")] fetch_session: &JsValue,
    ) -> Given<()> {
        let fetch_session = given::function(fetch_session, "fetchSession")?;
        self.set(|settings| {
            settings.fetch_session = fetch_session;
            settings.session.is_none()
        })
    }

    /// Asks the page's payment for its approval.
    #[wasm_bindgen(setter)]
    pub fn set_approve(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ClientOptions['approve']")] approve: &JsValue,
    ) -> Given<()> {
        let approve = given::function(approve, "approve")?;
        self.set(|settings| {
            settings.approve = approve;
            false
        })
    }

    /// Calls `listener` after each change with what was announced since; gives a function that ends this.
    #[wasm_bindgen(unchecked_return_type = "() => void")]
    pub fn subscribe(
        &self,
        #[wasm_bindgen(unchecked_param_type = "(announcements: Announcement[]) => void")] listener: &JsValue,
    ) -> Given<JsValue> {
        let listener =
            given::function(listener, "listener")?.ok_or_else(|| TypeError::new("listener must be a function"))?;
        check_alive(&self.0)?;
        let ticket = with(&self.0, |own| {
            let ticket = number(own);
            own.listeners.push((ticket, listener));
            ticket
        })?;
        let host = Rc::downgrade(&self.0);
        let end = Closure::<dyn Fn()>::new(move || {
            let Some(host) = host.upgrade() else { return };
            let _ = with(&host, |own| own.listeners.retain(|(known, _)| *known != ticket));
        });
        Ok(end.into_js_value())
    }

    /// Everything that a page shows; another object after each change, with the same parts where they did not change.
    #[wasm_bindgen(getter, unchecked_return_type = "State")]
    pub fn state(&self) -> Given<JsValue> {
        with(&self.0, |own| own.parts.read(&mut own.client))
    }

    /// Connects, the first time or after `stop`; and asks again for a session that could not be had.
    pub fn start(&self) -> Given<()> {
        check_alive(&self.0)?;
        host::set_started(&self.0, true)?;
        self.connect()
    }

    /// Nothing is waited for any more, but for an order that was sent.
    pub fn stop(&self) -> Given<()> {
        host::set_started(&self.0, false)?;
        act(&self.0, Event::Stop)
    }

    /// The page is hidden, or visible again.
    pub fn hidden(&self, #[wasm_bindgen(unchecked_param_type = "boolean")] is_hidden: &JsValue) -> Given<()> {
        self.act(given::flag(is_hidden, "is_hidden").map(Event::Hide))
    }

    /// The network is back: what could not be asked is asked at once, rather than after a pause.
    pub fn online(&self) -> Given<()> {
        check_alive(&self.0)?;
        if with(&self.0, |own| own.is_started && own.client.is_unreachable())? {
            return self.connect();
        }
        self.act(Ok(Event::Online))
    }

    /// What is known of a name.
    #[wasm_bindgen(unchecked_return_type = "Known | undefined")]
    pub fn row(&self, #[wasm_bindgen(unchecked_param_type = "string")] name: &JsValue) -> Given<JsValue> {
        let name = given::text(name, "name")?;
        with(&self.0, |own| match own.client.known(&name) {
            Some(Known::Row(Js(row))) => row.clone(),
            Some(Known::Pending) => "pending".into(),
            Some(Known::Unsettled) => "unsettled".into(),
            None => JsValue::UNDEFINED,
        })
    }

    /// These names are on show: asks about those of which nothing is known, once typing has paused.
    pub fn search(
        &self,
        #[wasm_bindgen(unchecked_param_type = "readonly string[]")] names: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "boolean")] now: &JsValue,
    ) -> Given<()> {
        let now = given::optional_flag(now, "now");
        self.act(given::texts(names, "names").and_then(|names| Ok(Event::Search { names, is_now: now? })))
    }

    /// Asks once more about names that could not be checked.
    pub fn recheck(&self) -> Given<()> {
        self.act(Ok(Event::Recheck))
    }

    /// Asks about names, whatever is known of them.
    #[wasm_bindgen(unchecked_return_type = "Promise<Row[]>")]
    pub fn check(&self, #[wasm_bindgen(unchecked_param_type = "readonly string[]")] names: &JsValue) -> Promise {
        self.call(given::texts(names, "names").map(Call::Check))
    }

    /// What names cost.
    #[wasm_bindgen(unchecked_return_type = "Promise<Quote>")]
    pub fn quote(&self, #[wasm_bindgen(unchecked_param_type = "readonly string[]")] names: &JsValue) -> Promise {
        self.call(given::texts(names, "names").map(Call::Quote))
    }

    /// Keeps a quote: replaced before it ends.
    #[wasm_bindgen(js_name = holdQuote)]
    pub fn hold_quote(&self, #[wasm_bindgen(unchecked_param_type = "readonly string[]")] names: &JsValue) -> Given<()> {
        self.act(given::texts(names, "names").map(Event::HoldQuote))
    }

    /// Keeps no quote any more.
    #[wasm_bindgen(js_name = dropQuote)]
    pub fn drop_quote(&self) -> Given<()> {
        self.act(Ok(Event::DropQuote))
    }

    /// Whether a kept quote has not ended.
    #[wasm_bindgen(getter, js_name = hasQuote)]
    pub fn has_quote(&self) -> Given<bool> {
        let now = now_ms();
        with(&self.0, |own| own.client.has_quote(now))
    }

    /// Connects domains that the customer owns.
    #[wasm_bindgen(js_name = importDomains, unchecked_return_type = "Promise<void>")]
    pub fn import_domains(
        &self,
        #[wasm_bindgen(unchecked_param_type = "readonly string[]")] names: &JsValue,
    ) -> Promise {
        self.call(given::texts(names, "names").map(Call::Import))
    }

    /// Looks at the imports that are not over.
    #[wasm_bindgen(js_name = lookAtImports)]
    pub fn look_at_imports(&self) -> Given<()> {
        self.act(Ok(Event::LookAtImports))
    }

    /// Gives up a domain that is not connected.
    #[wasm_bindgen(js_name = releaseDomain, unchecked_return_type = "Promise<void>")]
    pub fn release_domain(&self, #[wasm_bindgen(unchecked_param_type = "string")] name: &JsValue) -> Promise {
        self.call(given::text(name, "name").map(Call::Release))
    }

    /// The domains that the customer has asked for, wherever that was.
    #[wasm_bindgen(unchecked_return_type = "Promise<Claim[]>")]
    pub fn claims(&self) -> Promise {
        self.call(Ok(Call::Claims))
    }

    /// What a draft keeps of the imports.
    #[wasm_bindgen(getter, js_name = keptImports, unchecked_return_type = "KeptImports")]
    pub fn kept_imports(&self) -> Given<JsValue> {
        with(&self.0, |own| own.client.kept_imports()).map(|kept| to_js(&kept))
    }

    /// Goes on with what a draft has kept.
    #[wasm_bindgen(js_name = resumeImports)]
    pub fn resume_imports(&self, #[wasm_bindgen(unchecked_param_type = "KeptImports")] kept: &JsValue) -> Given<()> {
        self.act(given::kept(kept).map(Event::ResumeImports))
    }

    /// Reads the first page of the customer's orders, or the next one.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn orders(&self, #[wasm_bindgen(unchecked_optional_param_type = "boolean")] next: &JsValue) -> Promise {
        self.call(given::optional_flag(next, "next").map(|is_next| Call::Orders { is_next }))
    }

    /// Whether the list of orders, or a link to it, is on show.
    #[wasm_bindgen(js_name = showOrders)]
    pub fn show_orders(&self, #[wasm_bindgen(unchecked_param_type = "boolean")] is_shown: &JsValue) -> Given<()> {
        self.act(given::flag(is_shown, "is_shown").map(Event::ShowOrders))
    }

    /// Sends the order.
    #[wasm_bindgen(unchecked_return_type = "Promise<{ id: string | null; status: string }>")]
    pub fn place(&self, #[wasm_bindgen(unchecked_param_type = "OrderDraft")] draft: &JsValue) -> Promise {
        self.call(given::draft(draft).map(Call::Place))
    }

    /// Shows one of the customer's orders.
    pub fn watch(&self, #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue) -> Given<()> {
        self.act(given::id(id).map(|id| Event::Order(Input::Watch(id))))
    }

    /// Back from it to the session's order, or to none.
    pub fn leave(&self) -> Given<()> {
        self.act(Ok(Event::Order(Input::Leave)))
    }

    /// Takes up what was stored of an order in doubt.
    pub fn resume(&self, #[wasm_bindgen(unchecked_param_type = "Sent")] sent: &JsValue) -> Given<()> {
        self.act(given::sent(sent).map(|sent| Event::Order(Input::Resume(sent))))
    }

    /// The customer has seen the list of orders, as it was read while an order is in doubt.
    #[wasm_bindgen(js_name = sawOrders)]
    pub fn saw_orders(&self) -> Given<()> {
        self.act(Ok(Event::Order(Input::SawOrders)))
    }

    /// The customer says that the order in doubt is not in the list.
    #[wasm_bindgen(js_name = orderAgain)]
    pub fn order_again(&self) -> Given<()> {
        self.act(Ok(Event::Order(Input::OrderAgain)))
    }

    /// Has the client do what an argument that was read asks for.
    fn act(&self, event: Given<Event<Js>>) -> Given<()> {
        let event = event?;
        check_alive(&self.0)?;
        act(&self.0, event)
    }

    /// The same with a promise.
    fn call(&self, call: Given<Call<Js>>) -> Promise {
        match call.and_then(|call| check_alive(&self.0).map(|()| call)) {
            Ok(call) => promised(&self.0, call),
            Err(error) => Promise::reject(&error),
        }
    }

    /// Sets something; what makes a difference connects again.
    fn set(&self, change: impl FnOnce(&mut Settings) -> bool) -> Given<()> {
        check_alive(&self.0)?;
        if with(&self.0, |own| change(&mut own.settings) && own.is_started)? { self.connect() } else { Ok(()) }
    }

    fn connect(&self) -> Given<()> {
        let has_session = with(&self.0, |own| {
            // What the page is asked for now is not what it was asked for before.
            own.asked = own.asked.wrapping_add(1);
            own.settings.session.is_some()
        })?;
        act(&self.0, Event::Start { has_token: has_session })
    }
}
