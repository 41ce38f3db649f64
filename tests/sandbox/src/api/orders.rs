//! Reads orders: the list of receipts, and one order in full.

use super::call::Call;
use super::paging::Page;
use super::reply::{Answer, Refusal, Reply};
use crate::state::State;
use crate::world::{Order, OrderStatus};

/// Newest first. Orders of one customer are found by index, so the list stays fast.
pub(crate) fn list(state: &mut State, call: &Call) -> Answer {
    let page = Page::of(call)?;
    let status = call.choice("status", &OrderStatus::ALL.map(OrderStatus::as_str))?;
    let user_id = call.parameter("user_id");
    let email = call.parameter("user_email").map(str::to_lowercase);
    let bundle_id = call.parameter("bundle_id");
    let fits = |order: &Order| {
        status.is_none_or(|status| order.status.as_str() == status)
            && user_id.is_none_or(|id| order.user_id == id)
            && email.as_ref().is_none_or(|email| order.email == *email)
            && bundle_id.is_none_or(|id| order.bundle_id.as_deref() == Some(id))
    };
    let minimal = state.settings.minimal_receipts;
    let world = state.worlds.of(call.env);
    Ok(match user_id.or(email.as_deref()) {
        Some(customer) => {
            let rows = world.orders_of(customer).rev().filter(|(_, order)| fits(order));
            page.answer(call, rows, |order| order.receipt_of(minimal))
        }
        None => {
            let rows = world.orders.newest_below(page.below).filter(|(_, order)| fits(order));
            page.answer(call, rows, |order| order.receipt_of(minimal))
        }
    })
}

pub(crate) fn show(state: &mut State, call: &Call, id: &str) -> Answer {
    let order = state.worlds.of(call.env).orders.get(id);
    order
        .map(|order| Reply::ok(order.full(state.settings.readings.inboxes)))
        .ok_or_else(|| Refusal::no_record("order", id))
}
