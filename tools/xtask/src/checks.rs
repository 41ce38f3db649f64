//! `cargo xtask test`: runs every check in sequence, and prints a summary.

mod built;
mod deployed;
mod hosts;
mod receivers;
mod running;
mod template;

use crate::run::{self, Failed};
use crate::{bench, browser, setup, widget};
use built::{Done, Linking, build_everything, built};
use running::Running;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

type Check = (&'static str, fn() -> Result<Done, Failed>);

/// All checks, cheapest failures first.
const CHECKS: [Check; 18] = [
    ("format", format),
    ("widget", widget),
    ("lints", lints),
    ("docs", docs),
    ("tests", tests),
    ("parity", parity),
    ("backends", backends),
    ("receivers", receivers::usual),
    ("package", package),
    ("licences", licences),
    ("template", template::check),
    ("other-dynamodb", other_dynamodb),
    ("openapi", openapi),
    ("crash", crash),
    ("deployed", || deployed::check(Linking::Quick)),
    ("browser", || in_browser(false)),
    ("hosts", hosts::usual),
    ("budgets", || budgets(Linking::Quick)),
];

/// Browsers at work at the same time, each on a demo of its own: one waits for pages and timers most of the time.
const BROWSERS: usize = 3;

/// The end-to-end suites about what the table does: conditions, transactions, indexes, sizes. The others run on one
/// DynamoDB, and with `--all` on both. The large rejected deliveries are left out, because what a slow table does not take in
/// time is not kept. The retention suite is not among them: its days pass on a clock of its own, while
/// MiniStack removes each minute what has expired by the machine's clock.
const TABLE_SUITES: [&str; 16] = [
    "concurrency::",
    "contention::",
    "convergence::",
    "forgetting::",
    "import_claims::",
    "import_lost::",
    "in_use::",
    "large_orders::",
    "order_flow::",
    "partner_orders::",
    "quotes::",
    "redelivery::",
    "replays::",
    "shared_rate::",
    "spend_limits::",
    "table::",
];

/// Runs all checks, or the named ones, with every host, suite and look, the optional parts of a stage, and the functions as they
/// are shipped if `everything`. Continues after a failure, so that one run reports everything.
pub(crate) fn all(names: &[String], everything: bool) -> Result<(), Failed> {
    if let Some(unknown) = names.iter().find(|name| !CHECKS.iter().any(|(known, _)| known == name)) {
        let known: Vec<&str> = CHECKS.iter().map(|(name, _)| *name).collect();
        return Err(Failed(format!("unknown check {unknown}; valid names: {}", known.join(", "))));
    }
    let chosen = CHECKS.iter().filter(|(name, _)| names.is_empty() || names.iter().any(|chosen| chosen == name));
    let mut lines = Vec::new();
    let (mut failed, mut passed, mut skipped) = (0_u32, 0_u32, 0_u32);
    for (name, check) in chosen {
        println!("\n━━ {name}");
        let started = Instant::now();
        let outcome = match *name {
            "hosts" if everything => hosts::all(),
            "other-dynamodb" if everything => on_other_dynamodb(&[]),
            "receivers" if everything => receivers::all(),
            "deployed" if everything => deployed::check(Linking::Shipped),
            "budgets" if everything => budgets(Linking::Shipped),
            "browser" if everything => in_browser(true),
            _ => check(),
        };
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
            arguments.extend(["widget", "shared"].iter().flat_map(|package| ["--package", package]));
            arguments.extend(target);
            arguments.extend(["--", "-D", "warnings"]);
            run::cargo(arguments)?;
        }
        // Debian's compiler has no clippy; the native run above covers the same files.
        setup::WasmCompiler::Debian { .. } => {}
    }
    element_sources()?;
    Ok(Done::Passed)
}

/// The element's own formatter, linter and type checker (`npm run check` in `widget`).
fn element_sources() -> Result<(), Failed> {
    let folder = run::root().join("widget");
    if !folder.join("ui/element.ts").exists() {
        return Ok(());
    }
    setup::npm_packages(&folder)?;
    let mut command = Command::new("npm");
    command.args(["run", "--silent", "check"]).current_dir(folder);
    run::program(command)
}

