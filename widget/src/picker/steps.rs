//! The steps: a step is left forwards only when nothing on it is wrong, and backwards always.

use crate::picker::action::Field;
use crate::picker::message::{News, Outbox};
use crate::picker::state::{State, Step, Target, Trouble};
use crate::picker::{people, picks};

/// Everything that is wrong on `step`: what the server blamed first, then what the rules find.
pub(crate) fn troubles(state: &State, step: Step) -> Vec<Trouble> {
    let mut troubles = Vec::new();
    for reported in &state.reported {
        if reported.target.step() == step {
            troubles.push(reported.clone());
        }
    }
    for trouble in found(state, step) {
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
    let mut found = Vec::new();
    for finding in findings {
        if let Some(target) = state.target_of(&finding.field) {
            found.push(Trouble { target, message: finding.message });
        }
    }
    found
}

/// The next step, or what is in the way.
pub(super) fn forward(state: &mut State, out: &mut Outbox) {
    let next = if state.step == Step::Domains { Step::People } else { Step::Review };
    go(state, next, out);
}

/// The step before.
pub(super) fn back(state: &mut State, out: &mut Outbox) {
    let before = if state.step == Step::Review { Step::People } else { Step::Domains };
    go(state, before, out);
}

/// To `step`, or to the first one before it where something is wrong.
pub(super) fn go(state: &mut State, step: Step, out: &mut Outbox) {
    state.notice = None;
    for before in [Step::Domains, Step::People] {
        if before < step && !found(state, before).is_empty() {
            return stop_at(state, before, out);
        }
    }
    state.step = step;
    out.tell(News::Change);
    out.focus("title");
}

/// To the first step where something is wrong, if there is one.
pub(super) fn stop_at_trouble(state: &mut State, out: &mut Outbox) -> bool {
    for step in [Step::Domains, Step::People] {
        if !troubles(state, step).is_empty() {
            stop_at(state, step, out);
            return true;
        }
    }
    false
}

/// To `field`, wherever it is.
pub(super) fn show(state: &mut State, field: Field, out: &mut Outbox) {
    state.step = Target::Field(field).step();
    out.focus(&field.id());
}

/// To the list of picks.
pub(super) fn show_picks(state: &mut State, out: &mut Outbox) {
    state.step = Step::Domains;
    out.focus("picks");
}

fn stop_at(state: &mut State, step: Step, out: &mut Outbox) {
    state.step = step;
    state.tried.push(step);
    out.focus("troubles");
}
