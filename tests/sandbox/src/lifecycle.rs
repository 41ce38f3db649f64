//! The lifecycle of orders over virtual time: domains connect one by one, then the order completes.

use crate::emit::emit;
use crate::queue::Job;
use crate::readings::{ActionReading, Readings};
use crate::state::State;
use crate::world::{Action, Domain, Environment, Order, OrderStatus, inboxes_of_domain};

/// Emits the events of a new order and schedules its setup.
pub(crate) fn start(state: &mut State, env: Environment, order_id: &str) {
    let Some(order) = state.worlds.of(env).orders.get(order_id) else { return };
    let full = order.full(state.settings.readings.inboxes);
    let (count, created_ms) = (order.domains.len(), order.created_ms);
    emit(state, env, "order.in_progress", Some(order_id), full);
    let step = step_ms(state, count);
    let mut due = created_ms;
    for index in 0..count {
        due += step;
        let job = Job::Connect { env, order: order_id.to_owned(), index };
        state.queue.push(due, job);
    }
    let end = created_ms.saturating_add(state.settings.provisioning_ms).max(due);
    state.queue.push(end, Job::Finish { env, order: order_id.to_owned() });
}

/// The provisioning time, spread evenly over the domains and the completion.
fn step_ms(state: &State, domains: usize) -> i64 {
    let parts = i64::try_from(domains).unwrap_or(i64::MAX).saturating_add(1);
    state.settings.provisioning_ms / parts
}

/// Connects one domain, or opens its pending actions.
pub(crate) fn connect(state: &mut State, env: Environment, order_id: &str, index: usize) {
    let world = state.worlds.of_mut(env);
    let Some(order) = world.orders.get_mut(order_id) else { return };
    if !order.status.provisioning() {
        return;
    }
    let Some(row) = order.domains.get_mut(index) else { return };
    if row.fails || row.connected {
        return;
    }
    let (domain_id, blocked) = (row.id.clone(), row.blocked);
    row.connected = !blocked;
    let status = if blocked { "action_required" } else { "active" };
    let Some(domain) = world.domains.get_mut(&domain_id) else { return };
    status.clone_into(&mut domain.status);
    if let (false, Some(placement)) = (blocked, &domain.placement) {
        let name = &domain.domain;
        let live = inboxes_of_domain(name, placement.provider, &order.personas, order.inboxes_per_domain);
        order.inboxes.extend(live);
    }
    if blocked {
        require_action(state, env, order_id, &domain_id);
    } else {
        let data = domain.json();
        emit(state, env, "domain.connected", Some(order_id), data);
    }
}

/// Opens one pending action per unreachable picture. The order waits, or only its domain.
fn require_action(state: &mut State, env: Environment, order_id: &str, domain_id: &str) {
    let created_at = state.now();
    let Readings { actions, inboxes, .. } = state.settings.readings;
    let world = state.worlds.of_mut(env);
    let Some(order) = world.orders.get_mut(order_id) else { return };
    let domain = world.domains.get(domain_id);
    let name = domain.map(|domain| domain.domain.clone());
    let (kind, data) = match actions {
        ActionReading::Order => {
            order.status = OrderStatus::ActionRequired;
            ("order.action_required", order.full(inboxes))
        }
        ActionReading::Domains => ("domain.action_required", domain.map(Domain::json).unwrap_or_default()),
    };
    for persona in order.personas.iter().filter(|persona| persona.unreachable()) {
        world.actions.insert(Action {
            id: state.ids.mint("act"),
            order_id: order_id.to_owned(),
            user_id: order.user_id.clone(),
            email: order.email.clone(),
            domain_id: domain_id.to_owned(),
            domain: name.clone().unwrap_or_default(),
            persona: persona.clone(),
            resolved: false,
            created_at,
        });
    }
    emit(state, env, kind, Some(order_id), data);
}

