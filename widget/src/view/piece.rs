//! Pieces that several views share: buttons, fields with their problem, alerts, badges.

use crate::picker::action::{Action, Field};
use crate::picker::people;
use crate::picker::state::{State, Target, Trouble};
use crate::view::icon::{Icon, icon};
use crate::view::pen::Pen;
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

/// The heading of a view.
pub(crate) const TITLE: &str = "h2.title|part=title|id=title|tabindex=-1";

/// The heading of a view. It takes the focus when its view comes up, and only then.
pub(crate) fn title(pen: &mut Pen, text: &str) {
    pen.leaf(TITLE, text);
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
    pen.put("div.field", |pen| {
        pen.key(&id);
        pen.put("label.label|part=label", |pen| {
            pen.set("for", &id);
            pen.text(label);
        });
        pen.put(what, |pen| {
            pen.input(field, people::text(state, field));
            pen.set("aria-describedby", "");
            if problem.is_some() {
                pen.more(&id);
                pen.more("-problem ");
            }
            if !hint.is_empty() {
                pen.more(&id);
                pen.more("-hint");
            }
            pen.set("aria-invalid", if problem.is_some() { "true" } else { "false" });
        });
        if let Some(message) = &problem {
            pen.put("div", |pen| {
                pen.set("id", &id);
                pen.more("-problem");
                self::problem(pen, message);
            });
        }
        if !hint.is_empty() {
            pen.put("p.hint", |pen| {
                pen.set("id", &id);
                pen.more("-hint");
                pen.text(hint);
            });
        }
    });
}

/// What is in the way: the notice, and a list whose items lead to their places. Takes the focus when it comes up.
pub(crate) fn troubles(pen: &mut Pen, state: &State, troubles: &[Trouble]) {
    let heading = match (&state.notice, troubles.len()) {
        (Some(notice), _) => notice.message.as_str(),
        (None, 0) => return,
        (None, 1) => "One thing needs mending:",
        (None, _) => "Some things need mending:",
    };
    pen.put("div.alert|part=alert|role=alert|id=troubles|tabindex=-1", |pen| {
        pen.key("troubles");
        icon(pen, Icon::Alert);
        pen.leaf("p.alert-heading", heading);
        if let Some(reference) = state.notice.as_ref().and_then(|notice| notice.reference.as_ref()) {
            pen.put("p.hint", |pen| {
                pen.text("Reference: ");
                pen.more(reference);
            });
        }
        if troubles.is_empty() {
            return;
        }
        pen.put("ul.alert-list", |pen| {
            for trouble in troubles {
                let action = match trouble.target {
                    Target::Field(field) => Action::Show(field),
                    Target::People => {
                        Action::Show(Field::First(state.people.first().map_or(1, |person| person.number)))
                    }
                    Target::Pick(_) | Target::Picks => Action::ShowPicks,
                };
                pen.put("li", |pen| {
                    pen.put(LINK, |pen| {
                        pen.does(&action);
                        place(pen, state, &trouble.target);
                        pen.more(&trouble.message);
                    });
                });
            }
        });
    });
}

/// `Person 2, first name: `; nothing where the message says it itself.
fn place(pen: &mut Pen, state: &State, target: &Target) {
    let (number, what) = match target {
        Target::Field(Field::First(number)) => (*number, ", first name: "),
        Target::Field(Field::Last(number)) => (*number, ", last name: "),
        Target::Field(Field::Picture(number)) => (*number, ", picture: "),
        Target::Field(Field::Forwarding) => return pen.text("Forwarding URL: "),
        _ => return pen.text(""),
    };
    pen.text("Person ");
    pen.more(&state.position_of(number));
    pen.more(what);
}

/// Who can host a name.
pub(crate) fn badges(pen: &mut Pen, usable_for: &[String]) {
    pen.put("ul.badges|aria-label=Works with", |pen| {
        for word in usable_for {
            pen.leaf("li.badge|part=badge", &words::plain(word));
        }
    });
}
