//! The report of one world.

use crate::invariants::broken;
use crate::invariants::facts::Evidence;
use crate::options::{Options, WorldPlan};
use crate::report::{Report, Violation};
use crate::tally::Tally;

/// The report of a world in its final state.
pub(crate) fn report_of(
    plan: WorldPlan,
    options: &Options,
    evidence: &Evidence,
    tally: &Tally,
    virtual_seconds: u64,
) -> Report {
    count(evidence, tally);
    let violation = |(check, (subject, what))| Violation { check, world: plan.index, subject, what };
    let violations: Vec<Violation> = broken(evidence).into_iter().map(violation).collect();
    let placed = u64::try_from(evidence.upstream.len()).unwrap_or(u64::MAX);
    Report {
        worlds: 1,
        orders: plan.customers,
        placed,
        without: plan.customers.saturating_sub(placed),
        virtual_seconds,
        counts: tally.counts(),
        commands: if violations.is_empty() { Vec::new() } else { vec![options.command(plan.index)] },
        violations,
    }
}

/// Adds counters of the final state.
fn count(evidence: &Evidence, tally: &Tally) {
    let sum = |of: fn(&crate::ledger::Account) -> u64| evidence.accounts.values().map(of).sum::<u64>();
    let imported = evidence.upstream.iter().map(|order| order.imported.len()).sum::<usize>();
    let sums = [
        ("budgets: calls received", sum(|account| account.received)),
        ("budgets: calls lost in transit", sum(|account| account.lost)),
        ("budgets: calls charged in doubt", sum(|account| account.in_doubt)),
        ("budgets: calls not counted", sum(|account| account.uncounted)),
        ("imports: domains ordered", u64::try_from(imported).unwrap_or(u64::MAX)),
    ];
    for (name, sum) in sums.into_iter().filter(|(_, sum)| *sum > 0) {
        tally.add(name, sum);
    }
}
