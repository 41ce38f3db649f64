//! The draft of a sent order: what is kept of it until it is placed, and in how many parts.

use crate::clock::Timestamp;
use crate::model::placement::{KeptQuote, Placement, Sent};
use crate::store::deflate::deflated;
use crate::store::parts::{self, MAX_INLINE};
use crate::store::{Store, StoreError};
use serde::{Deserialize, Serialize};
use shared::draft::CheckedOrder;
use shared::ids::SessionId;

/// Seconds that the parts of a large draft are kept: far beyond the day after which an order is placed or given up.
pub(super) const KEEP_PARTS: Timestamp = 30 * 24 * 60 * 60;

/// The name of a draft's parts: another order of the session has others, so that a late writer does not touch them.
pub(super) fn draft_name(session: &SessionId, fingerprint: &str) -> String {
    format!("DRAFT#{session}#{fingerprint}")
}

/// The draft of a sent order, compressed.
pub(super) fn packed_draft(sent: &Sent) -> Result<Vec<u8>, StoreError> {
    let draft = Draft { order: sent.order.clone(), quote: sent.quote.clone(), owned: sent.owned.clone() };
    Ok(deflated(&serde_json::to_vec(&draft).map_err(StoreError::from_build)?))
}

/// What is kept of a sent order until it is placed: what its body is built from, the quote, and which domains
/// were the customer's own.
#[derive(Serialize, Deserialize)]
pub(super) struct Draft {
    pub(super) order: CheckedOrder,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) quote: Option<KeptQuote>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) owned: Vec<String>,
}

impl Store {
    /// Removes the parts of a draft that is not needed any more. What stays expires.
    pub(super) async fn drop_draft(&self, placement: &Placement) {
        let Some(sent) = &placement.sent else {
            return;
        };
        let outcome = match packed_draft(sent) {
            Ok(packed) if packed.len() > MAX_INLINE => {
                self.drop_parts(&draft_name(&placement.session, &sent.fingerprint), parts::count(&packed)).await
            }
            _ => Ok(()),
        };
        if let Err(error) = outcome {
            tracing::warn!(session.id = %placement.session, error.cause = %error, "parts of a draft stay until they expire");
        }
    }
}
