//! Runs due jobs, except deliveries.

use crate::catalogue;
use crate::emit::emit;
use crate::lifecycle;
use crate::names;
use crate::outcome::{DomainOutcome, Provider};
use crate::queue::Job;
use crate::readings::InventoryUses;
use crate::state::State;
use crate::world::{Domain, Environment};

/// Runs a job. A delivery is returned to the caller, because it needs the network.
pub(crate) fn run(state: &mut State, job: Job) -> Option<(String, u32)> {
    state.dirty = true;
    match job {
        Job::Connect { env, order, index } => lifecycle::connect(state, env, &order, index),
        Job::Finish { env, order } => lifecycle::finish(state, env, &order),
        Job::Cancel { env, order, domains } => lifecycle::cancel(state, env, &order, domains),
        Job::RemindImport { env, import } => remind_import(state, env, &import),
        Job::SwitchImport { env, import } => {
            switch_import(state, env, &import);
        }
        Job::Forward { env, job } => forward(state, env, &job),
        Job::Deliver { event, attempt } => return Some((event, attempt)),
    }
    None
}

/// The nameservers are still not set.
fn remind_import(state: &mut State, env: Environment, import_id: &str) {
    let Some(import) = state.worlds.of_mut(env).imports.get_mut(import_id) else { return };
    if import.ended() || import.prepared {
        return;
    }
    "action_required".clone_into(&mut import.status);
    let data = import.json();
    emit(state, env, "domain_import.action_required", None, data);
}

/// The nameservers are set: the domains enter the inventory. Returns whether the job was open.
pub(crate) fn switch_import(state: &mut State, env: Environment, import_id: &str) -> bool {
    let now = state.now();
    let world = state.worlds.of_mut(env);
    let Some(import) = world.imports.get_mut(import_id) else { return false };
    if import.ended() {
        return false;
    }
    let mut arrived = Vec::new();
    for row in import.rows.iter_mut().filter(|row| row.status == "in_progress") {
        "completed".clone_into(&mut row.status);
        arrived.push(row.domain.clone());
    }
    "completed".clone_into(&mut import.status);
    let (data, prepared) = (import.json(), import.prepared);
    for name in arrived {
        world.import_done(&name);
        if world.domain_named(&name).is_none() {
            let uses = state.settings.readings.inventory_uses.of_place(world.imported());
            let usable_for = match (uses, state.outcomes.get(&name)) {
                (InventoryUses::Google, _) => vec![Provider::Google],
                (InventoryUses::Microsoft, _) => vec![Provider::Microsoft],
                (_, Some(DomainOutcome::Available { usable_for: Some(uses), .. })) => uses.clone(),
                _ => names::parse(&name).map(|name| catalogue::uses(&name)).unwrap_or_default(),
            };
            let mut domain = Domain::new(state.ids.mint("dom"), name, usable_for, now);
            domain.imported = true;
            domain.uses = uses;
            world.add_domain(domain);
        }
    }
    state.dirty = true;
    // A prepared import already reported its completion.
    if !prepared {
        emit(state, env, "domain_import.completed", None, data);
    }
    true
}

/// Completes a forwarding job, each domain separately.
fn forward(state: &mut State, env: Environment, job_id: &str) {
    let now = state.now();
    let world = state.worlds.of_mut(env);
    let Some(job) = world.forwardings.get_mut(job_id) else { return };
    let url = job.forwarding_url.clone();
    let refusal = if !(url.starts_with("https://") || url.starts_with("http://")) {
        Some("invalid_target")
    } else if url.contains("unreachable") {
        Some("target_unreachable")
    } else {
        None
    };
    let (mut completed, mut failed) = (Vec::new(), Vec::new());
    for wanted in std::mem::take(&mut job.waiting) {
        let id = world.domain(&wanted).map(|domain| domain.id.clone());
        match (id.and_then(|id| world.domains.get_mut(&id)), refusal) {
            (Some(domain), None) => {
                domain.forwarding_url = Some(url.clone());
                completed.push(domain.domain.clone());
            }
            (Some(domain), Some(reason)) => failed.push((domain.domain.clone(), reason.to_owned())),
            (None, _) => failed.push((wanted, "dns_lookup_failed".to_owned())),
        }
    }
    let Some(job) = world.forwardings.get_mut(job_id) else { return };
    let (done, lost) = (!completed.is_empty(), !failed.is_empty());
    (job.completed, job.failed, job.completed_at) = (completed, failed, Some(now));
    let data = job.json();
    if done {
        emit(state, env, "domain.forwarding_updated", None, data.clone());
    }
    if lost {
        emit(state, env, "domain.forwarding_failed", None, data);
    }
}
