//! The draft of a sent order, which is kept until the order is placed.

use crate::clock::Timestamp;
use crate::model::placement::{KeptQuote, Placement, Sent};
use crate::store::deflate::{MAX_INFLATED, deflated, inflated};
use crate::store::placement::parts::{self, MAX_INLINE};
use crate::store::{Store, StoreError};
use serde::{Deserialize, Serialize};
use shared::draft::CheckedOrder;

/// Seconds that the parts of a large draft are kept: far beyond the day after which an order is placed or given up.
pub(super) const KEEP_PARTS: Timestamp = 30 * 24 * 60 * 60;

/// What is kept of a sent order until it is placed.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Draft {
    /// What the body is built from.
    pub(super) order: CheckedOrder,
    /// The quote that it came with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) quote: Option<KeptQuote>,
    /// The domains that the customer owned before, such as `acme.com`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) owned: Vec<String>,
}

/// The draft of a sent order, compressed.
pub(super) fn packed_draft(sent: &Sent) -> Result<Vec<u8>, StoreError> {
    let draft = Draft { order: sent.order.clone(), quote: sent.quote.clone(), owned: sent.owned.clone() };
    Ok(deflated(&serde_json::to_vec(&draft).map_err(StoreError::from_build)?))
}

/// The draft in `packed`; `None` for other bytes.
pub(super) fn read_draft(packed: &[u8]) -> Option<Draft> {
    serde_json::from_slice(&inflated(packed, MAX_INFLATED)?).ok()
}

impl Store {
    /// Removes the parts of a draft that is no longer needed. If this fails, they expire.
    pub(super) async fn drop_draft(&self, placement: &Placement) {
        let Some(sent) = &placement.sent else {
            return;
        };
        let outcome = match packed_draft(sent) {
            Ok(packed) if packed.len() > MAX_INLINE => {
                self.drop_parts(&placement.session, &sent.fingerprint, parts::count(&packed)).await
            }
            _ => Ok(()),
        };
        if let Err(error) = outcome {
            tracing::warn!(
                session.id = %placement.session,
                error.cause = %error,
                "parts of a draft not removed; they expire"
            );
        }
    }
}