/// Closes the open actions of an order, so that its setup continues; returns whether there were any.
pub(crate) fn resolve(state: &mut State, env: Environment, order_id: &str) -> bool {
    let now_ms = state.clock.now_ms();
    let world = state.worlds.of_mut(env);
    let Some(order) = world.orders.get_mut(order_id) else { return false };
    let waits = |id: &str| world.domains.get(id).is_some_and(|domain| domain.status == "action_required");
    if !order.status.provisioning() || !order.domains.iter().any(|row| row.blocked && waits(&row.id)) {
        return false;
    }
    order.status = OrderStatus::InProgress;
    let (created_ms, count) = (order.created_ms, order.domains.len());
    let mut freed = Vec::new();
    for (index, row) in order.domains.iter_mut().enumerate().filter(|(_, row)| row.blocked) {
        row.blocked = false;
        freed.push((index, row.id.clone()));
    }
    for (_, id) in &freed {
        if let Some(domain) = world.domains.get_mut(id) {
            "provisioning".clone_into(&mut domain.status);
        }
    }
    for action in world.actions.values_mut().filter(|action| action.order_id == order_id) {
        action.resolved = true;
    }
    let step = step_ms(state, count);
    for (index, _) in freed {
        let job = Job::Connect { env, order: order_id.to_owned(), index };
        state.queue.push(now_ms + step, job);
    }
    let planned = created_ms.saturating_add(state.settings.provisioning_ms);
    let end = planned.max(now_ms + 2 * step);
    state.queue.push(end, Job::Finish { env, order: order_id.to_owned() });
    state.dirty = true;
    true
}

/// Ends the setup: completed if every domain is connected, failed if one cannot be, otherwise waiting.
pub(crate) fn finish(state: &mut State, env: Environment, order_id: &str) {
    let inboxes = state.settings.readings.inboxes;
    let world = state.worlds.of_mut(env);
    let Some(order) = world.orders.get_mut(order_id) else { return };
    if order.status != OrderStatus::InProgress {
        return;
    }
    if order.domains.iter().any(|row| row.fails) {
        order.status = OrderStatus::Failed;
        order.inboxes.clear();
        let full = order.full(inboxes);
        let ids = domain_ids(order);
        release(state, env, &ids);
        emit(state, env, "order.failed", Some(order_id), full);
    } else if order.domains.iter().all(|row| row.connected) {
        order.status = OrderStatus::Completed;
        let full = order.full(inboxes);
        emit(state, env, "order.completed", Some(order_id), full);
    }
}

/// A cancellation takes effect: the domains become free.
pub(crate) fn cancel(state: &mut State, env: Environment, order_id: &str, some: Option<Vec<String>>) {
    let inboxes = state.settings.readings.inboxes;
    let Some(order) = state.worlds.of_mut(env).orders.get_mut(order_id) else { return };
    if order.status == OrderStatus::Cancelled {
        return;
    }
    match some {
        Some(ids) => {
            order.domains.retain(|row| !ids.contains(&row.id));
            let left: Vec<&String> = order.domains.iter().map(|row| &row.name).collect();
            order.inboxes.retain(|inbox| left.contains(&&inbox.domain));
            release(state, env, &ids);
        }
        None => {
            order.status = OrderStatus::Cancelled;
            order.inboxes.clear();
            let full = order.full(inboxes);
            let ids = domain_ids(order);
            release(state, env, &ids);
            emit(state, env, "order.cancelled", Some(order_id), full);
        }
    }
}

fn domain_ids(order: &Order) -> Vec<String> {
    order.domains.iter().map(|row| row.id.clone()).collect()
}

/// Imported domains return to the inventory; registered ones leave the account and can be bought again.
fn release(state: &mut State, env: Environment, ids: &[String]) {
    let world = state.worlds.of_mut(env);
    for id in ids {
        let Some(domain) = world.domains.get_mut(id) else { continue };
        if domain.imported {
            domain.release();
        } else {
            world.remove_domain(id);
        }
    }
}
