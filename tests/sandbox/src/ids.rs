//! Opaque identifiers with upstream's prefixes, predictable when a seed is given.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

const LENGTH: usize = 26;
/// The golden ratio's step of SplitMix64.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Mints identifiers; each prefix counts for itself, so that the number of requests does not move
/// the names of the orders.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ids {
    seed: u64,
    counters: BTreeMap<String, u64>,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, counters: BTreeMap::new() }
    }

    /// The next identifier, `ord_` and 26 upper-case letters and digits.
    pub(crate) fn mint(&mut self, prefix: &str) -> String {
        let counter = match self.counters.get_mut(prefix) {
            Some(counter) => counter,
            None => self.counters.entry(prefix.to_owned()).or_default(),
        };
        *counter += 1;
        // FNV keeps the prefixes apart, the step makes each count another stream.
        let fnv = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let mut state = mix(self.seed) ^ prefix.bytes().fold(0xcbf2_9ce4_8422_2325, fnv);
        state = mix(state.wrapping_add(counter.wrapping_mul(STEP)));
        let mut id = String::with_capacity(prefix.len() + 1 + LENGTH);
        id.push_str(prefix);
        id.push('_');
        for _ in 0..LENGTH {
            state = state.wrapping_add(STEP);
            let digit = u32::try_from(mix(state) % 36).unwrap_or(0);
            id.push(char::from_digit(digit, 36).unwrap_or('0').to_ascii_uppercase());
        }
        id
    }
}

/// The finaliser of SplitMix64. Identifiers have to be distinct and look random; they are no secrets.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn the_same_seed_mints_the_same_identifiers_whatever_other_prefixes_did() {
        let (mut one, mut two) = (Ids::new(7), Ids::new(7));
        two.mint("req");
        let (first, second) = (one.mint("ord"), one.mint("ord"));
        assert_eq!(two.mint("ord"), first);
        assert_ne!(first, second);
        assert_eq!(first.len(), 30);
    }

    #[test]
    fn no_identifier_comes_twice() {
        let mut ids = Ids::new(0);
        let minted: std::collections::HashSet<String> = (0..20_000).map(|_| ids.mint("evt")).collect();
        assert_eq!(minted.len(), 20_000);
    }
}
