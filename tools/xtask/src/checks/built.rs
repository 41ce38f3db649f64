//! What every check needs: how it may end, and the programs that all of them run.

use crate::run::{self, Failed};
use std::path::PathBuf;

/// The result of a check that did not fail.
pub(super) enum Done {
    /// It passed.
    Passed,
    /// It could not run here, with the reason.
    Skipped(&'static str),
}

/// How the functions are linked. What they do is the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Linking {
    /// Without link-time optimization: half of the time, and binaries that are a tenth larger.
    Quick,
    /// As they are shipped.
    Shipped,
}

/// Compiles everything that the checks run with one set of features: a single package has fewer, and would recompile
/// most dependencies.
pub(super) fn build_everything() -> Result<(), Failed> {
    run::cargo(["build", "--quiet", "--workspace", "--all-targets"])
}

/// A program of [`build_everything`], by its path in the build folder.
pub(super) fn built(path: &str) -> PathBuf {
    run::target().join("debug").join(format!("{path}{}", std::env::consts::EXE_SUFFIX))
}
