//! What a step of the smoke test ends in.

use serde_json::Value;

/// The output of a step.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) outcome: Outcome,
    pub(super) what: String,
    pub(super) data: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Ok,
    Skipped,
    Failed,
}

impl Step {
    pub(super) fn ok(name: &'static str, what: String, data: Value) -> Self {
        Self { name, outcome: Outcome::Ok, what, data }
    }

    pub(super) fn skipped(name: &'static str, what: String, data: Value) -> Self {
        Self { name, outcome: Outcome::Skipped, what, data }
    }
}
