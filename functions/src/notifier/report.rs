//! What an invocation did, in numbers.

use crate::failure::Failure;
use crate::model::endpoint_health::Verdict;
use serde::Serialize;

/// The counts of an invocation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Notifications that an endpoint took.
    pub delivered: u32,
    /// Attempts that failed.
    pub failed: u32,
}

impl Report {
    pub(super) const fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Taken => Self { delivered: 1, failed: 0 },
            Verdict::Failed | Verdict::Gone => Self { delivered: 0, failed: 1 },
        }
    }

    pub(super) const fn with(self, other: &Self) -> Self {
        Self {
            delivered: self.delivered.saturating_add(other.delivered),
            failed: self.failed.saturating_add(other.failed),
        }
    }
}

/// What parts of the work did. One that fails stops no other: its failure is logged, and the first is kept.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// What was done.
    pub(super) report: Report,
    /// Parts that did not fail.
    pub(super) done: usize,
    /// The first failure.
    pub(super) failure: Option<Failure>,
}

impl Outcome {
    /// Adds a part.
    pub(super) fn add(&mut self, part: Result<Report, Failure>) {
        match part {
            Ok(report) => {
                self.report = self.report.with(&report);
                self.done = self.done.saturating_add(1);
            }
            Err(failure) => self.fail(failure),
        }
    }

    /// The same with a part.
    pub(super) fn with(mut self, part: Result<Report, Failure>) -> Self {
        self.add(part);
        self
    }

    /// Adds a failure.
    pub(super) fn fail(&mut self, failure: Failure) {
        tracing::warn!(error.cause = %failure, "notifications wait");
        self.failure.get_or_insert(failure);
    }

    /// Adds another outcome, whose failures were logged.
    pub(super) fn join(&mut self, other: Self) {
        self.report = self.report.with(&other.report);
        self.done = self.done.saturating_add(other.done);
        if let Some(failure) = other.failure {
            self.failure.get_or_insert(failure);
        }
    }

    /// What was done, or the first failure.
    pub(super) fn into_result(self) -> Result<Report, Failure> {
        self.failure.map_or(Ok(self.report), Err)
    }
}

impl Extend<Result<Report, Failure>> for Outcome {
    fn extend<I: IntoIterator<Item = Result<Report, Failure>>>(&mut self, parts: I) {
        parts.into_iter().for_each(|part| self.add(part));
    }
}

/// The sum of all reports, or the first failure, after all have ended.
pub(super) fn collect(all: Vec<Result<Report, Failure>>) -> Result<Report, Failure> {
    let mut outcome = Outcome::default();
    outcome.extend(all);
    outcome.into_result()
}
