//! The possible signing secrets of a delivery: those of this stage, and those of the other environment.

use crate::secret::Secret;
use crate::webhook::search::keys::{Key, keys};

/// The secrets, with all ways to decode them as keys.
#[derive(Debug)]
pub(crate) struct Ring {
    pub(crate) keys: Vec<Key>,
    /// Number of this stage's secrets; the others follow.
    ours: usize,
    /// Total number of secrets.
    pub(crate) secrets: usize,
}

impl Ring {
    /// Creates it from the secrets of this stage and of the other environment.
    pub(crate) fn new(ours: &[Secret], others: &[Secret]) -> Self {
        let all: Vec<Secret> = ours.iter().chain(others).cloned().collect();
        Self { keys: keys(&all), ours: ours.len(), secrets: all.len() }
    }

    /// Whether the secret with this index belongs to the other environment.
    pub(crate) const fn is_other(&self, secret: usize) -> bool {
        secret >= self.ours
    }

    /// The label of a secret, without its value.
    pub(crate) fn label(&self, secret: usize) -> String {
        match secret.checked_sub(self.ours) {
            None => format!("webhook secret {}", secret + 1),
            Some(other) => format!("webhook secret {} of the other environment", other + 1),
        }
    }
}
