//! The picks: adding, dropping, filling the plan, and what the shared rule says of them.

use crate::picker::message::{News, Outbox};
use crate::picker::search;
use crate::picker::state::{State, Target};
use crate::text::join;
use shared::picks::{Pick, PickReport, check_picks};

/// What the shared rule says of the picks.
pub(crate) fn report(state: &State) -> PickReport {
    report_on(state, &state.picks)
}

/// The names to be picked next, in the order shown, that each bring the plan nearer.
pub(crate) fn fitting(state: &State) -> Vec<String> {
    let mut names = state.picks.clone();
    let mut fitting = Vec::new();
    let mut so_far = filled(state, &names);
    for name in search::shown_names(&state.search.query) {
        if so_far >= state.required().total {
            break;
        }
        if !is_free(state, name) {
            continue;
        }
        names.push(name.to_owned());
        let now = filled(state, &names);
        if now > so_far {
            so_far = now;
            fitting.push(name.to_owned());
        } else {
            names.pop();
        }
    }
    fitting
}

/// Picks a name that the server called available.
pub(super) fn add(state: &mut State, name: String, out: &mut Outbox) {
    if is_free(state, &name) {
        let said = join(&[&name, " added. "]);
        state.picks.push(name);
        changed(state, said, out);
    }
}

/// Drops a pick in the list of results, where its button stays.
pub(super) fn put_back(state: &mut State, name: &str, out: &mut Outbox) {
    let before = state.picks.len();
    state.picks.retain(|pick| pick != name);
    if state.picks.len() < before {
        state.reported.retain(|reported| !matches!(&reported.target, Target::Pick(pick) if pick == name));
        changed(state, join(&[name, " removed. "]), out);
    }
}

/// Drops a pick in the list of picks, where its button goes: the focus moves to a neighbour.
pub(super) fn remove_from_list(state: &mut State, name: &str, out: &mut Outbox) {
    let index = state.picks.iter().position(|pick| pick == name).unwrap_or_default();
    put_back(state, name, out);
    match state.picks.get(index).or(state.picks.last()) {
        Some(neighbour) => out.focus(&remove_id(neighbour)),
        None => out.focus("picks"),
    }
}

/// Picks the first names that fit.
pub(super) fn fill(state: &mut State, out: &mut Outbox) {
    let fitting = fitting(state);
    let said = join(&[&fitting.len().to_string(), " names added. "]);
    state.picks.extend(fitting);
    changed(state, said, out);
    out.focus("picks");
}

/// The `id` of the button that drops a pick.
pub(crate) fn remove_id(name: &str) -> String {
    join(&["remove-", name])
}

/// `Google 2 of 3, Microsoft 0 of 1`, with what the plan does not ask for left out.
pub(crate) fn shares_in_words(report: &PickReport, between: &str) -> String {
    let mut words = String::new();
    for (provider, share) in [("Google ", report.google), ("Microsoft ", report.microsoft)] {
        if share.required > 0 {
            let between = if words.is_empty() { "" } else { between };
            let (filled, required) = (share.filled.to_string(), share.required.to_string());
            words = join(&[words.as_str(), between, provider, &filled, " of ", &required]);
        }
    }
    words
}

fn changed(state: &mut State, said: String, out: &mut Outbox) {
    state.reported.retain(|reported| reported.target != Target::Picks);
    state.notice = None;
    state.said = join(&[said.as_str(), &shares_in_words(&report(state), ", "), "."]);
    out.tell(News::Change);
}

fn is_free(state: &State, name: &str) -> bool {
    state.row(name).is_some_and(|row| row.available) && !state.is_picked(name)
}

fn filled(state: &State, names: &[String]) -> u32 {
    let report = report_on(state, names);
    report.google.filled.saturating_add(report.microsoft.filled)
}

fn report_on(state: &State, names: &[String]) -> PickReport {
    let mut picks = Vec::with_capacity(names.len());
    for name in names {
        picks.push(match state.row(name) {
            Some(row) => Pick::from(row),
            None => Pick {
                domain: name.clone(),
                available: false,
                usable_for: Vec::new(),
                reason: Some("errored".to_owned()),
            },
        });
    }
    check_picks(&state.required(), &picks)
}
