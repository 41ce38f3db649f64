//! Quotes: what a customer was shown, kept a day longer than it is valid.

use crate::clock::Timestamp;
use crate::model::placement::KeptQuote;
use crate::model::sale::Prices;
use crate::store::deflate::{MAX_INFLATED, deflated, inflated};
use crate::store::dynamo::item::unreadable;
use crate::store::dynamo::write::Put;
use crate::store::key::Key;
use crate::store::{Store, StoreError};
use serde::{Deserialize, Serialize};
use shared::ids::{OrderId, QuoteId, SessionId};

/// Seconds that a quote is kept after it expires: an order that uses it late still learns what has changed.
const KEEP: Timestamp = 24 * 60 * 60;

/// The item of a quote.
#[derive(Debug, Serialize, Deserialize)]
struct QuoteItem {
    session: SessionId,
    /// Compressed JSON. 1,000 lines with the longest names are some 350 KB of JSON, and below 60 KB compressed.
    #[serde(with = "serde_bytes")]
    quote: Vec<u8>,
    expires_at: Timestamp,
}

/// The item in the partition of an order with the quote that it was placed with.
#[derive(Debug, Serialize)]
struct OrderQuoteItem<'q> {
    quote_id: &'q QuoteId,
    /// As in [`QuoteItem`].
    #[serde(with = "serde_bytes")]
    quote: Vec<u8>,
}

impl Store {
    /// Stores the prices of a quote of `session` that is valid until `expires_at`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_quote(
        &self,
        id: &QuoteId,
        session: &SessionId,
        prices: &Prices,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let item = QuoteItem {
            session: session.clone(),
            quote: compressed(prices)?,
            expires_at: expires_at.saturating_add(KEEP),
        };
        self.put(Put::new(&Key::quote(id), &item)?).await
    }

    /// The prices of the quote `id` of `session`; `None` when it is no longer stored.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn quote(&self, id: &QuoteId, session: &SessionId) -> Result<Option<Prices>, StoreError> {
        let found: Option<QuoteItem> = self.get(&Key::quote(id)).await?;
        let Some(item) = found.filter(|item| item.session == *session) else {
            return Ok(None);
        };
        let json = inflated(&item.quote, MAX_INFLATED).ok_or_else(unreadable::<Prices>)?;
        serde_json::from_slice(&json).map(Some).map_err(|_| unreadable::<Prices>())
    }
}

/// Stores the quote that an order was placed with, as long as the order.
pub(crate) fn order_quote(order: &OrderId, kept: &KeptQuote) -> Result<Put, StoreError> {
    let item = OrderQuoteItem { quote_id: &kept.id, quote: compressed(&kept.prices)? };
    Put::new(&Key::order_quote(order), &item)
}

fn compressed(prices: &Prices) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(prices).map(|json| deflated(&json)).map_err(StoreError::from_build)
}
