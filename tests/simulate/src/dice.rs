//! Seeded random numbers, so that a world draws the same numbers on every machine.

use fastrand::Rng;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A generator; clones share one sequence.
#[derive(Debug, Clone)]
pub(crate) struct Dice(Arc<Mutex<Rng>>);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self::from(Rng::with_seed(seed))
    }

    /// A new generator, independent of later draws from this one.
    pub(crate) fn fork(&self) -> Self {
        Self::from(self.rng().fork())
    }

    /// One of `low..=high`.
    pub(crate) fn between(&self, low: u64, high: u64) -> u64 {
        self.rng().u64(low..=high.max(low))
    }

    /// True in `per_mille` of 1,000 rolls.
    pub(crate) fn chance(&self, per_mille: u64) -> bool {
        self.rng().u64(..1_000) < per_mille
    }

    /// One of `choices`, all equally often; `None` when there is none.
    pub(crate) fn choice<'c, T>(&self, choices: &'c [T]) -> Option<&'c T> {
        self.rng().choice(choices)
    }

    /// One of `choices`, each as often as its weight says.
    pub(crate) fn weighted<T: Copy>(&self, choices: &[(u64, T)]) -> Option<T> {
        let total: u64 = choices.iter().map(|(weight, _)| weight).sum();
        let mut left = self.rng().u64(..total.max(1));
        for (weight, choice) in choices {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return Some(*choice),
            }
        }
        None
    }

    /// Sixteen bytes for an id.
    pub(crate) fn bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.rng().fill(&mut bytes);
        bytes
    }

    fn rng(&self) -> MutexGuard<'_, Rng> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Rng> for Dice {
    fn from(rng: Rng) -> Self {
        Self(Arc::new(Mutex::new(rng)))
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn a_seed_decides_the_numbers() {
        let (one, two) = (Dice::new(7), Dice::new(7));
        assert_eq!(one.fork().bytes(), two.fork().bytes());
        assert_eq!(one.bytes(), two.bytes());
        assert_ne!(one.bytes(), Dice::new(8).bytes());
    }

    #[test]
    fn a_fork_does_not_depend_on_later_rolls() {
        let (one, two) = (Dice::new(7), Dice::new(7));
        let (of_one, of_two) = (one.fork(), two.fork());
        one.bytes();
        assert_eq!(of_one.bytes(), of_two.bytes());
    }

    #[test]
    fn outcomes_follow_their_weights() {
        let dice = Dice::new(1);
        let heads = (0..10_000).filter(|_| dice.weighted(&[(9, true), (1, false)]) == Some(true)).count();
        assert!((8_800..9_200).contains(&heads), "{heads}");
    }
}
