//! Quotes in the table: what a customer was shown, kept a day longer than it holds.

use crate::clock::Timestamp;
use crate::model::placement::KeptQuote;
use crate::store::deflate::deflated;
use crate::store::item::{bytes, get_bytes, get_text, key, number, text};
use crate::store::parts;
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::Put;
use shared::ids::{OrderId, QuoteId, SessionId};
use shared::quote::Quote;

/// Seconds that a quote is kept after its end: an order that brings it late still learns what has changed.
const KEEP: Timestamp = 24 * 60 * 60;

impl Store {
    /// Keeps a quote of `session` that holds until `expires_at`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_quote(
        &self,
        id: &QuoteId,
        session: &SessionId,
        quote: &Quote,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let json = serde_json::to_vec(quote).map_err(StoreError::from_build)?;
        let mut item = key(format!("QUOTE#{id}"), "QUOTE");
        item.insert("session".to_owned(), text(session.as_str()));
        // 1,000 lines with the longest names are some 350 KB as text and below 60 KB packed.
        item.insert("quote".to_owned(), bytes(deflated(&json)));
        item.insert("expires_at".to_owned(), number(expires_at.saturating_add(KEEP)));
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        put.send().await.map(drop).map_err(StoreError::from_sdk)
    }

    /// The item beside an order that keeps what its quote said, as long as the order.
    pub(crate) fn kept_quote(&self, order: &OrderId, quote: &KeptQuote) -> Result<Put, StoreError> {
        let json = serde_json::to_vec(&quote.quote).map_err(StoreError::from_build)?;
        let mut item = key(format!("ORDER#{order}"), "QUOTE");
        item.insert("quote_id".to_owned(), text(quote.id.as_str()));
        item.insert("quote".to_owned(), bytes(deflated(&json)));
        Put::builder().table_name(&self.table).set_item(Some(item)).build().map_err(StoreError::from_build)
    }

    /// The quote `id` of `session`; `None` when it is not kept any more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn quote(&self, id: &QuoteId, session: &SessionId) -> Result<Option<Quote>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(key(format!("QUOTE#{id}"), "QUOTE")));
        let found = get.consistent_read(true).send().await.map_err(StoreError::from_sdk)?.item;
        let Some(item) = found.filter(|item| get_text(item, "session") == Some(session.as_str())) else {
            return Ok(None);
        };
        let packed = get_bytes(&item, "quote").ok_or(StoreError::Item("quote"))?;
        let json = parts::unpacked(packed).ok_or(StoreError::Item("quote"))?;
        serde_json::from_slice(&json).map(Some).map_err(|_| StoreError::Item("quote"))
    }
}
