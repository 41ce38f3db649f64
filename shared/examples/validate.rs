//! Validates cases natively: one JSON case per line on standard input, one JSON result per line on standard output.
//!
//! ```text
//! {"kind":"domain","input":"Acme.COM"}                     → {"ok":true,"domain":"acme.com"}
//! {"kind":"forwarding_url","input":"ftp://acme.com"}       → {"ok":false,"code":…,"message":…}
//! {"kind":"picks","required":{"google":1,"microsoft":0,"total":1},"picks":[…]} → the report
//! {"kind":"personas","personas":[…]}                       → the list of findings
//! {"kind":"list","text":"…"}                               → {"entries":[…],"cut":0}
//! ```

use serde::{Deserialize, Serialize};
use shared::domain_name::DomainName;
use shared::forwarding_url::check_forwarding_url;
use shared::name_list;
use shared::persona::{Persona, check_personas};
use shared::picks::{Pick, check_picks};
use shared::plan::RequiredDomains;
use shared::problem::Finding;
use std::io::{BufRead, Write};

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Case {
    Domain { input: String },
    ForwardingUrl { input: String },
    Picks { required: RequiredDomains, picks: Vec<Pick> },
    Personas { personas: Vec<Persona> },
    List { text: String },
}

/// The result, serialized like the widget's exports: fields in this order, without absent ones.
#[derive(Default, Serialize)]
struct Outcome {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// An entry of a list, serialized like the rules module.
#[derive(Serialize)]
struct Entry {
    line: u32,
    input: String,
    #[serde(flatten)]
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

#[derive(Serialize)]
struct List {
    entries: Vec<Entry>,
    cut: u32,
}

fn list(text: &str) -> List {
    let list = name_list::read(text, 100_000);
    let entry = |entry: name_list::Entry| {
        let outcome = match &entry.result {
            Ok(name) => Outcome { ok: true, domain: Some(name.to_string()), ..Outcome::default() },
            Err(problem) => refusal(problem.code(), problem.message()),
        };
        Entry { line: entry.line, note: entry.note(), input: entry.input, outcome }
    };
    List { entries: list.entries.into_iter().map(entry).collect(), cut: list.cut }
}

fn refusal(code: &str, message: &str) -> Outcome {
    Outcome { code: Some(code.to_owned()), message: Some(message.to_owned()), ..Outcome::default() }
}

fn domain(input: &str) -> Outcome {
    match DomainName::parse(input) {
        Ok(name) => Outcome { ok: true, domain: Some(name.to_string()), ..Outcome::default() },
        Err(problem) => refusal(problem.code(), problem.message()),
    }
}

fn forwarding_url(input: &str) -> Outcome {
    match check_forwarding_url(input, "forwarding_url") {
        Ok(url) => Outcome { ok: true, url: Some(url), ..Outcome::default() },
        Err(Finding { code, message, .. }) => refusal(&code, &message),
    }
}

fn validate(case: Case) -> Result<String, serde_json::Error> {
    match case {
        Case::Domain { input } => serde_json::to_string(&domain(&input)),
        Case::ForwardingUrl { input } => serde_json::to_string(&forwarding_url(&input)),
        Case::Picks { required, picks } => serde_json::to_string(&check_picks(&required, &picks)),
        Case::List { text } => serde_json::to_string(&list(&text)),
        Case::Personas { personas } => serde_json::to_string(&check_personas(&personas)),
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (index, line) in std::io::stdin().lock().lines().enumerate() {
        let number = index.saturating_add(1);
        let case = serde_json::from_str(&line?).map_err(|error| format!("line {number} is no case: {error}"))?;
        writeln!(out, "{}", validate(case)?)?;
    }
    out.flush()?;
    Ok(())
}
