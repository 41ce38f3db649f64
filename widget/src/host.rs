//! The browser as the element sees it: what `host.js` does for it.

use crate::view::Locale;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// An element on a page.
    #[derive(Debug, Clone)]
    pub type Host;

    /// Sends a request; [`crate::element::Checkout::answered`] is called with what comes back.
    #[wasm_bindgen(method)]
    pub(crate) fn send(this: &Host, ticket: u32, path: &str, body: &JsValue, etag: Option<&str>, timeout: u32);

    /// Gives a request up.
    #[wasm_bindgen(method)]
    pub(crate) fn drop(this: &Host, ticket: u32);

    /// Has [`crate::element::Checkout::rung`] called later.
    #[wasm_bindgen(method)]
    pub(crate) fn after(this: &Host, milliseconds: u32, ticket: u32);

    /// Dispatches an event; `false` when the page prevented it.
    #[wasm_bindgen(method)]
    pub(crate) fn tell(this: &Host, name: &str, detail: &JsValue, cancelable: bool) -> bool;

    /// Makes the page look like a drawing of [`crate::view::pen`].
    #[wasm_bindgen(method)]
    pub(crate) fn paint(this: &Host, drawing: &str);

    /// Puts the focus on the element with this id.
    #[wasm_bindgen(method)]
    pub(crate) fn focus(this: &Host, id: &str);

    #[wasm_bindgen(method, js_name = money)]
    fn write_money(this: &Host, cents: f64, currency: &str) -> String;

    #[wasm_bindgen(method, js_name = time)]
    fn write_time(this: &Host, iso: &str) -> String;
}

impl Locale for Host {
    fn money(&self, cents: u64, currency: &str) -> String {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 cents, which is more than any order")]
        self.write_money(cents as f64, currency)
    }

    fn time(&self, iso: &str) -> String {
        self.write_time(iso)
    }
}