fn docs() -> Result<Done, Failed> {
    let mut command = Command::new(run::cargo_program());
    command.args(["doc", "--quiet", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
    run::program(command)?;
    Ok(Done::Passed)
}

/// Unit, property and end-to-end tests, then the examples in the documentation.
fn tests() -> Result<Done, Failed> {
    build_everything()?;
    if run::has("cargo-nextest") {
        // Many of them wait for timers and other programs.
        let threads = std::thread::available_parallelism().map_or(2, |cores| cores.get().saturating_mul(2));
        run::cargo(["nextest", "run", "--workspace", "--no-fail-fast", "--test-threads", &threads.to_string()])?;
    } else {
        run::cargo(["test", "--workspace", "--no-fail-fast", "--lib", "--bins", "--tests"])?;
    }
    run::cargo(["test", "--quiet", "--workspace", "--doc"])?;
    Ok(Done::Passed)
}

/// Runs the same vectors through the native build and the released WASM, and compares them byte for byte.
fn parity() -> Result<Done, Failed> {
    build_everything()?;
    let mut command = Command::new("node");
    command
        .arg("--test")
        .args(["parity", "client", "misuse"].map(|name| format!("tests/parity/{name}.test.mjs")))
        .env("VALIDATE", built("examples/validate"));
    run::program(command)?;
    Ok(Done::Passed)
}

/// Checks the npm package as published: its files, its types, and its API in four descriptions.
fn package() -> Result<Done, Failed> {
    let mut command = Command::new("node");
    command.arg("--test").args(["package", "surface", "values"].map(|name| format!("tests/package/{name}.test.mjs")));
    run::program(command)?;
    Ok(Done::Passed)
}

/// Runs the backend examples of the documentation, each with its libraries, against a running stack.
fn backends() -> Result<Done, Failed> {
    let folder = run::root().join("docs/backends");
    setup::npm_packages(&folder.join("node"))?;
    let Some(python) = setup::python_with(&folder.join("python/requirements.txt")) else {
        return Ok(Done::Skipped("requires Python 3 with venv, and PyJWT from PyPI"));
    };
    let mut command = Command::new(run::cargo_program());
    let suites = "test --workspace --test command_line -- --ignored backends:: payments:: invoices::";
    command.args(suites.split(' '));
    command.env("BACKENDS_PYTHON", python);
    if run::has("php") {
        let mut lint = Command::new("php");
        lint.arg("-l").arg(folder.join("php/session.php"));
        run::program(lint)?;
    } else {
        run::step("PHP is not installed: docs/backends/php is not tested");
        command.args(["--skip", "php_backend_mints_a_valid_session"]);
    }
    run::program(command)?;
    Ok(Done::Passed)
}

/// Checks licences and advisories if cargo-deny is installed; the CI workflow always does.
fn licences() -> Result<Done, Failed> {
    if !run::has("cargo-deny") {
        return Ok(Done::Skipped("cargo-deny is not installed (cargo install cargo-deny); the workflow runs it"));
    }
    run::cargo(["deny", "check"])?;
    Ok(Done::Passed)
}

/// Runs the end-to-end suites on another implementation of DynamoDB: what works on two is likely to work on AWS.
fn other_dynamodb() -> Result<Done, Failed> {
    on_other_dynamodb(&TABLE_SUITES)
}

/// Runs the end-to-end suites named in `suites`, or all of them, on another implementation of DynamoDB.
fn on_other_dynamodb(suites: &[&str]) -> Result<Done, Failed> {
    let Some(program) = setup::ministack() else {
        return Ok(Done::Skipped("requires Python 3 with venv, and MiniStack from PyPI"));
    };
    let port = free_port()?;
    let mut command = Command::new(program);
    command.env("BIND_HOST", "127.0.0.1").env("GATEWAY_PORT", port.to_string());
    let _other = Running::start(command, || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok())?;
    let mut command = Command::new(run::cargo_program());
    if run::has("cargo-nextest") {
        command.args(["nextest", "run", "--workspace", "--test", "e2e", "--no-fail-fast"]).args(suites);
    } else {
        command.args(["test", "--workspace", "--test", "e2e", "--no-fail-fast", "--"]).args(suites);
    }
    command.env("E2E_DYNAMODB_ENDPOINT", format!("http://127.0.0.1:{port}"));
    run::program(command)?;
    Ok(Done::Passed)
}

fn free_port() -> Result<u16, Failed> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).map_err(|error| Failed(error.to_string()))?;
    listener.local_addr().map(|address| address.port()).map_err(|error| Failed(error.to_string()))
}

