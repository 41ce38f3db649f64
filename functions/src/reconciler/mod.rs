//! Repairs what webhooks and crashes left open: stuck placements, unused approvals, silent orders. Upstream is the truth. Ends the
//! personal data of orders that have been final for long enough.

mod order;
mod silence;

use crate::clock::{Clock, Timestamp};
use crate::failure::Failure;
use crate::metrics;
use crate::placement::OrderPlacement;
use crate::store::key::index::{OPEN_SHARDS, Queue};
use crate::store::open::{OpenItem, OpenWork};
use crate::upstream::UpstreamError;
use serde::Serialize;

/// Items of one shard whose personal data are removed in one run.
const PAGE: i32 = 25;
/// One call in this many is reserved for live orders, if one of them is due.
const RESERVED: u64 = 8;
/// Items of one shard that one run knows of: keys only, a hundred kilobytes.
const MOST_DUE: i32 = 1_000;

/// Everything that the reconciler needs.
#[derive(Debug, Clone)]
pub struct Reconciler {
    /// Resolves placements; its client counts the calls.
    pub order_placement: OrderPlacement,
    /// The clock.
    pub clock: Clock,
    /// Upstream calls of one run: a part of the key's 600 a minute, so that customers are served meanwhile.
    pub calls: u64,
}

/// The counts of one run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Placements checked.
    pub placements: u32,
    /// Approvals checked.
    pub approvals: u32,
    /// Orders checked.
    pub orders: u32,
    /// Imports checked.
    pub imports: u32,
    /// Orders whose status differed from upstream's.
    pub drift: u32,
    /// Whether orders differed while no event has arrived for a day.
    pub events_missing: bool,
    /// Final orders whose personal data were removed.
    pub ended: u32,
    /// Items that could not be checked; they stay open.
    pub failed: u32,
    /// Whether all due items were checked. If not, the next run continues there.
    pub complete: bool,
}

impl Reconciler {
    /// Works through what is due, placements before orders, oldest first, until all is done or the budget is spent.
    ///
    /// Checked items become due later than now, so that a run never reads them twice and the next run continues after
    /// them.
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
            tracing::error!(alarm = "events_missing", "orders differ from upstream; no event received for a day");
        }
        metrics::reconciler_run();
        Ok(report)
    }

    async fn finish_open(&self, now: Timestamp, report: &mut Report) -> Result<(), Failure> {
        let budget = self.order_placement.upstream.calls().saturating_add(self.calls);
        let due = self.all_due(Queue::Unfinished, now, report).await?;
        // Live orders may be cancelled or changed upstream at any time: they are checked last, in every run.
        let live = self.all_due(Queue::Slow, now, report).await?;
        let reserve = if live.is_empty() { 0 } else { self.calls / RESERVED };
        // Money first: placements with an unknown outcome come before orders, however many are due.
        let (placements, others): (Vec<OpenItem>, Vec<OpenItem>) =
            due.into_iter().partition(|item| matches!(item.work, OpenWork::Placement(_)));
        // Then the approvals of those that came to nothing, which cost no call.
        let (approvals, orders): (Vec<OpenItem>, Vec<OpenItem>) =
            others.into_iter().partition(|item| matches!(item.work, OpenWork::Approval(_)));
        let urgent = budget.saturating_sub(reserve);
        let all = [(placements, urgent), (approvals, u64::MAX), (orders, urgent), (live, budget)];
        for (items, budget) in all {
            for item in &items {
                if self.order_placement.upstream.calls() >= budget {
                    report.complete = false;
                    break;
                }
                self.look_at(item, report).await;
            }
        }
        Ok(())
    }

    /// All that waits so and is due: the oldest of each shard, then the next of each, so that a full one does not
    /// starve the others.
    async fn all_due(&self, queue: Queue, now: Timestamp, report: &mut Report) -> Result<Vec<OpenItem>, Failure> {
        let mut found: Vec<(usize, OpenItem)> = Vec::new();
        for shard in 0..OPEN_SHARDS {
            let page = self.order_placement.store.due(queue, shard, now, MOST_DUE).await?;
            report.complete &= page.len() < usize::try_from(MOST_DUE).unwrap_or(usize::MAX);
            found.extend(page.into_iter().enumerate());
        }
        found.sort_by_key(|(place, _)| *place);
        Ok(found.into_iter().map(|(_, item)| item).collect())
    }

    /// Removes personal data that is due, one page per shard; makes no upstream call.
    async fn end_personal(&self, now: Timestamp, report: &mut Report) -> Result<(), Failure> {
        for shard in 0..OPEN_SHARDS {
            let page = self.order_placement.store.due(Queue::Retention, shard, now, PAGE).await?;
            report.complete &= page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
            for item in page {
                let OpenWork::Order(id) = &item.work else {
                    continue;
                };
                match self.order_placement.store.end_personal(id, now).await {
                    Ok(ended) => report.ended = report.ended.saturating_add(u32::from(ended)),
                    Err(error) => {
                        report.failed = report.failed.saturating_add(1);
                        tracing::warn!(order.id = %id, error.cause = %error, "personal data not removed");
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
                self.order_placement.reconcile(session).await
            }
            OpenWork::Approval(id) => {
                report.approvals = report.approvals.saturating_add(1);
                self.order_placement.reconcile_approval(id).await
            }
            OpenWork::Import(id) => {
                report.imports = report.imports.saturating_add(1);
                self.order_placement.reconcile_import(id).await
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
        tracing::warn!(item = %item, error.cause = %failure, "item not resolved");
        // Without a connection nothing was checked: it stays due.
        if !matches!(failure, Failure::Upstream(UpstreamError::Unreachable(_)))
            && let Err(error) = self.order_placement.store.postpone(item, self.clock.now()).await
        {
            tracing::warn!(item = %item, error.cause = %error, "item not rescheduled");
        }
    }
}
