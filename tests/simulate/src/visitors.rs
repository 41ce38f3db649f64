//! The customers of a world: single ones, those with two sessions, rivals for domains with ending claims, and those who
//! leave for good.

use crate::customer::Character;
use crate::dice::Dice;
use crate::features::Features;
use crate::tally::Tally;
use std::collections::BTreeSet;

/// Customers per 1,000 with two sessions.
const TWINS: u64 = 60;
/// Per 1,000 customers after one with an ending claim, those who pick the same domains.
const RIVALS: u64 = 400;
/// Customers per 1,000 who pick a domain that another customer owns.
const BORROWERS: u64 = 80;
/// Customers per 1,000 who leave for good.
const LEAVING: u64 = 140;
/// The time of leaving, in percent: while the order is pending, during the faults, or days later.
const WHEN: [(u64, Leaves); 3] = [(60, Leaves::Ordering), (25, Leaves::DuringFaults), (15, Leaves::DaysLater)];
/// Milliseconds after ordering, for the first of these.
const SOON: (u64, u64) = (10, 1_500);
/// Milliseconds within which the last of these leave.
const DAYS: u64 = 9 * 24 * 60 * 60 * 1_000;
/// Milliseconds after which a customer's activity outlasts the faults.
const LONG: u64 = 30 * 60 * 1_000;

/// When a customer leaves for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leaves {
    Ordering,
    DuringFaults,
    DaysLater,
}

/// The same, with a drawn time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// This many milliseconds after its first order was sent.
    AfterOrdering(u64),
    /// This many milliseconds after the start of the world.
    At(u64),
}

/// A customer of the world.
#[derive(Debug)]
pub(crate) struct Visitor {
    pub(crate) character: Character,
    pub(crate) dice: Dice,
    /// When it leaves for good, if it does.
    pub(crate) leaving: Option<Leaving>,
}

impl Visitor {
    /// Whether its activity outlasts faults of `fault_phase` milliseconds.
    pub(crate) fn outlasts(&self, fault_phase: u64) -> bool {
        let waits = self.character.owns.as_ref().and_then(|owns| owns.switch).unwrap_or(0);
        self.character.arrives > fault_phase.saturating_sub(LONG) || waits > LONG
    }
}

/// Draws all customers of a world, and counts their special traits.
pub(crate) fn gather(dice: &Dice, customers: u64, fault_phase: u64, bundle: &str, features: &Features) -> Vec<Visitor> {
    let mut visitors: Vec<Visitor> = Vec::new();
    let mut previous: Option<Character> = None;
    let mut hesitant: Option<Character> = None;
    let mut owned: Option<String> = None;
    let mut known = BTreeSet::new();
    for number in 0..customers {
        let dice = dice.fork();
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
            Leaves::DuringFaults => Leaving::At(dice.between(0, fault_phase)),
            Leaves::DaysLater => Leaving::At(dice.between(fault_phase, DAYS)),
        });
        visitors.push(Visitor { character, dice, leaving });
    }
    visitors
}

/// Counts the special traits of the customers.
pub(crate) fn count(visitors: &[Visitor], features: &Features, tally: &Tally) {
    for Visitor { character, .. } in visitors {
        if character.is_large() {
            tally.count("customers: plans above 50 domains");
        }
        if !features.offers(character.ending) {
            tally.count("customers: picks under a TLD that is not offered");
        }
        if character.borrows.is_some() {
            tally.count("customers: picks owned by another customer");
        }
    }
}
