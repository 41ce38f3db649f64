//! The events that the element dispatches: their names and their details.

use crate::host::Host;
use crate::picker::message::News;
use crate::picker::picks;
use crate::picker::state::State;
use crate::write::{self, Writer};
use shared::draft::OrderDraft;

/// The customer changed the order.
pub(crate) const CHANGE: &str = "peeker-change";
/// The customer wants to order; `preventDefault()` holds it back.
pub(crate) const BEFORE_ORDER: &str = "peeker-before-order";
/// There is an order.
pub(crate) const ORDERED: &str = "peeker-ordered";
/// The order has another status.
pub(crate) const STATUS: &str = "peeker-status";
/// Something went wrong.
pub(crate) const ERROR: &str = "peeker-error";

/// An event with its detail, still to be dispatched: the state is free again by then.
pub(crate) fn compose(state: &State, news: &News) -> (&'static str, Writer) {
    let detail = Writer::new();
    match news {
        News::Change => {
            let report = picks::report(state);
            detail.text("step", state.step.word());
            detail.value("domains", &write::texts(&state.picks));
            detail.flag("ok", report.ok);
            detail.number("required", report.required);
            detail.value("google", &write::share(report.google));
            detail.value("microsoft", &write::share(report.microsoft));
            (CHANGE, detail)
        }
        News::Ordered => {
            if let Some(placed) = &state.watch.placed {
                detail.text("id", placed.id.as_deref().unwrap_or_default());
                detail.text("status", &placed.status);
            }
            (ORDERED, detail)
        }
        News::Status => {
            if let Some(order) = &state.watch.order {
                detail.text("id", &order.id);
                detail.text("status", order.status.as_str());
                detail.flag("final", order.is_final);
            }
            (STATUS, detail)
        }
        News::Error(code, message) => {
            detail.text("code", code);
            detail.text("message", message);
            (ERROR, detail)
        }
    }
}

/// Asks the page whether the order may be sent.
pub(crate) fn may_order(host: &Host, draft: &OrderDraft) -> bool {
    host.tell(BEFORE_ORDER, &write::draft(draft), true)
}
