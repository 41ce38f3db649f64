//! The first step: the search box, what it found, and the picks.

use crate::picker::action::{Action, Field};
use crate::picker::picks;
use crate::picker::state::{Knowledge, State, Step, Target};
use crate::picker::{search, steps};
use crate::suggest::Query;
use crate::view::icon::{Icon, icon};
use crate::view::pen::Pen;
use crate::view::{Locale, card, piece, prices, words};
use shared::availability::AvailabilityRow;

/// Lines that the search box grows to before it scrolls.
const MOST_LINES: usize = 6;

/// The whole step.
pub(crate) fn step(pen: &mut Pen, state: &State, locale: &dyn Locale) {
    pen.put("div.step-view", |pen| {
        pen.key("domains");
        pen.put("div.body", |pen| {
            if state.tried.contains(&Step::Domains) || !state.reported.is_empty() || state.notice.is_some() {
                piece::troubles(pen, state, &steps::troubles(state, Step::Domains));
            }
            let total = state.required().total;
            pen.put(piece::TITLE, |pen| {
                pen.text("Choose ");
                pen.number(total);
                pen.more(if total == 1 { " domain" } else { " domains" });
            });
            search_box(pen, state);
            results(pen, state, locale);
            picks(pen, state, locale);
        });
        pen.put("footer.footer|part=footer", |pen| {
            card::split(pen, state);
            pen.put("div.actions", |pen| piece::button(pen, piece::PRIMARY, "Continue", &Action::Continue));
        });
    });
}

fn search_box(pen: &mut Pen, state: &State) {
    let what = "textarea.input.search|part=input search|autocomplete=off|autocapitalize=none|spellcheck=false\
                |enterkeyhint=search|aria-describedby=query-hint";
    pen.put("div.field", |pen| {
        pen.key("search");
        pen.leaf("label.label|part=label|for=query", "Company name or domains");
        pen.put(what, |pen| {
            pen.input(Field::Query, &state.search.text);
            let lines = state.search.text.bytes().filter(|byte| *byte == b'\n').count();
            pen.set("rows", &lines.saturating_add(1).min(MOST_LINES).to_string());
        });
        pen.leaf("p.hint|id=query-hint", "Type your company name to get ideas, or paste the domains you want.");
    });
}

fn results(pen: &mut Pen, state: &State, locale: &dyn Locale) {
    let heading = match &state.search.query {
        Query::Nothing => return nothing(pen, state),
        Query::Company(_) => "Ideas",
        Query::Names(entries) if entries.len() == 1 => "Your name",
        Query::Names(_) => "Your names",
    };
    pen.put("section.results", |pen| {
        pen.key("results");
        pen.put("div.results-head", |pen| {
            pen.leaf("h3.subtitle|id=results", heading);
            fill_button(pen, state);
        });
        recheck(pen, state);
        let mut taken: Vec<&str> = Vec::new();
        pen.put("ul.rows|part=results|aria-labelledby=results|tabindex=0", |pen| match &state.search.query {
            Query::Nothing => {}
            Query::Company(ideas) => {
                for name in ideas {
                    let name = name.as_str();
                    if state.row(name).is_some_and(|row| !row.available) {
                        taken.push(name);
                    } else {
                        row(pen, state, locale, name);
                    }
                }
            }
            Query::Names(entries) => {
                for entry in entries {
                    match &entry.verdict {
                        Ok(name) => row(pen, state, locale, name.as_str()),
                        Err(problem) => noted(pen, "li.row.bad|part=result", &entry.input, |pen| {
                            piece::problem(pen, problem.message());
                        }),
                    }
                }
            }
        });
        if !taken.is_empty() {
            pen.put("p.hint.wrap", |pen| {
                pen.text("Not available: ");
                for (index, name) in taken.iter().enumerate() {
                    pen.more(if index > 0 { ", " } else { "" });
                    pen.more(name);
                }
            });
        }
    });
}

/// Something was typed, and no name can be made of it.
fn nothing(pen: &mut Pen, state: &State) {
    if !state.search.text.trim().is_empty() {
        piece::problem(pen, "No name can be made of this. Use the letters a to z or digits.");
    }
}

fn fill_button(pen: &mut Pen, state: &State) {
    let count = picks::fitting(state).len();
    if count > 0 {
        pen.put(piece::SECONDARY, |pen| {
            pen.does(&Action::Fill);
            pen.text("Pick the first ");
            pen.more(&count.to_string());
            pen.more(" that fit");
        });
    }
}

