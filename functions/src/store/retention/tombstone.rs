//! Tombstones of erased customers, which keep late writes from adding their personal data again.
//!
//! A tombstone has a digest of the customer as its key, and expires. A write that stores an order for the first time checks
//! it in its transaction.
//! An order that is stored already when its customer is erased gets a flag instead, which never expires.

use crate::clock::Timestamp;
use crate::store::condition::not_forgotten_since;
use crate::store::dynamo::item::{Item, from_item};
use crate::store::dynamo::write::{Check, Put};
use crate::store::key::Key;
use crate::store::{Store, StoreError};
use serde::{Deserialize, Serialize};

/// Seconds that a tombstone is kept: an order may take a day until it is stored, and its events another day
/// (docs/upstream.md#delivery); the rest is a margin for late events.
const KEEP_TOMBSTONE: Timestamp = 30 * 24 * 60 * 60;

/// The stored item.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Tombstone {
    /// The name that replaces the customer's.
    pub(crate) pseudonym: String,
    /// When the customer was forgotten.
    at: Timestamp,
    expires_at: Timestamp,
}

/// The tombstone that a failed check returns.
pub(crate) fn read_tombstone(item: Item) -> Result<Tombstone, StoreError> {
    from_item(item)
}

/// Holds unless `customer` was forgotten at or after `since`: data of an earlier moment belong to the forgotten customer,
/// and later data to a customer who came back.
pub(crate) fn not_forgotten(customer: &str, since: Timestamp) -> Check {
    Check { key: Key::forgotten(customer), condition: not_forgotten_since(since) }
}

impl Store {
    /// Stores that `customer` was erased at `now`.
    pub(super) async fn write_tombstone(
        &self,
        customer: &str,
        pseudonym: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tombstone =
            Tombstone { pseudonym: pseudonym.to_owned(), at: now, expires_at: now.saturating_add(KEEP_TOMBSTONE) };
        self.put(Put::new(&Key::forgotten(customer), &tombstone)?).await
    }

    /// The pseudonym of `customer`, if it was forgotten at or after `since`.
    pub(crate) async fn pseudonym(&self, customer: &str, since: Timestamp) -> Result<Option<String>, StoreError> {
        let tombstone: Option<Tombstone> = self.get(&Key::forgotten(customer)).await?;
        Ok(tombstone.filter(|found| found.at >= since).map(|found| found.pseudonym))
    }
}
