//! The rules as functions for JavaScript: thin exports over `shared`, with the same results as the server's.

mod answers;
mod given;
mod latin;
mod legal_form;
mod names;
mod suggest;
mod types;

#[cfg(test)]
mod tests;

use answers::{Chosen, GoodName, GoodUrl, Refusal, Search, Short};
use js_sys::{Array, TypeError, Uint8Array, Uint32Array};
use names::{Listed, MAX_ENTRIES, Results, SEPARATOR};
use serde::Serialize;
use shared::domain_name::{DomainName, NameProblem};
use shared::name_list;
use shared::picks::Supply;
use shared::plan::RequiredDomains;
use shared::split::Candidate;
use std::collections::BTreeSet;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

type Answer = Result<JsValue, JsValue>;

const CANDIDATES: &str =
    "candidates must be a list of {price_cents?, usable_for, keep?}: a whole number, a list of strings, true or false";

/// The name in its one spelling, or what is wrong with it.
///
/// # Errors
/// A `TypeError` when `name` is not a string.
#[wasm_bindgen(js_name = validateDomain, unchecked_return_type = "NameResult")]
pub fn validate_domain(#[wasm_bindgen(unchecked_param_type = "string")] name: JsValue) -> Answer {
    match DomainName::parse(&text(&name, "name must be a string")?) {
        Ok(name) => give(&GoodName { ok: true, domain: name.as_str() }),
        Err(problem) => give(&Refusal::from(problem)),
    }
}

/// Names between [`separator`]s, checked in one call: a code per name, and the spellings of those with code 1. Code 0 is
/// a name as it was given; 2 is the first of [`problems`].
#[wasm_bindgen(js_name = validateDomains, unchecked_return_type = "[codes: Uint8Array, spellings: string]")]
#[must_use]
pub fn validate_domains(names: &str) -> Array {
    let results = Results::of(names);
    Array::of2(&Uint8Array::from(results.codes.as_slice()), &JsValue::from_str(&results.spellings))
}

/// What the codes of [`validate_domains`] mean, in the order of the codes.
///
/// # Errors
/// None.
#[wasm_bindgen(unchecked_return_type = "Refusal[]")]
pub fn problems() -> Answer {
    give(&NameProblem::ALL.map(Refusal::from))
}

/// What divides the texts of a long list.
#[wasm_bindgen]
#[must_use]
pub fn separator() -> char {
    SEPARATOR
}

/// The names of a pasted list.
///
/// # Errors
/// A `TypeError` when `text` is not a string.
#[wasm_bindgen(js_name = readList, unchecked_return_type = "ListColumns")]
pub fn read_list(#[wasm_bindgen(unchecked_param_type = "string")] text: JsValue) -> Answer {
    Ok(columns(&self::text(&text, "text must be a string")?))
}

/// Whether the picks match the plan: the server's own report.
///
/// # Errors
/// A `TypeError` when an argument has another shape.
#[wasm_bindgen(js_name = checkPicks, unchecked_return_type = "PickReport")]
pub fn check_picks(
    #[wasm_bindgen(unchecked_param_type = "RequiredDomains")] required: JsValue,
    #[wasm_bindgen(unchecked_param_type = "readonly Pick[]")] picks: JsValue,
) -> Answer {
    let required = plan(required)?;
    let shape = "picks must be a list of {domain, available?, usable_for?, reason?}";
    let picks = take(given::list(&picks, given::pick), shape)?;
    give(&shared::picks::check_picks(&required, &picks))
}

/// Everything that is wrong with the personas.
///
/// # Errors
/// A `TypeError` when they have another shape.
#[wasm_bindgen(js_name = checkPersonas, unchecked_return_type = "Finding[]")]
pub fn check_personas(#[wasm_bindgen(unchecked_param_type = "readonly Persona[]")] personas: JsValue) -> Answer {
    let shape = "personas must be a list of {first_name, last_name, profile_picture_url?}";
    let personas = take(given::list(&personas, given::persona), shape)?;
    give(&shared::persona::check_personas(&personas))
}

/// Whether `url` can be forwarded to.
///
/// # Errors
/// A `TypeError` when `url` is not a string.
#[wasm_bindgen(js_name = checkForwardingUrl, unchecked_return_type = "UrlResult")]
pub fn check_forwarding_url(#[wasm_bindgen(unchecked_param_type = "string")] url: JsValue) -> Answer {
    let url = text(&url, "url must be a string")?;
    url_result(shared::forwarding_url::check_forwarding_url(&url, "forwarding_url"))
}

/// What was typed as a redirect of an order of `names`: completed, and checked.
///
/// # Errors
/// A `TypeError` when `names` is not a list of strings.
#[wasm_bindgen(js_name = checkRedirect, unchecked_return_type = "UrlResult")]
pub fn check_redirect(
    typed: &str,
    #[wasm_bindgen(unchecked_param_type = "readonly string[]")] names: JsValue,
) -> Answer {
    let names = take(given::texts(&names), "names must be a list of strings")?;
    let mut ordered = BTreeSet::new();
    ordered.extend(names.iter().filter_map(|name| DomainName::parse(name).ok()));
    let url = shared::forwarding_url::complete(typed);
    url_result(shared::forwarding_url::check_redirect(&url, &ordered, "forwarding_url"))
}