fn recheck(pen: &mut Pen, state: &State) {
    let count = search::unsettled_names(state, false).len();
    if count == 0 {
        return;
    }
    let message = match (&state.search.failure, count) {
        (Some(failure), _) => failure,
        (None, 1) => "One name could not be checked.",
        (None, _) => "Some names could not be checked.",
    };
    pen.put("div.alert|part=alert|role=alert", |pen| {
        pen.key("recheck");
        icon(pen, Icon::Alert);
        pen.leaf("p.alert-heading", message);
        piece::button(pen, piece::LINK, "Check again", &Action::Recheck);
    });
}

fn row(pen: &mut Pen, state: &State, locale: &dyn Locale, name: &str) {
    match state.known(name).map(|known| &known.knowledge) {
        Some(Knowledge::Row(row)) if row.available => available(pen, state, locale, name, row),
        Some(Knowledge::Row(row)) => noted(pen, "li.row.gone|part=result", name, |pen| {
            let reason = words::reason(row.reason.as_deref());
            pen.leaf("p.row-note", row.message.as_deref().unwrap_or(&reason));
        }),
        Some(Knowledge::Unsettled) => noted(pen, "li.row|part=result", name, |pen| {
            pen.leaf("p.row-note", "Could not be checked");
        }),
        Some(Knowledge::Pending) | None => noted(pen, "li.row|part=result", name, |pen| {
            pen.put("p.row-note", |pen| {
                pen.leaf("span.unseen", "Checking");
                pen.put("span.bone.bone-price", |_| {});
            });
        }),
    }
}

fn available(pen: &mut Pen, state: &State, locale: &dyn Locale, name: &str, row: &AvailabilityRow) {
    let is_picked = state.is_picked(name);
    noted(pen, "li.row|part=result", name, |pen| {
        piece::badges(pen, &row.usable_for);
        prices::price(pen, locale, row);
        pen.put("button.button.small|type=button|part=button button-add", |pen| {
            let (action, label, mark) = if is_picked {
                (Action::PutBack(name.to_owned()), "Added", Icon::Check)
            } else {
                (Action::Add(name.to_owned()), "Add", Icon::Plus)
            };
            pen.does(&action);
            pen.set("aria-pressed", if is_picked { "true" } else { "false" });
            pen.set("aria-label", label);
            pen.more(" ");
            pen.more(name);
            icon(pen, mark);
            pen.leaf("span", label);
        });
    });
}

/// A row with its name, and what `inside` says of it.
#[inline]
fn noted(pen: &mut Pen, what: &'static str, name: &str, inside: impl FnOnce(&mut Pen)) {
    pen.put(what, |pen| {
        pen.key(name);
        pen.leaf("p.row-name", name);
        inside(pen);
    });
}

fn picks(pen: &mut Pen, state: &State, locale: &dyn Locale) {
    pen.put("section.picks|part=picks", |pen| {
        pen.key("picks");
        pen.put("h3.subtitle|id=picks|tabindex=-1", |pen| {
            pen.text("Picked (");
            pen.more(&state.picks.len().to_string());
            pen.more(" of ");
            pen.number(state.required().total);
            pen.more(")");
        });
        if let Some(message) = state.reported_at(&Target::Picks) {
            piece::problem(pen, message);
        }
        if state.picks.is_empty() {
            return pen.leaf("p.hint", "The domains you add are listed here.");
        }
        pen.put("ul.rows|aria-labelledby=picks", |pen| picked(pen, state, locale, true));
    });
}

/// The rows of the picks, with what is wrong with each; with a button to drop it where it can be dropped.
pub(crate) fn picked(pen: &mut Pen, state: &State, locale: &dyn Locale, can_drop: bool) {
    let troubles = steps::troubles(state, Step::Domains);
    for name in &state.picks {
        noted(pen, "li.row|part=pick", name, |pen| {
            if let Some(row) = state.row(name) {
                piece::badges(pen, &row.usable_for);
                prices::price(pen, locale, row);
            }
            if can_drop {
                pen.put("button.button.icon-only|type=button|part=button button-remove", |pen| {
                    pen.does(&Action::Remove(name.clone()));
                    pen.set("id", "remove-");
                    pen.more(name);
                    pen.set("aria-label", "Remove ");
                    pen.more(name);
                    icon(pen, Icon::Cross);
                });
            }
            if let Some(message) = steps::message_at(&troubles, name) {
                piece::problem(pen, message);
            }
        });
    }
}
