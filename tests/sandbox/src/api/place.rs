//! `POST /orders`: returns the existing order for a repeated body, and checks a new one against the account.

use serde_json::json;

use super::availability;
use super::call::Call;
use super::fields;
use super::order_body::{self, OrderBody, Pick, Shape};
use super::reply::{Answer, Refusal, Reply};
use super::split;
use crate::catalogue::{self, Reason};
use crate::lifecycle;
use crate::outcome::Provider;
use crate::readings::ActionReading;
use crate::sizing::{self, Required};
use crate::state::State;
use crate::times::next_month;
use crate::world::{BundleStatus, Domain, Environment, LineItem, Order, OrderDomain, OrderStatus, User};

/// Seconds for which a repeated body is the same order: docs/upstream.md#duplicate-orders.
const DEDUPE_SECONDS: i64 = 24 * 60 * 60;
/// Price of a Google licence in cents, derived from the samples; real prices are unknown.
const GOOGLE_LICENCE_CENTS: u64 = 100;
/// Price of a Microsoft licence in cents, derived from the samples.
const MICROSOFT_LICENCE_CENTS: u64 = 900;

/// The products of an order besides domains.
struct Plan {
    bundle_id: Option<String>,
    required: Required,
    google_licences: u64,
    microsoft_licences: u64,
    inboxes_per_domain: u64,
}

/// The source of an available pick: from the inventory, or registered at a price.
struct Source {
    owned: Option<String>,
    price_cents: u64,
    usable_for: Vec<Provider>,
}

pub(crate) fn create(state: &mut State, call: &Call) -> Answer {
    let body = fields::object(&call.body)?;
    let fingerprint = order_body::fingerprint(&body);
    let world = state.worlds.of(call.env);
    if let Some((order_id, at)) = world.seen_orders.get(&fingerprint)
        && call.now - at < DEDUPE_SECONDS
        && let Some(order) = world.orders.get(order_id)
    {
        return Ok(Reply::ok(order.receipt_of(state.settings.minimal_receipts)));
    }
    let body = order_body::read(&body)?;
    known_user(state, call, &body.user)?;
    let plan = plan(state, call, &body.shape)?;
    count(&body.picks, plan.required)?;
    let sources = sources(state, call.env, &body.picks)?;
    let uses: Vec<Vec<Provider>> = sources.iter().map(|source| source.usable_for.clone()).collect();
    let providers = split::assign(&uses, plan.required)?;

    let order_id = accept(state, call, body, plan, sources, &providers);
    let minimal = state.settings.minimal_receipts;
    let world = state.worlds.of_mut(call.env);
    world.seen_orders.insert(fingerprint, (order_id.clone(), call.now));
    let order = world.orders.get(&order_id);
    let receipt = order.map(|order| order.receipt_of(minimal)).unwrap_or_default();
    lifecycle::start(state, call.env, &order_id);
    Ok(Reply::ok(receipt))
}

/// An id must exist; an email may be new.
fn known_user(state: &State, call: &Call, user: &str) -> Result<(), Refusal> {
    let known = state.worlds.of(call.env).users.get(user).is_some_and(|user| !user.deleted);
    if user.starts_with("usr_") && !known {
        return Err(Refusal::invalid("user", format!("no active user {user} in this account")));
    }
    Ok(())
}

fn plan(state: &State, call: &Call, shape: &Shape) -> Result<Plan, Refusal> {
    match shape {
        Shape::Licences { google, microsoft, inboxes } => Ok(Plan {
            bundle_id: None,
            required: sizing::of_licences(*google, *microsoft, *inboxes),
            google_licences: *google,
            microsoft_licences: *microsoft,
            inboxes_per_domain: *inboxes,
        }),
        Shape::Bundle(id) => {
            let bundle = state.worlds.of(call.env).bundles.get(id);
            let bundle = bundle.filter(|bundle| bundle.status == BundleStatus::Active);
            let bundle = bundle
                .ok_or_else(|| Refusal::invalid("bundle_id", format!("no active bundle {id} in this account")))?;
            let required = bundle.required();
            Ok(Plan {
                bundle_id: Some(id.clone()),
                required,
                google_licences: required.google.saturating_mul(bundle.google_inboxes_per_domain),
                microsoft_licences: required.microsoft,
                inboxes_per_domain: bundle.google_inboxes_per_domain,
            })
        }
    }
}

/// Too many domains are refused like too few; then nothing is missing.
fn count(picks: &[Pick], required: Required) -> Result<(), Refusal> {
    let (required, submitted) = (required.total(), u64::try_from(picks.len()).unwrap_or(u64::MAX));
    if required == submitted {
        return Ok(());
    }
    let message = "Submitted domain count does not match the order plan";
    Err(Refusal::bad("domain_count_mismatch", message).field("domains").details(json!({
        "required_count": required,
        "submitted_count": submitted,
        "missing_count": required.saturating_sub(submitted),
    })))
}

/// The source of each domain. All unavailable domains are reported together.
fn sources(state: &State, env: Environment, picks: &[Pick]) -> Result<Vec<Source>, Refusal> {
    let mut refused = Vec::new();
    let mut sources = Vec::with_capacity(picks.len());
    for pick in picks {
        match source(state, env, pick) {
            Ok(source) => sources.push(source),
            Err(reason) => {
                refused.push(json!({"domain": pick.name.domain, "reason": reason}));
            }
        }
    }
    if refused.is_empty() {
        return Ok(sources);
    }
    let message = "Some domains can neither be registered nor are ready in the inventory; replace them";
    Err(Refusal::invalid("domains", message).details(json!({"domains": refused})))
}

