//! Rejected deliveries: a ring of slots, so that a sender of rejected deliveries fills nothing but the ring.

use crate::clock::{Timestamp, to_iso};
use crate::store::condition::newer_than;
use crate::store::deflate::{deflated, inflated};
use crate::store::dynamo::item::from_item;
use crate::store::dynamo::update::Update;
use crate::store::dynamo::write::Put;
use crate::store::key::Key;
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::ReturnValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::{StreamExt, TryStreamExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Deliveries that are stored: each further one replaces the oldest.
pub const SLOTS: u64 = 100;
/// Most bytes of a body that are stored: an item has 400 KB, headers included.
pub const MAX_BODY: usize = 256 * 1024;
/// Seconds that a delivery is kept.
const KEEP: Timestamp = 7 * 24 * 60 * 60;
/// Slots read or emptied in parallel.
const CONCURRENT: usize = 10;
/// Most bytes of bodies in one page, as base64: an answer of Lambda has at most 6 MB.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// Headers by name.
pub type Headers = BTreeMap<String, HeaderText>;

/// Value of a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub enum HeaderText {
    /// A single value.
    One(String),
    /// Several values, in the order of the request.
    Several(Vec<String>),
}

impl HeaderText {
    /// The same with one more value.
    #[must_use]
    pub fn and(self, text: String) -> Self {
        let mut texts = match self {
            Self::One(first) => vec![first],
            Self::Several(texts) => texts,
        };
        texts.push(text);
        Self::Several(texts)
    }
}

/// A delivery that was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The code of the rejection, such as `signature_invalid`.
    pub reason: String,
    /// Headers by name, without credentials.
    pub headers: Headers,
    /// At most [`MAX_BODY`] bytes of the body.
    pub body: Vec<u8>,
    /// Bytes of the whole body.
    pub body_bytes: usize,
    /// Whether the body is left out, because it may hold a credential.
    pub is_withheld: bool,
}

/// A rejected delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "RejectedDelivery")]
pub struct RejectedRow {
    /// Our id, such as `rej_17`. Numbers increase.
    pub id: String,
    /// When it was received, ISO 8601 in UTC.
    pub received_at: String,
    /// Error code of the response, such as `webhook_signature`.
    pub reason: String,
    /// Headers by name in lower case, without credentials; a list if a header occurred more than once.
    pub headers: Headers,
    /// The unchanged body in base64: its first 256 KB.
    pub body_base64: String,
    /// Size of the whole body in bytes.
    pub body_bytes: u64,
    /// `true` if the body was truncated or omitted; absent otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
    /// `true` if the body was omitted because it may contain a credential; absent otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
}

/// A page of rejected deliveries, newest first.
#[derive(Debug, Default)]
pub struct RejectedPage {
    /// The deliveries of this page.
    pub rows: Vec<RejectedRow>,
    /// The number before which the next page starts.
    pub next: Option<u64>,
}

/// The item with the number of the newest delivery.
#[derive(Debug, Default, Deserialize)]
struct NewestItem {
    #[serde(default)]
    number: u64,
}

/// The item in a slot.
#[derive(Debug, Serialize, Deserialize)]
struct RejectedItem {
    number: u64,
    received_at: Timestamp,
    reason: String,
    /// Compressed JSON.
    #[serde(with = "serde_bytes")]
    headers: Vec<u8>,
    /// Compressed.
    #[serde(with = "serde_bytes")]
    body: Vec<u8>,
    body_bytes: u64,
    #[serde(default)]
    withheld: bool,
    expires_at: Timestamp,
}

impl RejectedItem {
    fn new(number: u64, rejected: &Rejected, now: Timestamp) -> Result<Self, StoreError> {
        let headers = serde_json::to_vec(&rejected.headers).map_err(StoreError::from_build)?;
        Ok(Self {
            number,
            received_at: now,
            reason: rejected.reason.clone(),
            headers: deflated(&headers),
            body: deflated(&rejected.body),
            body_bytes: u64::try_from(rejected.body_bytes).unwrap_or(u64::MAX),
            withheld: rejected.is_withheld,
            expires_at: now.saturating_add(KEEP),
        })
    }

