//! Search: names are judged on each keystroke, and asked about once typing pauses.

use crate::picker::message::{Effect, Failure, Timer};
use crate::picker::placing;
use crate::picker::state::{Knowledge, Known, State};
use crate::suggest::{self, Query};
use shared::answers::AvailabilityAnswer;

/// Milliseconds without a keystroke before names are asked about.
const DEBOUNCE: u32 = 300;
/// Milliseconds until names that could not be checked are asked about again by themselves.
const RECHECK_AFTER: u32 = 1_500;

/// The search box has a new text.
pub(super) fn type_text(state: &mut State, text: String) -> Vec<Effect> {
    let endings = match &state.session {
        Some(session) if !session.tlds.is_empty() => session.tlds.as_slice(),
        _ => &["com".to_owned()],
    };
    state.search.query = suggest::read(&text, endings);
    state.search.text = text;
    state.search.turn = state.search.turn.wrapping_add(1);
    state.search.failure = None;
    // The check under way is about to be dropped, and its names with it.
    state.catalogue.retain(|known| known.knowledge != Knowledge::Pending);
    if unknown_names(state).is_empty() {
        return Vec::new();
    }
    vec![Effect::After(DEBOUNCE, Timer::Search(state.search.turn))]
}

/// Asks about the names of this turn that nothing is known of.
pub(super) fn ask(state: &mut State, turn: u32) -> Vec<Effect> {
    if turn != state.search.turn {
        return Vec::new();
    }
    let names = unknown_names(state);
    check(state, names)
}

/// Asks about names that could not be checked, once each.
pub(super) fn ask_again_by_itself(state: &mut State, turn: u32) -> Vec<Effect> {
    if turn != state.search.turn {
        return Vec::new();
    }
    let names = unsettled_names(state, |known| !known.retried);
    check(state, names)
}

/// Asks about names that could not be checked, because the customer wants it.
pub(super) fn ask_again(state: &mut State) -> Vec<Effect> {
    let names = unsettled_names(state, |_| true);
    check(state, names)
}

/// The answer about `names`.
pub(super) fn checked(
    state: &mut State,
    turn: u32,
    names: &[String],
    answer: Result<AvailabilityAnswer, Failure>,
) -> Vec<Effect> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(failure) if failure.is_expiry() => return placing::expire(state),
        Err(failure) => return check_failed(state, turn, names, &failure),
    };
    for name in names {
        let row = answer.domains.iter().find(|row| row.domain == *name);
        let knowledge = match row {
            Some(row) if !row.is_unsettled() => Knowledge::Row(row.clone()),
            _ => Knowledge::Unsettled,
        };
        learn(state, name, knowledge);
    }
    if turn != state.search.turn {
        return Vec::new();
    }
    let names = shown_names(&state.search.query);
    let good = names.iter().filter(|name| state.row(name).is_some_and(|row| row.available)).count();
    state.said = format!("{good} of {} names can be ordered.", names.len());
    let more = unknown_names(state);
    if !more.is_empty() {
        return check(state, more);
    }
    recheck_later(state)
}

fn check_failed(state: &mut State, turn: u32, names: &[String], failure: &Failure) -> Vec<Effect> {
    for name in names {
        learn(state, name, Knowledge::Unsettled);
    }
    if turn != state.search.turn {
        return Vec::new();
    }
    match failure {
        Failure::Refused { status, problem } if *status < 500 => {
            state.search.failure = Some(placing::in_words(problem));
            Vec::new()
        }
        _ => {
            state.search.failure = Some("These names could not be checked just now.".to_owned());
            recheck_later(state)
        }
    }
}

fn recheck_later(state: &State) -> Vec<Effect> {
    if unsettled_names(state, |known| !known.retried).is_empty() {
        return Vec::new();
    }
    vec![Effect::After(RECHECK_AFTER, Timer::Recheck(state.search.turn))]
}

fn check(state: &mut State, mut names: Vec<String>) -> Vec<Effect> {
    if let Some(session) = &state.session {
        names.truncate(usize::try_from(session.limits.availability_names).unwrap_or(usize::MAX));
    }
    if names.is_empty() {
        return Vec::new();
    }
    state.search.failure = None;
    for name in &names {
        learn(state, name, Knowledge::Pending);
    }
    vec![Effect::Check(state.search.turn, names)]
}

/// Asking about what was known already is the second time.
fn learn(state: &mut State, name: &str, knowledge: Knowledge) {
    match state.catalogue.iter_mut().find(|known| known.name == name) {
        Some(known) => {
            known.retried |= knowledge == Knowledge::Pending;
            known.knowledge = knowledge;
        }
        None => state.catalogue.push(Known { name: name.to_owned(), knowledge, retried: false }),
    }
}

fn unknown_names(state: &State) -> Vec<String> {
    shown_names(&state.search.query).into_iter().filter(|name| state.known(name).is_none()).map(str::to_owned).collect()
}

/// The names shown that could not be checked.
pub(crate) fn unsettled_names(state: &State, wanted: fn(&Known) -> bool) -> Vec<String> {
    let shown = shown_names(&state.search.query);
    let unsettled = |known: &&Known| known.knowledge == Knowledge::Unsettled && wanted(known);
    state
        .catalogue
        .iter()
        .filter(unsettled)
        .filter(|known| shown.contains(&known.name.as_str()))
        .map(|known| known.name.clone())
        .collect()
}

/// The well-formed names of a query, in its order.
pub(super) fn shown_names(query: &Query) -> Vec<&str> {
    match query {
        Query::Nothing => Vec::new(),
        Query::Company(ideas) => ideas.iter().map(|name| name.as_str()).collect(),
        Query::Names(entries) => {
            entries.iter().filter_map(|entry| entry.verdict.as_ref().ok()).map(|name| name.as_str()).collect()
        }
    }
}
