//! The card around the views: header with the steps, footer with the way on, and the states without a form.

use crate::picker::action::Action;
use crate::picker::picks;
use crate::picker::state::{State, Step};
use crate::view::icon::{Icon, icon};
use crate::view::pen::Pen;
use crate::view::piece;

/// The plan, and where the customer is.
pub(crate) fn header(pen: &mut Pen, state: &State) {
    let Some(session) = &state.session else {
        return;
    };
    let required = session.plan.required_domains;
    pen.put("header.header|part=header", |pen| {
        pen.put("div", |pen| {
            pen.leaf("p.plan-name", &session.plan.name);
            pen.put("p.plan-split", |pen| {
                pen.text("");
                for (count, provider) in [(required.google, " Google"), (required.microsoft, " Microsoft")] {
                    if count > 0 {
                        pen.more(if count < required.total && provider == " Microsoft" { " + " } else { "" });
                        pen.number(count);
                        pen.more(provider);
                    }
                }
                pen.more(if required.total == 1 { " domain" } else { " domains" });
            });
        });
        pen.put("nav|part=steps|aria-label=Steps", |pen| {
            pen.put("ol.steps", |pen| {
                step(pen, state, Step::Domains, "1", "Domains");
                step(pen, state, Step::People, "2", "People");
                step(pen, state, Step::Review, "3", "Review");
            });
        });
    });
}

fn step(pen: &mut Pen, state: &State, step: Step, number: &str, label: &str) {
    let is_done = step < state.step;
    pen.put("li", |pen| {
        pen.put("button.step|type=button", |pen| {
            pen.key(label);
            pen.does(&Action::Go(step));
            if step == state.step {
                pen.set("aria-current", "step");
            }
            pen.flag("data-done", is_done);
            pen.put(
                "span.step-mark|aria-hidden=true",
                |pen| {
                    if is_done { icon(pen, Icon::Check) } else { pen.text(number) }
                },
            );
            pen.leaf("span", label);
        });
    });
}

/// The split counter, always in sight beside the way on.
pub(crate) fn split(pen: &mut Pen, state: &State) {
    let report = picks::report(state);
    pen.put("div.split|part=split", |pen| {
        pen.leaf("p.split-words", &picks::shares_in_words(&report, " · "));
        pen.put("div.bars", |pen| {
            for share in [report.google, report.microsoft] {
                if share.required > 0 {
                    pen.put("progress.bar|aria-hidden=true", |pen| bar(pen, share.filled, share.required));
                }
            }
        });
    });
}

/// How full the open progress element is.
pub(crate) fn bar(pen: &mut Pen, filled: u32, required: u32) {
    pen.set("max", "");
    pen.number(required);
    pen.set("value", "");
    pen.number(filled);
    pen.flag("data-full", filled >= required);
}

/// The card while the session is read, as high as the form will be.
pub(crate) fn skeleton(pen: &mut Pen) {
    pen.put("section.card|part=card|aria-label=Checkout|aria-busy=true", |pen| {
        pen.key("loading");
        pen.leaf("p.unseen", "Loading the checkout");
        for bone in ["div.bone.bone-short", "div.bone.bone-title", "div.bone.bone-input"] {
            pen.put(bone, |_| {});
        }
        for _ in 0..4 {
            pen.put("div.bone.bone-row", |_| {});
        }
    });
}

/// The session could not be read.
pub(crate) fn stuck(pen: &mut Pen, message: &str) {
    pen.put("section.card|part=card|aria-label=Checkout", |pen| {
        pen.key("stuck");
        pen.put("div.message", |pen| {
            piece::title(pen, "The checkout could not be opened");
            pen.leaf("p|role=alert", message);
            piece::button(pen, piece::PRIMARY, "Try again", &Action::Reload);
            pen.put("slot|name=fallback", |_| {});
        });
    });
}

/// The session is over.
pub(crate) fn expired(pen: &mut Pen) {
    pen.put("section.card|part=card|aria-label=Checkout", |pen| {
        pen.key("expired");
        pen.put("div.message", |pen| {
            piece::title(pen, "Your session has expired");
            pen.put("slot|name=expired", |pen| {
                pen.leaf("p", "Reload the page to go on with a new session. This did not place an order.");
            });
            piece::button(pen, piece::SECONDARY, "Try again", &Action::Reload);
        });
    });
}
