//! Does what an invocation asks for.

use crate::failure::Failure;
use crate::notifier::attempt::PATIENT;
use crate::notifier::invocation::Invocation;
use crate::notifier::later::Reminder;
use crate::notifier::parts::{AT_ONCE, Notifier};
use crate::notifier::report::{Report, collect};
use crate::notifier::sending::Outbox;
use futures::StreamExt;
use std::time::Duration;

impl Notifier {
    /// Does what an invocation asks for. The schedule works for at most `limit`.
    ///
    /// # Errors
    /// [`Failure::Store`] when something could not be read or written: Lambda repeats the invocation, and what was done
    /// is not done again.
    pub async fn invoke(&self, invocation: Invocation, limit: Duration) -> Result<Report, Failure> {
        // Endpoints that were added or changed count within a minute.
        self.endpoints.refresh().await;
        match invocation {
            Invocation::Everything => self.run(limit).await,
            Invocation::Written(ids) => {
                let (outbox, outgoing) = Outbox::new();
                let handing = async move { self.hand_out_all(ids, &outbox).await };
                let (mut outcome, sent) = futures::join!(handing, self.send(outgoing));
                outcome.join(sent);
                outcome.into_result()
            }
            Invocation::Reminders(reminders) => {
                let made =
                    futures::stream::iter(reminders).map(|reminder| async move { self.remembered(reminder).await });
                collect(made.buffer_unordered(AT_ONCE).collect().await)
            }
        }
    }

    /// Makes an attempt that was put off.
    async fn remembered(&self, reminder: Reminder) -> Result<Report, Failure> {
        let Reminder { notification, endpoint } = reminder;
        let Some(found) = self.store.notification(&notification, self.clock.now()).await? else {
            return Ok(Report::default());
        };
        match self.endpoints.named(&endpoint) {
            Some(endpoint) => self.attempt(&found, &endpoint, PATIENT).await,
            // It was removed from the document since.
            None => {
                self.store.drop_delivery(&notification, &found.delivery_to(&endpoint), self.clock.now()).await?;
                Ok(Report::default())
            }
        }
    }
}
