//! The schedules of reconciler and notifier, and a person who resolves pending actions.

use crate::fleet::Fleet;
use crate::notifying::Notify;
use crate::time::pause;
use functions::notifier::invocation::Invocation;
use futures::future::BoxFuture;
use std::time::Duration;

/// Time limit of one run of the reconciler.
const LIMIT: Duration = Duration::from_secs(4 * 60);
/// Time limit of one run of the notifier, and how long its schedule works: infra/template.yaml, bin/notifier.rs.
const NOTIFIER_LIMIT: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(40));
/// Runs per 1,000 that start twice.
const TWICE: u64 = 50;
/// Waiting orders per 1,000 with actions resolved between two runs.
const RESOLVED: u64 = 80;

/// Starts reconciler and notifier periodically, sometimes twice, and resolves pending actions in between.
pub(crate) async fn schedule(fleet: Fleet, every: u64) {
    let dice = fleet.shop.faults.dice().fork();
    loop {
        pause(every).await;
        if fleet.shop.faults.happens(TWICE, "schedule: fired twice") {
            futures::join!(reconcile(&fleet), reconcile(&fleet));
            futures::join!(notify(&fleet, Invocation::Everything), notify(&fleet, Invocation::Everything));
        } else {
            reconcile(&fleet).await;
            notify(&fleet, Invocation::Everything).await;
        }
        fleet.shop.peeker.resolve_actions(&dice, RESOLVED).await;
    }
}

/// Runs the reconciler once.
pub(crate) async fn reconcile(fleet: &Fleet) {
    let tally = &fleet.shop.tally;
    tally.count("reconciler: runs");
    let (index, copy) = fleet.any();
    match fleet.invoke(index, LIMIT, None, copy.reconciler.run()).await {
        Some(Ok(report)) => {
            tally.add("reconciler: placements checked", report.placements.into());
            tally.add("reconciler: orders checked", report.orders.into());
            tally.add("reconciler: drift repaired", report.drift.into());
            tally.add("reconciler: orders with removed personal data", report.ended.into());
        }
        Some(Err(_)) => tally.count("reconciler: runs that failed"),
        None => tally.count("reconciler: runs that crashed"),
    }
}

impl Notify for Fleet {
    fn notify(&self, invocation: Invocation) -> BoxFuture<'_, bool> {
        Box::pin(notify(self, invocation))
    }
}

/// Runs the notifier once; `false`: it has failed.
pub(crate) async fn notify(fleet: &Fleet, invocation: Invocation) -> bool {
    let tally = &fleet.shop.tally;
    tally.count("notifier: runs");
    let (index, copy) = fleet.any();
    let (limit, shift) = NOTIFIER_LIMIT;
    match fleet.invoke(index, limit, None, copy.notifier.invoke(invocation, shift)).await {
        Some(Ok(report)) => {
            tally.add("notifications: delivered", report.delivered.into());
            tally.add("notifications: not delivered", report.failed.into());
            return true;
        }
        Some(Err(_)) => tally.count("notifier: runs that failed"),
        None => tally.count("notifier: runs that crashed"),
    }
    false
}
