//! Reads and writes placements. Each write names the claim and the phase that it builds on, so one of two requests wins.

use crate::model::placement::{Phase, Placement};
use crate::store::condition::{claim_is, not_exists};
use crate::store::dynamo::item::{Item, from_item, unreadable};
use crate::store::dynamo::write::Put;
use crate::store::key::Key;
use crate::store::placement::draft::{Draft, KEEP_PARTS, packed_draft, read_draft};
use crate::store::placement::item::PlacementItem;
use crate::store::placement::parts::{self, MAX_INLINE};
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use serde::Deserialize;
use serde_bytes::ByteBuf;
use shared::ids::SessionId;

/// What shows that a placement in the table is the one that we wrote.
#[derive(Debug, Deserialize)]
struct Claim {
    claim: String,
    phase: String,
}

/// Whether the item that was found is the one that `new` was written as.
pub(super) fn is_ours(found: &Item, new: &Placement) -> Result<bool, StoreError> {
    let found: Claim = from_item(found.clone())?;
    Ok(found.claim == new.claim && found.phase == new.phase.as_str())
}

impl Store {
    /// The session's placement, as it is now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn placement(&self, session: &SessionId) -> Result<Option<Placement>, StoreError> {
        let found: Option<PlacementItem> = self.get(&Key::placement(session)).await?;
        let Some(mut item) = found else {
            return Ok(None);
        };
        let packed = match (item.draft.take(), item.draft_parts) {
            (Some(packed), _) => Some(packed.into_vec()),
            (None, Some(count)) => {
                let fingerprint = item.fingerprint.as_deref().ok_or_else(unreadable::<PlacementItem>)?;
                self.read_parts(session, fingerprint, count).await?
            }
            (None, None) => None,
        };
        let draft: Option<Draft> = packed.and_then(|packed| read_draft(&packed));
        item.read(session, draft).map(Some)
    }

    /// Claims the session's one order. `over` is what was found before: `None`, refused, or left without sending.
    /// `false`: another request was faster.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim(&self, new: &Placement, over: Option<&Placement>) -> Result<bool, StoreError> {
        let put = self.placement_put(new).await?.only_if(over.map_or_else(not_exists, claim_is));
        let call = self.put_call(put)?;
        let call = call.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match call.send().await {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                // The SDK retries after a lost answer: then it is our own write that exists already. The claim alone does
                // not prove that: a reconciler with a clock ahead may have refused it, and then nothing may be sent.
                Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                    failed.item().map_or(Ok(false), |found| is_ours(found, new))
                }
                _ => Err(StoreError::from_sdk(error)),
            },
        }
    }

    /// Replaces `old` by `new`, which has the same approval, unless another request has changed it. `false`: one has.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn move_placement(&self, old: &Placement, new: &Placement) -> Result<bool, StoreError> {
        self.claim(new, Some(old)).await
    }

    /// The placement as an item. The parts of a large draft are written first.
    pub(super) async fn placement_put(&self, placement: &Placement) -> Result<Put, StoreError> {
        let mut item = PlacementItem::new(placement);
        if let Some(sent) = &placement.sent {
            let packed = packed_draft(sent)?;
            if packed.len() <= MAX_INLINE {
                item.draft = Some(ByteBuf::from(packed));
            } else {
                item.draft_parts = Some(parts::count(&packed));
                // They are written once, before the order is sent.
                if placement.phase == Phase::Sent {
                    let expires_at = sent.at.saturating_add(KEEP_PARTS);
                    self.write_parts(&placement.session, &sent.fingerprint, &packed, expires_at).await?;
                }
            }
        }
        Put::new(&Key::placement(&placement.session), &item)
    }
}
