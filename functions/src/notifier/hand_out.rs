//! Begins the delivery of notifications to each endpoint that wants them.

use crate::failure::Failure;
use crate::model::notification::NotificationId;
use crate::notifier::attempt::{QUICK, is_due};
use crate::notifier::parts::{AT_ONCE, Notifier};
use crate::notifier::report::{Outcome, Report};
use crate::notifier::sending::Outbox;
use crate::store::notification::StoredNotification;
use futures::StreamExt;
use shared::endpoint::Endpoint;

impl Notifier {
    /// Hands out the notifications `ids`. What is sent at once goes into `outbox`.
    pub(super) async fn hand_out_all(&self, ids: Vec<NotificationId>, outbox: &Outbox) -> Outcome {
        let handed = futures::stream::iter(ids).map(|id| async move { self.hand_out(&id, outbox).await });
        let mut outcome = Outcome::default();
        outcome.extend(handed.buffer_unordered(AT_ONCE).collect::<Vec<_>>().await);
        outcome
    }

    /// Hands a notification to every endpoint that wants it and has not got it: at once to those that do well, and to
    /// others by the queue, or by the worker of the schedule. Nobody waits for an answer: the table has each delivery.
    async fn hand_out(&self, id: &NotificationId, outbox: &Outbox) -> Result<Report, Failure> {
        let Some(found) = self.store.notification(id, self.clock.now()).await? else {
            // An expired one stays in the table for days.
            self.store.handed_out(id).await?;
            return Ok(Report::default());
        };
        let found = self.with_actions(found).await?;
        let endpoints = self.endpoints.all();
        let wanting = endpoints.iter().filter(|endpoint| endpoint.wants(found.kind()));
        let handed = futures::future::join_all(wanting.map(|endpoint| self.hand_to(&found, endpoint, outbox))).await;
        handed.into_iter().collect::<Result<(), Failure>>()?;
        self.store.handed_out(id).await?;
        Ok(Report::default())
    }

    async fn hand_to(&self, found: &StoredNotification, endpoint: &Endpoint, outbox: &Outbox) -> Result<(), Failure> {
        let (delivery, now) = (found.delivery_to(&endpoint.name), self.clock.now());
        if !is_due(&delivery, now) {
            return Ok(());
        }
        let health = self.endpoints.health(endpoint).await?;
        if health.is_good(now)
            && let Some(place) = self.endpoints.place(endpoint)
        {
            if let Some(begun) = self.begin(found, endpoint, QUICK).await? {
                outbox.add(begun, place);
            }
            return Ok(());
        }
        if health.disabled.is_some() && !delivery.is_requested {
            return Ok(());
        }
        if delivery.due.is_none() {
            self.store.delay_delivery(found.id(), &delivery, now, now).await?;
        }
        self.remind(found, endpoint, 0).await;
        Ok(())
    }
}
