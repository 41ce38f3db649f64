//! Pieces that several views share: buttons, fields with their problem, alerts, badges.

use crate::picker::action::{Action, Field};
use crate::picker::people;
use crate::picker::state::{State, Target, Trouble};
use crate::view::icon::{Icon, icon};
use crate::view::node::Pen;
use crate::view::words;

/// The button that stands out: one per view.
pub(crate) const PRIMARY: &str = "button.button.primary|type=button|part=button button-primary";
/// A button beside it.
pub(crate) const SECONDARY: &str = "button.button|type=button|part=button";
/// A button that reads as a link.
pub(crate) const LINK: &str = "button.link|type=button|part=link";

/// A button of one of the looks above.
pub(crate) fn button(pen: &mut Pen, look: &'static str, label: &str, action: &Action) {
    pen.put(look, |pen| {
        pen.does(action);
        pen.text(label);
    });
}

/// The heading of a view. It takes the focus when its view comes up, and only then.
pub(crate) fn title(pen: &mut Pen, text: &str) {
    pen.leaf("h2.title|part=title|id=title|tabindex=-1", text);
}

/// What is wrong, right where it is.
pub(crate) fn problem(pen: &mut Pen, message: &str) {
    pen.put("p.problem|part=problem", |pen| {
        icon(pen, Icon::Alert);
        pen.leaf("span", message);
    });
}

/// A labelled input with its problem and its hint. `what` is the input's tag and fixed attributes.
pub(crate) fn field(pen: &mut Pen, state: &State, field: Field, what: &'static str, label: &str, hint: &str) {
    let id = field.id();
    let problem = people::problem_at(state, field);
    let hint_id = [&id, "-hint"].concat();
    let problem_id = [&id, "-problem"].concat();
    pen.put("div.field", |pen| {
        pen.key(&id);
        pen.put("label.label|part=label", |pen| {
            pen.set("for", &id);
            pen.text(label);
        });
        pen.put(what, |pen| {
            pen.input(field, people::text(state, field));
            match (&problem, hint.is_empty()) {
                (Some(_), false) => pen.set("aria-describedby", &[&problem_id, " ", &hint_id].concat()),
                (Some(_), true) => pen.set("aria-describedby", &problem_id),
                (None, false) => pen.set("aria-describedby", &hint_id),
                (None, true) => {}
            }
            pen.set("aria-invalid", if problem.is_some() { "true" } else { "false" });
        });
        if let Some(message) = &problem {
            pen.put("div", |pen| {
                pen.set("id", &problem_id);
                self::problem(pen, message);
            });
        }
        if !hint.is_empty() {
            pen.put("p.hint", |pen| {
                pen.set("id", &hint_id);
                pen.text(hint);
            });
        }
    });
}

/// What is in the way: the notice, and a list whose items lead to their places. Takes the focus when it comes up.
pub(crate) fn troubles(pen: &mut Pen, state: &State, troubles: &[Trouble]) {
    let heading = match (&state.notice, troubles.len()) {
        (Some(notice), _) => notice.message.clone(),
        (None, 0) => return,
        (None, 1) => "One thing needs mending:".to_owned(),
        (None, count) => [&count.to_string(), " things need mending:"].concat(),
    };
    pen.put("div.alert|part=alert|role=alert|id=troubles|tabindex=-1", |pen| {
        pen.key("troubles");
        icon(pen, Icon::Alert);
        pen.leaf("p.alert-heading", &heading);
        if let Some(reference) = state.notice.as_ref().and_then(|notice| notice.reference.as_ref()) {
            pen.leaf("p.hint", &["Reference: ", reference].concat());
        }
        if troubles.is_empty() {
            return;
        }
        pen.put("ul.alert-list", |pen| {
            for trouble in troubles {
                let label = [&place_of(state, &trouble.target), trouble.message.as_str()].concat();
                let action = match trouble.target {
                    Target::Field(field) => Action::Show(field),
                    Target::People => {
                        Action::Show(Field::First(state.people.first().map_or(1, |person| person.number)))
                    }
                    Target::Pick(_) | Target::Picks => Action::ShowPicks,
                };
                pen.put("li", |pen| button(pen, LINK, &label, &action));
            }
        });
    });
}

/// `Person 2, first name: `; nothing where the message says it itself.
fn place_of(state: &State, target: &Target) -> String {
    let (number, what) = match target {
        Target::Field(Field::Forwarding) => return "Forwarding URL: ".to_owned(),
        Target::Field(Field::First(number)) => (number, ", first name: "),
        Target::Field(Field::Last(number)) => (number, ", last name: "),
        Target::Field(Field::Picture(number)) => (number, ", picture: "),
        _ => return String::new(),
    };
    let index = state.people.iter().position(|person| person.number == *number).unwrap_or_default();
    ["Person ", &index.saturating_add(1).to_string(), what].concat()
}

/// Who can host a name.
pub(crate) fn badges(pen: &mut Pen, usable_for: &[String]) {
    pen.put("ul.badges|aria-label=Works with", |pen| {
        for word in usable_for {
            pen.leaf("li.badge|part=badge", &words::plain(word));
        }
    });
}