fn source(state: &State, env: Environment, pick: &Pick) -> Result<Source, &'static str> {
    let world = state.worlds.of(env);
    if let Some(domain) = world.domain_named(&pick.name.domain) {
        if domain.placement.is_some() {
            return Err("already_used");
        }
        let usable_for = domain.usable_for.clone();
        return Ok(Source { owned: Some(domain.id.clone()), price_cents: 0, usable_for });
    }
    if world.import_running_for(&pick.name.domain) {
        return Err("import_in_progress");
    }
    let offer = match availability::lookup(state, env, &pick.name) {
        // An order asks the registry directly, without the cache.
        Err(Reason::Stale) => catalogue::offer(&pick.name),
        other => other.map_err(Reason::as_str)?,
    };
    Ok(Source { owned: None, price_cents: offer.price_cents, usable_for: offer.usable_for })
}

/// Stores the order: user, domains, costs.
fn accept(
    state: &mut State,
    call: &Call,
    body: OrderBody,
    plan: Plan,
    sources: Vec<Source>,
    providers: &[Provider],
) -> String {
    let (user_id, email) = customer(state, call, &body);
    let order_id = state.ids.mint("ord");
    let line_items = line_items(&plan, &sources);
    let world = state.worlds.of_mut(call.env);
    if let Some(bundle) = plan.bundle_id.as_ref().and_then(|id| world.bundles.get_mut(id)) {
        bundle.used = true;
    }
    let mut domains = place_domains(state, call, &order_id, (&user_id, &email), body.picks, sources, providers);
    if body.personas.iter().any(|persona| persona.unreachable()) {
        // Pictures are for Google; without a Google domain, the first domain waits.
        let google = providers.iter().enumerate().filter(|(_, provider)| **provider == Provider::Google);
        let mut waiting: Vec<usize> = google.map(|(index, _)| index).collect();
        if state.settings.readings.actions == ActionReading::Order {
            waiting.truncate(1);
        }
        if waiting.is_empty() {
            waiting.push(0);
        }
        for index in waiting {
            if let Some(row) = domains.get_mut(index) {
                row.blocked = true;
            }
        }
    }
    state.worlds.of_mut(call.env).add_order(Order {
        id: order_id.clone(),
        user_id,
        email,
        bundle_id: plan.bundle_id,
        status: OrderStatus::InProgress,
        domains,
        personas: body.personas,
        line_items,
        created_ms: state.clock.now_ms(),
        renews_at: next_month(call.now),
        cancellation: None,
        inboxes_per_domain: plan.inboxes_per_domain,
        inboxes: Vec::new(),
    });
    order_id
}

/// Assigns each pick to the order; new domains enter the account now.
fn place_domains(
    state: &mut State,
    call: &Call,
    order_id: &str,
    (user_id, email): (&str, &str),
    picks: Vec<Pick>,
    sources: Vec<Source>,
    providers: &[Provider],
) -> Vec<OrderDomain> {
    let world = state.worlds.of_mut(call.env);
    let mut domains = Vec::with_capacity(picks.len());
    for ((pick, source), provider) in picks.into_iter().zip(sources).zip(providers) {
        let name = pick.name.domain;
        let imported = source.owned.is_some();
        let id = source.owned.unwrap_or_else(|| {
            let id = state.ids.mint("dom");
            world.add_domain(Domain::new(id.clone(), name.clone(), source.usable_for, call.now));
            id
        });
        if let Some(domain) = world.domains.get_mut(&id) {
            domain.place(order_id, user_id, email, *provider);
            domain.forwarding_url = pick.forwarding_url;
        }
        let fails = catalogue::fails(&name);
        domains.push(OrderDomain { id, name, imported, connected: false, fails, blocked: false });
    }
    domains
}

/// The user in the body, created if its email is new.
fn customer(state: &mut State, call: &Call, body: &OrderBody) -> (String, String) {
    let world = state.worlds.of_mut(call.env);
    let known = world.users.get(&body.user).or_else(|| world.user_by_email(&body.user));
    if let Some(user) = known {
        return (user.id.clone(), user.email.clone());
    }
    let id = state.ids.mint("usr");
    world.add_user(User {
        id: id.clone(),
        email: body.user.clone(),
        first_name: None,
        last_name: None,
        sequencer: body.sequencer.clone(),
        deleted: false,
        created_at: call.now,
    });
    (id, body.user.clone())
}

fn line_items(plan: &Plan, sources: &[Source]) -> Vec<LineItem> {
    let registered = sources.iter().filter(|source| source.owned.is_none());
    let (mut count, mut cents) = (0, 0_u64);
    for source in registered {
        count += 1;
        cents = cents.saturating_add(source.price_cents);
    }
    let lines = [
        ("google_license", plan.google_licences, plan.google_licences.saturating_mul(GOOGLE_LICENCE_CENTS)),
        ("microsoft_license", plan.microsoft_licences, plan.microsoft_licences.saturating_mul(MICROSOFT_LICENCE_CENTS)),
        ("domain_registration", count, cents),
    ];
    let some = lines.into_iter().filter(|(_, quantity, _)| *quantity > 0);
    some.map(|(kind, quantity, amount_cents)| LineItem { kind: kind.to_owned(), quantity, amount_cents }).collect()
}
