//! Search: names are judged on each keystroke, and asked about once typing pauses.

use crate::picker::message::{Effect, Failure, Outbox, Timer};
use crate::picker::placing;
use crate::picker::state::{Knowledge, Known, State};
use crate::suggest::{self, Query};
use crate::text::join;
use shared::answers::AvailabilityAnswer;

/// Milliseconds without a keystroke before names are asked about.
const DEBOUNCE: u32 = 300;
/// Milliseconds until names that could not be checked are asked about again by themselves.
const RECHECK_AFTER: u32 = 1_500;

/// The search box has a new text.
pub(super) fn type_text(state: &mut State, text: String, out: &mut Outbox) {
    let endings = state.session.as_ref().map_or(&[][..], |session| session.tlds.as_slice());
    state.search.query = suggest::read(&text, endings);
    state.search.text = text;
    state.search.turn = state.search.turn.wrapping_add(1);
    resume(state, out);
}

/// Starts over: a check under way is about to be dropped, and its names with it.
pub(super) fn resume(state: &mut State, out: &mut Outbox) {
    state.search.failure = None;
    state.catalogue.retain(|known| known.knowledge != Knowledge::Pending);
    if !unknown_names(state).is_empty() {
        out.after(DEBOUNCE, Timer::Search(state.search.turn));
    }
}

/// Asks about the names of this turn that nothing is known of.
pub(super) fn ask(state: &mut State, turn: u32, out: &mut Outbox) {
    if turn == state.search.turn {
        let names = unknown_names(state);
        check(state, names, out);
    }
}

/// Asks about names that could not be checked, once each.
pub(super) fn ask_again_by_itself(state: &mut State, turn: u32, out: &mut Outbox) {
    if turn == state.search.turn {
        let names = unsettled_names(state, true);
        check(state, names, out);
    }
}

/// Asks about names that could not be checked, because the customer wants it.
pub(super) fn ask_again(state: &mut State, out: &mut Outbox) {
    let names = unsettled_names(state, false);
    check(state, names, out);
}

/// The answer about `names`.
pub(super) fn checked(
    state: &mut State,
    turn: u32,
    names: &[String],
    answer: Result<AvailabilityAnswer, Failure>,
    out: &mut Outbox,
) {
    let mut rows = Vec::new();
    match answer {
        Ok(answer) => rows = answer.domains,
        Err(failure) if failure.is_expiry() => return placing::expire(state, out),
        Err(failure) => state.search.failure = Some(in_words(&failure)),
    }
    for name in names {
        let row = rows.iter().position(|row| row.domain == *name).map(|index| rows.swap_remove(index));
        let knowledge = match row {
            Some(row) if !row.is_unsettled() => Knowledge::Row(row),
            _ => Knowledge::Unsettled,
        };
        learn(state, name, knowledge);
    }
    if turn != state.search.turn {
        return;
    }
    let shown = shown_names(&state.search.query);
    let good = shown.iter().filter(|name| state.row(name).is_some_and(|row| row.available)).count();
    state.said = join(&[&good.to_string(), " of ", &shown.len().to_string(), " names can be ordered."]);
    if state.search.failure.is_some() {
        return;
    }
    let more = unknown_names(state);
    check(state, more, out);
    if !unsettled_names(state, true).is_empty() {
        out.after(RECHECK_AFTER, Timer::Recheck(turn));
    }
}

fn in_words(failure: &Failure) -> String {
    match failure {
        Failure::Refused { status, problem } if *status < 500 => placing::in_words(problem),
        _ => "These names could not be checked just now.".to_owned(),
    }
}

fn check(state: &mut State, mut names: Vec<String>, out: &mut Outbox) {
    let most = state.session.as_ref().map_or(0, |session| session.limits.availability_names);
    names.truncate(usize::try_from(most).unwrap_or_default());
    if names.is_empty() {
        return;
    }
    state.search.failure = None;
    for name in &names {
        learn(state, name, Knowledge::Pending);
    }
    out.put(Effect::Check(state.search.turn, names));
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
    let mut names = Vec::new();
    for name in shown_names(&state.search.query) {
        if state.known(name).is_none() {
            names.push(name.to_owned());
        }
    }
    names
}

/// The names shown that could not be checked; only those that were never asked about again when `once`.
pub(crate) fn unsettled_names(state: &State, once: bool) -> Vec<String> {
    let mut names = Vec::new();
    for name in shown_names(&state.search.query) {
        if state.known(name).is_some_and(|known| known.knowledge == Knowledge::Unsettled && !(once && known.retried)) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The well-formed names of a query, in its order.
pub(super) fn shown_names(query: &Query) -> Vec<&str> {
    let mut names = Vec::new();
    match query {
        Query::Nothing => {}
        Query::Company(ideas) => {
            for name in ideas {
                names.push(name.as_str());
            }
        }
        Query::Names(entries) => {
            for entry in entries {
                if let Ok(name) = &entry.verdict {
                    names.push(name.as_str());
                }
            }
        }
    }
    names
}
