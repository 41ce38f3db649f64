//! Pending actions that were read a few seconds ago, shared by the clones of a client.

use crate::clock::{Clock, Timestamp};
use shared::answers::PendingAction;
use shared::ids::OrderId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Seconds for which a response is reused: a page polls every few seconds, often from several tabs.
const FRESH_FOR: Timestamp = 10;
/// Most orders whose responses are cached: more than are watched at the same time.
const MAX_KEPT: usize = 1_000;
/// Answers that are a few seconds old.
#[derive(Debug, Default)]
pub(super) struct Recent(Mutex<HashMap<OrderId, (Timestamp, Vec<PendingAction>)>>);

impl Recent {
    pub(super) fn find(&self, id: &OrderId, clock: &Clock) -> Option<Vec<PendingAction>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let age = |at: Timestamp| clock.now().saturating_sub(at);
        kept.get(id).filter(|(at, _)| (0..FRESH_FOR).contains(&age(*at))).map(|(_, actions)| actions.clone())
    }

    pub(super) fn keep(&self, id: &OrderId, at: Timestamp, actions: &[PendingAction]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(id.clone(), (at, actions.to_vec()));
    }
}
