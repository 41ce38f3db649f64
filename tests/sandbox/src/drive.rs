//! Advances time: by hand, awaiting every delivery, or along with the real clock.

use std::time::Duration;

use crate::clock::millis;
use crate::jobs;
use crate::queue::Job;
use crate::sandbox::Sandbox;
use crate::state::State;

/// Maximum sleep of the background driver, so that it notices changes of the clock.
const NAP: Duration = Duration::from_secs(60);

impl Sandbox {
    /// Advances virtual time and runs everything that becomes due, in order of due time, awaiting every delivery. With
    /// zero, runs what is due now.
    pub async fn advance(&self, by: Duration) {
        let _turn = self.turn().await;
        let target = self.with(|state| state.clock.now_ms().saturating_add(millis(by)));
        loop {
            let next = self.with(|state| match state.queue.pop_due(target) {
                Some((due, job)) => {
                    state.clock.reach(due);
                    Some(jobs::run(state, job))
                }
                None => {
                    state.clock.reach(target);
                    None
                }
            });
            match next {
                Some(Some((event, attempt))) => self.deliver_due(&event, attempt).await,
                Some(None) => {}
                None => break,
            }
        }
        self.wake();
    }

    /// Runs due jobs while the clock runs.
    pub(crate) async fn drive(self) {
        loop {
            let wait = {
                let _turn = self.turn().await;
                let (lanes, wait) = self.with(run_due);
                for lane in lanes {
                    tokio::spawn(self.clone().work_off(lane));
                }
                wait
            };
            tokio::select! {
                () = self.woken() => {}
                () = tokio::time::sleep(wait.min(NAP)) => {}
            }
        }
    }

    /// Delivers the events of a lane in sequence until it is empty.
    async fn work_off(self, lane: String) {
        loop {
            let next = self.with(|state| {
                let next = state.lanes.get_mut(&lane).and_then(std::collections::VecDeque::pop_front);
                if next.is_none() {
                    state.lanes.remove(&lane);
                }
                next
            });
            match next {
                Some((event, attempt)) if !self.stopped() => self.deliver_due(&event, attempt).await,
                _ => break,
            }
        }
        self.wake();
    }
}

/// Runs due jobs and returns the lanes with deliveries, and when to run again.
fn run_due(state: &mut State) -> (Vec<String>, Duration) {
    let mut fresh = Vec::new();
    if !state.clock.paused() {
        let now = state.clock.now_ms();
        while let Some((_, job)) = state.queue.pop_due(now) {
            if let Job::Deliver { event, attempt } = job {
                let order = state.events.get(&event).and_then(|record| record.order_id.clone());
                let lane = order.unwrap_or_else(|| event.clone());
                if !state.lanes.contains_key(&lane) {
                    fresh.push(lane.clone());
                }
                state.lanes.entry(lane).or_default().push_back((event, attempt));
            } else {
                jobs::run(state, job);
            }
        }
    }
    let next = state.queue.next_due().and_then(|due| state.clock.wait_for(due));
    (fresh, next.unwrap_or(NAP))
}
