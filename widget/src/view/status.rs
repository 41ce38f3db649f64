//! The order after it was placed: how far it is, domain by domain, what has to be done, what happened.

use crate::picker::state::State;
use crate::picker::watching;
use crate::view::icon::{Icon, icon};
use crate::view::pen::Pen;
use crate::view::{Locale, card, piece, words};
use shared::answers::OrderView;
use shared::order::{Costs, OrderStatus};

/// The whole card.
pub(crate) fn card(pen: &mut Pen, state: &State, locale: &dyn Locale) {
    pen.put("section.card|part=card|aria-label=Checkout", |pen| {
        pen.key("status");
        pen.put("div.body", |pen| {
            match (&state.watch.order, state.watch.placed.as_ref().and_then(|placed| placed.id.as_ref())) {
                (Some(order), _) => known(pen, state, locale, order),
                (None, Some(id)) => fresh(pen, state, locale, id),
                (None, None) => placing(pen),
            }
        });
    });
}

/// Sent, and without an id yet.
fn placing(pen: &mut Pen) {
    piece::title(pen, "Your order is being placed");
    pen.leaf("p.lead", "You can close this page: the order goes on, and is here when you come back.");
    pen.put("progress.bar|aria-label=Placing the order", |_| {});
}

/// Placed, and its first record is not there yet.
fn fresh(pen: &mut Pen, state: &State, locale: &dyn Locale, id: &str) {
    piece::title(pen, "Your order is placed");
    pen.leaf("p.lead", "The setup is about to start.");
    pen.put("progress.bar|aria-label=Waiting for the setup to start", |_| {});
    lost(pen, state);
    let costs = state.watch.receipt.as_ref().and_then(|receipt| receipt.costs.as_ref());
    facts(pen, locale, id, costs, None);
}

fn known(pen: &mut Pen, state: &State, locale: &dyn Locale, order: &OrderView) {
    let (mark, drawing, lead) = match &order.status {
        OrderStatus::InProgress => {
            ("span.mark.busy", Icon::Clock, "You can close this page and come back: the setup goes on.")
        }
        OrderStatus::ActionRequired => {
            ("span.mark.warn", Icon::Alert, "The setup goes on as soon as the points below are done.")
        }
        OrderStatus::Completed => ("span.mark.good", Icon::Check, "Your domains and inboxes are ready."),
        OrderStatus::Failed => ("span.mark.bad", Icon::Cross, "Please contact support and name the order below."),
        OrderStatus::CancelScheduled => ("span.mark", Icon::Cross, "It runs until the end of the paid period."),
        OrderStatus::Cancelled => ("span.mark", Icon::Cross, "Its domains are no longer part of a plan."),
        OrderStatus::Other(word) => ("span.mark.busy", Icon::Clock, word.as_str()),
    };
    pen.put("div.status-head", |pen| {
        pen.put(mark, |pen| icon(pen, drawing));
        pen.put("div", |pen| {
            piece::title(pen, watching::headline(&order.status));
            pen.leaf("p.lead", lead);
        });
    });
    lost(pen, state);
    actions(pen, order);
    progress(pen, order);
    domains(pen, order);
    timeline(pen, locale, order);
    let receipt = state.watch.receipt.as_ref();
    let costs = order.costs.as_ref().or(receipt.and_then(|receipt| receipt.costs.as_ref()));
    facts(pen, locale, &order.id, costs, Some(&order.updated_at));
}

/// The newest look failed: what is shown may be old.
fn lost(pen: &mut Pen, state: &State) {
    if state.watch.lost {
        pen.leaf("p.note", "The newest status could not be read. What you see is the last known state.");
    }
}

fn actions(pen: &mut Pen, order: &OrderView) {
    if order.pending_actions.is_empty() {
        return;
    }
    pen.put("section.group|part=actions", |pen| {
        pen.leaf("h3.subtitle", "What to do");
        pen.put("ul.plain", |pen| {
            for action in &order.pending_actions {
                pen.put("li.todo", |pen| {
                    pen.leaf("p.todo-title", &words::action(&action.kind, action.reason.as_deref()));
                    if let Some(domain) = &action.domain {
                        pen.leaf("p", domain);
                    }
                    if let Some(message) = &action.message {
                        pen.leaf("p", message);
                    }
                });
            }
        });
    });
}

fn is_connected(status: &str) -> bool {
    matches!(status, "connected" | "completed" | "active")
}

fn progress(pen: &mut Pen, order: &OrderView) {
    let is_over = order.is_final && order.status != OrderStatus::Completed;
    if order.domain_count == 0 || is_over || order.status == OrderStatus::CancelScheduled {
        return;
    }
    let connected = order.domains.iter().filter(|domain| is_connected(&domain.status)).count();
    let done = match order.status {
        OrderStatus::Completed => order.domain_count,
        _ => u32::try_from(connected).unwrap_or_default().min(order.domain_count),
    };
    let noun = if order.domain_count == 1 { " domain connected" } else { " domains connected" };
    pen.put("div.progress|part=progress", |pen| {
        pen.put("p.split-words|id=progress", |pen| {
            pen.text("");
            pen.number(done);
            pen.more(" of ");
            pen.number(order.domain_count);
            pen.more(noun);
        });
        pen.put("progress.bar|aria-labelledby=progress", |pen| card::bar(pen, done, order.domain_count));
    });
}

fn domains(pen: &mut Pen, order: &OrderView) {
    if order.domains.is_empty() {
        return;
    }
    pen.put("section.group|part=domains", |pen| {
        pen.leaf("h3.subtitle|id=domains", "Domains");
        pen.put("ul.rows|aria-labelledby=domains", |pen| {
            for domain in &order.domains {
                let look = match domain.status.as_str() {
                    status if is_connected(status) => "p.state.good",
                    "action_required" => "p.state.warn",
                    "failed" | "cancelled" => "p.state.bad",
                    _ => "p.state",
                };
                pen.put("li.row", |pen| {
                    pen.key(&domain.domain);
                    pen.leaf("p.row-name", &domain.domain);
                    if let Some(provider) = &domain.provider {
                        pen.leaf("p.row-note", &words::plain(provider));
                    }
                    pen.leaf(look, &words::domain_status(&domain.status));
                });
            }
        });
    });
}

fn timeline(pen: &mut Pen, locale: &dyn Locale, order: &OrderView) {
    if order.timeline.is_empty() {
        return;
    }
    pen.put("section.group|part=timeline", |pen| {
        pen.leaf("h3.subtitle", "What happened");
        pen.put("ol.timeline", |pen| {
            for entry in &order.timeline {
                pen.put("li", |pen| {
                    pen.key(&entry.event_id);
                    pen.leaf("span", &words::event(&entry.kind));
                    pen.put("time.muted", |pen| {
                        pen.set("datetime", &entry.at);
                        pen.text(&locale.time(&entry.at));
                    });
                });
            }
        });
    });
}

fn facts(pen: &mut Pen, locale: &dyn Locale, id: &str, costs: Option<&Costs>, updated: Option<&str>) {
    pen.put("dl.facts", |pen| {
        fact(pen, "Order", id);
        if let Some(costs) = costs {
            fact(pen, "Total", &locale.money(costs.total_cents, &costs.currency));
        }
        if let Some(at) = updated {
            fact(pen, "Last change", &locale.time(at));
        }
    });
}

fn fact(pen: &mut Pen, label: &str, value: &str) {
    pen.put("div", |pen| {
        pen.leaf("dt", label);
        pen.leaf("dd", value);
    });
}
