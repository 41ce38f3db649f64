//! A stage deployed onto an AWS of this machine, by the commands that the documents name, and used over its API.

use super::{Done, build_everything, built};
use crate::run::{self, Failed};
use crate::setup;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The functions as `cargo lambda` builds them for a deployment: a folder with `<function>/bootstrap`. `None` where the
/// tools are missing.
pub(super) fn functions() -> Result<Option<PathBuf>, Failed> {
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
    run::program(build)?;
    Ok(Some(run::target().join("lambda")))
}

/// The flag of `cargo lambda` for this machine's processor, and the template's word for it.
const fn architecture() -> (&'static str, &'static str) {
    if cfg!(target_arch = "aarch64") { ("--arm64", "arm64") } else { ("--x86-64", "x86_64") }
}

/// The release binaries, and the test that deploys them with the template.
pub(super) fn check() -> Result<Done, Failed> {
    if !cfg!(target_os = "linux") {
        return Ok(Done::Skipped("the functions' binaries run on Linux only"));
    }
    let Some(tools) = setup::deployment_tools() else {
        return Ok(Done::Skipped("it needs Python 3 with venv, and three packages from PyPI"));
    };
    let Some(lambda) = functions()? else {
        return Ok(Done::Skipped("the functions' binaries run on Linux only"));
    };
    build_everything()?;
    let mut command = Command::new("node");
    command.args(["--test", "--test-concurrency=1", "tests/deploy/deploy.test.mjs", "tests/deploy/options.test.mjs"]);
    command.env("TOOLS", &tools).env("XTASK", built("xtask")).env("ARCHITECTURE", architecture().1);
    command.env("SANDBOX", built("sandbox")).env("LAMBDA", lambda);
    run::program(command)?;
    Ok(Done::Passed)
}

/// The search path with `folder` in front.
fn with_first(folder: &Path) -> Result<OsString, Failed> {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(folder.to_path_buf()).chain(std::env::split_paths(&rest));
    std::env::join_paths(all).map_err(|error| Failed(error.to_string()))
}
