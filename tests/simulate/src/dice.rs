//! Chance that a seed decides: SplitMix64, so that a world rolls the same numbers on every machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The golden ratio's step of SplitMix64.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A generator; clones draw from the same sequence.
#[derive(Debug, Clone)]
pub(crate) struct Dice(Arc<AtomicU64>);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Arc::new(AtomicU64::new(seed)))
    }

    /// The next number.
    pub(crate) fn roll(&self) -> u64 {
        mix(self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP))
    }

    /// A generator of its own, which does not depend on what else is rolled here later.
    pub(crate) fn fork(&self, salt: u64) -> Self {
        Self::new(derive(self.roll(), salt))
    }

    /// One of `low..=high`.
    pub(crate) fn between(&self, low: u64, high: u64) -> u64 {
        let span = high.saturating_sub(low).saturating_add(1).max(1);
        low.saturating_add(self.roll() % span)
    }

    /// True in `per_mille` of 1,000 rolls.
    pub(crate) fn chance(&self, per_mille: u64) -> bool {
        self.roll() % 1_000 < per_mille
    }

    /// One of `choices`, each as often as its weight says.
    pub(crate) fn weighted<T: Copy>(&self, choices: &[(u64, T)]) -> Option<T> {
        let total: u64 = choices.iter().map(|(weight, _)| weight).sum();
        let mut left = self.roll() % total.max(1);
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
        let words = [self.roll(), self.roll()];
        for (byte, drawn) in bytes.iter_mut().zip(words.into_iter().flat_map(u64::to_le_bytes)) {
            *byte = drawn;
        }
        bytes
    }
}

/// A seed for part `index` of what `seed` stands for.
pub(crate) fn derive(seed: u64, index: u64) -> u64 {
    mix(mix(seed) ^ index.wrapping_mul(STEP).wrapping_add(STEP))
}

/// The finaliser of SplitMix64.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn the_numbers_are_those_of_the_published_generator() {
        let dice = Dice::new(1_234_567);
        assert_eq!(dice.roll(), 6_457_827_717_110_365_317);
        assert_eq!(dice.roll(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn weights_decide_how_often() {
        let dice = Dice::new(1);
        let heads = (0..10_000).filter(|_| dice.weighted(&[(9, true), (1, false)]) == Some(true)).count();
        assert!((8_800..9_200).contains(&heads), "{heads}");
    }
}
