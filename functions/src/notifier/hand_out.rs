//! Begins the delivery of a notification to each endpoint that wants it.

use crate::failure::Failure;
use crate::model::notification::NotificationId;
use crate::notifier::attempt::{QUICK, is_due};
use crate::notifier::parts::Notifier;
use crate::notifier::report::Report;
use crate::store::notification::StoredNotification;
use shared::endpoint::Endpoint;

impl Notifier {
    /// Hands a notification to every endpoint that wants it and has not got it: at once to those that do well, and to
    /// others by the queue, or by the worker of the schedule. Nobody waits for an endpoint that fails or is slow.
    pub(super) async fn hand_out(&self, id: &NotificationId) -> Result<Report, Failure> {
        let Some(found) = self.store.notification(id, self.clock.now()).await? else {
            // An expired one stays in the table for days.
            self.store.handed_out(id).await?;
            return Ok(Report::default());
        };
        let found = self.with_actions(found).await?;
        let endpoints = self.endpoints.all();
        let wanting = endpoints.iter().filter(|endpoint| endpoint.wants(found.kind()));
        let handed = futures::future::join_all(wanting.map(|endpoint| self.hand_to(&found, endpoint))).await;
        let report = super::report::collect(handed)?;
        self.store.handed_out(id).await?;
        Ok(report)
    }

    async fn hand_to(&self, found: &StoredNotification, endpoint: &Endpoint) -> Result<Report, Failure> {
        let (delivery, now) = (found.delivery_to(&endpoint.name), self.clock.now());
        if !is_due(&delivery, now) {
            return Ok(Report::default());
        }
        let health = self.endpoints.health(endpoint).await?;
        if health.is_good() {
            return self.attempt(found, endpoint, QUICK).await;
        }
        if health.disabled.is_some() && !delivery.is_requested {
            return Ok(Report::default());
        }
        if delivery.due.is_none() {
            self.store.delay_delivery(found.id(), &delivery, now, now).await?;
        }
        self.remind(found, endpoint, 0).await;
        Ok(Report::default())
    }
}
