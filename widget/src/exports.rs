//! The shared rules as functions for JavaScript: the same verdicts as the server's, before anything is sent.
//!
//! Arguments come as the text of [`crate::wire`], answers go as JSON with the keys in the order in which serde writes
//! the same types; `rules.js` checks the one and parses the other.

use crate::json::Json;
use crate::suggest::{self, Query};
use crate::wire::{Fields, RECORD, Records, records, words};
use shared::domain_name::DomainName;
use shared::name_list::NameList;
use shared::persona::Persona;
use shared::picks::{Pick, Share, Supply};
use shared::plan::RequiredDomains;
use shared::problem::Finding;
use shared::split::{Candidate, Shortage};
use std::collections::BTreeSet;
use wasm_bindgen::prelude::wasm_bindgen;

/// Judges a text by a rule, whose name is the first record of `asked`; nothing for a rule that is none. One text,
/// because handing over two takes twice as long, with every letter typed.
#[wasm_bindgen]
#[must_use]
pub fn judge(asked: &str) -> String {
    let (rule, text) = asked.split_once(RECORD).unwrap_or_default();
    match rule {
        "domain" => validate_domain(text),
        "url" => check_forwarding_url(text),
        "redirect" => check_redirect(text),
        "picks" => check_picks(text),
        "personas" => check_personas(text),
        "split" => solve_split(text),
        "fit" => fit(text),
        "search" => search(text),
        "share_link" => is_share_link(text),
        "latin" => latin(text),
        _ => String::new(),
    }
}

/// `{ok: true, domain}`, the name in its one spelling, or `{ok: false, code, message}`.
fn validate_domain(name: &str) -> String {
    match DomainName::parse(name) {
        Ok(name) => approval("domain", name.as_str()),
        Err(problem) => refusal(problem.code(), problem.message()),
    }
}

/// `{ok: true, url}`, or `{ok: false, code, message}`.
fn check_forwarding_url(url: &str) -> String {
    match shared::forwarding_url::check_forwarding_url(url, "forwarding_url") {
        Ok(url) => approval("url", &url),
        Err(finding) => refusal(&finding.code, &finding.message),
    }
}

/// What was typed into a box for a web address, completed and judged beside the names that are ordered: two fields, the
/// text and the names.
fn check_redirect(text: &str) -> String {
    let mut fields = Fields::new(text);
    let url = shared::forwarding_url::complete(fields.text());
    let mut names = BTreeSet::new();
    names.extend(words(fields.text()).iter().filter_map(|name| DomainName::parse(name).ok()));
    match shared::forwarding_url::check_redirect(&url, &names, "forwarding_url") {
        Ok(url) => approval("url", &url),
        Err(finding) => refusal(&finding.code, &finding.message),
    }
}

/// The report of [`shared::picks::check_picks`], key for key as the server writes it. The first record is the plan,
/// then there is one per pick: domain, whether it is available, what it is usable for, and the reason when it is not.
fn check_picks(text: &str) -> String {
    let (required, picks) = plan_and(text, pick);
    let report = shared::picks::check_picks(&required, &picks);
    let mut json = Json::default();
    json.object(|json| {
        json.key("ok").flag(report.ok);
        json.key("required").number(report.required);
        json.key("submitted").number(report.submitted);
        share(json.key("google"), report.google);
        share(json.key("microsoft"), report.microsoft);
        findings(json.key("findings"), &report.findings);
    });
    json.done()
}

/// Everything that is wrong with the personas: a list of `{code, field, message}`. A record per persona.
fn check_personas(personas: &str) -> String {
    let personas = all(records(personas), persona);
    let mut json = Json::default();
    findings(&mut json, &shared::persona::check_personas(&personas));
    json.done()
}

/// `{ok: true, chosen: [index, …]}` with the cheapest candidates that fill the plan, or `{ok: false, …}` with what is
/// missing. The first record is the plan, then there is one per candidate: price in cents, whether it serves Google, Microsoft, and whether it stays.
fn solve_split(text: &str) -> String {
    let (required, candidates) = plan_and(text, candidate);
    let mut json = Json::default();
    json.object(|json| match shared::split::solve_split(&required, &candidates) {
        Ok(chosen) => {
            json.key("ok").flag(true);
            json.key("chosen").list(|json| {
                for (place, _) in chosen.iter().enumerate().filter(|(_, is_chosen)| **is_chosen) {
                    json.count(place);
                }
            });
        }
        Err(shortage) => {
            json.key("ok").flag(false);
            self::shortage(json, shortage);
        }
    });
    json.done()
}

/// The places of the candidates that, taken from first to last, each bring the plan nearer. Records as for
/// [`solve_split`], whose last field says that one is picked already.
fn fit(text: &str) -> String {
    let (required, candidates) = plan_and(text, candidate);
    let mut supply = Supply::default();
    for candidate in candidates.iter().filter(|candidate| candidate.keep) {
        supply.add(candidate.google, candidate.microsoft);
    }
    let mut json = Json::default();
    json.list(|json| {
        for (place, candidate) in candidates.iter().enumerate().filter(|(_, candidate)| !candidate.keep) {
            if supply.add_if_it_fits(&required, candidate.google, candidate.microsoft) {
                json.count(place);
            }
        }
    });
    json.done()
}

