//! The item of a claim.
//!
//! `DOMAIN#<name>` / `OWNER` is the record. A copy in `OWNER#<customer>` / `DOMAIN#<name>` lists the claim for its customer,
//! so that it can be counted and removed. One transaction writes both, if the record is as it was read. The order that a
//! domain is on is noted in the record alone (`on_order.rs`).

use crate::clock::Timestamp;
use crate::store::StoreError;
use crate::store::claim::rules::{ClaimJob, ClaimState, OnOrder, Owner};
use crate::store::condition::{claim_unchanged, not_exists};
use crate::store::dynamo::item::{Item, Json, from_item, is_false, key_of};
use crate::store::dynamo::transaction::Transaction;
use crate::store::dynamo::write::{Delete, Put};
use crate::store::key::Key;
use serde::{Deserialize, Serialize};
use shared::domain_name::DomainName;
use shared::ids::OrderId;
use shared::root_domain;
use std::time::Duration;

/// Attempts when writers conflict.
pub(super) const ATTEMPTS: u32 = 6;
/// Pause before the second attempt; it grows with each.
pub(super) const PAUSE: Duration = Duration::from_millis(20);

/// A record to be written.
#[derive(Debug)]
pub(super) struct RecordWrite {
    pub(super) name: DomainName,
    /// The record as it was read.
    pub(super) before: Option<Owner>,
    pub(super) next: Owner,
}

/// The writes of a transaction that changes claims.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    Record,
    /// The entry in the customer's list.
    Entry,
    /// The entry in the list of the customer who had the claim before.
    EntryBefore,
    Lock,
}

/// The item of a claim, and of its copy.
#[derive(Debug, Serialize, Deserialize)]
struct ClaimItem {
    owner: String,
    jobs: Json<Vec<ClaimJob>>,
    since: Timestamp,
    until: Timestamp,
    revision: u64,
    #[serde(default, skip_serializing_if = "is_false")]
    contested: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on_order: Option<OrderId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on_order_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "is_false")]
    connected: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    released: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    usable_for: Option<Vec<String>>,
}

impl From<&Owner> for ClaimItem {
    fn from(owner: &Owner) -> Self {
        let usable_for = match &owner.state {
            ClaimState::Connected { usable_for } => usable_for.clone(),
            ClaimState::Open | ClaimState::Released => None,
        };
        Self {
            owner: owner.customer.clone(),
            jobs: Json(owner.jobs.clone()),
            since: owner.since,
            until: owner.until,
            revision: owner.revision,
            contested: owner.contested,
            on_order: owner.on_order.as_ref().map(|order| order.id.clone()),
            on_order_at: owner.on_order.as_ref().map(|order| order.at),
            connected: owner.is_connected(),
            released: owner.state == ClaimState::Released,
            usable_for,
        }
    }
}

impl From<ClaimItem> for Owner {
    fn from(item: ClaimItem) -> Self {
        let state = match (item.connected, item.released) {
            (true, _) => ClaimState::Connected { usable_for: item.usable_for },
            (false, true) => ClaimState::Released,
            (false, false) => ClaimState::Open,
        };
        Self {
            customer: item.owner,
            jobs: item.jobs.0,
            since: item.since,
            until: item.until,
            contested: item.contested,
            state,
            on_order: item.on_order.zip(item.on_order_at).map(|(id, at)| OnOrder { id, at }),
            revision: item.revision,
        }
    }
}

/// The domain and the claim in a record, or in its copy; `None` when the name is not a root domain any more.
pub(super) fn read_claim(item: Item) -> Result<Option<(DomainName, Owner)>, StoreError> {
    let Some(name) = claimed_name(&item)? else {
        return Ok(None);
    };
    from_item::<ClaimItem>(item).map(|item| Some((name, item.into())))
}

/// The domain of a record, or of its copy.
pub(super) fn claimed_name(item: &Item) -> Result<Option<DomainName>, StoreError> {
    let key = key_of(item)?;
    Ok(key.claimed_domain().and_then(|name| root_domain::read(name).ok()))
}

/// Writes the record and its copy, also of a claim that was given up: the record still names the customer, and is found by
/// the copy. A customer who had the claim before loses its copy.
pub(super) fn push_record(transaction: &mut Transaction<Part>, write: &RecordWrite) -> Result<(), StoreError> {
    let item = ClaimItem::from(&write.next);
    let is_unchanged =
        write.before.as_ref().map_or_else(not_exists, |before| claim_unchanged(&before.customer, before.revision));
    transaction.push(Part::Record, Put::new(&Key::claim(&write.name), &item)?.only_if(is_unchanged));
    let entry = Key::customer_claim(&write.next.customer, &write.name);
    transaction.push(Part::Entry, Put::new(&entry, &item)?);
    if let Some(before) = write.before.as_ref().filter(|before| before.customer != write.next.customer) {
        transaction.push(Part::EntryBefore, Delete::new(Key::customer_claim(&before.customer, &write.name)));
    }
    Ok(())
}
