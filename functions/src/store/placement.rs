//! Placements in the table: each write names the claim and the phase that it builds on, so that two cannot both win.

use crate::clock::{Timestamp, to_iso};
use crate::model::placement::{Counted, Phase, Placement, Sent};
use crate::store::buckets::placements_of;
use crate::store::draft::{Draft, KEEP_PARTS, draft_name, packed_draft};
use crate::store::forgotten::pseudonym_of;
use crate::store::guard::{Guarded, Limit};
use crate::store::item::{Item, bytes, get_bytes, get_i64, get_text, get_u64, key, number, text};
use crate::store::order_placed::Placed;
use crate::store::parts::{self, MAX_INLINE};
use crate::store::table::Waits;
use crate::store::{Store, StoreError, transact};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::ids::SessionId;
use shared::order::Receipt;

/// Seconds that a refused placement is kept: past the longest session.
const KEEP_REFUSED: Timestamp = 2 * 24 * 60 * 60;
/// Seconds after which a refused placement that its function did not finish is finished by the reconciler.
const FINISHED_AFTER: Timestamp = 60;
/// What a placement becomes.
const ENDS_AS_PLACED: &str = "SET phase = :placed, receipt = :receipt, lease_until = :now, expires_at = :expires";
/// Transactions of one receipt: an event may have been faster with several facts.
const MOST_TRIES: usize = 8;

pub(crate) fn placement_key(session: &SessionId) -> Item {
    key(format!("SESSION#{session}"), "PLACEMENT")
}

