//! Runs the receivers of docs/notifications/receivers behind a demo that delivers to them.

use super::built::{Done, build_everything, built};
use crate::run::{self, Failed};
use crate::{apt, setup};
use std::process::Command;

/// Languages beside Node and Python: name, program, Debian package.
const OTHERS: [(&str, &str, &str); 3] =
    [("php", "php", "php-cli"), ("ruby", "ruby", "ruby"), ("go", "go", "golang-go")];

/// Node and Python with the real library, and PHP with a stand-in if it is installed.
pub(super) fn usual() -> Result<Done, Failed> {
    check(OTHERS.iter().filter(|(name, program, _)| *name == "php" && run::has(program)).map(|(name, ..)| *name))
}

/// All languages; those that are missing are installed on Debian.
pub(super) fn all() -> Result<Done, Failed> {
    let missing: Vec<&str> =
        OTHERS.iter().filter(|(_, program, _)| !run::has(program)).map(|(_, _, package)| *package).collect();
    if !missing.is_empty() {
        run::step("installing languages for docs/notifications/receivers");
        apt::install(&missing)?;
    }
    check(OTHERS.iter().map(|(name, ..)| *name))
}

fn check(others: impl Iterator<Item = &'static str>) -> Result<Done, Failed> {
    let folder = run::root().join("docs/notifications/receivers");
    setup::npm_packages(&folder.join("node"))?;
    let Some(python) = setup::python_with(&folder.join("python/requirements.txt")) else {
        return Ok(Done::Skipped("requires Python 3 with venv, and standardwebhooks from PyPI"));
    };
    build_everything()?;
    let languages: Vec<&str> = ["node", "python"].into_iter().chain(others).collect();
    let mut command = Command::new("node");
    command.args(["--test", "tests/receivers/receivers.test.mjs"]).env("LANGUAGES", languages.join(","));
    command.env("PYTHON", python).env("DEMO", built("demo")).env("DIST", run::root().join("widget/dist"));
    run::program(command)?;
    Ok(Done::Passed)
}
