//! The domains of the account: inventory domains and connected ones.

use super::call::Call;
use super::paging::Page;
use super::reply::Answer;
use crate::state::State;
use crate::world::Domain;

pub(crate) fn list(state: &mut State, call: &Call) -> Answer {
    let page = Page::of(call)?;
    let category = call.choice("category", &["inventory", "connected"])?;
    let provider = call.choice("usable_for", &["google", "microsoft"])?;
    let status = call.parameter("status");
    let user_id = call.parameter("user_id");
    let email = call.parameter("user_email").map(str::to_lowercase);
    let fits = |domain: &Domain| {
        let placement = domain.placement.as_ref();
        category.is_none_or(|wanted| domain.category() == wanted)
            && provider.is_none_or(|wanted| domain.usable_for.iter().any(|provider| provider.as_str() == wanted))
            && status.is_none_or(|wanted| domain.status == wanted)
            && user_id.is_none_or(|wanted| placement.is_some_and(|at| at.user_id == wanted))
            && email.as_ref().is_none_or(|wanted| placement.is_some_and(|at| at.email == *wanted))
    };
    let rows = state.worlds.of(call.env).domains.newest_below(page.below);
    Ok(page.answer(call, rows.filter(|(_, domain)| fits(domain)), Domain::json))
}
