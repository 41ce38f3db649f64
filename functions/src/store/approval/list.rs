//! Approvals by the month in which they came to their state, oldest first.

use crate::clock::Timestamp;
use crate::store::approval::item::StoredApproval;
use crate::store::key::Key;
use crate::store::key::index::{approvals_of, approvals_of_month};
use crate::store::list::{Cursor, Page, Place, newest_first, oldest_first};
use crate::store::table::BY_CUSTOMER;
use crate::store::{Store, StoreError};

impl Store {
    /// Up to `limit` approvals of the month of `from` that came to their state from then on and before `to`, oldest first,
    /// after `after`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_approvals(
        &self,
        from: Timestamp,
        to: Timestamp,
        after: Option<&Cursor>,
        limit: i32,
    ) -> Result<Page, StoreError> {
        let after = after.map(|cursor| (cursor, Key::approval_at(&cursor.pk)));
        self.list(oldest_first(&approvals_of_month(from), (from, to), after, limit)).await
    }

    /// Up to `limit` approvals of `customer`, newest first, after `after`.
    pub(crate) async fn list_approvals_of(
        &self,
        customer: &str,
        after: Option<&Cursor>,
        limit: i32,
    ) -> Result<Page, StoreError> {
        let after = after.map(|cursor| (cursor, Key::approval_at(&cursor.pk)));
        self.list(newest_first(BY_CUSTOMER, &approvals_of(customer), after, limit)).await
    }

    /// The approvals at `places`, in that order. Those that have expired since are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn approvals(&self, places: &[Place], now: Timestamp) -> Result<Vec<StoredApproval>, StoreError> {
        let mut items = self.get_batch(places.iter().map(|place| place.key().clone()).collect()).await?;
        let mut found = Vec::with_capacity(places.len());
        for place in places {
            let (Some(id), Some(item)) = (place.approval_id(), items.remove(place.key())) else {
                continue;
            };
            let approval = StoredApproval::read(id, item)?;
            if approval.removed_at.is_none_or(|at| at > now) {
                found.push(approval);
            }
        }
        Ok(found)
    }
}
