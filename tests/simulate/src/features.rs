//! What a world may have beside its customers: each world draws it from its dice, and the report counts it.

use crate::dice::Dice;
use crate::tally::Tally;
use sandbox::ImportReading;

/// What has to happen at least once in a simulation of many worlds: a feature that never happens tests nothing.
pub const FEATURES: &[&str] = &[
    "worlds: an import's completed means connected",
    "worlds: an import's completed means prepared",
    "worlds: only some endings are on offer",
    "worlds: the other environment sends events, too",
    "worlds: the other environment's events are passed on",
    "worlds: retries repeat the signature, late ones are taken",
    "worlds: retries repeat the signature, late ones are refused",
    "worlds: receipts have an id and nothing else",
    "worlds: what is owned is called available",
    "worlds: answers about names age",
    "customers: plans above 50 domains",
    "customers: picks under an ending that is not on offer",
    "customers: picks of what another one owns",
    "imports: started",
    "imports: domains that were taken",
    "imports: nameservers set within the hour",
    "imports: nameservers set after hours",
    "imports: nameservers set after days",
    "imports: nameservers never set",
    "imports: domains released",
    "imports: claims that ended and were taken over",
    "imports: orders before the nameservers are set",
    "imports: domains ordered",
    "erasures",
    "erasures: while an order was on its way",
    "webhooks: late ones taken",
    "webhooks: late ones refused",
    "webhooks: of the other environment",
    "webhooks: of the other environment, about an order of this one",
    "webhooks: passed on to the other stage",
];

/// Worlds of 1,000 that offer only some endings.
const SOME_ENDINGS: u64 = 400;
/// Worlds of 1,000 whose URL gets the events of both environments.
const TWO_ENVIRONMENTS: u64 = 600;
/// Of those, worlds of 1,000 in which this stage knows the other one, and passes its events on.
const PASSED_ON: u64 = 500;
/// Worlds of 1,000 in which upstream says of a domain that is owned that it can be registered.
const CALLED_AVAILABLE: u64 = 400;
/// Worlds of 1,000 in which upstream's answers about names age.
const ANSWERS_AGE: u64 = 300;
/// Worlds of 1,000 in which upstream repeats the first signature.
const REPEATED_SIGNATURES: u64 = 500;
/// Of those, worlds of 1,000 that take late deliveries.
const ACCEPTS_LATE: u64 = 500;
/// Worlds of 1,000 whose receipts say as little as possible.
const MINIMAL_RECEIPTS: u64 = 250;
/// The endings on offer, where not all are.
pub(crate) const OFFERED: [&str; 2] = ["com", "net"];

/// What one world has.
#[derive(Debug, Clone)]
pub(crate) struct Features {
    pub(crate) import_reading: ImportReading,
    /// Endings on offer; empty: all.
    pub(crate) tlds: Vec<String>,
    pub(crate) other_environment: bool,
    /// Whether the other environment's events are passed on to its stage.
    pub(crate) passes_on: bool,
    /// Whether upstream calls a domain available that is in the inventory.
    pub(crate) called_available: bool,
    /// Whether an answer about a name is out of date after five minutes.
    pub(crate) answers_age: bool,
    /// Whether upstream signs a delivery afresh when it tries again.
    pub(crate) resigns: bool,
    pub(crate) accepts_late: bool,
    pub(crate) minimal_receipts: bool,
}

impl Features {
    /// Draws them, and counts what was drawn.
    pub(crate) fn draw(dice: &Dice, tally: &Tally) -> Self {
        let other_environment = dice.chance(TWO_ENVIRONMENTS);
        let features = Self {
            import_reading: if dice.chance(500) { ImportReading::Connected } else { ImportReading::Prepared },
            tlds: match dice.chance(SOME_ENDINGS) {
                true => OFFERED.map(str::to_owned).to_vec(),
                false => Vec::new(),
            },
            other_environment,
            passes_on: dice.chance(PASSED_ON) && other_environment,
            called_available: dice.chance(CALLED_AVAILABLE),
            answers_age: dice.chance(ANSWERS_AGE),
            resigns: !dice.chance(REPEATED_SIGNATURES),
            accepts_late: dice.chance(ACCEPTS_LATE),
            minimal_receipts: dice.chance(MINIMAL_RECEIPTS),
        };
        tally.count(match features.import_reading {
            ImportReading::Connected => "worlds: an import's completed means connected",
            ImportReading::Prepared => "worlds: an import's completed means prepared",
        });
        let drawn = [
            (!features.tlds.is_empty(), "worlds: only some endings are on offer"),
            (features.other_environment, "worlds: the other environment sends events, too"),
            (features.passes_on, "worlds: the other environment's events are passed on"),
            (features.called_available, "worlds: what is owned is called available"),
            (features.answers_age, "worlds: answers about names age"),
            (features.minimal_receipts, "worlds: receipts have an id and nothing else"),
        ];
        for (_, name) in drawn.iter().filter(|(is_drawn, _)| *is_drawn) {
            tally.count(name);
        }
        match (features.resigns, features.accepts_late) {
            (true, _) => {}
            (false, true) => tally.count("worlds: retries repeat the signature, late ones are taken"),
            (false, false) => tally.count("worlds: retries repeat the signature, late ones are refused"),
        }
        features
    }

    /// Whether names under `ending` can be ordered.
    pub(crate) fn offers(&self, ending: &str) -> bool {
        self.tlds.is_empty() || self.tlds.iter().any(|offered| offered == ending)
    }
}
