//! Which domains can be registered, at what price and for which providers.

use serde_json::{Value, json};

use super::call::Call;
use super::fields;
use super::reply::{Answer, Reply};
use crate::catalogue::{self, Offer, Reason};
use crate::names::{self, Name};
use crate::outcome::DomainOutcome;
use crate::state::State;
use crate::world::Environment;

/// Names of one call: docs/upstream.md#availability-batch.
const MOST: usize = 50;
/// Seconds for which an answer is cached: docs/upstream.md#availability.
const CACHED: i64 = 300;

pub(crate) fn check(state: &mut State, call: &Call) -> Answer {
    let body = fields::object(&call.body)?;
    let names = fields::texts(&body, "domains", MOST)?;
    let rows: Vec<Value> = names.iter().map(|name| row(state, call, name)).collect();
    Ok(Reply::ok(json!({"domains": rows})))
}

fn row(state: &mut State, call: &Call, raw: &str) -> Value {
    let Ok(name) = names::parse(raw) else { return refused(raw, Reason::Invalid) };
    let answer = match verdict(state, call.env, &name) {
        Err(Reason::Stale) => refresh(state, call, &name),
        _ if state.settings.readings.answers_age && has_aged(state, call, &name) => Err(Reason::Stale),
        other => other,
    };
    match answer {
        Ok(offer) => json!({
            "domain": name.domain,
            "available": true,
            "price_cents": offer.price_cents,
            "renewal_price_cents": offer.renewal_price_cents,
            "currency": "USD",
            "usable_for": offer.usable_for,
            "premium": false,
        }),
        Err(reason) => refused(&name.domain, reason),
    }
}

fn refused(domain: &str, reason: Reason) -> Value {
    json!({
        "domain": domain,
        "available": false,
        "premium": reason == Reason::Premium,
        "reason": reason.as_str(),
    })
}

/// A stale answer is refreshed in the background: fresh at the next ask, for as long as it is cached.
fn refresh(state: &mut State, call: &Call, name: &Name) -> Result<Offer, Reason> {
    let refreshed = &mut state.worlds.of_mut(call.env).refreshed;
    match refreshed.get(&name.domain) {
        Some(at) if call.now - at < CACHED => Ok(catalogue::offer(name)),
        _ => {
            refreshed.insert(name.domain.clone(), call.now);
            Err(Reason::Stale)
        }
    }
}

/// Whether the cached answer is older than answers are kept. It is made anew by that, and so it is when there is none.
fn has_aged(state: &mut State, call: &Call, name: &Name) -> bool {
    let made = &mut state.worlds.of_mut(call.env).refreshed;
    match made.get(&name.domain) {
        Some(at) if call.now - at < CACHED => false,
        before => {
            let aged = before.is_some();
            made.insert(name.domain.clone(), call.now);
            aged
        }
    }
}

/// What the registry says about a name in an environment.
pub(crate) fn verdict(state: &State, env: Environment, name: &Name) -> Result<Offer, Reason> {
    let world = state.worlds.of(env);
    let sold_again = state.settings.readings.inventory_available;
    let taken = world.domain_named(&name.domain).is_some_and(|domain| domain.placement.is_some() || !sold_again);
    if taken || world.import_running_for(&name.domain) {
        return Err(Reason::Taken);
    }
    let outcome = state.outcomes.get(&name.domain).unwrap_or(&DomainOutcome::ByName);
    catalogue::verdict(name, outcome)
}
