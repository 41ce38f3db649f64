//! Imports: domains that customers already own. The shape of a job is specific to the emulator.

use std::collections::BTreeSet;

use super::call::Call;
use super::fields;
use super::paging::Page;
use super::reply::{Answer, Refusal, Reply};
use crate::config::ImportReading;
use crate::emit::emit;
use crate::names::{self, NameFault};
use crate::queue::Job;
use crate::state::State;
use crate::world::{Import, ImportRow, World};

/// Maximum number of names in the synchronous call: docs/upstream.md#imports.
const MOST_NOW: usize = 25;
/// Maximum number of names in a job: docs/upstream.md#imports.
const MOST_IN_A_JOB: usize = 500;
/// Virtual milliseconds until `action_required` if the nameservers do not switch automatically.
const REMINDER_MS: i64 = 60_000;

pub(crate) fn create_now(state: &mut State, call: &Call) -> Answer {
    let prepared = state.settings.import_reading == ImportReading::Prepared;
    create(state, call, MOST_NOW, prepared).map(Reply::ok)
}

pub(crate) fn create_job(state: &mut State, call: &Call) -> Answer {
    create(state, call, MOST_IN_A_JOB, false).map(Reply::accepted)
}

pub(crate) fn show(state: &mut State, call: &Call, id: &str) -> Answer {
    let import = state.worlds.of(call.env).imports.get(id);
    import.map(|import| Reply::ok(import.json())).ok_or_else(|| Refusal::no_record("import", id))
}

/// The jobs that contain one of the names, newest first.
pub(crate) fn look_up(state: &mut State, call: &Call) -> Answer {
    let page = Page::of(call)?;
    let wanted = call
        .parameter("domains")
        .ok_or_else(|| Refusal::invalid("domains", "domains is required: names separated by commas"))?;
    let wanted: BTreeSet<String> = wanted.split(',').map(|name| name.trim().to_ascii_lowercase()).collect();
    let rows = state.worlds.of(call.env).imports.newest_below(page.below);
    let rows = rows.filter(|(_, job)| job.rows.iter().any(|row| wanted.contains(&row.domain)));
    Ok(page.answer(call, rows, Import::json))
}

fn create(state: &mut State, call: &Call, most: usize, prepared: bool) -> Result<serde_json::Value, Refusal> {
    let body = fields::object(&call.body)?;
    let names = fields::texts(&body, "domains", most)?;
    let names: BTreeSet<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    let set = names.iter().map(String::as_str).collect::<Vec<_>>().join(",");
    let world = state.worlds.of_mut(call.env);
    // The same set returns the same job; a failed job can be retried.
    if let Some(import) = world.import_of_set(&set).filter(|import| import.status != "failed") {
        return Ok(import.json());
    }
    let rows: Vec<ImportRow> = names.into_iter().map(|name| row(world, name)).collect();
    let any = |status: &str| rows.iter().any(|row| row.status == status);
    let status = match (any("in_progress"), any("completed")) {
        (true, _) => "in_progress",
        (false, true) => "completed",
        (false, false) => "failed",
    };
    let id = state.ids.mint("imp");
    let import = Import { id: id.clone(), set, status: status.to_owned(), rows, created_at: call.now, prepared };
    let json = import.json();
    world.add_import(import);
    let waits = status == "in_progress";
    if waits {
        await_nameservers(state, call, id);
    }
    if prepared || !waits {
        let status = if waits { "completed" } else { status };
        emit(state, call.env, &format!("domain_import.{status}"), None, json.clone());
    }
    Ok(json)
}

fn row(world: &World, name: String) -> ImportRow {
    match names::parse(&name) {
        Err(NameFault::NotRoot) => ImportRow::new(name, "failed", Some("not_root_domain")),
        Err(NameFault::Invalid) => ImportRow::new(name, "failed", Some("invalid_domain")),
        Ok(_) => match world.domain_named(&name) {
            None => ImportRow::new(name, "in_progress", None),
            Some(domain) if domain.placement.is_none() => ImportRow::new(name, "completed", None),
            Some(_) => ImportRow::new(name, "failed", Some("already_in_use")),
        },
    }
}

/// Schedules the reminder, and the automatic switch of the nameservers if configured.
fn await_nameservers(state: &mut State, call: &Call, import: String) {
    let (env, now) = (call.env, state.clock.now_ms());
    let switch = state.settings.import_switch_ms;
    let reminder = switch.map_or(REMINDER_MS, |after| after / 2);
    state.queue.push(now + reminder, Job::RemindImport { env, import: import.clone() });
    if let Some(after) = switch {
        state.queue.push(now + after, Job::SwitchImport { env, import });
    }
}
