//! What all parts of a function share: the table, the secrets, time and randomness.

use crate::clock::{Clock, Random};
use crate::secret_store::SecretStore;
use crate::secrets::StageKind;
use crate::store::Store;

/// What all parts of a function share. A test or the simulator puts its own in place of any of it.
#[derive(Debug, Clone)]
pub struct Resources {
    /// What the stage is for.
    pub stage: StageKind,
    /// The table.
    pub store: Store,
    /// The secrets.
    pub secret_store: SecretStore,
    /// Time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
}
