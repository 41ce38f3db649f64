//! The data file: the state as JSON, replaced atomically after each change.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::SandboxError;
use crate::events::EventLog;
use crate::ids::Ids;
use crate::outcome::DomainOutcome;
use crate::queue::{DueQueue, Job};
use crate::state::State;
use crate::world::Worlds;

/// Format version of the file; other versions are refused.
const VERSION: u32 = 2;

#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    now_ms: i64,
    partner_id: &'a str,
    ids: &'a Ids,
    worlds: &'a Worlds,
    queue: &'a DueQueue,
    events: &'a EventLog,
    hold: bool,
    held: &'a [(String, u32)],
    outcomes: &'a HashMap<String, DomainOutcome>,
}

#[derive(Deserialize)]
struct Read {
    version: u32,
    now_ms: i64,
    partner_id: String,
    ids: Ids,
    worlds: Worlds,
    queue: DueQueue,
    events: EventLog,
    hold: bool,
    held: Vec<(String, u32)>,
    outcomes: HashMap<String, DomainOutcome>,
}

/// Writes a temporary file and renames it, so that a crash leaves the old one.
pub(crate) fn write(state: &State, path: &Path) -> io::Result<()> {
    let written = Written {
        version: VERSION,
        now_ms: state.clock.now_ms(),
        partner_id: &state.partner_id,
        ids: &state.ids,
        worlds: &state.worlds,
        queue: &state.queue,
        events: &state.events,
        hold: state.hold,
        held: &state.held,
        outcomes: &state.outcomes,
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension("tmp");
    let mut file = fs::File::create(&beside)?;
    file.write_all(&serde_json::to_vec(&written)?)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

/// Loads the state; a missing file leaves it empty.
pub(crate) fn read(state: &mut State, path: &Path) -> Result<(), SandboxError> {
    let failed = |source| SandboxError::Data { path: path.to_owned(), source };
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    let read: Read = serde_json::from_slice(&bytes).map_err(|error| failed(error.into()))?;
    if read.version != VERSION {
        return Err(failed(io::Error::other("it was written by another version of the sandbox")));
    }
    // Virtual time never goes back across a restart; a paused clock continues at its old time.
    state.clock.reach(read.now_ms);
    state.partner_id = read.partner_id;
    state.ids = read.ids;
    state.worlds = read.worlds;
    state.worlds.test.index();
    state.worlds.live.index();
    state.queue = read.queue;
    state.events = read.events;
    state.hold = read.hold;
    state.held = read.held;
    state.outcomes = read.outcomes;
    send_interrupted(state);
    Ok(())
}

/// Requeues a delivery that was in progress when the process ended.
fn send_interrupted(state: &mut State) {
    let held = state.held.iter().map(|(event, _)| event.clone());
    let waiting: BTreeSet<String> = state.queue.deliveries().map(str::to_owned).chain(held).collect();
    let lost: Vec<(String, usize)> = state
        .events
        .iter()
        .filter(|event| !event.settled && !waiting.contains(&event.id))
        .map(|event| (event.id.clone(), event.attempts.len()))
        .collect();
    for (event, attempts) in lost {
        let attempt = u32::try_from(attempts).unwrap_or(u32::MAX).saturating_add(1);
        state.queue.push(state.clock.now_ms(), Job::Deliver { event, attempt });
    }
}
