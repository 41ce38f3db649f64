//! Domain availability: price and supported providers of each name.

use serde_json::{Value, json};

use super::call::Call;
use super::fields;
use super::reply::{Answer, Reply};
use crate::catalogue::{self, Offer, Reason};
use crate::names::{self, Name};
use crate::outcome::DomainOutcome;
use crate::state::State;
use crate::world::Environment;

/// Maximum number of names in one call: docs/upstream.md#availability-batch.
const MOST: usize = 50;
/// Seconds for which availability is cached: docs/upstream.md#availability.
const CACHED: i64 = 300;

pub(crate) fn check(state: &mut State, call: &Call) -> Answer {
    let body = fields::object(&call.body)?;
    let names = fields::texts(&body, "domains", MOST)?;
    let rows: Vec<Value> = names.iter().map(|name| row(state, call, name)).collect();
    Ok(Reply::ok(json!({"domains": rows})))
}

fn row(state: &mut State, call: &Call, raw: &str) -> Value {
    let Ok(name) = names::parse(raw) else { return refused(raw, Reason::Invalid) };
    let answer = match lookup(state, call.env, &name) {
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

/// A stale result is refreshed in the background: the next request gets a fresh one, until the cache expires.
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

/// Whether the cached result is too old or missing. Asking refreshes it.
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

/// The registry's result for a name in an environment.
pub(crate) fn lookup(state: &State, env: Environment, name: &Name) -> Result<Offer, Reason> {
    let world = state.worlds.of(env);
    let sold_again = state.settings.readings.inventory_available;
    let taken = world.domain_named(&name.domain).is_some_and(|domain| domain.placement.is_some() || !sold_again);
    if taken || world.import_running_for(&name.domain) {
        return Err(Reason::Taken);
    }
    let outcome = state.outcomes.get(&name.domain).unwrap_or(&DomainOutcome::ByName);
    catalogue::lookup(name, outcome)
}