/// Sends generated requests to the running demo: no server error, and no undocumented response.
fn openapi() -> Result<Done, Failed> {
    let folder = run::root().join("tests/openapi");
    let Some(python) = setup::python_with(&folder.join("requirements.txt")) else {
        return Ok(Done::Skipped("requires Python 3 with venv, and schemathesis from PyPI"));
    };
    build_everything()?;
    let json = run::target().join("demo-under-openapi/demo.json");
    let _demo = Running::start_demo(&json)?;
    let mut command = Command::new(python);
    command.arg(folder.join("run.py")).arg(&json).arg(run::root().join("docs/openapi.json"));
    run::program(command)?;
    Ok(Done::Passed)
}

/// Kills the demo at random moments while customers order.
fn crash() -> Result<Done, Failed> {
    build_everything()?;
    let mut command = Command::new("node");
    command.args(["--test", "tests/crash/crash.test.mjs"]);
    command.env("DEMO", built("demo")).env("DIST", run::root().join("widget/dist"));
    run::program(command)?;
    Ok(Done::Passed)
}

/// Compares exact numbers with their budgets: bytes of the widget and the functions, and calls of DynamoDB.
fn budgets(linking: Linking) -> Result<Done, Failed> {
    build_everything()?;
    // Elsewhere than on Linux cargo builds them as they are shipped.
    let lambda = deployed::functions(linking)?;
    let is_quick = linking == Linking::Quick && lambda.is_some();
    bench::budgets(&built("demo"), &run::target().join("debug"), lambda, is_quick)?;
    Ok(Done::Passed)
}

/// The pages in a browser; `every_look`: each state at each width in both colour schemes.
fn in_browser(every_look: bool) -> Result<Done, Failed> {
    let folder = run::root().join("tests/browser");
    setup::npm_packages(&folder)?;
    let chromium = browser::find_or_install()?;
    build_examples()?;
    build_everything()?;
    let mut demos = Vec::new();
    for worker in 0..BROWSERS {
        let json = run::target().join(format!("demo-under-test/{worker}/demo.json"));
        demos.push((Running::start_demo(&json)?, json));
    }
    let jsons: Vec<_> = demos.iter().map(|(_, json)| json.as_os_str()).collect();
    let playwright = |options: &[&str]| {
        let mut command = Command::new("npx");
        command.args(["playwright", "test"]).args(options).current_dir(&folder);
        command.env("DEMO_JSON", jsons.join(OsStr::new(",")));
        if every_look {
            command.env("EVERY_LOOK", "1");
        }
        if chromium != Path::new("playwright") {
            command.env("CHROMIUM_PATH", &chromium);
        }
        command
    };
    run::program(playwright(&[])).map_err(|Failed(message)| {
        // What each of them printed is far above the summary.
        let list = playwright(&["--last-failed", "--list"]).output();
        let tests = list.map(|list| String::from_utf8_lossy(&list.stdout).into_owned()).unwrap_or_default();
        Failed(format!("{message}\n{}", tests.trim_end()))
    })?;
    Ok(Done::Passed)
}

/// Builds the examples of the package, each with its framework's compiler.
fn build_examples() -> Result<(), Failed> {
    let folder = run::root().join("widget/examples");
    setup::npm_packages(&folder)?;
    run::step("building the examples");
    let mut command = Command::new("node");
    command.arg(folder.join("build.mjs")).arg(run::target().join("examples"));
    run::program(command)
}
