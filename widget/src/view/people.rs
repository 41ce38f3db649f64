//! The second step: who sends, and where visitors of the domains go.

use crate::picker::action::{Action, Field};
use crate::picker::people;
use crate::picker::state::{Person, State, Step, Target};
use crate::picker::steps;
use crate::view::pen::Pen;
use crate::view::piece;

const NAME: &str = "input.input|part=input|type=text|autocomplete=off|aria-required=true";
const URL: &str =
    "input.input|part=input|type=url|autocomplete=off|inputmode=url|placeholder=https://|spellcheck=false";

/// The whole step.
pub(crate) fn step(pen: &mut Pen, state: &State) {
    pen.put("form.step-view|novalidate", |pen| {
        pen.key("people");
        pen.does(&Action::Continue);
        pen.put("div.body", |pen| body(pen, state));
        pen.put("footer.footer|part=footer", |pen| {
            pen.put("div.actions", |pen| {
                piece::button(pen, piece::SECONDARY, "Back", &Action::Back);
                pen.leaf("button.button.primary|type=submit|part=button button-primary", "Continue");
            });
        });
    });
}

fn body(pen: &mut Pen, state: &State) {
    if state.tried.contains(&Step::People) || !state.reported.is_empty() || state.notice.is_some() {
        piece::troubles(pen, state, &steps::troubles(state, Step::People));
    }
    piece::title(pen, "Who is sending?");
    pen.leaf("p.lead", "The inboxes carry these names. One person is enough.");
    pen.put("div.people", |pen| {
        if let Some(message) = state.reported_at(&Target::People) {
            piece::problem(pen, message);
        }
        for (index, person) in state.people.iter().enumerate() {
            fieldset(pen, state, &index.saturating_add(1).to_string(), person);
        }
        if state.people.len() < people::most(state) {
            piece::button(pen, piece::SECONDARY, "Add another person", &Action::AddPerson);
        }
    });
    pen.put("section.forwarding", |pen| {
        pen.leaf("h3.subtitle", "Forwarding");
        let hint = "People who open one of your new domains are sent to this page.";
        piece::field(pen, state, Field::Forwarding, URL, "Forwarding URL (optional)", hint);
    });
}

fn fieldset(pen: &mut Pen, state: &State, position: &str, person: &Person) {
    let number = person.number;
    pen.put("fieldset.person|part=person", |pen| {
        pen.key("");
        pen.number(number);
        pen.put("legend.subtitle", |pen| {
            pen.text("Person ");
            pen.more(position);
        });
        if state.people.len() > 1 {
            pen.put(piece::LINK, |pen| {
                pen.does(&Action::RemovePerson(number));
                pen.set("aria-label", "Remove person ");
                pen.more(position);
                pen.text("Remove");
            });
        }
        pen.put("div.pair", |pen| {
            piece::field(pen, state, Field::First(number), NAME, "First name", "");
            piece::field(pen, state, Field::Last(number), NAME, "Last name", "");
        });
        let hint = "A public link to a photo, shown as the sender's picture.";
        piece::field(pen, state, Field::Picture(number), URL, "Picture URL (optional)", hint);
    });
}
