//! The shared rules as functions for JavaScript: the same verdicts as the server's, before anything is sent.

use crate::read;
use crate::write::{self, Writer};
use shared::domain_name::DomainName;
use shared::persona::Persona;
use shared::picks::Pick;
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
    let required = read::required_domains(required)
        .ok_or_else(|| type_error("required must be {google, microsoft, total}, all whole numbers"))?;
    let picks = read::list(picks, pick)
        .ok_or_else(|| type_error("picks must be a list of {domain, available?, usable_for?, reason?}"))?;
    Ok(write::report(&shared::picks::check_picks(&required, &picks)))
}

/// Everything that is wrong with the personas: a list of `{code, field, message}`.
///
/// # Errors
/// A `TypeError` that says that the argument has another shape.
#[wasm_bindgen(js_name = checkPersonas)]
pub fn check_personas(personas: &JsValue) -> Result<JsValue, JsValue> {
    let personas = read::list(personas, persona)
        .ok_or_else(|| type_error("personas must be a list of {first_name, last_name, profile_picture_url?}"))?;
    Ok(write::findings(&shared::persona::check_personas(&personas)))
}

fn pick(value: &JsValue) -> Option<Pick> {
    Some(Pick {
        domain: read::text(value, "domain")?,
        available: read::optional(value, "available", JsValue::as_bool)?.unwrap_or(true),
        usable_for: read::texts(value, "usable_for")?,
        reason: read::optional(value, "reason", JsValue::as_string)?,
    })
}

fn persona(value: &JsValue) -> Option<Persona> {
    Some(Persona {
        first_name: read::text(value, "first_name")?,
        last_name: read::text(value, "last_name")?,
        profile_picture_url: read::optional(value, "profile_picture_url", JsValue::as_string)?,
    })
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
    js_sys::TypeError::new(message).into()
}
