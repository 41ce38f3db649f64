//! Results of the exports that `shared` has no type for, as serde writes them.

use super::suggest::Query;
use serde::Serialize;
use shared::domain_name::NameProblem;
use shared::name_list::Entry;
use shared::split::Shortage;

#[derive(Serialize)]
pub(super) struct GoodName<'a> {
    pub(super) ok: bool,
    pub(super) domain: &'a str,
}

#[derive(Serialize)]
pub(super) struct GoodUrl<'a> {
    pub(super) ok: bool,
    pub(super) url: &'a str,
}

#[derive(Serialize)]
pub(super) struct Refusal<'a> {
    pub(super) ok: bool,
    pub(super) code: &'a str,
    pub(super) message: &'a str,
}

impl From<NameProblem> for Refusal<'static> {
    fn from(problem: NameProblem) -> Self {
        Self { ok: false, code: problem.code(), message: problem.message() }
    }
}

#[derive(Serialize)]
pub(super) struct Chosen {
    pub(super) ok: bool,
    pub(super) chosen: Vec<usize>,
}

#[derive(Serialize)]
pub(super) struct Short {
    ok: bool,
    missing: u32,
    google: u32,
    microsoft: u32,
    surplus: u32,
}

impl From<Shortage> for Short {
    fn from(shortage: Shortage) -> Self {
        let (missing, google, microsoft, surplus) = match shortage {
            Shortage::Missing { domains, google, microsoft } => (domains, google, microsoft, 0),
            Shortage::Surplus { domains } => (0, 0, 0, domains),
        };
        Self { ok: false, missing, google, microsoft, surplus }
    }
}

/// What the search box holds.
#[derive(Serialize)]
pub(super) struct Search<'a> {
    kind: &'static str,
    /// Entries beyond the limit.
    cut: u32,
    rows: Vec<Row<'a>>,
}

/// A name or the text of an entry, its line, the code of what is wrong with it, and the message; without a code, the
/// last is what was left out of a web address.
#[derive(Serialize)]
struct Row<'a>(&'a str, u32, Option<&'a str>, Option<&'a str>);

impl<'a> From<&'a Query> for Search<'a> {
    fn from(query: &'a Query) -> Self {
        let (kind, cut, rows) = match query {
            Query::Nothing => ("", 0, Vec::new()),
            Query::Company(ideas) => {
                ("company", 0, ideas.iter().map(|name| Row(name.as_str(), 0, None, None)).collect())
            }
            Query::Names(list) => ("names", list.cut, list.entries.iter().map(Row::from).collect()),
        };
        Self { kind, cut, rows }
    }
}

impl<'a> From<&'a Entry> for Row<'a> {
    fn from(entry: &'a Entry) -> Self {
        match &entry.result {
            Ok(name) => Self(name.as_str(), entry.line, None, entry.left_out.as_deref()),
            Err(problem) => Self(&entry.input, entry.line, Some(problem.code()), Some(problem.message())),
        }
    }
}