impl Store {
    /// The session's placement, as it is now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn placement(&self, session: &SessionId) -> Result<Option<Placement>, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(placement_key(session)))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        let Some(item) = &found.item else {
            return Ok(None);
        };
        let packed = match (get_bytes(item, "draft"), get_u64(item, "draft_parts")) {
            (Some(packed), _) => Some(packed.to_vec()),
            (None, Some(parts)) => {
                let fingerprint = get_text(item, "fingerprint").ok_or(StoreError::Item("fingerprint"))?;
                self.read_parts(&draft_name(session, fingerprint), usize::try_from(parts).unwrap_or(0)).await?
            }
            (None, None) => None,
        };
        read(session, item, packed.as_deref()).map(Some)
    }

    /// Claims the session's one order. `over` is what was found before: `None`, refused, or left without sending.
    /// `false`: another request was faster.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim(&self, new: &Placement, over: Option<&Placement>) -> Result<bool, StoreError> {
        let mut put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(self.write(new).await?))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        put = match over {
            None => put.condition_expression("attribute_not_exists(pk)"),
            Some(old) => put
                .condition_expression("claim = :claim AND phase = :phase")
                .expression_attribute_values(":claim", text(&old.claim))
                .expression_attribute_values(":phase", text(old.phase.as_str())),
        };
        match put.send().await {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                // The SDK repeats a call whose answer was lost: then it is what we wrote that stands in the way. A claim
                // alone is no proof: a reconciler whose clock is ahead may have refused it, and then nothing may be sent.
                Some(aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException(failed)) => {
                    let is_ours = |item: &Item| {
                        get_text(item, "claim") == Some(new.claim.as_str())
                            && get_text(item, "phase") == Some(new.phase.as_str())
                    };
                    Ok(failed.item().is_some_and(is_ours))
                }
                _ => Err(StoreError::from_sdk(error)),
            },
        }
    }

    /// Replaces `old` by `new`, unless somebody else has moved it. `false`: somebody has.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn move_placement(&self, old: &Placement, new: &Placement) -> Result<bool, StoreError> {
        self.claim(new, Some(old)).await
    }

    /// Ends as placed, and makes the order known: both or neither. The receipt's status is true since `at`, on
    /// upstream's clock.
    ///
    /// # Errors
    /// [`StoreError`]; then the placement stands as it was, and looking upstream will find the order.
    pub async fn settle(
        &self,
        placement: &Placement,
        receipt: &Receipt,
        at: Option<Timestamp>,
        guards: [(Guarded<'_>, Limit); 2],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(placement_key(&placement.session)))
            .condition_expression("claim = :claim AND phase = :phase")
            .expression_attribute_values(":placed", text(Phase::PLACED))
            .expression_attribute_values(":receipt", json(receipt)?)
            .expression_attribute_values(":now", number(now))
            // The draft names people, and ends with the order; this is for an order that never does.
            .expression_attribute_values(":expires", number(self.latest_end(now)))
            .expression_attribute_values(":claim", text(&placement.claim))
            .expression_attribute_values(":phase", text(placement.phase.as_str()));
        let mut corrections = Vec::new();
        if let (Some(sent), Some(costs)) = (&placement.sent, &receipt.costs) {
            for guard in guards {
                corrections.extend(self.correction(guard, sent.counted, costs)?);
            }
        }
        let mut rest: Vec<TransactWriteItem> = corrections.into_iter().map(transact::update).collect();
        if let Some(quote) = placement.sent.as_ref().and_then(|sent| sent.quote.as_ref()) {
            rest.push(transact::put(self.kept_quote(&receipt.id, quote)?));
        }
        // First: a function that dies here leaves the placement open, and whoever settles it does this again.
        self.note_on_order(placement, receipt, now).await?;
        let mut placed = Placed::new(placement, receipt, at, now)?;
        for _ in 0..MOST_TRIES {
            let order = placed.writes(self, &receipt.id)?;
            // An erasure that is not finished here stays in the open work.
            let leaves = if placed.pseudonym().is_none() { " REMOVE open_shard, open_due" } else { "" };
            let ending = format!("{ENDS_AS_PLACED}{leaves}");
            let update = update.clone().update_expression(ending).build().map_err(StoreError::from_build)?;
            let writes = [vec![transact::update(update)], order, rest.clone()].concat();
            let refused = self.transact(writes).await?;
            if refused.is_empty() {
                self.drop_draft(placement).await;
                // Whoever was forgotten meanwhile is forgotten here, too: the draft names people.
                if let Some(pseudonym) = placed.pseudonym()
                    && let Err(error) = self.forget_placed(placement, &receipt.id, pseudonym, now).await
                {
                    tracing::warn!(session.id = %placement.session, error.cause = %error, "a customer is forgotten later");
                }
                return Ok(());
            }
            for refusal in refused {
                match (refusal.place, refusal.item) {
                    (0, _) => return Err(StoreError::Contended),
                    (1, Some(head)) => drop(placed.leave_out_older(&head)),
                    (_, found) => {
                        if let Some(pseudonym) = pseudonym_of(found.as_ref()) {
                            // An event of an order that was sent later than its customer was forgotten is taken for that of
                            // somebody who came back: what it wrote goes before the placement ends.
                            self.forget_known_order(&receipt.id, &pseudonym).await?;
                            placed.strip(&pseudonym);
                        }
                    }
                }
            }
        }
        Err(StoreError::Contended)
    }
}

fn json<T: Serialize>(value: &T) -> Result<AttributeValue, StoreError> {
    serde_json::to_string(value).map(text).map_err(StoreError::from_build)
}

fn parse<T: DeserializeOwned>(item: &Item, name: &'static str) -> Result<T, StoreError> {
    get_text(item, name).and_then(|json| serde_json::from_str(json).ok()).ok_or(StoreError::Item(name))
}

impl Store {
    /// The placement as an item. A draft that is large goes into parts beside it first.
    async fn write(&self, placement: &Placement) -> Result<Item, StoreError> {
        let mut item = facts(placement)?;
        if let Some(sent) = &placement.sent {
            let packed = packed_draft(sent)?;
            if packed.len() <= MAX_INLINE {
                item.insert("draft".to_owned(), bytes(packed));
            } else {
                let name = draft_name(&placement.session, &sent.fingerprint);
                item.insert("draft_parts".to_owned(), number(parts::count(&packed)));
                // They are written once, before the order is sent, and then only read.
                if placement.phase == Phase::Sent {
                    self.write_parts(&name, &packed, sent.at.saturating_add(KEEP_PARTS)).await?;
                }
            }
        }
        Ok(item)
    }
}

fn facts(placement: &Placement) -> Result<Item, StoreError> {
    let mut item = placement_key(&placement.session);
    let mut set = |name: &str, value: AttributeValue| item.insert(name.to_owned(), value);
    set("claim", text(&placement.claim));
    set("phase", text(placement.phase.as_str()));
    set("lease_until", number(placement.lease_until));
    set("claimed_at", number(placement.claimed_at));
    set("placement_customer", text(&placement.customer));
    set("placement_user", text(&placement.user));
    // By these the placements of a customer are found.
    set("customer", text(placements_of(&placement.customer)));
    set("created_at", text(to_iso(placement.claimed_at)));
    set("plan", json(&placement.plan)?);
    set("content", text(&placement.content));
    if let Some(client_id) = placement.client_id {
        set("client_id", number(client_id));
    }
    if let Some(sent) = &placement.sent {
        set("sent_at", number(sent.at));
        if let Some(resend_after) = sent.resend_after {
            set("resend_after", number(resend_after));
        }
        set("fingerprint", text(&sent.fingerprint));
        set("counted_cents", number(sent.counted.cents));
        set("counted_at", number(sent.counted.at));
    }
    match &placement.phase {
        Phase::Placed(receipt) => {
            set("receipt", json(receipt)?);
        }
        Phase::Refused => {
            set("expires_at", number(placement.lease_until.saturating_add(KEEP_REFUSED)));
            // It stays in the open work until nothing names a customer who was forgotten meanwhile.
            set("open_shard", text(Waits::Open.shard_of(placement.session.as_str())));
            set("open_due", number(placement.lease_until.saturating_add(FINISHED_AFTER)));
        }
        Phase::Claimed | Phase::Sent | Phase::Unknown => {
            set("open_shard", text(Waits::Open.shard_of(placement.session.as_str())));
            set("open_due", number(placement.lease_until));
        }
    }
    Ok(item)
}

fn read(session: &SessionId, item: &Item, draft: Option<&[u8]>) -> Result<Placement, StoreError> {
    let phase = match get_text(item, "phase") {
        Some("claimed") => Phase::Claimed,
        Some("sent") => Phase::Sent,
        Some("unknown") => Phase::Unknown,
        Some(Phase::PLACED) => Phase::Placed(parse(item, "receipt")?),
        Some("refused") => Phase::Refused,
        _ => return Err(StoreError::Item("phase")),
    };
    let draft: Option<Draft> = match draft.map(parts::unpacked) {
        None => None,
        Some(json) => json.and_then(|json| serde_json::from_slice(&json).ok()),
    };
    let sent = match (get_i64(item, "sent_at"), draft) {
        (None, _) => None,
        // The draft of a placed order may be gone; it is not needed any more.
        (Some(_), None) if matches!(phase, Phase::Placed(_) | Phase::Refused) => None,
        (Some(_), None) => return Err(StoreError::Item("draft")),
        (Some(at), Some(draft)) => Some(Sent {
            at,
            resend_after: get_i64(item, "resend_after"),
            fingerprint: get_text(item, "fingerprint").ok_or(StoreError::Item("fingerprint"))?.to_owned(),
            counted: Counted {
                cents: get_u64(item, "counted_cents").unwrap_or(0),
                at: get_i64(item, "counted_at").unwrap_or(at),
            },
            order: draft.order,
            quote: draft.quote,
            owned: draft.owned,
        }),
    };
    Ok(Placement {
        session: session.clone(),
        claim: get_text(item, "claim").ok_or(StoreError::Item("claim"))?.to_owned(),
        phase,
        lease_until: get_i64(item, "lease_until").ok_or(StoreError::Item("lease_until"))?,
        claimed_at: get_i64(item, "claimed_at").ok_or(StoreError::Item("claimed_at"))?,
        sent,
        customer: get_text(item, "placement_customer").ok_or(StoreError::Item("placement_customer"))?.to_owned(),
        user: get_text(item, "placement_user").ok_or(StoreError::Item("placement_user"))?.to_owned(),
        plan: parse(item, "plan")?,
        content: get_text(item, "content").unwrap_or_default().to_owned(),
        client_id: get_u64(item, "client_id"),
    })
}
