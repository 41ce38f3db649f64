//! The secrets that a delivery may be signed with: this stage's, and the other environment's.

use crate::secret::Secret;
use crate::webhook::search::keys::{Key, keys};

/// The secrets and all their readings.
#[derive(Debug)]
pub(crate) struct Ring {
    pub(crate) keys: Vec<Key>,
    /// How many secrets are this stage's; the others follow.
    ours: usize,
    /// How many there are.
    pub(crate) secrets: usize,
}

impl Ring {
    /// Secrets of this stage, then those of the other environment.
    pub(crate) fn new(ours: &[Secret], others: &[Secret]) -> Self {
        let all: Vec<Secret> = ours.iter().chain(others).cloned().collect();
        Self { keys: keys(&all), ours: ours.len(), secrets: all.len() }
    }

    /// Whether the secret of that number is the other environment's.
    pub(crate) const fn is_other(&self, secret: usize) -> bool {
        secret >= self.ours
    }

    /// What a secret is called: never what it is.
    pub(crate) fn label(&self, secret: usize) -> String {
        match secret.checked_sub(self.ours) {
            None => format!("webhook secret {}", secret + 1),
            Some(other) => format!("webhook secret {} of the other environment", other + 1),
        }
    }
}
