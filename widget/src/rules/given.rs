//! Arguments from JavaScript, read by key. `None` means that a value has another shape.
//!
//! Not by serde: its errors can show any number, and the formatting of floating-point numbers weighs more than all of
//! this, for messages that are replaced by ours.

use js_sys::{Array, Reflect};
use shared::persona::Persona;
use shared::picks::Pick;
use shared::plan::RequiredDomains;
use shared::split::Candidate;
use wasm_bindgen::{JsCast, JsValue};

/// A plan: `{google, microsoft, total}`.
pub(super) fn plan(value: &JsValue) -> Option<RequiredDomains> {
    let number = |key| whole(&member(value, key)?);
    Some(RequiredDomains { google: number("google")?, microsoft: number("microsoft")?, total: number("total")? })
}

/// A pick: `{domain, available?, usable_for?, reason?}`.
pub(super) fn pick(value: &JsValue) -> Option<Pick> {
    let mut pick = Pick::assumed(&text(value, "domain")?);
    if let Some(available) = member(value, "available") {
        pick.available = available.as_bool()?;
    }
    if let Some(usable_for) = member(value, "usable_for") {
        pick.usable_for = texts(&usable_for)?;
    }
    pick.reason = optional(value, "reason")?;
    Some(pick)
}

/// A person: `{first_name, last_name, profile_picture_url?}`.
pub(super) fn persona(value: &JsValue) -> Option<Persona> {
    Some(Persona {
        first_name: text(value, "first_name")?,
        last_name: text(value, "last_name")?,
        profile_picture_url: optional(value, "profile_picture_url")?,
    })
}

/// A candidate as availability rows have it: `{price_cents?, usable_for, keep?}`.
pub(super) fn candidate(value: &JsValue) -> Option<Candidate> {
    let usable_for = texts(&member(value, "usable_for")?)?;
    let serves = |provider: &str| usable_for.iter().any(|word| word == provider);
    let price_cents = match member(value, "price_cents") {
        Some(price) => Some(whole(&price)?),
        None => None,
    };
    let keep = match member(value, "keep") {
        Some(keep) => keep.as_bool()?,
        None => false,
    };
    Some(Candidate { price_cents, google: serves("google"), microsoft: serves("microsoft"), keep })
}

/// A list of strings.
pub(super) fn texts(value: &JsValue) -> Option<Vec<String>> {
    list(value, JsValue::as_string)
}

/// A list of what `read` reads.
pub(super) fn list<T>(value: &JsValue, read: fn(&JsValue) -> Option<T>) -> Option<Vec<T>> {
    value.dyn_ref::<Array>()?.iter().map(|entry| read(&entry)).collect()
}

/// What an object has under `key`; nothing when it is `undefined` or `null`, and in what is not an object.
fn member(value: &JsValue, key: &str) -> Option<JsValue> {
    let found = Reflect::get(value, &JsValue::from_str(key)).ok()?;
    (!found.is_undefined() && !found.is_null()).then_some(found)
}

fn text(value: &JsValue, key: &str) -> Option<String> {
    member(value, key)?.as_string()
}

/// A text that may be absent.
fn optional(value: &JsValue, key: &str) -> Option<Option<String>> {
    match member(value, key) {
        Some(found) => found.as_string().map(Some),
        None => Some(None),
    }
}

/// A whole number from 0.
fn whole(value: &JsValue) -> Option<u32> {
    let number = value.as_f64()?;
    let whole = number as u32;
    (f64::from(whole) == number).then_some(whole)
}
