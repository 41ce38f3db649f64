//! The route table.

use super::call::Call;
use super::reply::{Answer, Refusal};
use super::{availability, bundles, cancel, domains, forwarding, imports, me, orders, pending, place, users};
use crate::state::State;

/// Calls the handler of a request. Fixed path segments take precedence over ids.
pub(crate) fn route(state: &mut State, call: &Call) -> Answer {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match (call.method.as_str(), path.as_slice()) {
        ("GET", ["me"]) => me::show(state, call),

        ("POST", ["bundles"]) => bundles::create(state, call),
        ("GET", ["bundles"]) => bundles::list(state, call),
        ("GET", ["bundles", id]) => bundles::show(state, call, id),
        ("PATCH", ["bundles", id]) => bundles::change(state, call, id),
        ("DELETE", ["bundles", id]) => bundles::delete(state, call, id),

        ("POST", ["users"]) => users::create(state, call),
        ("GET", ["users"]) => users::list(state, call),
        ("GET", ["users", id]) => users::show(state, call, id),
        ("PATCH", ["users", id]) => users::change(state, call, id),
        ("DELETE", ["users", id]) => users::delete(state, call, id),

        ("GET", ["domains"]) => domains::list(state, call),
        ("POST", ["domains", "availability"]) => availability::check(state, call),
        ("POST", ["domains", "import"]) => imports::create_now(state, call),
        ("GET", ["domains", "import"]) => imports::look_up(state, call),
        ("POST", ["domains", "import", "jobs"]) => imports::create_job(state, call),
        ("GET", ["domains", "import", "jobs", id]) => imports::show(state, call, id),
        ("GET", ["domains", "import", id]) => imports::show(state, call, id),
        ("POST", ["domains", "forwarding"]) => forwarding::create(state, call),
        ("GET", ["domains", "forwarding", id]) => forwarding::show(state, call, id),

        ("POST", ["orders"]) => place::create(state, call),
        ("GET", ["orders"]) => orders::list(state, call),
        ("GET", ["orders", "pending"]) => pending::list(state, call),
        ("GET", ["orders", id]) => orders::show(state, call, id),
        ("POST", ["orders", id, "cancel"]) => cancel::schedule(state, call, id),

        (method, _) => {
            Err(Refusal::not_found(format!("The sandbox has no {method} {}; its README lists what it has", call.url)))
        }
    }
}
