//! The reconciler's schedule, and somebody who mends what orders wait for.

use crate::fleet::Fleet;
use crate::time::pause;
use std::time::Duration;

/// Time limit of one run of the reconciler.
const LIMIT: Duration = Duration::from_secs(4 * 60);
/// Schedules of 1,000 that fire twice.
const TWICE: u64 = 50;
/// Orders of 1,000 that wait for somebody, and are mended between two runs.
const MENDED: u64 = 80;

/// Starts the reconciler every so many milliseconds; schedules sometimes fire twice. Somebody mends what orders wait for.
pub(crate) async fn schedule(fleet: Fleet, every: u64) {
    let dice = fleet.shop.weather.dice().fork(3);
    loop {
        pause(every).await;
        if fleet.shop.weather.also(TWICE, "schedule: fired twice") {
            futures::join!(reconcile(&fleet), reconcile(&fleet));
        } else {
            reconcile(&fleet).await;
        }
        fleet.shop.peeker.mend(&dice, MENDED).await;
    }
}

/// Runs the reconciler once.
pub(crate) async fn reconcile(fleet: &Fleet) {
    let tally = &fleet.shop.tally;
    tally.count("reconciler: runs");
    let (index, copy) = fleet.any();
    match fleet.invoke(index, LIMIT, None, copy.reconciler.run()).await {
        Some(Ok(report)) => {
            tally.add("reconciler: placements looked at", report.placements.into());
            tally.add("reconciler: orders looked at", report.orders.into());
            tally.add("reconciler: drift repaired", report.drift.into());
            tally.add("reconciler: orders whose personal data ended", report.ended.into());
        }
        Some(Err(_)) => tally.count("reconciler: runs that failed"),
        None => tally.count("reconciler: runs that crashed"),
    }
}
