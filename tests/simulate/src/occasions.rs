//! What a world and its customers need for a mistake that is made on purpose to show.

use crate::crowd::{Comer, Leaving};
use crate::customer::{Character, Special};
use crate::features::{Features, OFFERED};
use crate::options::Sabotage;

/// Milliseconds after ordering at which customers leave: the order is still on its way.
const SOON: u64 = 200;
/// Seconds from an order to its end within which its first event is easily overtaken by its last.
const OVERTAKEN: u64 = 10;
/// Tabs that order at once, each something else.
const TABS: u64 = 4;
/// Milliseconds until nameservers are set, and until the domain is connected, whatever fails meanwhile.
const SET_SOON: u64 = 60_000;
/// As above.
const CONNECTED: u64 = 30 * 60_000;

/// Gives a world what the mistake needs to show.
pub(crate) fn prepare(sabotage: Option<Sabotage>, features: &mut Features, provisioning: &mut u64) {
    match sabotage {
        Some(Sabotage::NoVersions) => *provisioning = OVERTAKEN,
        Some(Sabotage::AnyEnding) => features.tlds = OFFERED.map(str::to_owned).to_vec(),
        Some(Sabotage::SharedSecret) => features.other_environment = true,
        Some(Sabotage::Mislaid) => (features.other_environment, features.passes_on) = (true, true),
        _ => {}
    }
}

/// Lets customers do what the mistake needs to show.
pub(crate) fn tempt(sabotage: Option<Sabotage>, comers: &mut [Comer]) {
    let mut owned: Option<(String, u64)> = None;
    for comer in comers {
        match sabotage {
            Some(Sabotage::NoConditions) => (comer.character.tabs, comer.character.undecided) = (TABS, true),
            Some(Sabotage::NoOwners) => covet(&mut comer.character, &mut owned),
            Some(Sabotage::AnyEnding) => comer.character.ending = "org",
            Some(Sabotage::SoldTwice) => comer.character.special = Special::Contested,
            Some(Sabotage::NoMemory) => comer.leaving = Some(Leaving::AfterOrdering(SOON)),
            _ => {}
        }
    }
}

/// Who owns a domain has it connected soon, and orders nothing; who comes after that picks it.
fn covet(character: &mut Character, owned: &mut Option<(String, u64)>) {
    match (&mut character.owns, owned) {
        (Some(owns), owned) => {
            (owns.switch, owns.impatient, owns.releases, owns.orders) = (Some(SET_SOON), false, false, false);
            *owned = owns.names.first().cloned().map(|name| (name, character.arrives.saturating_add(CONNECTED)));
        }
        (None, Some((name, at))) => (character.borrows, character.arrives) = (Some(name.clone()), *at),
        (None, None) => {}
    }
}
