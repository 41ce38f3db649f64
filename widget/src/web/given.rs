//! Arguments from a page, read before anything of the client is touched: reading runs code of the page, and may throw.

use crate::client::Kept;
use crate::web::json::Js;
use js_sys::{Array, Error, Function, JSON, JsString, Reflect, TypeError};
use shared::protocol::json::Json;
use shared::protocol::order::Sent;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

/// An argument, or the `TypeError` that says what it has to be.
pub(super) type Given<T> = Result<T, JsValue>;

#[wasm_bindgen]
extern "C" {
    // Those of js-sys do not catch what a proxy throws.
    #[wasm_bindgen(catch, js_namespace = Array, js_name = isArray)]
    fn is_array(value: &JsValue) -> Result<bool, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Array, js_name = from)]
    fn copy_of(list: &JsValue) -> Result<Array, JsValue>;
}

/// What a client is made from.
pub(super) struct Options {
    pub(super) endpoint: String,
    pub(super) session: Option<String>,
    pub(super) fetch_session: Option<Function>,
    pub(super) approve: Option<Function>,
}

pub(super) fn options(value: &JsValue) -> Given<Options> {
    let wrong = || wrong("options must be an object: {endpoint, session?, fetchSession?, approve?}");
    let get = |key: &str| Reflect::get(value, &key.into()).map_err(|_| wrong());
    Ok(Options {
        endpoint: text(&get("endpoint")?, "endpoint")?,
        session: token(&get("session")?)?,
        fetch_session: function(&get("fetchSession")?, "fetchSession")?,
        approve: function(&get("approve")?, "approve")?,
    })
}

pub(super) fn text(value: &JsValue, name: &str) -> Given<String> {
    value.as_string().ok_or_else(|| wrong(&[name, " must be a string"].concat()))
}

/// The id of an order.
pub(super) fn id(value: &JsValue) -> Given<String> {
    let id = text(value, "id")?;
    if id.trim().is_empty() { Err(wrong("id must not be empty")) } else { Ok(id) }
}

/// A session's token; an empty one is none.
pub(super) fn token(value: &JsValue) -> Given<Option<String>> {
    let token = if is_missing(value) { String::new() } else { text(value, "session")? };
    Ok(some_token(&token))
}

/// A token as it came from a file or a header; nothing when there is none in it.
pub(super) fn some_token(text: &str) -> Option<String> {
    Some(text.trim()).filter(|token| !token.is_empty()).map(str::to_owned)
}

pub(super) fn flag(value: &JsValue, name: &str) -> Given<bool> {
    value.as_bool().ok_or_else(|| wrong(&[name, " must be true or false"].concat()))
}

/// A flag that may be missing: it is off then.
pub(super) fn optional_flag(value: &JsValue, name: &str) -> Given<bool> {
    if is_missing(value) { Ok(false) } else { flag(value, name) }
}

/// A function, or nothing.
pub(super) fn function(value: &JsValue, name: &str) -> Given<Option<Function>> {
    if is_missing(value) {
        return Ok(None);
    }
    value.dyn_ref().cloned().map(Some).ok_or_else(|| wrong(&[name, " must be a function"].concat()))
}

pub(super) fn texts(value: &JsValue, name: &str) -> Given<Vec<String>> {
    let all = entries(value).and_then(|all| all.iter().map(|text| text.as_string()).collect());
    all.ok_or_else(|| wrong(&[name, " must be a list of strings"].concat()))
}

/// A copy of a list.
fn entries(list: &JsValue) -> Option<Array> {
    copy_of(list).ok().filter(|_| is_array(list) == Ok(true))
}

/// An order, copied as JSON has it: the page does not change it any more.
pub(super) fn draft(value: &JsValue) -> Given<Js> {
    let copy = plain(value).map_err(|why| wrong(&["draft cannot be sent as JSON: ", &why].concat()))?;
    if copy.0.is_object() { Ok(copy) } else { Err(wrong("draft must be an object: {domains, personas, …}")) }
}

/// What was stored of an order in doubt.
pub(super) fn sent(value: &JsValue) -> Given<Sent> {
    let sent = plain(value).unwrap_or(Js(JsValue::UNDEFINED));
    let names = |key: &str| texts(&sent.member(key)?.0, key).ok();
    let known = || Some((sent.text("session")?, sent.number("at")?, names("domains")?, names("before")?));
    let (session, at, domains, before) =
        known().ok_or_else(|| wrong("sent must be what an announcement `sent` had: {session, domains, at, before}"))?;
    Ok(Sent { session, domains, at, before })
}

/// What a draft has kept of imports.
pub(super) fn kept(value: &JsValue) -> Given<Vec<Kept>> {
    let entry = |entry: JsValue| match entry.as_string() {
        Some(id) => Some(Kept::Id(id)),
        None => texts(&entry, "").ok().map(Kept::Names),
    };
    let all = entries(value).and_then(|all| all.iter().map(entry).collect());
    all.ok_or_else(|| wrong("kept must be what keptImports was: a list of strings and of lists of strings"))
}

/// A copy as JSON has it, or why there is none.
fn plain(value: &JsValue) -> Result<Js, String> {
    let why = |error: JsValue| error.dyn_ref::<Error>().map(|error| String::from(error.message())).unwrap_or_default();
    let text: JsValue = JSON::stringify(value).map_err(why)?.into();
    // Functions and symbols have no text at all.
    let text = text.dyn_into::<JsString>().map_err(|_| "it is not an object".to_owned())?;
    JSON::parse(&String::from(text)).map(Js).map_err(why)
}

fn is_missing(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

fn wrong(message: &str) -> JsValue {
    TypeError::new(message).into()
}
