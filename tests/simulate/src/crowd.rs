//! Who comes to a world: customers, people with two sessions, rivals for domains whose claims end, and who leaves for good.

use crate::customer::Character;
use crate::dice::Dice;
use crate::features::Features;
use crate::tally::Tally;
use std::collections::BTreeSet;

/// Customers of 1,000 who have two sessions.
const TWINS: u64 = 60;
/// Of 1,000 customers after one whose claim may end, those who want the same domains.
const RIVALS: u64 = 400;
/// Customers of 1,000 who pick a domain that somebody else owns.
const BORROWERS: u64 = 80;
/// Customers of 1,000 who leave for good.
const LEAVING: u64 = 140;
/// When they do, of 100: while the order is on its way, some time in the storm, or days later.
const WHEN: [(u64, Leaves); 3] = [(60, Leaves::Ordering), (25, Leaves::InTheStorm), (15, Leaves::DaysLater)];
/// Milliseconds after ordering, for the first of these.
const SOON: (u64, u64) = (10, 1_500);
/// Milliseconds within which the last of these leave.
const DAYS: u64 = 9 * 24 * 60 * 60 * 1_000;
/// Milliseconds from which on a customer's life takes longer than the storm does.
const LONG: u64 = 30 * 60 * 1_000;

/// When somebody leaves for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leaves {
    Ordering,
    InTheStorm,
    DaysLater,
}

/// The same, drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// So many milliseconds after its first order has set out.
    AfterOrdering(u64),
    /// So many milliseconds after the world began.
    At(u64),
}

/// Somebody who comes.
#[derive(Debug)]
pub(crate) struct Comer {
    pub(crate) character: Character,
    pub(crate) dice: Dice,
    /// When it leaves for good, if it does.
    pub(crate) leaving: Option<Leaving>,
}

impl Comer {
    /// Whether it has business that outlasts a storm of `storm` milliseconds.
    pub(crate) fn outlasts(&self, storm: u64) -> bool {
        let waits = self.character.owns.as_ref().and_then(|owns| owns.switch).unwrap_or(0);
        self.character.arrives > storm.saturating_sub(LONG) || waits > LONG
    }
}

/// Rolls all customers of a world, and counts what is special about them.
pub(crate) fn gather(dice: &Dice, customers: u64, storm: u64, bundle: &str, features: &Features) -> Vec<Comer> {
    let mut comers: Vec<Comer> = Vec::new();
    let mut previous: Option<Character> = None;
    let mut hesitant: Option<Character> = None;
    let mut owned: Option<String> = None;
    let mut known = BTreeSet::new();
    for number in 0..customers {
        let dice = dice.fork(number.saturating_add(1_000));
        let twin = previous.take().filter(|_| dice.chance(TWINS)).map(|other| other.twin(number, &dice));
        let rival = hesitant.take_if(|_| dice.chance(RIVALS)).and_then(|other| other.rival(number, &dice, bundle));
        let mut character = twin.or(rival).unwrap_or_else(|| Character::roll(number, &dice, bundle));
        character.borrows = owned.take_if(|_| dice.chance(BORROWERS)).filter(|_| character.owns.is_none());
        if let Some(owns) = &character.owns {
            owned = owns.names.first().cloned();
            if owns.hesitates() && features.offers("com") {
                hesitant = Some(character.clone());
            }
        }
        previous = Some(character.clone());
        let is_new = known.insert(character.email.clone());
        let when = dice.weighted(&WHEN).filter(|_| dice.chance(LEAVING) && is_new);
        let leaving = when.map(|when| match when {
            Leaves::Ordering => Leaving::AfterOrdering(dice.between(SOON.0, SOON.1)),
            Leaves::InTheStorm => Leaving::At(dice.between(0, storm)),
            Leaves::DaysLater => Leaving::At(dice.between(storm, DAYS)),
        });
        comers.push(Comer { character, dice, leaving });
    }
    comers
}

/// Counts what is special about who comes.
pub(crate) fn count(comers: &[Comer], features: &Features, tally: &Tally) {
    for Comer { character, .. } in comers {
        if character.is_large() {
            tally.count("customers: plans above 50 domains");
        }
        if !features.offers(character.ending) {
            tally.count("customers: picks under an ending that is not on offer");
        }
        if character.borrows.is_some() {
            tally.count("customers: picks of what another one owns");
        }
    }
}
