//! The report of a simulation.

use crate::features::FEATURES;
use std::collections::BTreeMap;
use std::fmt;

/// A violated invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Name of the invariant.
    pub check: &'static str,
    /// Index of the world.
    pub world: u64,
    /// The affected customer or order.
    pub subject: String,
    /// Description of the violation.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] world {}, {}: {}", self.check, self.world, self.subject, self.what)
    }
}

/// The sum of all worlds. It contains no real time: equal options give equal reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Number of worlds.
    pub worlds: u64,
    /// Number of customers who wanted an order.
    pub orders: u64,
    /// Number of orders upstream.
    pub placed: u64,
    /// Number of customers without an order: refused, or gone before.
    pub without: u64,
    /// Virtual seconds of all worlds together.
    pub virtual_seconds: u64,
    /// Counters of events and faults, by name.
    pub counts: BTreeMap<&'static str, u64>,
    /// Violations, by world.
    pub violations: Vec<Violation>,
    /// Commands that run the failing worlds again.
    pub commands: Vec<String>,
}

impl Report {
    /// Adds the report of another world.
    pub(crate) fn merge(&mut self, other: Self) {
        self.worlds = self.worlds.saturating_add(other.worlds);
        self.orders = self.orders.saturating_add(other.orders);
        self.placed = self.placed.saturating_add(other.placed);
        self.without = self.without.saturating_add(other.without);
        self.virtual_seconds = self.virtual_seconds.saturating_add(other.virtual_seconds);
        for (name, count) in other.counts {
            let sum = self.counts.entry(name).or_default();
            *sum = sum.saturating_add(count);
        }
        self.violations.extend(other.violations);
        self.commands.extend(other.commands);
    }

    /// Features that did not occur in any world.
    pub fn never_happened(&self) -> impl Iterator<Item = &'static str> {
        FEATURES.iter().copied().filter(|feature| !self.counts.contains_key(feature))
    }

    /// Number of faults of all kinds.
    pub fn faults(&self) -> u64 {
        const KINDS: [&str; 8] =
            ["browser: ", "upstream: ", "dynamodb: ", "crash: ", "webhook: ", "endpoint: ", "schedule: ", "secrets: "];
        let of_kind = |name: &str| KINDS.iter().any(|kind| name.starts_with(kind));
        self.counts.iter().filter(|(name, _)| of_kind(name)).map(|(_, count)| count).sum()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hours = self.virtual_seconds / 3_600;
        let totals = [
            ("orders wanted", self.orders),
            ("  placed", self.placed),
            ("  without an order", self.without),
            ("worlds", self.worlds),
            ("virtual hours", hours),
            ("faults", self.faults()),
        ];
        for (name, count) in totals {
            writeln!(f, "{name:<44}{count:>14}")?;
        }
        for (name, count) in &self.counts {
            writeln!(f, "  {name:<42}{count:>14}")?;
        }
        for feature in self.never_happened() {
            writeln!(f, "never happened: {feature}")?;
        }
        for violation in &self.violations {
            writeln!(f, "{violation}")?;
        }
        for command in &self.commands {
            writeln!(f, "again: {command}")?;
        }
        write!(f, "{} violations", self.violations.len())
    }
}
