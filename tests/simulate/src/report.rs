//! What a simulation found.

use crate::features::FEATURES;
use std::collections::BTreeMap;
use std::fmt;

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which promise.
    pub check: &'static str,
    /// In which world.
    pub world: u64,
    /// For whom: a customer, an order.
    pub subject: String,
    /// What happened.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] world {}, {}: {}", self.check, self.world, self.subject, self.what)
    }
}

/// The sum of all worlds. It holds no machine's time: equal options give equal reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Worlds that were run.
    pub worlds: u64,
    /// Customers who wanted an order.
    pub orders: u64,
    /// Orders that upstream has.
    pub placed: u64,
    /// Customers without one: refused, or gone before it came to that.
    pub without: u64,
    /// Virtual seconds, all worlds together.
    pub virtual_seconds: u64,
    /// What happened, by name.
    pub counts: BTreeMap<&'static str, u64>,
    /// Broken promises, by world.
    pub violations: Vec<Violation>,
    /// How to run each failing world again.
    pub commands: Vec<String>,
}

impl Report {
    /// Adds what another world found.
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

    /// What worlds can have and none of these had.
    pub fn never_happened(&self) -> impl Iterator<Item = &'static str> {
        FEATURES.iter().copied().filter(|feature| !self.counts.contains_key(feature))
    }

    /// Faults of all kinds.
    pub fn faults(&self) -> u64 {
        const KINDS: [&str; 6] = ["upstream: ", "dynamodb: ", "crash: ", "webhook: ", "schedule: ", "secrets: "];
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
