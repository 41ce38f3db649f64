//! The item of a placement.

use crate::clock::{Timestamp, to_iso};
use crate::model::approval::KeptApproval;
use crate::model::placement::{Counted, Phase, Placement, Sent};
use crate::model::sale::{Sale, SaleLabels};
use crate::store::StoreError;
use crate::store::dynamo::item::{Json, unreadable};
use crate::store::key::index::{Queue, placements_of};
use crate::store::placement::draft::Draft;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use shared::ids::SessionId;
use shared::order::Receipt;
use shared::plan::PlanChoice;

/// Seconds that a refused placement is kept: past the longest session.
const KEEP_REFUSED: Timestamp = 2 * 24 * 60 * 60;
/// Seconds after which the reconciler finishes a refused placement that its function did not finish.
const FINISHED_AFTER: Timestamp = 60;

/// The item of a placement.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PlacementItem {
    claim: String,
    phase: String,
    lease_until: Timestamp,
    claimed_at: Timestamp,
    placement_customer: String,
    placement_user: String,
    plan: Json<PlanChoice>,
    #[serde(default)]
    content: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_id: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sale: Option<Json<Sale>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    labels: Option<Json<SaleLabels>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    receipt: Option<Json<Receipt>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resend_after: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fingerprint: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counted_cents: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counted_at: Option<Timestamp>,
    /// The draft, compressed, unless it is large.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) draft: Option<ByteBuf>,
    /// The number of items that hold a large draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) draft_parts: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    approval: Option<Json<KeptApproval>>,
    /// Partition and sort key of `customer-index`: by these the placements of a customer are found.
    #[serde(skip_deserializing)]
    customer: String,
    #[serde(skip_deserializing)]
    created_at: String,
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    /// Partition and sort key of `open-index`.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    open_shard: Option<String>,
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    open_due: Option<Timestamp>,
}

impl PlacementItem {
    /// The item of `placement`, without its draft.
    pub(super) fn new(placement: &Placement) -> Self {
        let sent = placement.sent.as_ref();
        let receipt = match &placement.phase {
            Phase::Placed(receipt) => Some(Json(receipt.clone())),
            _ => None,
        };
        let is_refused = placement.phase == Phase::Refused;
        // A refused placement is open until the customer is removed from it, if that customer was forgotten meanwhile.
        let open_due = match &placement.phase {
            Phase::Placed(_) => None,
            Phase::Refused => Some(placement.lease_until.saturating_add(FINISHED_AFTER)),
            Phase::Claimed | Phase::Sent | Phase::Unknown => Some(placement.lease_until),
        };
        Self {
            claim: placement.claim.clone(),
            phase: placement.phase.as_str().to_owned(),
            lease_until: placement.lease_until,
            claimed_at: placement.claimed_at,
            placement_customer: placement.customer.clone(),
            placement_user: placement.user.clone(),
            plan: Json(placement.plan.clone()),
            content: placement.content.clone(),
            client_id: placement.client_id,
            sale: placement.sale.clone().map(Json),
            labels: Some(&placement.labels).filter(|labels| !labels.is_empty()).cloned().map(Json),
            receipt,
            sent_at: sent.map(|sent| sent.at),
            resend_after: sent.and_then(|sent| sent.resend_after),
            fingerprint: sent.map(|sent| sent.fingerprint.clone()),
            counted_cents: sent.map(|sent| sent.counted.cents),
            counted_at: sent.map(|sent| sent.counted.at),
            draft: None,
            draft_parts: None,
            approval: placement.approval.clone().map(Json),
            customer: placements_of(&placement.customer),
            created_at: to_iso(placement.claimed_at),
            expires_at: is_refused.then(|| placement.lease_until.saturating_add(KEEP_REFUSED)),
            open_shard: open_due.map(|_| Queue::Unfinished.shard_of(placement.session.as_str())),
            open_due,
        }
    }

    /// The placement of `session`, with its draft, if that still exists.
    pub(super) fn read(self, session: &SessionId, draft: Option<Draft>) -> Result<Placement, StoreError> {
        let phase = match self.phase.as_str() {
            "claimed" => Phase::Claimed,
            "sent" => Phase::Sent,
            "unknown" => Phase::Unknown,
            Phase::PLACED => Phase::Placed(self.receipt.ok_or_else(unreadable::<Receipt>)?.0),
            "refused" => Phase::Refused,
            _ => return Err(unreadable::<Phase>()),
        };
        let sent = match (self.sent_at, draft) {
            (None, _) => None,
            // The draft of a finished order may be removed: it is no longer needed.
            (Some(_), None) if matches!(phase, Phase::Placed(_) | Phase::Refused) => None,
            (Some(_), None) => return Err(unreadable::<Draft>()),
            (Some(at), Some(draft)) => Some(Sent {
                at,
                resend_after: self.resend_after,
                fingerprint: self.fingerprint.ok_or_else(unreadable::<Sent>)?,
                counted: Counted { cents: self.counted_cents.unwrap_or(0), at: self.counted_at.unwrap_or(at) },
                order: draft.order,
                quote: draft.quote,
                owned: draft.owned,
            }),
        };
        let labels = self.labels.map(|labels| labels.0).unwrap_or_default();
        Ok(Placement {
            session: session.clone(),
            claim: self.claim,
            phase,
            lease_until: self.lease_until,
            claimed_at: self.claimed_at,
            sale: self.sale.map(|sale| Sale { labels: labels.clone(), ..sale.0 }),
            labels,
            sent,
            customer: self.placement_customer,
            user: self.placement_user,
            plan: self.plan.0,
            content: self.content,
            client_id: self.client_id,
            approval: self.approval.map(|approval| approval.0),
        })
    }
}
