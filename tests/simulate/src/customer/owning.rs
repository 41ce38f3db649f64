//! Domains that a customer owns already: which, when their nameservers are set, and what else it does about them.

use crate::dice::Dice;

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// Customers of 1,000 who bring domains.
const OWNERS: u64 = 160;
/// Owners of 1,000 who bring one that others bring, too.
const CONTESTED: u64 = 300;
/// Owners of 1,000 who order before the nameservers are set.
const IMPATIENT: u64 = 150;
/// Owners of 1,000 who give their domains up again.
const RELEASING: u64 = 170;
/// Owners of 1,000 who have their domains connected, and order nothing.
const NEVER_ORDER: u64 = 150;
/// Milliseconds until the nameservers are set: after minutes, hours, days, or after the claim has ended.
const SWITCHES: [(u64, Option<(u64, u64)>); 5] = [
    (36, Some((MINUTE, 30 * MINUTE))),
    (13, Some((2 * HOUR, 20 * HOUR))),
    (16, Some((DAY, 6 * DAY))),
    (10, Some((7 * DAY + HOUR, 9 * DAY))),
    (25, None),
];
/// Milliseconds after another customer's import at which a rival asks: when that one's claim has ended.
const RIVAL_COMES: (u64, u64) = (7 * DAY + 10 * MINUTE, 8 * DAY);

/// What a customer brings.
#[derive(Debug, Clone)]
pub(crate) struct Owning {
    pub(crate) names: Vec<String>,
    /// Milliseconds until the nameservers are set; `None`: never.
    pub(crate) switch: Option<u64>,
    pub(crate) impatient: bool,
    pub(crate) releases: bool,
    pub(crate) orders: bool,
    /// Whether another customer has asked for them before, whose claim has ended.
    pub(crate) is_rival: bool,
    /// Another domain of this customer's, which makes the import another job.
    pub(crate) another: String,
}

impl Owning {
    /// What customer `number` brings, whose plan has `domains`; `None`: nothing.
    pub(crate) fn roll(number: u64, domains: u64, dice: &Dice) -> Option<Self> {
        if !dice.chance(OWNERS) {
            return None;
        }
        let count = dice.between(1, domains.min(3));
        let mut names: Vec<String> = (0..count).map(|index| format!("own{number}-{index}.com")).collect();
        if let Some(first) = names.first_mut().filter(|_| dice.chance(CONTESTED)) {
            *first = format!("house-of-{}.com", number / 10);
        }
        let switch = dice.weighted(&SWITCHES).flatten().map(|(low, high)| dice.between(low, high));
        Some(Self {
            names,
            switch,
            impatient: dice.chance(IMPATIENT),
            releases: dice.chance(RELEASING),
            orders: !dice.chance(NEVER_ORDER),
            is_rival: false,
            another: format!("also{number}.com"),
        })
    }

    /// Whether the claim may end before the nameservers are set.
    pub(crate) fn hesitates(&self) -> bool {
        self.switch.is_none_or(|after| after > 7 * DAY)
    }

    /// The same domains, asked for by customer `number` when the claim has ended; and when that one comes.
    pub(crate) fn rival(&self, number: u64, dice: &Dice) -> (Self, u64) {
        let rival = Self {
            names: self.names.clone(),
            switch: Some(dice.between(MINUTE, 3 * HOUR)),
            impatient: false,
            releases: false,
            orders: true,
            is_rival: true,
            another: format!("also{number}.com"),
        };
        (rival, dice.between(RIVAL_COMES.0, RIVAL_COMES.1))
    }
}
