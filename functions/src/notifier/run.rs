//! What the schedule does: hands out notifications that the stream has not handed out, and makes every attempt that is
//! due. Each endpoint has a worker of its own, so that one that fails or is slow delays no other. What the table fails to
//! do for one part stops no other part either: it is logged, and tried again after a pause.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::metrics;
use crate::model::notification::NotificationId;
use crate::notifier::attempt::PATIENT;
use crate::notifier::parts::Notifier;
use crate::notifier::report::{Outcome, Report};
use crate::notifier::sending::Outbox;
use crate::store::StoreError;
use crate::store::key::index::OPEN_SHARDS;
use futures::StreamExt;
use shared::endpoint::Endpoint;
use std::time::Duration;
use tokio::time::Instant;

/// Notifications of one shard that are read at once.
const PAGE: i32 = 25;
/// Attempts to one endpoint at the same time.
const TO_ONE: usize = 10;
/// Waiting deliveries of one shard that are counted: more are as bad.
const COUNTED: i32 = 100;

/// A worker looks for due attempts this many times less often than notifications are handed out: what it finds has waited
/// for seconds, and each look is a query for every shard.
const SLOWER: u32 = 5;

/// The shortest pause after a failure: a table that fails is not asked all the time.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// How long to look for work.
#[derive(Debug, Clone, Copy)]
struct Shift {
    ends: Instant,
    /// The pause when nothing is due; `None` ends the shift then.
    pause: Option<Duration>,
    /// Seconds by which notifications are handed out before the stream counts as late.
    ahead: Timestamp,
}

impl Shift {
    fn of_worker(self) -> Self {
        Self { pause: self.pause.map(|pause| pause.saturating_mul(SLOWER)), ..self }
    }

    /// Whether to look again after a page. Waits if nothing of it was done.
    async fn goes_on(self, is_progress: bool, has_failed: bool) -> bool {
        if Instant::now() >= self.ends {
            return false;
        }
        match self.pause {
            _ if is_progress => true,
            Some(pause) => {
                tokio::time::sleep(if has_failed { pause.max(AFTER_FAILURE) } else { pause }).await;
                true
            }
            None => false,
        }
    }
}

impl Notifier {
    /// Delivers everything that is due, for at most `limit`.
    ///
    /// # Errors
    /// [`Failure::Store`] when something could not be read or written, after everything else was done.
    pub async fn run(&self, limit: Duration) -> Result<Report, Failure> {
        let shift = Shift { ends: Instant::now() + limit, pause: None, ahead: 0 };
        let worked = self.work(shift).await;
        metrics::notification_backlog(self.backlog().await?);
        let report = worked.into_result()?;
        metrics::notifier_run();
        Ok(report)
    }

    /// Delivers whatever is written, without a stream and without end: on one machine.
    pub async fn serve(&self, pause: Duration) {
        const SHIFT: Duration = Duration::from_secs(60 * 60);
        loop {
            let shift = Shift { ends: Instant::now() + SHIFT, pause: Some(pause), ahead: Timestamp::from(u16::MAX) };
            // Its failures were logged.
            let _ = self.work(shift).await;
        }
    }

    async fn work(&self, shift: Shift) -> Outcome {
        let endpoints = self.endpoints.all();
        let workers = endpoints.iter().map(|endpoint| self.serve_endpoint(endpoint, shift.of_worker()));
        let (outbox, outgoing) = Outbox::new();
        let handing = async move { self.hand_out_due(shift, &outbox).await };
        let parts = (self.endpoints.write_names(), handing, self.send(outgoing), futures::future::join_all(workers));
        let (written, mut worked, sent, served) = futures::join!(parts.0, parts.1, parts.2, parts.3);
        worked.join(sent);
        if let Err(error) = written {
            worked.fail(error.into());
        }
        served.into_iter().for_each(|one| worked.join(one));
        worked
    }

    /// Hands out notifications until none is due, or until all of a page fail.
    async fn hand_out_due(&self, shift: Shift, outbox: &Outbox) -> Outcome {
        let mut worked = Outcome::default();
        loop {
            let until = self.clock.now().saturating_add(shift.ahead);
            let mut page = Outcome::default();
            let found = self.page(&mut page, |shard| self.store.due_notifications(shard, until, PAGE)).await;
            page.join(self.hand_out_all(found, outbox).await);
            let (is_progress, has_failed) = (page.done > 0, page.failure.is_some());
            worked.join(page);
            if !shift.goes_on(is_progress, has_failed).await {
                return worked;
            }
        }
    }

    /// Makes the attempts to one endpoint until none is due, or until none of a page succeeds: the others would fail, too,
    /// and stay due.
    async fn serve_endpoint(&self, endpoint: &Endpoint, shift: Shift) -> Outcome {
        let mut worked = Outcome::default();
        loop {
            let now = self.clock.now();
            let mut page = Outcome::default();
            let due = |shard| self.store.due_deliveries(&endpoint.name, shard, now, PAGE);
            let found = self.page(&mut page, due).await;
            let made =
                futures::stream::iter(found).map(|id| async move { self.attempt_due(&id, endpoint, shift).await });
            page.extend(made.buffer_unordered(TO_ONE).collect::<Vec<_>>().await);
            let (is_progress, has_failed) = (page.report.delivered > 0, page.failure.is_some());
            worked.join(page);
            if !shift.goes_on(is_progress, has_failed).await {
                return worked;
            }
        }
    }

    async fn attempt_due(&self, id: &NotificationId, endpoint: &Endpoint, shift: Shift) -> Result<Report, Failure> {
        // A page may take longer than what is left: the others stay due.
        if Instant::now() >= shift.ends {
            return Ok(Report::default());
        }
        match self.store.notification(id, self.clock.now()).await? {
            Some(found) => self.attempt(&found, endpoint, PATIENT).await,
            None => Ok(Report::default()),
        }
    }

    /// A page of every shard that can be read; `outcome` gets the failures of the others.
    async fn page<F: Future<Output = Result<Vec<NotificationId>, StoreError>>>(
        &self,
        outcome: &mut Outcome,
        read: impl Fn(u64) -> F,
    ) -> Vec<NotificationId> {
        let mut found = Vec::new();
        for shard in futures::future::join_all((0..OPEN_SHARDS).map(read)).await {
            match shard {
                Ok(page) => found.extend(page),
                Err(error) => outcome.fail(error.into()),
            }
        }
        found
    }

    /// Deliveries that wait although they are due.
    async fn backlog(&self) -> Result<u64, Failure> {
        let (mut waiting, mut outcome, now) = (0_u64, Outcome::default(), self.clock.now());
        for endpoint in self.endpoints.all().iter() {
            let due = |shard| self.store.due_deliveries(&endpoint.name, shard, now, COUNTED);
            let found = self.page(&mut outcome, due).await.len();
            waiting = waiting.saturating_add(u64::try_from(found).unwrap_or(u64::MAX));
        }
        outcome.failure.map_or(Ok(waiting), Err)
    }
}
