//! The rules as functions for JavaScript. What goes in and comes out are the types of `shared` as serde reads and writes
//! them, so that a verdict has the keys of the server's, in their order. Lists go as texts and codes, and `rules.js`
//! makes objects of them: ten thousand objects made from here take longer than judging ten thousand names.

use crate::names::SEPARATOR;
use crate::{file, names};
use js_sys::{Array, TypeError, Uint8Array, Uint32Array};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::domain_name::{DomainName, NameProblem};
use shared::name_list;
use shared::persona::Persona;
use shared::picks::Pick;
use shared::plan::RequiredDomains;
use shared::problem::Finding;
use shared::split::{Candidate, Shortage};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

type Answer = Result<JsValue, JsValue>;

#[derive(Serialize)]
struct GoodName<'a> {
    ok: bool,
    domain: &'a str,
}

#[derive(Serialize)]
struct GoodUrl<'a> {
    ok: bool,
    url: &'a str,
}

#[derive(Serialize)]
struct Refusal<'a> {
    ok: bool,
    code: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct Chosen {
    ok: bool,
    chosen: Vec<usize>,
}

#[derive(Serialize)]
struct Short {
    ok: bool,
    missing: u32,
    google: u32,
    microsoft: u32,
    surplus: u32,
}

/// A candidate as availability rows have it.
#[derive(Deserialize)]
struct Offer {
    #[serde(default)]
    price_cents: Option<u32>,
    usable_for: Vec<String>,
    #[serde(default)]
    keep: bool,
}

/// `{ok: true, domain}`, the name in its one spelling, or `{ok: false, code, message}`.
///
/// # Errors
/// A `TypeError` when `name` is no text.
#[wasm_bindgen(js_name = validateDomain)]
pub fn validate_domain(name: JsValue) -> Answer {
    match DomainName::parse(&text(&name, "name must be a string")?) {
        Ok(name) => give(&GoodName { ok: true, domain: name.as_str() }),
        Err(problem) => give(&refusal(problem)),
    }
}

/// What the codes of [`validate_domains`] refuse with: a refusal for each problem, in the order of their codes.
///
/// # Errors
/// None.
#[wasm_bindgen]
pub fn problems() -> Answer {
    give(&NameProblem::ALL.map(refusal))
}

/// The verdicts on the names of a text, as `[codes, spellings]`.
#[wasm_bindgen(js_name = validateDomains)]
#[must_use]
pub fn validate_domains(names: &str) -> Array {
    let verdicts = names::judge_all(names);
    Array::of2(&Uint8Array::from(verdicts.codes.as_slice()), &JsValue::from_str(&verdicts.folded))
}

/// What stands between the names of a text.
#[wasm_bindgen]
#[must_use]
pub fn separator() -> char {
    SEPARATOR
}

/// What a pasted list holds, as `[codes, spellings, lines, inputs, cut, notes]`; a note is empty for an entry without one.
///
/// # Errors
/// A `TypeError` when `text` is no text.
#[wasm_bindgen(js_name = readList)]
pub fn read_list(text: JsValue) -> Answer {
    Ok(entries(&self::text(&text, "text must be a string")?))
}

/// The same of a file's text.
///
/// # Errors
/// A `TypeError` or `RangeError` that says what is wanted, or what the browser says when the file cannot be read.
#[wasm_bindgen(js_name = readFile)]
pub async fn read_file(file: JsValue) -> Answer {
    Ok(entries(&file::text(file).await?))
}

/// The report of [`shared::picks::check_picks`].
///
/// # Errors
/// A `TypeError` when an argument has another shape.
#[wasm_bindgen(js_name = checkPicks)]
pub fn check_picks(required: JsValue, picks: JsValue) -> Answer {
    let required = plan(required)?;
    let picks: Vec<Pick> = take(picks, "picks must be a list of {domain, available?, usable_for?, reason?}")?;
    give(&shared::picks::check_picks(&required, &picks))
}