    fn row(self) -> Option<RejectedRow> {
        let body = inflated(&self.body, MAX_BODY)?;
        let headers = inflated(&self.headers, MAX_BODY)?;
        Some(RejectedRow {
            id: format!("rej_{}", self.number),
            received_at: to_iso(self.received_at),
            reason: self.reason,
            headers: serde_json::from_slice(&headers).ok()?,
            truncated: u64::try_from(body.len()).is_ok_and(|kept| kept < self.body_bytes),
            withheld: self.withheld,
            body_base64: STANDARD.encode(body),
            body_bytes: self.body_bytes,
        })
    }
}

fn slot_key(number: u64) -> Key {
    Key::rejected_slot(number % SLOTS)
}

impl Store {
    /// Stores a rejected delivery in place of the oldest one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_rejected(&self, rejected: &Rejected, now: Timestamp) -> Result<(), StoreError> {
        let count = self.update_call(Update::of(Key::newest_rejected()).add("number", 1_u64))?;
        let counted = count.return_values(ReturnValue::UpdatedNew).send().await.map_err(StoreError::from_sdk)?;
        let newest: NewestItem = counted.attributes.map(from_item).transpose()?.unwrap_or_default();
        let item = RejectedItem::new(newest.number, rejected, now)?;
        let put = Put::new(&slot_key(newest.number), &item)?;
        // The next delivery for the same slot may have been faster.
        let number = i64::try_from(newest.number).unwrap_or(i64::MAX);
        self.put_if(put.only_if(newer_than("number", number))).await.map(drop)
    }

    /// A page of the newest [`SLOTS`] rejected deliveries, up to `most` of those before the number `before`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_rejected(
        &self,
        before: Option<u64>,
        most: usize,
        now: Timestamp,
    ) -> Result<RejectedPage, StoreError> {
        let last = self.newest_rejected().await?;
        let oldest = last.saturating_sub(SLOTS).saturating_add(1);
        let newest = before.map_or(last, |before| before.saturating_sub(1).min(last));
        let numbers = (oldest..=newest).rev();
        let mut found =
            std::pin::pin!(futures::stream::iter(numbers).map(|one| self.read_rejected(one, now)).buffered(CONCURRENT));
        let mut page = RejectedPage::default();
        let mut size = 0_usize;
        while let Some((number, row)) = found.try_next().await? {
            let Some(row) = row else { continue };
            size = size.saturating_add(row.body_base64.len());
            if page.rows.len() >= most || (size > PAGE_BYTES && !page.rows.is_empty()) {
                page.next = Some(number.saturating_add(1));
                break;
            }
            page.rows.push(row);
        }
        Ok(page)
    }

    /// Removes all of them: nothing shows which customers an unreadable body names.
    pub(crate) async fn forget_rejected(&self) -> Result<(), StoreError> {
        let last = self.newest_rejected().await?;
        let numbers = (1..=last.min(SLOTS)).map(slot_key);
        futures::stream::iter(numbers)
            .map(|slot| async move { self.delete(&slot).await })
            .buffer_unordered(CONCURRENT)
            .try_collect::<Vec<()>>()
            .await
            .map(drop)
    }

    /// The number of the newest delivery; 0 before the first one.
    async fn newest_rejected(&self) -> Result<u64, StoreError> {
        let newest: Option<NewestItem> = self.get(&Key::newest_rejected()).await?;
        Ok(newest.unwrap_or_default().number)
    }

    async fn read_rejected(&self, number: u64, now: Timestamp) -> Result<(u64, Option<RejectedRow>), StoreError> {
        let found: Option<RejectedItem> = self.get(&slot_key(number)).await?;
        // Another delivery may be in the slot now, and DynamoDB deletes an expired item days later.
        let found = found.filter(|item| item.number == number && item.expires_at > now);
        Ok((number, found.and_then(RejectedItem::row)))
    }
}
