//! `cargo xtask test`: every check there is, one after the other, with one summary at the end.

use crate::run::{self, Failed};
use crate::{browser, build_demo, setup, widget};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

type Check = (&'static str, fn() -> Result<(), Failed>);

/// In the order in which a failure is cheapest to learn of.
const CHECKS: [Check; 9] = [
    ("format", format),
    ("widget", widget::build),
    ("lints", lints),
    ("docs", docs),
    ("tests", tests),
    ("parity", parity),
    ("licences", licences),
    ("crash", crash),
    ("browser", in_browser),
];

/// How long a built demo may take until it can be used; ten times what it needs.
const DEMO_START: Duration = Duration::from_secs(20);

/// Runs all checks, or those that are named; goes on after a failure, so that one run tells everything.
pub(crate) fn all(names: &[String]) -> Result<(), Failed> {
    if let Some(unknown) = names.iter().find(|name| !CHECKS.iter().any(|(known, _)| known == name)) {
        let known: Vec<&str> = CHECKS.iter().map(|(name, _)| *name).collect();
        return Err(Failed(format!("there is no check {unknown}; there are: {}", known.join(", "))));
    }
    let chosen = CHECKS.iter().filter(|(name, _)| names.is_empty() || names.iter().any(|chosen| chosen == name));
    let mut lines = Vec::new();
    let mut failed = 0_u32;
    let mut passed = 0_u32;
    for (name, check) in chosen {
        println!("\n━━ {name}");
        let started = Instant::now();
        let outcome = check();
        let seconds = started.elapsed().as_secs();
        match outcome {
            Ok(()) => {
                passed += 1;
                lines.push(format!("ok      {name} ({seconds} s)"));
            }
            Err(Failed(message)) => {
                eprintln!("{message}");
                failed += 1;
                lines.push(format!("FAILED  {name} ({seconds} s): {message}"));
            }
        }
    }
    println!("\n━━ checks\n{}\n\n{passed} passed, {failed} failed", lines.join("\n"));
    if failed == 0 { Ok(()) } else { Err(Failed("some checks failed".to_owned())) }
}

fn format() -> Result<(), Failed> {
    run::cargo(["fmt", "--all", "--check"])
}

fn lints() -> Result<(), Failed> {
    run::cargo(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    match setup::wasm_compiler()? {
        setup::WasmCompiler::Ready => {
            let target = ["--target", setup::WASM_TARGET];
            let mut arguments = vec!["clippy", "--quiet", "--package", "widget", "--package", "shared"];
            arguments.extend(target);
            arguments.extend(["--", "-D", "warnings"]);
            run::cargo(arguments)
        }
        // Debian's fallback compiler comes without clippy; the native run above has seen the same files.
        setup::WasmCompiler::Debian { .. } => Ok(()),
    }
}

fn docs() -> Result<(), Failed> {
    let mut command = Command::new(run::cargo_program());
    command.args(["doc", "--quiet", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
    run::program(command)
}

/// Unit, property and end-to-end tests, then the examples in the documentation.
fn tests() -> Result<(), Failed> {
    if run::has("cargo-nextest") {
        run::cargo(["nextest", "run", "--workspace", "--no-fail-fast"])?;
    } else {
        run::cargo(["test", "--workspace", "--no-fail-fast", "--lib", "--bins", "--tests"])?;
    }
    run::cargo(["test", "--quiet", "--workspace", "--doc"])
}

/// The same vectors through the native build and through the WASM that ships, compared byte for byte.
fn parity() -> Result<(), Failed> {
    run::cargo(["build", "--quiet", "--package", "shared", "--example", "judge"])?;
    let judge = run::target().join("debug/examples").join(format!("judge{}", std::env::consts::EXE_SUFFIX));
    let mut command = Command::new("node");
    command.args(["--test", "tests/parity/parity.test.mjs"]).env("JUDGE", judge);
    run::program(command)
}

/// Licences and advisories, where cargo-deny is installed; the workflow always runs it.
fn licences() -> Result<(), Failed> {
    if !run::has("cargo-deny") {
        println!("cargo-deny is not installed: left to continuous integration (cargo install cargo-deny)");
        return Ok(());
    }
    run::cargo(["deny", "check"])
}

/// The demo killed at random moments while customers order.
fn crash() -> Result<(), Failed> {
    let program = build_demo()?;
    let mut command = Command::new("node");
    command.args(["--test", "tests/crash/crash.test.mjs"]);
    command.env("DEMO", program).env("DIST", run::root().join("widget/dist"));
    run::program(command)
}

fn in_browser() -> Result<(), Failed> {
    let folder = run::root().join("tests/browser");
    setup::npm_packages(&folder)?;
    let chromium = browser::find_or_install()?;
    let program = build_demo()?;
    let json = run::target().join("demo-under-test/demo.json");
    let mut demo = Command::new(program);
    demo.args(["--port", "0", "--json"]).arg(&json).arg("--dist").arg(run::root().join("widget/dist"));
    let mut demo = Running::start(demo, &json)?;
    let mut command = Command::new("npx");
    command.args(["playwright", "test"]).current_dir(&folder).env("DEMO_JSON", &json);
    if chromium != Path::new("playwright") {
        command.env("CHROMIUM_PATH", chromium);
    }
    let outcome = run::program(command);
    demo.stop();
    outcome
}

/// A demo in the background; it ends with us.
struct Running(Child);

impl Running {
    fn start(mut command: Command, json: &Path) -> Result<Self, Failed> {
        // A description left over from a demo that was killed would tell of a stack that is gone.
        let _ = std::fs::remove_file(json);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        let mut running = Self(child.map_err(|error| Failed(format!("{}: {error}", run::shown(&command))))?);
        let started = Instant::now();
        while !json.exists() {
            if let Ok(Some(status)) = running.0.try_wait() {
                return Err(Failed(format!("the demo ended before it was ready ({status})")));
            }
            if started.elapsed() > DEMO_START {
                return Err(Failed("the demo did not get ready".to_owned()));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(running)
    }

    fn stop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}
