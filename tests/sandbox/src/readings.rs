//! What the sandbox does where upstream is unknown, or known without a sample: docs/upstream.md#editions-and-marks.

use serde::{Deserialize, Serialize};

/// How unknowns of upstream are read, beyond imports, retries and receipts. The defaults ask least of a client;
/// [`Readings::strictest`] asks most.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Readings {
    /// Whether an answer about a name is `stale` once it is five minutes old, until the name is asked for again
    /// (docs/upstream.md#availability). An order asks the registry, whatever the cache holds.
    pub answers_age: bool,
    /// What waits for a picture that cannot be reached.
    pub actions: ActionReading,
    /// What `usable_for` is on rows of imported domains.
    pub inventory_uses: InventoryUses,
    /// Whether a name in the partner's inventory is `available` in place of `taken`.
    pub inventory_available: bool,
    /// How a full order has its inboxes.
    pub inboxes: InboxForm,
}

impl Readings {
    /// Everything that asks most of a client, at once.
    pub const fn strictest() -> Self {
        Self {
            answers_age: true,
            actions: ActionReading::Domains,
            inventory_uses: InventoryUses::Mixed,
            inventory_available: true,
            inboxes: InboxForm::Addresses,
        }
    }
}

/// What waits for a picture that cannot be reached.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionReading {
    /// The order: `order.action_required`, and the first Google domain waits.
    #[default]
    Order,
    /// Each of its Google domains: `domain.action_required`, and the order stays `in_progress`.
    Domains,
}

/// What `usable_for` is on rows of imported domains.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InventoryUses {
    /// The providers that the name is good for.
    #[default]
    Known,
    /// `["google"]`, and it is so.
    Google,
    /// `["microsoft"]`, and it is so.
    Microsoft,
    /// `null`; the domain is good for what its name says.
    Null,
    /// The field is missing; the domain is good for what its name says.
    Missing,
    /// Words that no edition has, beside what the domain is good for.
    Unknown,
    /// Each domain that comes in takes the next of the five above.
    Mixed,
}

impl InventoryUses {
    /// What the `place`-th imported domain takes, from 0.
    pub(crate) fn of_place(self, place: usize) -> Self {
        const TURNS: [InventoryUses; 5] = [
            InventoryUses::Google,
            InventoryUses::Null,
            InventoryUses::Missing,
            InventoryUses::Unknown,
            InventoryUses::Microsoft,
        ];
        match self {
            Self::Mixed => TURNS.get(place % TURNS.len()).copied().unwrap_or_default(),
            one => one,
        }
    }
}

/// How a full order has its inboxes, which is unknown: docs/upstream.md#full-order.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InboxForm {
    /// `inboxes`: objects with `address`, `domain` and `provider`.
    #[default]
    Objects,
    /// `inboxes`: addresses alone.
    Addresses,
    /// No `inboxes`.
    Absent,
}
