//! Personas and the forwarding URL: typing, adding, removing, and what the shared rules say of them.

use crate::picker::action::Field;
use crate::picker::message::Effect;
use crate::picker::picks;
use crate::picker::state::{Person, State, Step, Target};
use shared::forwarding_url::check_forwarding_url;
use shared::persona::{MAX_PERSONAS, Persona, check_personas};
use shared::problem::Finding;

/// An input has a new text.
pub(super) fn type_text(state: &mut State, field: Field, text: String) -> Vec<Effect> {
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
    Vec::new()
}

/// The focus left an input: from now on its problem is shown, unless it was left empty.
pub(super) fn leave(state: &mut State, field: Field) -> Vec<Effect> {
    if !state.left.contains(&field) && !text(state, field).trim().is_empty() {
        state.left.push(field);
    }
    Vec::new()
}

/// One more person.
pub(super) fn add(state: &mut State) -> Vec<Effect> {
    if state.people.len() >= most(state) {
        return Vec::new();
    }
    state.people_made = state.people_made.saturating_add(1);
    let number = state.people_made;
    state.people.push(Person::blank(number));
    state.said = format!("Person {} added.", state.people.len());
    vec![picks::news(state), Effect::Focus(Field::First(number).id())]
}

/// One person less; the last one stays.
pub(super) fn remove(state: &mut State, number: u32) -> Vec<Effect> {
    let Some(index) = state.people.iter().position(|person| person.number == number) else {
        return Vec::new();
    };
    if state.people.len() < 2 {
        return Vec::new();
    }
    state.people.remove(index);
    let gone = [Field::First(number), Field::Last(number), Field::Picture(number)];
    let is_gone = |target: &Target| matches!(target, Target::Field(field) if gone.contains(field));
    state.reported.retain(|reported| !is_gone(&reported.target) && reported.target != Target::People);
    state.left.retain(|field| !gone.contains(field));
    state.said = format!("Person {} removed.", index.saturating_add(1));
    let neighbour = state.people.get(index).or(state.people.last());
    let focus = neighbour.map(|person| Effect::Focus(Field::First(person.number).id()));
    [picks::news(state)].into_iter().chain(focus).collect()
}

/// Most people that the session takes.
pub(crate) fn most(state: &State) -> usize {
    let most = state.session.as_ref().map(|session| session.limits.personas);
    most.and_then(|most| usize::try_from(most).ok()).unwrap_or(MAX_PERSONAS)
}

/// The people as the server takes them.
pub(crate) fn personas(state: &State) -> Vec<Persona> {
    state.people.iter().map(Person::to_persona).collect()
}

/// Everything that the shared rules find on this step.
pub(super) fn findings(state: &State) -> Vec<Finding> {
    let mut findings = check_personas(&personas(state));
    findings.extend(forwarding_url(state).and_then(|url| check_forwarding_url(url, "forwarding_url").err()));
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
    let mut findings = findings(state).into_iter();
    findings.find(|finding| state.target_of(finding).as_ref() == Some(&target)).map(|finding| finding.message)
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