/// The cheapest candidates that match the plan, or what is missing.
///
/// # Errors
/// A `TypeError` when an argument has another shape.
#[wasm_bindgen(js_name = solveSplit, unchecked_return_type = "Solution")]
pub fn solve_split(
    #[wasm_bindgen(unchecked_param_type = "RequiredDomains")] required: JsValue,
    #[wasm_bindgen(unchecked_param_type = "readonly Candidate[]")] candidates: JsValue,
) -> Answer {
    let (required, candidates) = (plan(required)?, offers(candidates)?);
    match shared::split::solve_split(&required, &candidates) {
        Ok(taken) => {
            let chosen =
                taken.iter().enumerate().filter(|(_, is_chosen)| **is_chosen).map(|(place, _)| place).collect();
            give(&Chosen { ok: true, chosen })
        }
        Err(shortage) => give(&Short::from(shortage)),
    }
}

/// The places of the candidates that each bring the plan nearer, from first to last, beside those to keep.
///
/// # Errors
/// A `TypeError` when an argument has another shape.
#[wasm_bindgen(unchecked_return_type = "number[]")]
pub fn fit(
    #[wasm_bindgen(unchecked_param_type = "RequiredDomains")] required: JsValue,
    #[wasm_bindgen(unchecked_param_type = "readonly Candidate[]")] candidates: JsValue,
) -> Answer {
    let (required, candidates) = (plan(required)?, offers(candidates)?);
    let mut supply = Supply::default();
    for candidate in candidates.iter().filter(|candidate| candidate.keep) {
        supply.add(candidate.google, candidate.microsoft);
    }
    let mut fitting = Vec::new();
    for (place, candidate) in candidates.iter().enumerate().filter(|(_, candidate)| !candidate.keep) {
        if supply.add_if_it_fits(&required, candidate.google, candidate.microsoft) {
            fitting.push(place);
        }
    }
    give(&fitting)
}

/// What a text in the search box is. `endings` are the top-level domains on offer, none means that all are; a company
/// name gives `most` ideas.
///
/// # Errors
/// A `TypeError` when `endings` is not a list of strings.
#[wasm_bindgen(unchecked_return_type = "Search")]
pub fn search(
    is_list: bool,
    #[wasm_bindgen(unchecked_param_type = "readonly string[]")] endings: JsValue,
    most: u32,
    typed: &str,
) -> Answer {
    let endings = take(given::texts(&endings), "endings must be a list of strings")?;
    let query = if is_list { suggest::read_list(typed) } else { suggest::read(typed, &endings, most as usize) };
    give(&Search::from(&query))
}

/// Whether a picture's address is a share link of a file service: a page about the picture.
#[wasm_bindgen(js_name = isShareLink)]
#[must_use]
pub fn is_share_link(url: &str) -> bool {
    shared::share_link::is_share_link(url)
}

/// A person's name in the letters a to z and digits; empty when it has a letter of another script.
#[wasm_bindgen]
#[must_use]
pub fn latin(name: &str) -> String {
    latin::fold(name).unwrap_or_default()
}

fn columns(text: &str) -> JsValue {
    let list = Listed::from(name_list::read(text, MAX_ENTRIES));
    let parts: [JsValue; 6] = [
        Uint8Array::from(list.results.codes.as_slice()).into(),
        JsValue::from_str(&list.results.spellings),
        Uint32Array::from(list.lines.as_slice()).into(),
        JsValue::from_str(&list.inputs),
        JsValue::from(list.cut),
        JsValue::from_str(&list.notes),
    ];
    parts.into_iter().collect::<Array>().into()
}

fn url_result(result: Result<String, shared::finding::Finding>) -> Answer {
    match result {
        Ok(url) => give(&GoodUrl { ok: true, url: &url }),
        Err(finding) => give(&Refusal { ok: false, code: &finding.code, message: &finding.message }),
    }
}

fn plan(required: JsValue) -> Result<RequiredDomains, JsValue> {
    take(given::plan(&required), "required must be {google, microsoft, total}, all whole numbers")
}

fn offers(candidates: JsValue) -> Result<Vec<Candidate>, JsValue> {
    take(given::list(&candidates, given::candidate), CANDIDATES)
}

fn text(value: &JsValue, shape: &str) -> Result<String, JsValue> {
    value.as_string().ok_or_else(|| type_error(shape))
}

/// An argument that was read; `shape` is the message when it has another shape.
fn take<T>(read: Option<T>, shape: &str) -> Result<T, JsValue> {
    read.ok_or_else(|| type_error(shape))
}

fn type_error(message: &str) -> JsValue {
    TypeError::new(message).into()
}

fn give<T: Serialize>(value: &T) -> Answer {
    Ok(serde_wasm_bindgen::to_value(value)?)
}
