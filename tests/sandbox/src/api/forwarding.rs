//! Forwarding jobs: redirects of connected domains.

use super::call::Call;
use super::fields;
use super::reply::{Answer, Refusal, Reply};
use crate::queue::Job;
use crate::state::State;
use crate::world::Forwarding;

/// Maximum number of domains in one call: docs/upstream.md#forwarding.
const MOST: usize = 25;
/// Virtual milliseconds until a job completes.
const TAKES_MS: i64 = 2_000;

pub(crate) fn create(state: &mut State, call: &Call) -> Answer {
    let body = fields::object(&call.body)?;
    let domains = fields::texts(&body, "domains", MOST)?;
    let job = Forwarding {
        id: state.ids.mint("fwj"),
        forwarding_url: fields::needed_text(&body, "forwarding_url", "forwarding_url")?.to_owned(),
        waiting: domains.into_iter().map(str::to_owned).collect(),
        completed: Vec::new(),
        failed: Vec::new(),
        created_at: call.now,
        completed_at: None,
    };
    let reply = Reply::accepted(job.json());
    let due = state.clock.now_ms() + TAKES_MS;
    state.queue.push(due, Job::Forward { env: call.env, job: job.id.clone() });
    state.worlds.of_mut(call.env).forwardings.insert(job);
    Ok(reply)
}

pub(crate) fn show(state: &mut State, call: &Call, id: &str) -> Answer {
    let job = state.worlds.of(call.env).forwardings.get(id);
    job.map(|job| Reply::ok(job.json())).ok_or_else(|| Refusal::no_record("forwarding job", id))
}
