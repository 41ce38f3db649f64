//! Repairs what webhooks and crashes left open: stuck placements, silent orders. Upstream is the truth. Ends the
//! personal data of orders that have been final for long enough.

mod order;
mod silence;

use crate::clock::{Clock, Timestamp};
use crate::failure::Failure;
use crate::metrics;
use crate::placement::Desk;
use crate::store::open::{OpenItem, OpenWork};
use crate::store::table::{OPEN_SHARDS, Waits};
use crate::upstream::UpstreamError;
use serde::Serialize;

/// Items of one shard whose personal data are ended in one run.
const PAGE: i32 = 25;
/// One call in so many is kept for orders that are live, when one of them is due.
const RESERVED: u64 = 8;
/// Items of one shard that one run knows of: keys only, a hundred kilobytes.
const MOST_DUE: i32 = 1_000;

/// What the reconciler needs.
#[derive(Debug, Clone)]
pub struct Reconciler {
    /// Resolves placements; its client counts the calls.
    pub desk: Desk,
    /// Time.
    pub clock: Clock,
    /// Upstream calls of one run: a part of the key's 600 a minute, so that customers are served meanwhile.
    pub calls: u64,
}

/// What one run did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Placements looked at.
    pub placements: u32,
    /// Orders looked at.
    pub orders: u32,
    /// Orders whose status differed from upstream's.
    pub drift: u32,
    /// Whether orders differed while no event has arrived for a day.
    pub events_missing: bool,
    /// Final orders whose personal data have ended.
    pub ended: u32,
    /// Items that could not be looked at now; they stay open.
    pub failed: u32,
    /// Whether everything that was due was reached. When not, the next run goes on where this one stopped.
    pub complete: bool,
}

impl Reconciler {
    /// Works through what is due, placements before orders, oldest first, until all is done or the budget is spent.
    ///
    /// What was looked at is due later than now, so that a run never sees it twice and the next one goes on behind it.
    ///
    /// # Errors
    /// [`Failure::Store`] when the open work cannot be read.
    pub async fn run(&self) -> Result<Report, Failure> {
        let now = self.clock.now();
        let mut report = Report { complete: true, ..Report::default() };
        self.finish_open(now, &mut report).await?;
        self.end_personal(now, &mut report).await?;
        report.events_missing = report.drift > 0 && self.is_silent(now).await?;
        if report.events_missing {
            tracing::error!(
                alarm = "events_missing",
                "orders differ from upstream, and no event has arrived for a day"
            );
        }
        metrics::reconciler_run();
        Ok(report)
    }

    async fn finish_open(&self, now: Timestamp, report: &mut Report) -> Result<(), Failure> {
        let budget = self.desk.upstream.calls().saturating_add(self.calls);
        let due = self.all_due(Waits::Open, now, report).await?;
        // What is live may be cancelled or changed upstream all the same: its turn comes last, and it comes in every run.
        let live = self.all_due(Waits::Slow, now, report).await?;
        let reserve = if live.is_empty() { 0 } else { self.calls / RESERVED };
        // Money first: however many orders wait, a placement whose end is not known is looked at before them.
        let (placements, orders): (Vec<OpenItem>, Vec<OpenItem>) =
            due.into_iter().partition(|item| matches!(item.work, OpenWork::Placement(_)));
        let urgent = budget.saturating_sub(reserve);
        for (items, budget) in [(placements, urgent), (orders, urgent), (live, budget)] {
            for item in &items {
                if self.desk.upstream.calls() >= budget {
                    report.complete = false;
                    break;
                }
                self.look_at(item, report).await;
            }
        }
        Ok(())
    }

    /// All that waits so and is due: the oldest of each shard, then the next of each, so that a full one does not starve
    /// the others.
    async fn all_due(&self, waits: Waits, now: Timestamp, report: &mut Report) -> Result<Vec<OpenItem>, Failure> {
        let mut found: Vec<(usize, OpenItem)> = Vec::new();
        for shard in 0..OPEN_SHARDS {
            let page = self.desk.store.due(waits, shard, now, MOST_DUE).await?;
            report.complete &= page.len() < usize::try_from(MOST_DUE).unwrap_or(usize::MAX);
            found.extend(page.into_iter().enumerate());
        }
        found.sort_by_key(|(place, _)| *place);
        Ok(found.into_iter().map(|(_, item)| item).collect())
    }

    /// Ends what is due, a page of each shard: it asks nobody upstream, and waits for nobody.
    async fn end_personal(&self, now: Timestamp, report: &mut Report) -> Result<(), Failure> {
        for shard in 0..OPEN_SHARDS {
            let page = self.desk.store.due(Waits::Ends, shard, now, PAGE).await?;
            report.complete &= page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
            for item in page {
                let OpenWork::Order(id) = &item.work else {
                    continue;
                };
                match self.desk.store.end_personal(id, now).await {
                    Ok(ended) => report.ended = report.ended.saturating_add(u32::from(ended)),
                    Err(error) => {
                        report.failed = report.failed.saturating_add(1);
                        tracing::warn!(order.id = %id, error.cause = %error, "its personal data stay for now");
                    }
                }
            }
        }
        Ok(())
    }

    /// Looks at one item.
    async fn look_at(&self, item: &OpenItem, report: &mut Report) {
        let outcome = match &item.work {
            OpenWork::Placement(session) => {
                report.placements = report.placements.saturating_add(1);
                self.desk.reconcile(session).await
            }
            OpenWork::Order(id) => {
                report.orders = report.orders.saturating_add(1);
                self.order(item, id).await.map(|drifted| report.drift = report.drift.saturating_add(u32::from(drifted)))
            }
        };
        let Err(failure) = outcome else {
            return;
        };
        report.failed = report.failed.saturating_add(1);
        tracing::warn!(item = %item, error.cause = %failure, "stays open");
        // Without a connection nothing was asked: it stays due.
        if !matches!(failure, Failure::Upstream(UpstreamError::Unreachable(_)))
            && let Err(error) = self.desk.store.postpone(item, self.clock.now()).await
        {
            tracing::warn!(item = %item, error.cause = %error, "stays due");
        }
    }
}
