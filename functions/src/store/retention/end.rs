//! The end of the personal data of an order: some time after it is final, its draft and the payloads of its events are
//! removed.

use crate::clock::Timestamp;
use crate::store::condition::{equals, is_placed};
use crate::store::dynamo::transaction::Transaction;
use crate::store::dynamo::value::IntoValue;
use crate::store::dynamo::write::Delete;
use crate::store::key::Key;
use crate::store::order::change::HeadChange;
use crate::store::order::placed::ENDED;
use crate::store::retention::payload::{Reason, draft_removal};
use crate::store::{Store, StoreError};
use serde::Deserialize;
use shared::ids::{OrderId, SessionId};

/// Seconds that an order may take until it is final and its personal data wait for that: half a year. An order that takes
/// longer waits for a person who does not come back.
const LONGEST_OPEN: Timestamp = 180 * 24 * 60 * 60;

/// The item that says when personal data end.
#[derive(Debug, Deserialize)]
struct EndItem {
    open_due: Timestamp,
}

/// The writes that finish a removal.
#[derive(Debug, Clone, Copy)]
enum Part {
    EndOfPersonalData,
    Head,
}

impl Store {
    /// When the personal data of an order end that is final at `now`.
    pub(crate) fn end_of_personal(&self, now: Timestamp) -> Timestamp {
        now.saturating_add(self.keep_personal)
    }

    /// When data that are written at `now` end at the latest, whatever becomes of the order.
    pub(crate) fn latest_end(&self, now: Timestamp) -> Timestamp {
        self.end_of_personal(now).saturating_add(LONGEST_OPEN)
    }

    /// Removes the drafts and payloads of an order that is due; it may be repeated. `false`: it is not due, because
    /// something has happened to the order since it was found.
    ///
    /// # Errors
    /// [`StoreError`]; then the order is found again.
    pub async fn end_personal(&self, id: &OrderId, now: Timestamp) -> Result<bool, StoreError> {
        let end: Option<EndItem> = self.get(&Key::order_end_of_personal_data(id)).await?;
        let Some(EndItem { open_due: due }) = end.filter(|end| end.open_due <= now) else {
            return Ok(false);
        };
        let head = self.order_head(id).await?;
        let is_over = head.as_ref().is_none_or(|head| head.is_gone || head.status.is_final());
        if is_over {
            for session in head.iter().flat_map(|head| &head.sessions) {
                self.end_draft(session, now).await?;
            }
            let events = self.order_events(id, None).await?;
            self.remove_payloads(&events, Reason::OrderIsOver(now)).await?;
        }
        // This is last, so that a failure above is repeated the next time; and it fails if an event has come since.
        let mut transaction = Transaction::new();
        let end = Delete::new(Key::order_end_of_personal_data(id)).only_if(equals("open_due", due));
        transaction.push(Part::EndOfPersonalData, end);
        if let Some(head) = head.filter(|_| is_over) {
            let change = HeadChange {
                plain: vec![(ENDED, true.into_value())],
                events_so_far: Some(head.event_count),
                ..HeadChange::default()
            };
            transaction.push(Part::Head, change.update(id));
        }
        Ok(self.transact_all(transaction).await? && is_over)
    }

    /// The session is long over: no request reads its placement any more.
    async fn end_draft(&self, session: &str, now: Timestamp) -> Result<(), StoreError> {
        let Some(session) = SessionId::parse(session) else {
            return Ok(());
        };
        let update = draft_removal(&session).set("expires_at", now).only_if(is_placed());
        self.update(update).await.map(drop)
    }
}