/// What the search box holds: `{kind, cut, rows}`, a row being `[name, line]`, `[name, line, null, left out]` for a name read
/// from a web address, or `[input, line, code, message]`. Three fields and the text: whether it is a list, the endings on offer, and how many ideas a company name is to have.
fn search(text: &str) -> String {
    let mut fields = Fields::new(text);
    let (is_list, endings, most) = (fields.flag(), words(fields.text()), fields.number());
    let query =
        if is_list { suggest::read_list(fields.text()) } else { suggest::read(fields.text(), &endings, most as usize) };
    let mut json = Json::default();
    json.object(|json| {
        json.key("kind").text(match query {
            Query::Nothing => "",
            Query::Company(_) => "company",
            Query::Names(_) => "names",
        });
        match query {
            Query::Nothing => rows(json, &NameList::default()),
            Query::Names(list) => rows(json, &list),
            Query::Company(ideas) => {
                json.key("cut").number(0);
                json.key("rows").list(|json| {
                    for name in &ideas {
                        json.list(|json| {
                            json.text(name.as_str());
                            json.number(0);
                        });
                    }
                });
            }
        }
    });
    json.done()
}

/// The members `cut` and `rows` of a list of names.
fn rows(json: &mut Json, list: &NameList) {
    json.key("cut").number(list.cut);
    json.key("rows").list(|json| {
        for entry in &list.entries {
            json.list(|json| match &entry.verdict {
                Ok(name) => {
                    json.text(name.as_str());
                    json.number(entry.line);
                    if let Some(left_out) = &entry.left_out {
                        json.null();
                        json.text(left_out);
                    }
                }
                Err(problem) => {
                    json.text(&entry.input);
                    json.number(entry.line);
                    json.text(problem.code());
                    json.text(problem.message());
                }
            });
        }
    });
}

/// `true` for a picture's address that opens a page about the picture.
fn is_share_link(url: &str) -> String {
    let mut json = Json::default();
    json.flag(shared::share_link::is_share_link(url));
    json.done()
}

/// The name in the letters of an address, as ideas are written; empty when it has a letter of another script.
fn latin(name: &str) -> String {
    let mut json = Json::default();
    json.text(&crate::latin::fold(name).unwrap_or_default());
    json.done()
}

/// What is missing, as members of an object.
fn shortage(json: &mut Json, shortage: Shortage) {
    let (missing, google, microsoft, surplus) = match shortage {
        Shortage::Missing { domains, google, microsoft } => (domains, google, microsoft, 0),
        Shortage::Surplus { domains } => (0, 0, 0, domains),
    };
    json.key("missing").number(missing);
    json.key("google").number(google);
    json.key("microsoft").number(microsoft);
    json.key("surplus").number(surplus);
}

/// How far one provider's share is filled.
fn share(json: &mut Json, share: Share) {
    json.object(|json| {
        json.key("required").number(share.required);
        json.key("filled").number(share.filled);
    });
}

fn findings(json: &mut Json, findings: &[Finding]) {
    json.list(|json| {
        for finding in findings {
            json.object(|json| {
                json.key("code").text(&finding.code);
                json.key("field").text(&finding.field);
                json.key("message").text(&finding.message);
            });
        }
    });
}

/// The first record is the plan: domains for Google, domains for Microsoft.
fn plan_and<T>(text: &str, entry: fn(Fields<'_>) -> T) -> (RequiredDomains, Vec<T>) {
    let mut records = records(text);
    let mut plan = || records.next().map(|mut fields| RequiredDomains::new(fields.number(), fields.number()));
    let required = plan().unwrap_or(RequiredDomains::new(0, 0));
    (required, all(records, entry))
}

fn all<T>(records: Records<'_>, entry: fn(Fields<'_>) -> T) -> Vec<T> {
    records.map(entry).collect()
}

fn pick(mut fields: Fields<'_>) -> Pick {
    Pick { domain: fields.owned(), available: fields.flag(), usable_for: words(fields.text()), reason: fields.maybe() }
}

fn persona(mut fields: Fields<'_>) -> Persona {
    Persona { first_name: fields.owned(), last_name: fields.owned(), profile_picture_url: fields.maybe() }
}

/// An empty price means that none is shown.
fn candidate(mut fields: Fields<'_>) -> Candidate {
    let price_cents = fields.text().parse().ok();
    Candidate { price_cents, google: fields.flag(), microsoft: fields.flag(), keep: fields.flag() }
}

fn approval(name: &str, value: &str) -> String {
    let mut json = Json::default();
    json.object(|json| {
        json.key("ok").flag(true);
        json.key(name).text(value);
    });
    json.done()
}

fn refusal(code: &str, message: &str) -> String {
    let mut json = Json::default();
    json.object(|json| {
        json.key("ok").flag(false);
        json.key("code").text(code);
        json.key("message").text(message);
    });
    json.done()
}
