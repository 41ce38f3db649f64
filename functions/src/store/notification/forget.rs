//! Removal of what notifications keep of a customer: reference and metadata, and what endpoints answered. Bodies name the
//! customer only as its record does.

use crate::model::notification::NotificationId;
use crate::store::condition::{exists, has};
use crate::store::dynamo::concurrent::{Work, at_once};
use crate::store::dynamo::query::{Direction, RangeQuery, Sort};
use crate::store::dynamo::update::Update;
use crate::store::key::Key;
use crate::store::key::index::notifications_about;
use crate::store::key::notification::NotificationItem;
use crate::store::key::range::KeyRange;
use crate::store::list::{Cursor, ListQuery, Place};
use crate::store::notification::item::{CLEARED, ERASED, FactItem};
use crate::store::table::BY_CUSTOMER;
use crate::store::{Store, StoreError};

/// Rows per query of the index.
const PAGE: i32 = 100;

impl Store {
    /// Removes them from the notifications about the order, import or session `id`. Of an attempt that is under way, no
    /// answer is kept: the fact is marked before its attempts are read.
    ///
    /// # Errors
    /// [`StoreError`]; a repetition continues.
    pub(crate) async fn forget_notifications(&self, id: &str) -> Result<(), StoreError> {
        let partition = notifications_about(id);
        let mut cursor = None;
        loop {
            let after = cursor.as_ref().map(|cursor: &Cursor| (cursor, Key::notification_at(&cursor.pk)));
            let query = ListQuery {
                index: BY_CUSTOMER,
                partition: &partition,
                sort: Sort::All,
                direction: Direction::Ascending,
                after,
                limit: PAGE,
            };
            let page = self.list(query).await?;
            let mut work: Vec<Work<'_>> = Vec::new();
            for id in page.places.iter().filter_map(Place::notification_id) {
                work.push(Box::pin(self.forget_notification(id)));
            }
            at_once(work).await?;
            cursor = page.end;
            if cursor.is_none() {
                return Ok(());
            }
        }
    }

    async fn forget_notification(&self, id: NotificationId) -> Result<(), StoreError> {
        let fact = Key::notification(&id);
        // A request that stops half-way is repeated, and writes nothing twice.
        if let Some(found) = self.get::<FactItem>(&fact).await?.filter(|found| !found.cleared) {
            let update = Update::of(fact).set("event", found.event_without_labels()?);
            self.update(update.set(ERASED, true).set(CLEARED, true).only_if(exists())).await?;
        }
        self.remove_answers(&id).await
    }

    /// Removes what endpoints answered to a notification, and keeps no answer from now on.
    pub(crate) async fn forget_answers(&self, id: &NotificationId) -> Result<(), StoreError> {
        self.update(Update::of(Key::notification(id)).set(ERASED, true).only_if(exists())).await?;
        self.remove_answers(id).await
    }

    async fn remove_answers(&self, id: &NotificationId) -> Result<(), StoreError> {
        // What an interrupted request has removed is not found again, so that its repetition gets further.
        let answers = RangeQuery { range: KeyRange::notification(id), filter: Some(has("response")) };
        for key in self.range_keys(answers).await? {
            if key.notification_item() == Some(NotificationItem::Attempt) {
                self.update(Update::of(key).remove("response").only_if(exists())).await?;
            }
        }
        Ok(())
    }
}
