//! The project's own commands: `cargo xtask demo`, `test`, `deploy` and the like.

#![expect(clippy::print_stdout, reason = "a command-line program prints its progress")]

mod apt;
mod bench;
mod browser;
mod checks;
mod deploy;
mod openapi;
mod run;
mod setup;
mod watch;
mod widget;

use clap::{Args, Parser, Subcommand};
use run::Failed;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// Development commands of peeker-checkout
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build everything and run the whole product on this machine
    Demo(Demo),
    /// Run every check, or the named ones
    Test {
        /// Names of checks, such as: lints tests browser
        checks: Vec<String>,
        /// Every host of the package in the check hosts, and every suite in other-dynamodb
        #[arg(long)]
        all: bool,
    },
    /// Simulate orders on virtual time with faults at every call, and count violated invariants
    #[command(disable_help_flag = true)]
    Simulate(PassedOn),
    /// Measure the product and its alternatives, and write docs/benchmarks.md
    #[command(disable_help_flag = true)]
    Bench(PassedOn),
    /// Send events and status requests at a fixed rate to the functions of this machine
    #[command(disable_help_flag = true)]
    Load(PassedOn),
    /// Deploy a stage to AWS
    Deploy(deploy::Options),
    /// Build the element into widget/dist
    BuildWidget,
    /// Write docs/openapi.json and docs/notifications from the routes and types of the functions
    Openapi,
    /// Install the tools of all commands
    Setup,
}

/// Options of the program that the command starts.
#[derive(Debug, Args)]
struct PassedOn {
    /// Options of the program; --help lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

#[derive(Debug, Args)]
struct Demo {
    /// Port of the signup page; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 8787)]
    port: u16,
    /// Keep orders and keys in this folder across restarts
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Run the demo's clock this many times as fast, 1 to 1000
    #[arg(long, value_name = "N", default_value = "1")]
    speed: String,
    /// usual or strictest: how demanding the sandbox is for clients
    #[arg(long, value_name = "WORD", default_value = "usual")]
    upstream: String,
    /// Rebuild the widget when its sources change, and reload the pages
    #[arg(long)]
    watch: bool,
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Demo(options) => demo(&options),
        Command::Test { checks, all } => checks::all(&checks, all),
        Command::Simulate(options) => simulate(&options.arguments),
        Command::Bench(options) => bench::bench(&options.arguments),
        Command::Load(options) => bench::load(&options.arguments),
        Command::Deploy(options) => deploy::deploy(options),
        Command::BuildWidget => widget::build(),
        Command::Openapi => openapi::write(),
        Command::Setup => setup::everything(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed(message)) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Builds, then becomes the demo: on Unix the same process goes on, so that signals reach it.
fn demo(options: &Demo) -> Result<(), Failed> {
    widget::build()?;
    let program = build_demo()?;
    let mut command = std::process::Command::new(program);
    command.arg("--json").arg(run::root().join("target/demo/demo.json"));
    command.arg("--dist").arg(run::root().join("widget/dist"));
    command.args(["--port", &options.port.to_string(), "--speed", &options.speed, "--upstream", &options.upstream]);
    if let Some(folder) = &options.data {
        command.arg("--data").arg(folder);
    }
    if options.watch { watch::demo(command) } else { run::become_it(command) }
}

/// Builds the simulator as fast code, and runs it.
fn simulate(arguments: &[OsString]) -> Result<(), Failed> {
    let fixed = ["run", "--profile", "simulate", "--package", "simulate", "--"].map(OsString::from);
    run::cargo(fixed.iter().chain(arguments))
}

/// The demo's binary, built.
fn build_demo() -> Result<PathBuf, Failed> {
    run::step("building the demo");
    // The features of a dependency are those that the whole workspace and its tests ask for, as in `cargo xtask test`, so
    // that neither build compiles a dependency again after the other. Only with `--examples` (of which there is one small
    // one) does cargo count what tests ask for.
    run::cargo(["build", "--workspace", "--bin", "demo", "--examples"])?;
    Ok(run::target().join("debug").join(format!("demo{}", std::env::consts::EXE_SUFFIX)))
}
