//! Notifications by day, in the order in which they were written.

use crate::clock::Timestamp;
use crate::store::key::Key;
use crate::store::key::index::notifications_of_day;
use crate::store::list::{Cursor, Page, oldest_first};
use crate::store::{Store, StoreError};

impl Store {
    /// Up to `limit` notifications of the day of `from` that were written from then on and before `to`, oldest first, after
    /// `after`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_notifications(
        &self,
        from: Timestamp,
        to: Timestamp,
        after: Option<&Cursor>,
        limit: i32,
    ) -> Result<Page, StoreError> {
        let after = after.map(|cursor| (cursor, Key::notification_at(&cursor.pk)));
        self.list(oldest_first(&notifications_of_day(from), (from, to), after, limit)).await
    }
}
