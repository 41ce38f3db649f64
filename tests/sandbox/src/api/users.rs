//! Users: the partner's customers.

use super::call::Call;
use super::fields;
use super::paging::Page;
use super::reply::{Answer, Refusal, Reply};
use crate::state::State;
use crate::world::User;

pub(crate) fn create(state: &mut State, call: &Call) -> Answer {
    let body = fields::object(&call.body)?;
    let email = address(fields::needed_text(&body, "email", "email")?)?;
    let sequencer = fields::sequencer(&body)?;
    let first_name = fields::text(&body, "first_name")?.map(str::to_owned);
    let last_name = fields::text(&body, "last_name")?.map(str::to_owned);
    let world = state.worlds.of_mut(call.env);
    if world.user_by_email(&email).is_some() {
        return Err(in_use());
    }
    let user = User {
        id: state.ids.mint("usr"),
        email,
        first_name,
        last_name,
        sequencer,
        deleted: false,
        created_at: call.now,
    };
    let reply = Reply::created(user.json());
    world.add_user(user);
    Ok(reply)
}

pub(crate) fn list(state: &mut State, call: &Call) -> Answer {
    let page = Page::of(call)?;
    let status = call.choice("status", &["active", "deleted"])?;
    let email = call.parameter("email").map(str::to_lowercase);
    let rows = state.worlds.of(call.env).users.newest_below(page.below).filter(|(_, user)| {
        status.is_none_or(|status| user.status() == status) && email.as_ref().is_none_or(|email| user.email == *email)
    });
    Ok(page.answer(call, rows, User::json))
}

pub(crate) fn show(state: &mut State, call: &Call, id: &str) -> Answer {
    let user = state.worlds.of(call.env).users.get(id);
    user.map(|user| Reply::ok(user.json())).ok_or_else(|| Refusal::no_record("user", id))
}

pub(crate) fn change(state: &mut State, call: &Call, id: &str) -> Answer {
    let world = state.worlds.of_mut(call.env);
    let user = world.users.get(id).filter(|user| !user.deleted);
    let mut changed = user.cloned().ok_or_else(|| Refusal::no_record("user", id))?;
    let body = fields::object(&call.body)?;
    let old = changed.email.clone();
    if body.contains_key("email") {
        changed.email = address(fields::needed_text(&body, "email", "email")?)?;
    }
    if changed.email != old && world.user_by_email(&changed.email).is_some() {
        return Err(in_use());
    }
    if body.contains_key("first_name") {
        changed.first_name = fields::text(&body, "first_name")?.map(str::to_owned);
    }
    if body.contains_key("last_name") {
        changed.last_name = fields::text(&body, "last_name")?.map(str::to_owned);
    }
    if body.contains_key("sequencer") {
        changed.sequencer = fields::sequencer(&body)?;
    }
    world.forget_email(&old);
    world.claim_email(&changed.email, id);
    let reply = Reply::ok(changed.json());
    if let Some(user) = world.users.get_mut(id) {
        *user = changed;
    }
    Ok(reply)
}

/// A soft delete: the user stays readable, and its email becomes free.
pub(crate) fn delete(state: &mut State, call: &Call, id: &str) -> Answer {
    let world = state.worlds.of_mut(call.env);
    let user = world.users.get_mut(id).filter(|user| !user.deleted);
    let user = user.ok_or_else(|| Refusal::no_record("user", id))?;
    user.deleted = true;
    let (reply, email) = (Reply::ok(user.json()), user.email.clone());
    world.forget_email(&email);
    Ok(reply)
}

/// An email address, lower-cased for comparison.
fn address(text: &str) -> Result<String, Refusal> {
    if fields::is_email(text) {
        Ok(text.to_lowercase())
    } else {
        Err(Refusal::invalid("email", "email must be an address like client@example.com"))
    }
}

fn in_use() -> Refusal {
    Refusal::invalid("email", "another user has this email; use that user or another address")
}