/// Everything that is wrong with the personas.
///
/// # Errors
/// A `TypeError` when they have another shape.
#[wasm_bindgen(js_name = checkPersonas)]
pub fn check_personas(personas: JsValue) -> Answer {
    let shape = "personas must be a list of {first_name, last_name, profile_picture_url?}";
    let personas: Vec<Persona> = take(personas, shape)?;
    give(&shared::persona::check_personas(&personas))
}

/// `{ok: true, url}`, or `{ok: false, code, message}`.
///
/// # Errors
/// A `TypeError` when `url` is no text.
#[wasm_bindgen(js_name = checkForwardingUrl)]
pub fn check_forwarding_url(url: JsValue) -> Answer {
    let url = text(&url, "url must be a string")?;
    match shared::forwarding_url::check_forwarding_url(&url, "forwarding_url") {
        Ok(url) => give(&GoodUrl { ok: true, url: &url }),
        Err(Finding { code, message, .. }) => give(&Refusal { ok: false, code: &code, message: &message }),
    }
}

/// `{ok: true, chosen: [index, …]}` with the cheapest candidates that fill the plan, or `{ok: false, …}` with what is
/// missing.
///
/// # Errors
/// A `TypeError` when an argument has another shape.
#[wasm_bindgen(js_name = solveSplit)]
pub fn solve_split(required: JsValue, candidates: JsValue) -> Answer {
    let required = plan(required)?;
    let offers: Vec<Offer> = take(candidates, "candidates must be a list of {price_cents?, usable_for, keep?}")?;
    let candidates: Vec<Candidate> = offers.iter().map(candidate).collect();
    match shared::split::solve_split(&required, &candidates) {
        Ok(taken) => {
            let chosen =
                taken.iter().enumerate().filter(|(_, is_chosen)| **is_chosen).map(|(place, _)| place).collect();
            give(&Chosen { ok: true, chosen })
        }
        Err(Shortage::Missing { domains, google, microsoft }) => {
            give(&Short { ok: false, missing: domains, google, microsoft, surplus: 0 })
        }
        Err(Shortage::Surplus { domains }) => {
            give(&Short { ok: false, missing: 0, google: 0, microsoft: 0, surplus: domains })
        }
    }
}

fn entries(text: &str) -> JsValue {
    let list = names::Listed::from(name_list::read(text, names::MAX_ENTRIES));
    let parts: [JsValue; 6] = [
        Uint8Array::from(list.verdicts.codes.as_slice()).into(),
        JsValue::from_str(&list.verdicts.folded),
        Uint32Array::from(list.lines.as_slice()).into(),
        JsValue::from_str(&list.inputs),
        JsValue::from(list.cut),
        JsValue::from_str(&list.notes),
    ];
    parts.into_iter().collect::<Array>().into()
}

fn candidate(offer: &Offer) -> Candidate {
    let serves = |provider: &str| offer.usable_for.iter().any(|word| word == provider);
    Candidate {
        price_cents: offer.price_cents,
        google: serves("google"),
        microsoft: serves("microsoft"),
        keep: offer.keep,
    }
}

fn refusal(problem: NameProblem) -> Refusal<'static> {
    Refusal { ok: false, code: problem.code(), message: problem.message() }
}

fn plan(required: JsValue) -> Result<RequiredDomains, JsValue> {
    take(required, "required must be {google, microsoft, total}, all whole numbers")
}

fn text(value: &JsValue, shape: &str) -> Result<String, JsValue> {
    value.as_string().ok_or_else(|| TypeError::new(shape).into())
}

/// An argument as one of our types; `shape` is what to say when it is none.
fn take<T: DeserializeOwned>(value: JsValue, shape: &str) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value).map_err(|_| TypeError::new(shape).into())
}

fn give<T: Serialize>(value: &T) -> Answer {
    Ok(serde_wasm_bindgen::to_value(value)?)
}
