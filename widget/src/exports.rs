//! The shared rules as functions for JavaScript: the same verdicts as the server's, before anything is sent.

use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::domain_name::DomainName;
use shared::persona::Persona;
use shared::picks::Pick;
use shared::plan::RequiredDomains;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[derive(Serialize)]
struct GoodDomain<'a> {
    ok: bool,
    domain: &'a str,
}

#[derive(Serialize)]
struct GoodUrl<'a> {
    ok: bool,
    url: &'a str,
}

#[derive(Serialize)]
struct Bad<'a> {
    ok: bool,
    code: &'a str,
    message: &'a str,
}

/// `{ok: true, domain}`, the name in its one spelling, or `{ok: false, code, message}`.
///
/// # Errors
/// None in practice: the answer is made of strings.
#[wasm_bindgen(js_name = validateDomain)]
pub fn validate_domain(name: &str) -> Result<JsValue, JsValue> {
    match DomainName::parse(name) {
        Ok(name) => answer(&GoodDomain { ok: true, domain: name.as_str() }),
        Err(problem) => answer(&Bad { ok: false, code: problem.code(), message: problem.message() }),
    }
}

/// The report of [`shared::picks::check_picks`], key for key as the server writes it.
///
/// # Errors
/// A `TypeError` that says which argument has another shape.
#[wasm_bindgen(js_name = checkPicks)]
pub fn check_picks(required: JsValue, picks: JsValue) -> Result<JsValue, JsValue> {
    let required: RequiredDomains = argument("required", "{google, microsoft, total}", required)?;
    let picks: Vec<Pick> = argument("picks", "a list of {domain, available, usable_for}", picks)?;
    answer(&shared::picks::check_picks(&required, &picks))
}

/// `{ok: true, url}`, or `{ok: false, code, message}`.
///
/// # Errors
/// None in practice: the answer is made of strings.
#[wasm_bindgen(js_name = checkForwardingUrl)]
pub fn check_forwarding_url(url: &str) -> Result<JsValue, JsValue> {
    match shared::forwarding_url::check_forwarding_url(url, "forwarding_url") {
        Ok(url) => answer(&GoodUrl { ok: true, url: &url }),
        Err(finding) => answer(&Bad { ok: false, code: &finding.code, message: &finding.message }),
    }
}

/// Everything that is wrong with the personas: a list of `{code, field, message}`.
///
/// # Errors
/// A `TypeError` that says that the argument has another shape.
#[wasm_bindgen(js_name = checkPersonas)]
pub fn check_personas(personas: JsValue) -> Result<JsValue, JsValue> {
    let shape = "a list of {first_name, last_name, profile_picture_url}";
    let personas: Vec<Persona> = argument("personas", shape, personas)?;
    answer(&shared::persona::check_personas(&personas))
}

fn argument<T: DeserializeOwned>(name: &str, shape: &str, value: JsValue) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value).map_err(|error| {
        let message = format!("{name} must be {shape}: {error}");
        js_sys::TypeError::new(&message).into()
    })
}

fn answer<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(JsValue::from)
}
