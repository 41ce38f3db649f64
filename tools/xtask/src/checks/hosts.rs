//! The package in projects of its users: installed as published, built by real bundlers, opened in a browser.

use super::built::Done;
use crate::run::{self, Failed};
use crate::{browser, setup};
use std::path::Path;
use std::process::Command;

/// The hosts that a partner is most likely to have.
pub(super) fn usual() -> Result<Done, Failed> {
    run(&[])
}

/// Every host, in development and built.
pub(super) fn all() -> Result<Done, Failed> {
    run(&["--all"])
}

/// A host whose tools need a newer Node is named in the output, and is no failure.
fn run(arguments: &[&str]) -> Result<Done, Failed> {
    setup::npm_packages(&run::root().join("tests/browser"))?;
    let chromium = browser::find_or_install()?;
    let mut command = Command::new("node");
    command.arg("tests/hosts/run.mjs").args(arguments);
    if chromium != Path::new("playwright") {
        command.env("CHROMIUM_PATH", chromium);
    }
    run::program(command)?;
    Ok(Done::Passed)
}
