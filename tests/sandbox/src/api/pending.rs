//! Pending actions across orders.

use super::call::Call;
use super::paging::Page;
use super::reply::Answer;
use crate::state::State;
use crate::world::Action;

pub(crate) fn list(state: &mut State, call: &Call) -> Answer {
    let page = Page::of(call)?;
    let status = call.choice("status", &["open", "resolved"])?.unwrap_or("open");
    let order_id = call.parameter("order_id");
    let user = call.parameter("user");
    let email = user.map(str::to_lowercase);
    let domain_id = call.parameter("domain_id");
    let fits = |action: &Action| {
        action.status() == status
            && order_id.is_none_or(|id| action.order_id == id)
            && domain_id.is_none_or(|id| action.domain_id == id)
            && user.is_none_or(|id| action.user_id == id || Some(&action.email) == email.as_ref())
    };
    let rows = state.worlds.of(call.env).actions.newest_below(page.below);
    Ok(page.answer(call, rows.filter(|(_, action)| fits(action)), Action::json))
}
