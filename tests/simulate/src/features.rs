//! Optional features of a world: each is drawn at random, and the report counts it.

use crate::dice::Dice;
use crate::tally::Tally;
use functions::model::approval::ApprovalMode;
use sandbox::ImportReading;

/// Counters that must not be zero in a simulation of many worlds: a feature that never occurs tests nothing.
pub const FEATURES: &[&str] = &[
    "worlds: an import's completed means connected",
    "worlds: an import's completed means prepared",
    "worlds: only some TLDs are offered",
    "worlds: the other environment sends events",
    "worlds: events of the other environment are forwarded",
    "worlds: retries repeat the signature, late ones are accepted",
    "worlds: retries repeat the signature, late ones are refused",
    "worlds: receipts contain only an id",
    "worlds: owned domains are reported as available",
    "worlds: availability becomes stale",
    "worlds: orders need an approval token",
    "worlds: the partner is asked about orders",
    "approvals: refused",
    "approvals: questions lost",
    "approvals: questions doubled",
    "approvals: answers lost",
    "approvals: answers late",
    "approvals: orders without one",
    "approvals: for another amount",
    "approvals: of another session",
    "approvals: presented after their quote has expired",
    "approvals: presented again after their end",
    "customers: plans above 50 domains",
    "customers: picks under a TLD that is not offered",
    "customers: picks owned by another customer",
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
    "erasures: while an order was pending",
    "webhooks: late ones accepted",
    "webhooks: late ones refused",
    "webhooks: of the other environment",
    "webhooks: of the other environment, about an order of this one",
    "webhooks: forwarded to the other stage",
    "worlds: the schedule alone delivers notifications",
    "notifications: two notifiers at once",
    "notifications: endpoints down",
    "notifications: attempts while the endpoint was down",
    "notifications: disks lost",
    "notifications: received again",
    "notifications: redeliveries asked for",
    "notifications: lists read",
];

/// Worlds per 1,000 that offer only some TLDs.
const SOME_ENDINGS: u64 = 400;
/// Worlds per 1,000 with one webhook URL for both environments.
const TWO_ENVIRONMENTS: u64 = 600;
/// Of those, worlds per 1,000 in which this stage forwards events to the other one.
const PASSED_ON: u64 = 500;
/// Worlds per 1,000 in which upstream reports owned domains as available.
const CALLED_AVAILABLE: u64 = 400;
/// Worlds per 1,000 in which upstream's availability becomes stale.
const ANSWERS_AGE: u64 = 300;
/// Worlds per 1,000 in which upstream repeats the first signature.
const REPEATED_SIGNATURES: u64 = 500;
/// Of those, worlds per 1,000 that accept late deliveries.
const ACCEPTS_LATE: u64 = 500;
/// How orders are approved, and the weights.
const APPROVALS: [(u64, ApprovalMode); 3] =
    [(4, ApprovalMode::None), (3, ApprovalMode::Token), (3, ApprovalMode::Call)];
/// How many endpoints the partner's backend has, and the weights.
const ENDPOINTS: [(u64, usize); 3] = [(5, 0), (3, 1), (2, 2)];
/// Worlds per 1,000 in which the table has a stream; as after a restore from backup, the others have only the schedule.
const STREAMS: u64 = 750;
/// Worlds per 1,000 with minimal receipts.
const MINIMAL_RECEIPTS: u64 = 250;
/// The TLDs on offer, if not all are.
pub(crate) const OFFERED: [&str; 2] = ["com", "net"];

/// The features of one world.
#[derive(Debug, Clone)]
pub(crate) struct Features {
    pub(crate) import_reading: ImportReading,
    /// TLDs on offer; empty means all.
    pub(crate) tlds: Vec<String>,
    pub(crate) other_environment: bool,
    /// Whether events of the other environment are forwarded to its stage.
    pub(crate) passes_on: bool,
    /// Whether upstream reports a domain in the inventory as available.
    pub(crate) called_available: bool,
    /// Whether availability becomes stale after five minutes.
    pub(crate) answers_age: bool,
    /// Whether upstream signs a retry again.
    pub(crate) resigns: bool,
    pub(crate) accepts_late: bool,
    pub(crate) minimal_receipts: bool,
    /// How orders have to be approved.
    pub(crate) approval: ApprovalMode,
    /// How many endpoints the partner's backend has.
    pub(crate) endpoints: usize,
    /// Whether the table's stream starts the notifier.
    pub(crate) streams: bool,
}

impl Features {
    /// Draws the features, and counts them.
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
            approval: dice.weighted(&APPROVALS).unwrap_or_default(),
            endpoints: dice.weighted(&ENDPOINTS).unwrap_or_default(),
            streams: dice.chance(STREAMS),
        };
        tally.count(match features.import_reading {
            ImportReading::Connected => "worlds: an import's completed means connected",
            ImportReading::Prepared => "worlds: an import's completed means prepared",
        });
        let drawn = [
            (!features.tlds.is_empty(), "worlds: only some TLDs are offered"),
            (features.other_environment, "worlds: the other environment sends events"),
            (features.passes_on, "worlds: events of the other environment are forwarded"),
            (features.called_available, "worlds: owned domains are reported as available"),
            (features.answers_age, "worlds: availability becomes stale"),
            (features.minimal_receipts, "worlds: receipts contain only an id"),
            (features.approval == ApprovalMode::Token, "worlds: orders need an approval token"),
            (features.approval == ApprovalMode::Call, "worlds: the partner is asked about orders"),
            (features.endpoints == 1, "worlds: one endpoint for notifications"),
            (features.endpoints == 2, "worlds: two endpoints for notifications"),
            (features.endpoints > 0 && !features.streams, "worlds: the schedule alone delivers notifications"),
        ];
        for (_, name) in drawn.iter().filter(|(is_drawn, _)| *is_drawn) {
            tally.count(name);
        }
        match (features.resigns, features.accepts_late) {
            (true, _) => {}
            (false, true) => tally.count("worlds: retries repeat the signature, late ones are accepted"),
            (false, false) => tally.count("worlds: retries repeat the signature, late ones are refused"),
        }
        features
    }

    /// Whether names under the TLD `ending` can be ordered.
    pub(crate) fn offers(&self, ending: &str) -> bool {
        self.tlds.is_empty() || self.tlds.iter().any(|offered| offered == ending)
    }
}
