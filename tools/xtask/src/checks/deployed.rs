//! Deploys a stage to a local AWS with the documented commands, and calls its API.

use super::built::{Done, Linking, build_everything, built};
use crate::run::{self, Failed};
use crate::setup;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the functions with `cargo lambda`: a folder with `<function>/bootstrap`. `None` if the tools are missing.
pub(super) fn functions(linking: Linking) -> Result<Option<PathBuf>, Failed> {
    if !cfg!(target_os = "linux") {
        return Ok(None);
    }
    let Some(tools) = setup::deployment_tools() else {
        return Ok(None);
    };
    let (flag, _) = architecture();
    run::step("building the functions as they are deployed");
    let mut build = Command::new("cargo");
    build.args(["lambda", "build", "--release", flag, "--package", "functions"]).env("PATH", with_first(&tools)?);
    if linking == Linking::Quick {
        build.env("CARGO_PROFILE_RELEASE_LTO", "off");
    }
    run::program(build)?;
    Ok(Some(run::target().join("lambda")))
}

/// The architecture of this machine: flag of `cargo lambda`, and value in the template.
const fn architecture() -> (&'static str, &'static str) {
    if cfg!(target_arch = "aarch64") { ("--arm64", "arm64") } else { ("--x86-64", "x86_64") }
}

/// The release binaries, and the test that deploys them with the template.
pub(super) fn check(linking: Linking) -> Result<Done, Failed> {
    if !cfg!(target_os = "linux") {
        return Ok(Done::Skipped("the functions' binaries run on Linux only"));
    }
    let Some(tools) = setup::deployment_tools() else {
        return Ok(Done::Skipped("requires Python 3 with venv, and three packages from PyPI"));
    };
    let Some(lambda) = functions(linking)? else {
        return Ok(Done::Skipped("the functions' binaries run on Linux only"));
    };
    build_everything()?;
    let mut command = Command::new("node");
    // At the same time: each has an AWS of its own, and waits for it most of the time.
    command.args(["--test", "--test-concurrency=2", "tests/deploy/deploy.test.mjs"]);
    if linking == Linking::Shipped {
        command.arg("tests/deploy/options.test.mjs");
    }
    command.env("TOOLS", &tools).env("XTASK", built("xtask")).env("ARCHITECTURE", architecture().1);
    command.env("SANDBOX", built("sandbox")).env("LAMBDA", lambda);
    run::program(command)?;
    Ok(Done::Passed)
}

/// `PATH` with `folder` first.
fn with_first(folder: &Path) -> Result<OsString, Failed> {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(folder.to_path_buf()).chain(std::env::split_paths(&rest));
    std::env::join_paths(all).map_err(|error| Failed(error.to_string()))
}
