//! Small simulations for every test run, and proof that the checks can fail.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that meets the unexpected should fail")]

mod promises;
mod reproduction;
mod sabotage;
mod share;
