//! Adjusts a world and its customers so that a deliberate mistake has an effect.

use crate::customer::{Character, Pays, Special};
use crate::features::{Features, OFFERED};
use crate::options::Sabotage;
use crate::visitors::{Leaving, Visitor};
use functions::model::approval::ApprovalMode;

/// Milliseconds after ordering at which customers leave, while the order is pending.
const SOON: u64 = 200;
/// Seconds from an order to its end, short enough for its last event to overtake the first.
const OVERTAKEN: u64 = 10;
/// Number of tabs that order simultaneously, each a different order.
const TABS: u64 = 4;
/// Milliseconds until nameservers are set, despite faults.
const SET_SOON: u64 = 60_000;
/// Milliseconds until the domain is connected, despite faults.
const CONNECTED: u64 = 30 * 60_000;

/// Milliseconds that a patient customer waits: longer than a page does.
const PATIENT: u64 = 120_000;

/// Adjusts the world for the mistake.
pub(crate) fn prepare(sabotage: Option<Sabotage>, features: &mut Features, provisioning: &mut u64) {
    match sabotage {
        Some(Sabotage::NoVersions) => *provisioning = OVERTAKEN,
        Some(Sabotage::AnyEnding) => features.tlds = OFFERED.map(str::to_owned).to_vec(),
        Some(Sabotage::SharedSecret) => features.other_environment = true,
        Some(Sabotage::LostForward) => (features.other_environment, features.passes_on) = (true, true),
        _ => {}
    }
    // What has nothing to do with the mistake takes time, or hides it.
    if let Some(sabotage) = sabotage {
        let needs_approvals = [Sabotage::Unpaid, Sabotage::EndlessApprovals].contains(&sabotage);
        features.approval = if needs_approvals { ApprovalMode::Token } else { ApprovalMode::None };
        let needs_endpoints = [Sabotage::WrongStatus, Sabotage::UnheardDelivery].contains(&sabotage);
        (features.endpoints, features.streams) = if needs_endpoints { (1, true) } else { (0, false) };
    }
}

/// Adjusts the customers for the mistake.
pub(crate) fn prepare_visitors(sabotage: Option<Sabotage>, visitors: &mut [Visitor]) {
    let mut owned: Option<(String, u64)> = None;
    for visitor in visitors {
        match sabotage {
            Some(Sabotage::NoConditions) => (visitor.character.tabs, visitor.character.undecided) = (TABS, true),
            Some(Sabotage::NoOwners) => share_owned_domain(&mut visitor.character, &mut owned),
            Some(Sabotage::AnyEnding) => visitor.character.ending = "org",
            Some(Sabotage::SoldTwice) => visitor.character.special = Special::Contested,
            Some(Sabotage::DeniedOrder | Sabotage::SentAgain) => wait_for_the_answer(visitor),
            Some(Sabotage::OldStatus) => (visitor.leaving, visitor.character.leaves) = (None, false),
            Some(Sabotage::Unpaid) => visitor.character.pays = Pays::Nothing,
            Some(Sabotage::EndlessApprovals) => {
                (visitor.character.pays, visitor.character.session_life) = (Pays::AgainAfterTheEnd, 86_400);
            }
            Some(Sabotage::NoMemory) => visitor.leaving = Some(Leaving::AfterOrdering(SOON)),
            _ => {}
        }
    }
}

/// A customer whose page lives to see that the answer to the order got lost.
fn wait_for_the_answer(visitor: &mut Visitor) {
    let character = &mut visitor.character;
    (character.patience, character.leaves, character.renews, visitor.leaving) = (PATIENT, false, true, None);
}

/// A customer with an owned domain connects it soon and orders nothing; the next customer picks it.
fn share_owned_domain(character: &mut Character, owned: &mut Option<(String, u64)>) {
    match (&mut character.owns, owned) {
        (Some(owns), owned) => {
            (owns.switch, owns.impatient, owns.releases, owns.orders) = (Some(SET_SOON), false, false, false);
            *owned = owns.names.first().cloned().map(|name| (name, character.arrives.saturating_add(CONNECTED)));
        }
        (None, Some((name, at))) => (character.borrows, character.arrives) = (Some(name.clone()), *at),
        (None, None) => {}
    }
}
