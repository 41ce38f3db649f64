//! `cargo xtask test`: every check there is, one after the other, with one summary at the end.

mod deployed;
mod template;

use crate::run::{self, Failed};
use crate::{bench, browser, setup, widget};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

type Check = (&'static str, fn() -> Result<Done, Failed>);

/// How a check ended that did not fail.
enum Done {
    /// It ran, and all is well.
    Passed,
    /// It could not run here, and why.
    Skipped(&'static str),
}

/// In the order in which a failure is cheapest to learn of.
const CHECKS: [Check; 16] = [
    ("format", format),
    ("widget", widget),
    ("lints", lints),
    ("docs", docs),
    ("tests", tests),
    ("parity", parity),
    ("backends", backends),
    ("package", package),
    ("licences", licences),
    ("template", template::check),
    ("other-dynamodb", other_dynamodb),
    ("openapi", openapi),
    ("crash", crash),
    ("deployed", deployed::check),
    ("browser", in_browser),
    ("budgets", budgets),
];

/// How long a program may take until it can be used; ten times what it needs.
const START: Duration = Duration::from_secs(30);

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
    let mut skipped = 0_u32;
    for (name, check) in chosen {
        println!("\n━━ {name}");
        let started = Instant::now();
        let outcome = check();
        let seconds = started.elapsed().as_secs();
        match outcome {
            Ok(Done::Passed) => {
                passed += 1;
                lines.push(format!("ok      {name} ({seconds} s)"));
            }
            Ok(Done::Skipped(why)) => {
                skipped += 1;
                lines.push(format!("skipped {name}: {why}"));
            }
            Err(Failed(message)) => {
                eprintln!("{message}");
                failed += 1;
                lines.push(format!("FAILED  {name} ({seconds} s): {message}"));
            }
        }
    }
    println!("\n━━ checks\n{}\n\n{passed} passed, {failed} failed, {skipped} skipped", lines.join("\n"));
    if failed == 0 { Ok(()) } else { Err(Failed("some checks failed".to_owned())) }
}

fn format() -> Result<Done, Failed> {
    run::cargo(["fmt", "--all", "--check"])?;
    Ok(Done::Passed)
}

fn widget() -> Result<Done, Failed> {
    widget::build()?;
    Ok(Done::Passed)
}

fn lints() -> Result<Done, Failed> {
    run::cargo(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    match setup::wasm_compiler()? {
        setup::WasmCompiler::Ready => {
            let target = ["--target", setup::WASM_TARGET];
            let mut arguments = vec!["clippy", "--quiet"];
            arguments.extend(["widget", "rules", "shared"].iter().flat_map(|package| ["--package", package]));
            arguments.extend(target);
            arguments.extend(["--", "-D", "warnings"]);
            run::cargo(arguments)?;
        }
        // Debian's fallback compiler comes without clippy; the native run above has seen the same files.
        setup::WasmCompiler::Debian { .. } => {}
    }
    Ok(Done::Passed)
}

fn docs() -> Result<Done, Failed> {
    let mut command = Command::new(run::cargo_program());
    command.args(["doc", "--quiet", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
    run::program(command)?;
    Ok(Done::Passed)
}

/// Everything that the checks run, compiled with one set of features: a package built by itself has fewer, and would
/// compile most dependencies once more.
fn build_everything() -> Result<(), Failed> {
    run::cargo(["build", "--quiet", "--workspace", "--all-targets"])
}

/// A program of [`build_everything`], under its path in the build folder.
fn built(path: &str) -> PathBuf {
    run::target().join("debug").join(format!("{path}{}", std::env::consts::EXE_SUFFIX))
}

/// Unit, property and end-to-end tests, then the examples in the documentation.
fn tests() -> Result<Done, Failed> {
    build_everything()?;
    if run::has("cargo-nextest") {
        run::cargo(["nextest", "run", "--workspace", "--no-fail-fast"])?;
    } else {
        run::cargo(["test", "--workspace", "--no-fail-fast", "--lib", "--bins", "--tests"])?;
    }
    run::cargo(["test", "--quiet", "--workspace", "--doc"])?;
    Ok(Done::Passed)
}

/// The same vectors through the native build and through the WASM that ships, compared byte for byte.
fn parity() -> Result<Done, Failed> {
    build_everything()?;
    let mut command = Command::new("node");
    command.args(["--test", "tests/parity/parity.test.mjs"]).env("JUDGE", built("examples/judge"));
    run::program(command)?;
    Ok(Done::Passed)
}

/// The npm package as it would be published: its files, its types, and its surface as it is told in four places.
fn package() -> Result<Done, Failed> {
    let mut command = Command::new("node");
    command.args(["--test", "tests/package/package.test.mjs", "tests/package/surface.test.mjs"]);
    run::program(command)?;
    Ok(Done::Passed)
}

/// The partner's backends of the documentation, each with its ecosystem's JWT library, against a live stack.
fn backends() -> Result<Done, Failed> {
    let folder = run::root().join("docs/backends");
    setup::npm_packages(&folder.join("node"))?;
    let Some(python) = setup::python_with(&folder.join("python/requirements.txt")) else {
        return Ok(Done::Skipped("it needs Python 3 with venv, and PyJWT from PyPI"));
    };
    let mut command = Command::new(run::cargo_program());
    command.args(["test", "--workspace", "--test", "command_line", "--", "--ignored", "backends::"]);
    command.env("BACKENDS_PYTHON", python);
    if run::has("php") {
        let mut lint = Command::new("php");
        lint.arg("-l").arg(folder.join("php/session.php"));
        run::program(lint)?;
    } else {
        run::step("PHP is not installed: docs/backends/php is neither checked nor run here");
        command.args(["--skip", "what_php_mints"]);
    }
    run::program(command)?;
    Ok(Done::Passed)
}

/// Licences and advisories, where cargo-deny is installed; the workflow always runs it.
fn licences() -> Result<Done, Failed> {
    if !run::has("cargo-deny") {
        return Ok(Done::Skipped("cargo-deny is not installed (cargo install cargo-deny); the workflow runs it"));
    }
    run::cargo(["deny", "check"])?;
    Ok(Done::Passed)
}

/// The end-to-end suites against another implementation of DynamoDB: what passes on two is likely to hold on AWS.
fn other_dynamodb() -> Result<Done, Failed> {
    let Some(program) = setup::ministack() else {
        return Ok(Done::Skipped("it needs Python 3 with venv, and MiniStack from PyPI"));
    };
    let port = free_port()?;
    let mut command = Command::new(program);
    command.env("BIND_HOST", "127.0.0.1").env("GATEWAY_PORT", port.to_string());
    let mut other = Running::start(command, || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok())?;
    let mut command = Command::new(run::cargo_program());
    if run::has("cargo-nextest") {
        command.args(["nextest", "run"]);
    } else {
        command.arg("test");
    }
    command.args(["--workspace", "--test", "e2e", "--no-fail-fast"]);
    command.env("E2E_DYNAMODB_ENDPOINT", format!("http://127.0.0.1:{port}"));
    let outcome = run::program(command);
    other.stop();
    outcome.map(|()| Done::Passed)
}

fn free_port() -> Result<u16, Failed> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).map_err(|error| Failed(error.to_string()))?;
    listener.local_addr().map(|address| address.port()).map_err(|error| Failed(error.to_string()))
}

/// Made-up requests against the running demo: no server error, and no answer that the OpenAPI document does not have.
fn openapi() -> Result<Done, Failed> {
    let folder = run::root().join("tests/openapi");
    let Some(python) = setup::python_with(&folder.join("requirements.txt")) else {
        return Ok(Done::Skipped("it needs Python 3 with venv, and schemathesis from PyPI"));
    };
    build_everything()?;
    let json = run::target().join("demo-under-openapi/demo.json");
    let mut demo = Command::new(built("demo"));
    demo.args(["--port", "0", "--json"]).arg(&json).arg("--dist").arg(run::root().join("widget/dist"));
    // A description left over from a demo that was killed would tell of a stack that is gone.
    let _ = std::fs::remove_file(&json);
    let mut demo = Running::start(demo, || json.exists())?;
    let mut command = Command::new(python);
    command.arg(folder.join("run.py")).arg(&json).arg(run::root().join("docs/openapi.json"));
    let outcome = run::program(command);
    demo.stop();
    outcome.map(|()| Done::Passed)
}

/// The demo killed at random moments while customers order.
fn crash() -> Result<Done, Failed> {
    build_everything()?;
    let mut command = Command::new("node");
    command.args(["--test", "tests/crash/crash.test.mjs"]);
    command.env("DEMO", built("demo")).env("DIST", run::root().join("widget/dist"));
    run::program(command)?;
    Ok(Done::Passed)
}

/// Bytes of the widget and the functions, and calls of DynamoDB: exact, so they are held to.
fn budgets() -> Result<Done, Failed> {
    build_everything()?;
    bench::budgets(&built("demo"), &run::target().join("debug"), deployed::functions()?)?;
    Ok(Done::Passed)
}

fn in_browser() -> Result<Done, Failed> {
    let folder = run::root().join("tests/browser");
    setup::npm_packages(&folder)?;
    let chromium = browser::find_or_install()?;
    build_examples()?;
    build_everything()?;
    let json = run::target().join("demo-under-test/demo.json");
    let mut demo = Command::new(built("demo"));
    demo.args(["--port", "0", "--json"]).arg(&json).arg("--dist").arg(run::root().join("widget/dist"));
    // A description left over from a demo that was killed would tell of a stack that is gone.
    let _ = std::fs::remove_file(&json);
    let mut demo = Running::start(demo, || json.exists())?;
    let mut command = Command::new("npx");
    command.args(["playwright", "test"]).current_dir(&folder).env("DEMO_JSON", &json);
    if chromium != Path::new("playwright") {
        command.env("CHROMIUM_PATH", chromium);
    }
    let outcome = run::program(command);
    demo.stop();
    outcome.map(|()| Done::Passed)
}

/// The examples of the package, each with its framework's compiler.
fn build_examples() -> Result<(), Failed> {
    let folder = run::root().join("widget/examples");
    setup::npm_packages(&folder)?;
    run::step("building the examples");
    let mut command = Command::new("node");
    command.arg(folder.join("build.mjs")).arg(run::target().join("examples"));
    run::program(command)
}

/// A program in the background; it ends with us.
struct Running(Child);

impl Running {
    fn start(mut command: Command, ready: impl Fn() -> bool) -> Result<Self, Failed> {
        let shown = run::shown(&command);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut running = Self(child.map_err(|error| Failed(format!("{shown}: {error}")))?);
        let started = Instant::now();
        while !ready() {
            if let Ok(Some(status)) = running.0.try_wait() {
                return Err(Failed(format!("{shown} ended before it was ready ({status})")));
            }
            if started.elapsed() > START {
                return Err(Failed(format!("{shown} did not get ready")));
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
