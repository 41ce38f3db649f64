//! The steps: a step is left forwards only when nothing on it is wrong, and backwards always.

use crate::picker::action::Field;
use crate::picker::message::Effect;
use crate::picker::state::{State, Step, Target};
use crate::picker::{people, picks};
use shared::problem::Finding;
use std::borrow::Cow;

/// Something to mend, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) target: Target,
    pub(crate) message: String,
}

/// Everything that is wrong on `step`: what the server blamed first, then what the rules find.
pub(crate) fn troubles(state: &State, step: Step) -> Vec<Trouble> {
    let reported = state.reported.iter().filter(|reported| reported.target.step() == step);
    let reported =
        reported.map(|reported| Trouble { target: reported.target.clone(), message: reported.message.clone() });
    let mut troubles: Vec<Trouble> = Vec::new();
    for trouble in reported.chain(found(state, step)) {
        if !troubles.iter().any(|known| known.target == trouble.target) {
            troubles.push(trouble);
        }
    }
    troubles
}

/// What is wrong with one pick.
pub(crate) fn message_at<'a>(troubles: &'a [Trouble], name: &str) -> Option<&'a str> {
    let is_meant = |trouble: &&Trouble| matches!(&trouble.target, Target::Pick(pick) if pick == name);
    troubles.iter().find(is_meant).map(|trouble| trouble.message.as_str())
}

/// What the shared rules find on `step`. Only this is in the way: what the server said may have passed.
fn found(state: &State, step: Step) -> Vec<Trouble> {
    let findings = match step {
        Step::Domains => picks::report(state).findings,
        Step::People => people::findings(state),
        Step::Review => Vec::new(),
    };
    let to_trouble = |finding: Finding| {
        let target = state.target_of(&finding)?;
        Some(Trouble { target, message: finding.message })
    };
    findings.into_iter().filter_map(to_trouble).collect()
}

/// The next step, or what is in the way.
pub(super) fn forward(state: &mut State) -> Vec<Effect> {
    match state.step {
        Step::Domains => go(state, Step::People),
        Step::People | Step::Review => go(state, Step::Review),
    }
}

/// The step before.
pub(super) fn back(state: &mut State) -> Vec<Effect> {
    match state.step {
        Step::Domains | Step::People => go(state, Step::Domains),
        Step::Review => go(state, Step::People),
    }
}

/// To `step`, or to the first one before it where something is wrong.
pub(super) fn go(state: &mut State, step: Step) -> Vec<Effect> {
    state.notice = None;
    for before in [Step::Domains, Step::People] {
        if before < step && !found(state, before).is_empty() {
            return stop_at(state, before);
        }
    }
    enter(state, step);
    vec![picks::news(state), Effect::Focus(Cow::Borrowed("title"))]
}

/// To the first step where something is wrong, if there is one.
pub(super) fn stop_at_trouble(state: &mut State) -> Option<Vec<Effect>> {
    let step = [Step::Domains, Step::People].into_iter().find(|step| !troubles(state, *step).is_empty())?;
    Some(stop_at(state, step))
}

/// To `field`, wherever it is.
pub(super) fn show(state: &mut State, field: Field) -> Vec<Effect> {
    enter(state, Target::Field(field).step());
    vec![Effect::Focus(field.id())]
}

/// To the list of picks.
pub(super) fn show_picks(state: &mut State) -> Vec<Effect> {
    enter(state, Step::Domains);
    vec![Effect::Focus(Cow::Borrowed("picks"))]
}

fn stop_at(state: &mut State, step: Step) -> Vec<Effect> {
    enter(state, step);
    if !state.tried.contains(&step) {
        state.tried.push(step);
    }
    vec![Effect::Focus(Cow::Borrowed("troubles"))]
}

fn enter(state: &mut State, step: Step) {
    if state.step != step {
        state.said.clear();
    }
    state.step = step;
}
