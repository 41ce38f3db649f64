//! The item of an approval.

use crate::clock::Timestamp;
use crate::model::approval::{Amount, Approval, State};
use crate::store::dynamo::item::{Item, from_item};
use crate::store::key::Key;
use crate::store::key::index::customer_of_approvals;
use crate::store::{Store, StoreError};
use serde::Deserialize;
use shared::ids::{ApprovalId, OrderId, QuoteId, SessionId};

/// Seconds that an approval is kept after its newest change.
pub(super) const KEEP: Timestamp = 400 * 24 * 60 * 60;

/// The attributes of the item; `change.rs` writes them one by one.
#[derive(Debug, Deserialize)]
struct ApprovalItem {
    session: SessionId,
    quote: QuoteId,
    state: State,
    #[serde(default)]
    amount_cents: Option<u64>,
    #[serde(default)]
    currency: Option<String>,
    usable_until: Timestamp,
    #[serde(default)]
    order: Option<OrderId>,
    at: Timestamp,
    /// Partition of `customer-index`.
    #[serde(default)]
    customer: Option<String>,
    #[serde(default)]
    expires_at: Option<Timestamp>,
}

/// An approval as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredApproval {
    /// What was approved.
    pub approval: Approval,
    /// The session that it was for.
    pub session: SessionId,
    /// How far it is.
    pub state: State,
    /// The order that came of it.
    pub order: Option<OrderId>,
    /// When it came to its state.
    pub at: Timestamp,
    /// The customer of the session, in lower case.
    pub(crate) customer: Option<String>,
    /// When it is removed; DynamoDB does so days later.
    pub(super) removed_at: Option<Timestamp>,
}

impl StoredApproval {
    pub(super) fn read(id: ApprovalId, item: Item) -> Result<Self, StoreError> {
        let item: ApprovalItem = from_item(item)?;
        let amount = item.amount_cents.zip(item.currency).map(|(cents, currency)| Amount { cents, currency });
        Ok(Self {
            approval: Approval { id, quote: item.quote, amount, expires_at: item.usable_until },
            session: item.session,
            state: item.state,
            order: item.order,
            at: item.at,
            customer: item.customer.as_deref().and_then(customer_of_approvals).map(str::to_owned),
            removed_at: item.expires_at,
        })
    }
}

impl Store {
    /// The approval `id`, as it is now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn approval(&self, id: &ApprovalId) -> Result<Option<StoredApproval>, StoreError> {
        let call = self.get_call(&Key::approval(id)).consistent_read(true);
        let found = call.send().await.map_err(StoreError::from_sdk)?.item;
        found.map(|item| StoredApproval::read(id.clone(), item)).transpose()
    }
}
