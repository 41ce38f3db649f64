//! The shared rules as functions for JavaScript: the same verdicts as the server's, before anything is sent.

use crate::write::{self, Writer};
use crate::{js, read};
use shared::domain_name::DomainName;
use shared::persona::Persona;
use shared::picks::Pick;
use shared::plan::RequiredDomains;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// `{ok: true, domain}`, the name in its one spelling, or `{ok: false, code, message}`.
#[wasm_bindgen(js_name = validateDomain)]
#[must_use]
pub fn validate_domain(name: &str) -> JsValue {
    match DomainName::parse(name) {
        Ok(name) => approval("domain", name.as_str()),
        Err(problem) => refusal(problem.code(), problem.message()),
    }
}

/// `{ok: true, url}`, or `{ok: false, code, message}`.
#[wasm_bindgen(js_name = checkForwardingUrl)]
#[must_use]
pub fn check_forwarding_url(url: &str) -> JsValue {
    match shared::forwarding_url::check_forwarding_url(url, "forwarding_url") {
        Ok(url) => approval("url", &url),
        Err(finding) => refusal(&finding.code, &finding.message),
    }
}

/// The report of [`shared::picks::check_picks`], key for key as the server writes it.
///
/// # Errors
/// A `TypeError` that says which argument has another shape.
#[wasm_bindgen(js_name = checkPicks)]
pub fn check_picks(required: &JsValue, picks: &JsValue) -> Result<JsValue, JsValue> {
    let of = |name: &str| read::number(required, name);
    let (Some(google), Some(microsoft), Some(total)) = (of("google"), of("microsoft"), of("total")) else {
        return Err(type_error("required must be {google, microsoft, total}, all whole numbers"));
    };
    let shape = "picks must be a list of {domain, available?, usable_for?, reason?}";
    let picks = arguments(picks, pick).ok_or_else(|| type_error(shape))?;
    Ok(write::report(&shared::picks::check_picks(&RequiredDomains { google, microsoft, total }, &picks)))
}

/// Everything that is wrong with the personas: a list of `{code, field, message}`.
///
/// # Errors
/// A `TypeError` that says that the argument has another shape.
#[wasm_bindgen(js_name = checkPersonas)]
pub fn check_personas(personas: &JsValue) -> Result<JsValue, JsValue> {
    let shape = "personas must be a list of {first_name, last_name, profile_picture_url?}";
    let personas = arguments(personas, persona).ok_or_else(|| type_error(shape))?;
    Ok(write::findings(&shared::persona::check_personas(&personas)))
}

fn pick(value: &JsValue) -> Option<Pick> {
    let usable_for = read::member(value, "usable_for");
    Some(Pick {
        domain: read::member(value, "domain").as_string()?,
        available: optional(value, "available", JsValue::as_bool)?.unwrap_or(true),
        usable_for: if usable_for.is_undefined() { Vec::new() } else { arguments(&usable_for, JsValue::as_string)? },
        reason: optional(value, "reason", JsValue::as_string)?,
    })
}

fn persona(value: &JsValue) -> Option<Persona> {
    Some(Persona {
        first_name: read::member(value, "first_name").as_string()?,
        last_name: read::member(value, "last_name").as_string()?,
        profile_picture_url: optional(value, "profile_picture_url", JsValue::as_string)?,
    })
}

/// A list whose every entry has the right shape.
fn arguments<T>(list: &JsValue, entry: fn(&JsValue) -> Option<T>) -> Option<Vec<T>> {
    if js::is_list(list) { read::list(list, entry).into_iter().collect() } else { None }
}

/// What may be missing, but has to have its type when it is there.
fn optional<T>(value: &JsValue, name: &str, read: fn(&JsValue) -> Option<T>) -> Option<Option<T>> {
    let value = read::member(value, name);
    if value.is_undefined() || value.is_null() { Some(None) } else { read(&value).map(Some) }
}

fn approval(name: &str, value: &str) -> JsValue {
    let writer = Writer::new();
    writer.flag("ok", true);
    writer.text(name, value);
    writer.done()
}

fn refusal(code: &str, message: &str) -> JsValue {
    let writer = Writer::new();
    writer.flag("ok", false);
    writer.text("code", code);
    writer.text("message", message);
    writer.done()
}

fn type_error(message: &str) -> JsValue {
    js::TypeError::new(message).into()
}
