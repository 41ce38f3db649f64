//! Personas and the forwarding URL: typing, adding, removing, and what the shared rules say of them.

use crate::picker::action::Field;
use crate::picker::message::{News, Outbox};
use crate::picker::state::{Person, State, Step, Target};
use crate::text::join;
use shared::forwarding_url::check_forwarding_url;
use shared::persona::{Persona, check_personas};
use shared::problem::Finding;

/// An input has a new text.
pub(super) fn type_text(state: &mut State, field: Field, text: String) {
    let slot = match field {
        Field::Query => None,
        Field::Forwarding => Some(&mut state.forwarding),
        Field::First(number) => person(state, number).map(|person| &mut person.first_name),
        Field::Last(number) => person(state, number).map(|person| &mut person.last_name),
        Field::Picture(number) => person(state, number).map(|person| &mut person.picture),
    };
    if let Some(slot) = slot {
        *slot = text;
    }
    state.reported.retain(|reported| reported.target != Target::Field(field) && reported.target != Target::People);
}

/// The focus left an input: from now on its problem is shown, unless it was left empty.
pub(super) fn leave(state: &mut State, field: Field) {
    if !state.left.contains(&field) && !text(state, field).trim().is_empty() {
        state.left.push(field);
    }
}

/// One more person.
pub(super) fn add(state: &mut State, out: &mut Outbox) {
    if state.people.len() >= most(state) {
        return;
    }
    state.people_made = state.people_made.saturating_add(1);
    let number = state.people_made;
    state.people.push(Person::blank(number));
    say_of_person(state, state.people.len(), " added.");
    out.tell(News::Change);
    out.focus(&Field::First(number).id());
}

/// One person less; the last one stays.
pub(super) fn remove(state: &mut State, number: u32, out: &mut Outbox) {
    let Some(index) = state.people.iter().position(|person| person.number == number) else {
        return;
    };
    if state.people.len() < 2 {
        return;
    }
    state.people.remove(index);
    state.left.retain(|field| field.person() != Some(number));
    state.reported.retain(|reported| match &reported.target {
        Target::Field(field) => field.person() != Some(number),
        target => *target != Target::People,
    });
    say_of_person(state, index.saturating_add(1), " removed.");
    out.tell(News::Change);
    if let Some(neighbour) = state.people.get(index).or(state.people.last()) {
        out.focus(&Field::First(neighbour.number).id());
    }
}

fn say_of_person(state: &mut State, position: usize, what: &str) {
    state.said = join(&["Person ", &position.to_string(), what]);
}

/// Most people that the session takes.
pub(crate) fn most(state: &State) -> usize {
    let most = state.session.as_ref().map_or(1, |session| session.limits.personas);
    usize::try_from(most).unwrap_or_default()
}

/// The people as the server takes them.
pub(crate) fn personas(state: &State) -> Vec<Persona> {
    let mut personas = Vec::with_capacity(state.people.len());
    for person in &state.people {
        personas.push(person.to_persona());
    }
    personas
}

/// Everything that the shared rules find on this step.
pub(super) fn findings(state: &State) -> Vec<Finding> {
    let mut findings = check_personas(&personas(state));
    if let Some(url) = forwarding_url(state)
        && let Err(finding) = check_forwarding_url(url, "forwarding_url")
    {
        findings.push(finding);
    }
    findings
}

/// The forwarding URL, when there is one.
pub(crate) fn forwarding_url(state: &State) -> Option<&str> {
    Some(state.forwarding.trim()).filter(|url| !url.is_empty())
}

/// What to show at `field`: what the server said, or what the rules say once the field or the step was left.
pub(crate) fn problem_at(state: &State, field: Field) -> Option<String> {
    let target = Target::Field(field);
    if let Some(message) = state.reported_at(&target) {
        return Some(message.to_owned());
    }
    if !state.left.contains(&field) && !state.tried.contains(&Step::People) {
        return None;
    }
    for finding in findings(state) {
        if state.target_of(&finding.field).as_ref() == Some(&target) {
            return Some(finding.message);
        }
    }
    None
}

/// What is typed into `field`.
pub(crate) fn text(state: &State, field: Field) -> &str {
    let of = |number: u32| state.people.iter().find(move |person| person.number == number);
    match field {
        Field::Query => &state.search.text,
        Field::Forwarding => &state.forwarding,
        Field::First(number) => of(number).map_or("", |person| &person.first_name),
        Field::Last(number) => of(number).map_or("", |person| &person.last_name),
        Field::Picture(number) => of(number).map_or("", |person| &person.picture),
    }
}

fn person(state: &mut State, number: u32) -> Option<&mut Person> {
    state.people.iter_mut().find(|person| person.number == number)
}
