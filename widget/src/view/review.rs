//! The third step: everything once more, with prices and their totals, and the button that orders.

use crate::picker::action::Action;
use crate::picker::people;
use crate::picker::state::{Sending, State, Step};
use crate::picker::steps;
use crate::view::pen::Pen;
use crate::view::{Locale, domains, piece};

/// The whole step.
pub(crate) fn step(pen: &mut Pen, state: &State, locale: &dyn Locale) {
    let mut troubles = steps::troubles(state, Step::Domains);
    troubles.extend(steps::troubles(state, Step::People));
    pen.put("div.step-view", |pen| {
        pen.key("review");
        pen.put("div.body", |pen| {
            piece::troubles(pen, state, &troubles);
            piece::title(pen, "Review your order");
            section(pen, "Domains", "Edit domains", Step::Domains, |pen| {
                pen.put("ul.rows|aria-label=Domains", |pen| domains::picked(pen, state, locale, false));
                totals(pen, state, locale);
            });
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

/// The amounts are the domains' alone: what the inboxes cost is agreed with the plan.
fn totals(pen: &mut Pen, state: &State, locale: &dyn Locale) {
    let (mut now, mut later, mut currency) = (0_u64, 0_u64, "");
    for row in state.picks.iter().filter_map(|name| state.row(name)) {
        now = now.saturating_add(u64::from(row.price_cents.unwrap_or_default()));
        later = later.saturating_add(u64::from(row.renewal_price_cents.unwrap_or_default()));
        currency = row.currency.as_deref().unwrap_or(currency);
    }
    pen.put("dl.totals|part=totals", |pen| {
        for (label, cents) in [("Total today", now), ("Renewal per year", later)] {
            pen.put("div", |pen| {
                pen.leaf("dt", label);
                pen.leaf("dd", &locale.money(cents, currency));
            });
        }
    });
    pen.leaf("p.hint", "Domains only. The inboxes are part of your plan.");
}
