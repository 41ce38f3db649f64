//! Counters by name.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The counters of one world; clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally(Arc<Mutex<BTreeMap<&'static str, u64>>>);

impl Tally {
    /// Adds one to `name`.
    pub(crate) fn count(&self, name: &'static str) {
        self.add(name, 1);
    }

    /// Adds `amount` to `name`.
    pub(crate) fn add(&self, name: &'static str, amount: u64) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(name).or_default();
        *count = count.saturating_add(amount);
    }

    /// The values of the counters.
    pub(crate) fn counts(&self) -> BTreeMap<&'static str, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
