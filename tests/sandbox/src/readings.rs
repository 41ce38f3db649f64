//! Interpretations of undocumented behaviour of upstream: docs/upstream.md#editions-and-marks.

use serde::{Deserialize, Serialize};

/// Interpretations besides imports, retries and receipts. The defaults are the least demanding for a client;
/// [`Readings::strictest`] the most demanding.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Readings {
    /// Whether availability is `stale` after five minutes, until it is requested again (docs/upstream.md#availability).
    /// An order asks the registry, without the cache.
    pub answers_age: bool,
    /// The entity that waits for an unreachable picture.
    pub actions: ActionReading,
    /// The value of `usable_for` in rows of imported domains.
    pub inventory_uses: InventoryUses,
    /// Whether a name in the partner's inventory is `available` instead of `taken`.
    pub inventory_available: bool,
    /// The format of inboxes in a full order.
    pub inboxes: InboxForm,
}

impl Readings {
    /// The most demanding interpretations together.
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

/// The entity that waits for an unreachable picture.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionReading {
    /// The order: `order.action_required`, and the first Google domain waits.
    #[default]
    Order,
    /// Each Google domain: `domain.action_required`, and the order stays `in_progress`.
    Domains,
}

/// The value of `usable_for` in rows of imported domains.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InventoryUses {
    /// The providers that the name supports.
    #[default]
    Known,
    /// `["google"]`, and only Google works.
    Google,
    /// `["microsoft"]`, and only Microsoft works.
    Microsoft,
    /// `null`; the domain supports the providers of its name.
    Null,
    /// The field is absent; the domain supports the providers of its name.
    Missing,
    /// Undocumented words besides the supported providers.
    Unknown,
    /// Each imported domain takes the next of the five values above.
    Mixed,
}

impl InventoryUses {
    /// The value for the `place`-th imported domain, from 0.
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

/// The format of inboxes in a full order, which is undocumented: docs/upstream.md#full-order.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InboxForm {
    /// `inboxes`: objects with `address`, `domain` and `provider`.
    #[default]
    Objects,
    /// `inboxes`: only addresses.
    Addresses,
    /// No `inboxes`.
    Absent,
}
