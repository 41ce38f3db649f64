//! The picks: adding, dropping, filling the plan, and what the shared rule says of them.

use crate::picker::message::{Effect, News};
use crate::picker::search;
use crate::picker::state::{State, Target};
use shared::picks::{Pick, PickReport, check_picks};
use std::borrow::Cow;

/// What the shared rule says of the picks.
pub(crate) fn report(state: &State) -> PickReport {
    check_picks(&state.required(), &as_picks(state, &state.picks))
}

/// The names to be picked next, in the order shown, that each bring the plan nearer.
pub(crate) fn fitting(state: &State) -> Vec<String> {
    let required = state.required();
    let filled = |names: &[String]| {
        let report = check_picks(&required, &as_picks(state, names));
        report.google.filled.saturating_add(report.microsoft.filled)
    };
    let mut names = state.picks.clone();
    let mut fitting = Vec::new();
    let mut so_far = filled(&names);
    for name in search::shown_names(&state.search.query) {
        if so_far >= required.total {
            break;
        }
        let free = state.row(name).is_some_and(|row| row.available) && !state.is_picked(name);
        if !free {
            continue;
        }
        names.push(name.to_owned());
        let now = filled(&names);
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
pub(super) fn add(state: &mut State, name: String) -> Vec<Effect> {
    let free = state.row(&name).is_some_and(|row| row.available) && !state.is_picked(&name);
    if !free {
        return Vec::new();
    }
    state.said = [&name, " added. "].concat();
    state.picks.push(name);
    changed(state)
}

/// Drops a pick in the list of results, where its button stays.
pub(super) fn put_back(state: &mut State, name: &str) -> Vec<Effect> {
    let Some(index) = state.picks.iter().position(|pick| pick == name) else {
        return Vec::new();
    };
    state.picks.remove(index);
    state.reported.retain(|reported| reported.target != Target::Pick(name.to_owned()));
    state.said = [name, " removed. "].concat();
    changed(state)
}

/// Drops a pick in the list of picks, where its button goes: the focus moves to a neighbour.
pub(super) fn remove_from_list(state: &mut State, name: &str) -> Vec<Effect> {
    let index = state.picks.iter().position(|pick| pick == name).unwrap_or_default();
    let mut effects = put_back(state, name);
    let neighbour = state.picks.get(index).or(state.picks.last());
    let focus = neighbour.map_or(Cow::Borrowed("picks"), |name| Cow::Owned(remove_id(name)));
    effects.push(Effect::Focus(focus));
    effects
}

/// Picks the first names that fit.
pub(super) fn fill(state: &mut State) -> Vec<Effect> {
    let fitting = fitting(state);
    if fitting.is_empty() {
        return Vec::new();
    }
    state.said = format!("{} names added. ", fitting.len());
    state.picks.extend(fitting);
    let mut effects = changed(state);
    effects.push(Effect::Focus(Cow::Borrowed("picks")));
    effects
}

/// The `id` of the button that drops a pick.
pub(crate) fn remove_id(name: &str) -> String {
    ["remove-", name].concat()
}

/// `Google 2 of 3, Microsoft 0 of 1`, with what the plan does not ask for left out.
pub(crate) fn shares_in_words(report: &PickReport, between: &str) -> String {
    let mut words = String::new();
    for (provider, share) in [("Google ", report.google), ("Microsoft ", report.microsoft)] {
        if share.required > 0 {
            let filled = [provider, &share.filled.to_string(), " of ", &share.required.to_string()].concat();
            words = if words.is_empty() { filled } else { [&words, between, &filled].concat() };
        }
    }
    words
}

/// What the page is told after each change.
pub(super) fn news(state: &State) -> Effect {
    let report = report(state);
    Effect::Tell(News::Change { step: state.step.word(), domains: state.picks.clone(), report })
}

fn changed(state: &mut State) -> Vec<Effect> {
    state.reported.retain(|reported| reported.target != Target::Picks);
    state.notice = None;
    let words = shares_in_words(&report(state), ", ");
    state.said = [&state.said, &words, "."].concat();
    vec![news(state)]
}

fn as_picks(state: &State, names: &[String]) -> Vec<Pick> {
    let of_name = |name: &String| match state.row(name) {
        Some(row) => Pick::from(row),
        None => {
            Pick { domain: name.clone(), available: false, usable_for: Vec::new(), reason: Some("errored".to_owned()) }
        }
    };
    names.iter().map(of_name).collect()
}
