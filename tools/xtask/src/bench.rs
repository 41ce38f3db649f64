//! `cargo xtask bench` and `load`: builds the product and its alternatives, then runs the benchmarks in Node.

use crate::run::{self, Failed};
use crate::{browser, setup, widget};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The table of `docs/benchmarks.md`: the product and its alternatives, in turn.
pub(crate) fn bench(arguments: &[OsString]) -> Result<(), Failed> {
    let folder = run::root().join("tests/bench");
    for packages in ["peers/lambda", "peers/widget", "../browser"] {
        setup::npm_packages(&folder.join(packages))?;
    }
    let chromium = browser::find_or_install()?;
    widget::build()?;
    let surroundings = build_surroundings()?;
    let functions = build_functions()?;
    run::step("building the simulator and the peers");
    run::cargo(["build", "--profile", "simulate", "--package", "simulate"])?;
    let signatures = build_peer("signatures")?;
    let defaults = build_peer("defaults")?;
    let mut command = node("bench.mjs", &surroundings, &functions);
    command.arg("--signatures").arg(signatures).arg("--defaults").arg(defaults);
    command.arg("--simulate").arg(run::target().join("simulate").join(named("simulate")));
    command.arg("--chromium").arg(chromium);
    command.args(arguments);
    run::program(command)
}

/// Builds an alternative in Rust, which is a separate workspace; returns the program.
fn build_peer(name: &str) -> Result<PathBuf, Failed> {
    let target = run::target().join("bench").join(name);
    let mut command = Command::new(run::cargo_program());
    command.args(["build", "--release", "--manifest-path"]);
    command.arg(run::root().join("tests/bench/peers").join(name).join("Cargo.toml"));
    command.arg("--target-dir").arg(&target);
    run::program(command)?;
    Ok(target.join("release").join(named(&format!("peeker-checkout-bench-{name}"))))
}

/// The functions under load.
pub(crate) fn load(arguments: &[OsString]) -> Result<(), Failed> {
    let surroundings = build_surroundings()?;
    let functions = build_functions()?;
    let mut command = node("load.mjs", &surroundings, &functions);
    command.args(arguments);
    run::program(command)
}

/// Sizes and call counts, which are exact, compared with their budgets. `functions` are those whose calls are counted,
/// from any build; `lambda` is the folder of `cargo lambda`, if there is one, and `is_quick` if its functions were linked
/// quickly, for which they may be larger.
pub(crate) fn budgets(demo: &Path, functions: &Path, lambda: Option<PathBuf>, is_quick: bool) -> Result<(), Failed> {
    let mut command = Command::new("node");
    command.args(["--test", "tests/bench/budgets.test.mjs", "tests/bench/report.test.mjs"]);
    command.env("DEMO", demo).env("FUNCTIONS", functions).env("DIST", dist());
    command.env("LINKED", if is_quick { "quickly" } else { "as_shipped" });
    match lambda {
        Some(folder) => command.env("LAMBDA", folder),
        None => command.env("RELEASE", build_functions()?),
    };
    run::program(command)
}

/// Builds sandbox and database with optimization, so that they do not limit the measurement.
fn build_surroundings() -> Result<PathBuf, Failed> {
    run::step("building the sandbox and the database");
    run::cargo(["build", "--profile", "simulate", "--package", "demo"])?;
    Ok(run::target().join("simulate").join(named("demo")))
}

/// Builds the functions as they are deployed, and all of them on one port; returns their folder.
fn build_functions() -> Result<PathBuf, Failed> {
    run::step("building the functions as they are deployed");
    run::cargo(["build", "--release", "--package", "functions", "--package", "bench"])?;
    Ok(run::target().join("release"))
}

fn node(script: &str, demo: &Path, functions: &Path) -> Command {
    let mut command = Command::new("node");
    command.arg(run::root().join("tests/bench").join(script));
    command.arg("--demo").arg(demo).arg("--functions").arg(functions);
    command.arg("--dist").arg(dist()).arg("--out").arg(run::target().join("bench"));
    command
}

fn dist() -> PathBuf {
    run::root().join("widget/dist")
}

fn named(program: &str) -> String {
    format!("{program}{}", std::env::consts::EXE_SUFFIX)
}
