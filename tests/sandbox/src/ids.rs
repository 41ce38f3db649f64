//! Opaque ids with upstream's prefixes, predictable for a given seed.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde::{Deserialize, Serialize};

const LENGTH: usize = 26;

/// Creates ids. Each prefix has its own generator, so that the number of requests does not change order ids.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ids {
    seed: u64,
    /// The state of each prefix's generator.
    states: BTreeMap<String, u64>,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, states: BTreeMap::new() }
    }

    /// The next id: `ord_` and 26 upper-case letters and digits.
    pub(crate) fn mint(&mut self, prefix: &str) -> String {
        let mut rng = match self.states.get(prefix) {
            Some(state) => Rng::with_seed(*state),
            None => first(self.seed, prefix),
        };
        let digits: String = (0..LENGTH).map(|_| rng.digit(36).to_ascii_uppercase()).collect();
        self.states.insert(prefix.to_owned(), rng.get_seed());
        format!("{prefix}_{digits}")
    }
}

/// The generator of `prefix`, before its first id. Ids must be distinct and look random; they are not secrets.
fn first(seed: u64, prefix: &str) -> Rng {
    let apart = |mut rng: Rng, byte: u8| Rng::with_seed(rng.u64(..) ^ u64::from(byte));
    prefix.bytes().fold(Rng::with_seed(seed), apart)
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn ids_depend_on_the_seed_and_their_prefix_only() {
        let (mut one, mut two) = (Ids::new(7), Ids::new(7));
        two.mint("req");
        let (first, second) = (one.mint("ord"), one.mint("ord"));
        assert_eq!(two.mint("ord"), first);
        assert_ne!(first, second);
        assert_eq!(first.len(), 30);
    }

    #[test]
    fn ids_are_unique() {
        let mut ids = Ids::new(0);
        let minted: std::collections::HashSet<String> = (0..20_000).map(|_| ids.mint("evt")).collect();
        assert_eq!(minted.len(), 20_000);
    }
}
