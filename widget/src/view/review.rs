//! The third step: everything once more, with prices and their totals, and the button that orders.

use crate::picker::action::Action;
use crate::picker::people;
use crate::picker::state::{Sending, State, Step, Trouble};
use crate::picker::steps;
use crate::view::pen::Pen;
use crate::view::{Locale, piece, prices, words};
use shared::availability::AvailabilityRow;

/// The whole step.
pub(crate) fn step(pen: &mut Pen, state: &State, locale: &dyn Locale) {
    let mut troubles = steps::troubles(state, Step::Domains);
    troubles.extend(steps::troubles(state, Step::People));
    pen.put("div.step-view", |pen| {
        pen.key("review");
        pen.put("div.body", |pen| {
            piece::troubles(pen, state, &troubles);
            piece::title(pen, "Review your order");
            section(pen, "Domains", "Edit domains", Step::Domains, |pen| lines(pen, state, locale, &troubles));
            section(pen, "People", "Edit people", Step::People, |pen| {
                pen.put("ul.plain", |pen| {
                    for persona in people::personas(state) {
                        pen.put("li.wrap", |pen| {
                            pen.text(&persona.first_name);
                            pen.more(" ");
                            pen.more(&persona.last_name);
                        });
                    }
                });
            });
            section(pen, "Forwarding", "Edit forwarding", Step::People, |pen| {
                pen.leaf("p.wrap", people::forwarding_url(state).unwrap_or("None"));
            });
        });
        footer(pen, state);
    });
}

fn footer(pen: &mut Pen, state: &State) {
    let is_sending = state.sending != Sending::Idle;
    let label = match state.sending {
        Sending::Idle => "Place order",
        Sending::Sent => "Placing your order…",
        Sending::Confirming(_) => "Confirming your order…",
    };
    pen.put("footer.footer|part=footer", |pen| {
        if matches!(state.sending, Sending::Confirming(_)) {
            pen.leaf("p.hint", "We could not confirm your order yet, and are checking.");
        }
        pen.put("div.actions", |pen| {
            for (look, label, action) in
                [(piece::SECONDARY, "Back", Action::Back), (piece::PRIMARY, label, Action::Place)]
            {
                pen.put(look, |pen| {
                    pen.does(&action);
                    pen.flag("disabled", is_sending);
                    pen.text(label);
                });
            }
        });
    });
}

#[inline]
fn section(pen: &mut Pen, heading: &'static str, edit: &str, step: Step, inside: impl FnOnce(&mut Pen)) {
    pen.put("section.review|part=review", |pen| {
        pen.key(heading);
        pen.put("div.results-head", |pen| {
            pen.leaf("h3.subtitle", heading);
            pen.put(piece::LINK, |pen| {
                pen.does(&Action::Go(step));
                pen.set("aria-label", edit);
                pen.text("Edit");
            });
        });
        inside(pen);
    });
}

fn lines(pen: &mut Pen, state: &State, locale: &dyn Locale, troubles: &[Trouble]) {
    pen.put("table.lines", |pen| {
        pen.leaf("caption.unseen", "Domains and their prices");
        pen.put("thead", |pen| {
            pen.put("tr", |pen| {
                pen.leaf("th|scope=col", "Domain");
                pen.leaf("th.amount|scope=col", "First year");
                pen.leaf("th.amount|scope=col", "Renewal per year");
            });
        });
        pen.put("tbody", |pen| {
            for name in &state.picks {
                line(pen, state.row(name), locale, name, steps::message_at(troubles, name));
            }
        });
        pen.put("tfoot", |pen| totals(pen, state, locale));
    });
}

fn line(pen: &mut Pen, row: Option<&AvailabilityRow>, locale: &dyn Locale, name: &str, problem: Option<&str>) {
    pen.put("tr", |pen| {
        pen.key(name);
        pen.put("th|scope=row", |pen| {
            pen.leaf("span.row-name", name);
            if let Some(row) = row {
                pen.put("span.serves", |pen| {
                    pen.text("");
                    for (index, word) in row.usable_for.iter().enumerate() {
                        pen.more(if index > 0 { " or " } else { "" });
                        pen.more(&words::plain(word));
                    }
                });
            }
            if let Some(message) = problem {
                piece::problem(pen, message);
            }
        });
        pen.leaf("td.amount", &prices::amount(locale, row, row.and_then(|row| row.price_cents)));
        pen.leaf("td.amount", &prices::amount(locale, row, row.and_then(|row| row.renewal_price_cents)));
    });
}

/// The amounts are the domains' alone: what the inboxes cost is agreed with the plan.
fn totals(pen: &mut Pen, state: &State, locale: &dyn Locale) {
    let (mut now, mut later, mut currency) = (0_u64, 0_u64, "");
    for row in state.picks.iter().filter_map(|name| state.row(name)) {
        now = now.saturating_add(u64::from(row.price_cents.unwrap_or_default()));
        later = later.saturating_add(u64::from(row.renewal_price_cents.unwrap_or_default()));
        currency = row.currency.as_deref().unwrap_or(currency);
    }
    pen.put("tr.total|part=total", |pen| {
        pen.leaf("th|scope=row", "Total today");
        pen.leaf("td.amount", &locale.money(now, currency));
        pen.leaf("td.amount", &locale.money(later, currency));
    });
    pen.put("tr", |pen| pen.leaf("td.hint|colspan=3", "Domains only. The inboxes are part of your plan."));
}
