//! A client in the browser and what belongs to it, which its calls and timers share.

use crate::client::{Act, Client};
use crate::web::given::Given;
use crate::web::json::Js;
use crate::web::values::Parts;
use js_sys::{Error, Function};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::AbortController;

/// What the page has set.
#[derive(Clone, Default)]
pub(super) struct Settings {
    pub(super) endpoint: String,
    pub(super) session: Option<String>,
    pub(super) fetch_session: Option<Function>,
    pub(super) approve: Option<Function>,
}

/// A client and what belongs to it in the browser.
pub(super) struct Host {
    pub(super) client: Client<Js>,
    pub(super) settings: Settings,
    pub(super) is_started: bool,
    pub(super) parts: Parts,
    /// By number: a function may listen twice.
    pub(super) listeners: Vec<(u32, Function)>,
    pub(super) news: Vec<JsValue>,
    pub(super) is_telling: bool,
    /// Counts the questions to the page for a session: the answer to an earlier one is out of date.
    pub(super) asked: u32,
    /// Whether the page gave the client up for good.
    pub(super) is_freed: bool,
    pub(super) acts: Vec<Act<Js>>,
    pub(super) is_at_work: bool,
    pub(super) calls: Vec<(u32, AbortController)>,
    pub(super) timers: Vec<(u32, JsValue)>,
    pub(super) waiting: Vec<(u32, Function, Function)>,
    pub(super) made: u32,
    /// Functions for timers and for the microtask of the news. JavaScript owns them: it may call them at any time.
    pub(super) ring: Function,
    pub(super) tell: Function,
}

/// A client that its calls and timers share.
pub(super) type Shared = Rc<RefCell<Host>>;

/// Moves values in or out of the host. `work` runs no code of the page; where a page gets in all the same, by what it made of
/// the browser's own functions, it is told so.
pub(super) fn with<T>(host: &Shared, work: impl FnOnce(&mut Host) -> T) -> Given<T> {
    let refused = |_| Error::new("the checkout was called while it read a value: call it later");
    let mut own = host.try_borrow_mut().map_err(refused)?;
    Ok(work(&mut own))
}

/// Whether the client may be used: it is not once it was freed.
pub(super) fn check_alive(host: &Shared) -> Given<()> {
    if with(host, |own| own.is_freed)? {
        return Err(Error::new("this Checkout was freed: make a new one").into());
    }
    Ok(())
}

/// A number that no other ticket or listener has.
pub(super) fn number(own: &mut Host) -> u32 {
    own.made = own.made.wrapping_add(1);
    own.made
}
