//! Deliveries that were refused: a ring of slots, so that whoever sends what is refused fills nothing but the ring.

use crate::clock::{Timestamp, to_iso};
use crate::store::deflate::{deflated, inflated};
use crate::store::item::{Item, bytes, get_bytes, get_flag, get_i64, get_text, get_u64, key, number, text};
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::{StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Deliveries that are kept: each further one takes the place of the oldest.
pub const SLOTS: u64 = 100;
/// Bytes of a body that are kept: an item has 400 KB, headers included.
pub const MAX_BODY: usize = 256 * 1024;
/// Seconds that one is kept.
const KEEP: Timestamp = 7 * 24 * 60 * 60;
/// Slots that are read or emptied at once.
const CONCURRENT: usize = 10;
/// Bytes of bodies in one page, as base64: an answer of Lambda's has at most 6 MB.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// Headers by name.
pub type Headers = BTreeMap<String, HeaderText>;

/// What a header said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum HeaderText {
    /// It was there once.
    One(String),
    /// It was there more than once, in this order.
    Several(Vec<String>),
}

impl HeaderText {
    /// The same with one more text.
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

/// A delivery that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The code of the refusal.
    pub reason: String,
    /// Headers by name, without credentials.
    pub headers: Headers,
    /// At most [`MAX_BODY`] bytes of the body.
    pub body: Vec<u8>,
    /// Bytes that the body had.
    pub body_bytes: usize,
    /// Whether the body is left out, because it looks like holding a credential.
    pub is_withheld: bool,
}

/// One of them as the partner reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RejectedRow {
    /// Ours, such as `rej_17`; later ones have a larger number.
    pub id: String,
    /// When it came.
    pub received_at: String,
    /// The code of the refusal.
    pub reason: String,
    /// Headers by name, without credentials.
    pub headers: Headers,
    /// The body as it came, as far as it is kept.
    pub body_base64: String,
    /// Bytes that the body had.
    pub body_bytes: u64,
    /// Whether the end of the body is missing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
    /// Whether the body is left out, because it looks like holding a credential.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
}

/// A page of them, newest first.
#[derive(Debug, Default)]
pub struct RejectedPage {
    /// Those of this page.
    pub rows: Vec<RejectedRow>,
    /// The number before which the next page goes on.
    pub next: Option<u64>,
}

fn last_key() -> Item {
    key("REJECTED", "LAST")
}

fn slot_key(rejected: u64) -> Item {
    key(format!("REJECTED#{}", rejected % SLOTS), "REJECTED")
}

impl Store {
    /// Keeps a refused delivery, in place of the oldest one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_rejected(&self, rejected: &Rejected, now: Timestamp) -> Result<(), StoreError> {
        let counted = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(last_key()))
            .update_expression("ADD #number :one")
            .expression_attribute_names("#number", "number")
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::UpdatedNew);
        let counted = counted.send().await.map_err(StoreError::from_sdk)?;
        let own = counted.attributes().and_then(|item| get_u64(item, "number")).unwrap_or_default();
        let headers = serde_json::to_vec(&rejected.headers).map_err(StoreError::from_build)?;
        let mut item = slot_key(own);
        let mut set = |name: &str, value| drop(item.insert(name.to_owned(), value));
        set("number", number(own));
        set("received_at", number(now));
        set("reason", text(rejected.reason.as_str()));
        set("headers", bytes(deflated(&headers)));
        set("body", bytes(deflated(&rejected.body)));
        set("body_bytes", number(rejected.body_bytes));
        set("withheld", AttributeValue::Bool(rejected.is_withheld));
        set("expires_at", number(now.saturating_add(KEEP)));
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            // Whoever has the slot's next number may have been faster.
            .condition_expression("attribute_not_exists(pk) OR #number < :number")
            .expression_attribute_names("#number", "number")
            .expression_attribute_values(":number", number(own));
        match put.send().await {
            Ok(_) => Ok(()),
            Err(error) if error.as_service_error().is_some_and(PutItemError::is_conditional_check_failed_exception) => {
                Ok(())
            }
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }

    /// A page of the newest [`SLOTS`] refused deliveries, up to `most` of those before the number `before`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_rejected(
        &self,
        before: Option<u64>,
        most: usize,
        now: Timestamp,
    ) -> Result<RejectedPage, StoreError> {
        let last = self.last_rejected().await?;
        let oldest = last.saturating_sub(SLOTS).saturating_add(1);
        let newest = before.map_or(last, |before| before.saturating_sub(1).min(last));
        let numbers = (oldest..=newest).rev();
        let mut found =
            std::pin::pin!(futures::stream::iter(numbers).map(|one| self.read_rejected(one, now)).buffered(CONCURRENT));
        let mut page = RejectedPage::default();
        let mut size = 0_usize;
        while let Some((own, row)) = found.try_next().await? {
            let Some(row) = row else { continue };
            size = size.saturating_add(row.body_base64.len());
            if page.rows.len() >= most || (size > PAGE_BYTES && !page.rows.is_empty()) {
                page.next = Some(own.saturating_add(1));
                break;
            }
            page.rows.push(row);
        }
        Ok(page)
    }

    /// Removes all of them: nothing shows which customers a body names that could not be read.
    pub(crate) async fn forget_rejected(&self) -> Result<(), StoreError> {
        let last = self.last_rejected().await?;
        let numbers = (1..=last.min(SLOTS)).map(slot_key);
        futures::stream::iter(numbers)
            .map(|slot| self.drop_item(slot))
            .buffer_unordered(CONCURRENT)
            .try_collect::<Vec<()>>()
            .await
            .map(drop)
    }

    /// The number of the newest one; 0 when there never was one.
    async fn last_rejected(&self) -> Result<u64, StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(last_key())).consistent_read(true);
        let found = get.send().await.map_err(StoreError::from_sdk)?.item;
        Ok(found.and_then(|item| get_u64(&item, "number")).unwrap_or_default())
    }

    async fn read_rejected(&self, own: u64, now: Timestamp) -> Result<(u64, Option<RejectedRow>), StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(slot_key(own))).consistent_read(true);
        let found = get.send().await.map_err(StoreError::from_sdk)?.item;
        // Another one may have taken the slot meanwhile, and DynamoDB deletes what has expired days later.
        let is_own = |item: &Item| {
            get_u64(item, "number") == Some(own) && get_i64(item, "expires_at").is_some_and(|end| end > now)
        };
        Ok((own, found.filter(is_own).and_then(|item| row(own, &item))))
    }
}

fn row(own: u64, item: &Item) -> Option<RejectedRow> {
    let body = get_bytes(item, "body").and_then(|packed| inflated(packed, MAX_BODY))?;
    let headers = get_bytes(item, "headers").and_then(|packed| inflated(packed, MAX_BODY))?;
    let body_bytes = get_u64(item, "body_bytes")?;
    let withheld = get_flag(item, "withheld");
    Some(RejectedRow {
        id: format!("rej_{own}"),
        received_at: to_iso(get_i64(item, "received_at")?),
        reason: get_text(item, "reason")?.to_owned(),
        headers: serde_json::from_slice(&headers).ok()?,
        truncated: u64::try_from(body.len()).is_ok_and(|kept| kept < body_bytes),
        withheld,
        body_base64: STANDARD.encode(body),
        body_bytes,
    })
}
