//! The project's own commands: `cargo xtask demo`, `test`, `build-widget`, `setup`.

#![expect(clippy::print_stdout, reason = "a program that a person starts tells what it does")]

mod bench;
mod browser;
mod checks;
mod deploy;
mod run;
mod setup;
mod widget;

use run::Failed;
use std::process::ExitCode;

const USAGE: &str = "cargo xtask <command>

  demo [--port N] [--data DIR] [--speed N] [--upstream WORD]
                                 builds everything and runs it on this machine
  test [CHECK …]                 runs every check, or the named ones
  simulate [--orders N] [--seed S] [--faults PERCENT]
                                 orders on virtual time with faults everywhere, and counts what went wrong
  bench [--quick] [--only ROWS]  the product beside its alternatives: one table, written to docs/benchmarks.md
  load [--rate N] [--seconds S]  events and status polls at a fixed rate against the functions of this machine
  deploy --stage NAME [--plan]   puts a stage onto AWS; cargo xtask deploy --help tells the options
  build-widget                   builds <peeker-checkout> into widget/dist
  setup                          installs what the commands above would install when they need it
  help                           this text";

fn main() -> ExitCode {
    let arguments: Result<Vec<String>, _> = std::env::args_os().skip(1).map(std::ffi::OsString::into_string).collect();
    let mut arguments = match arguments {
        Ok(arguments) => arguments.into_iter(),
        Err(other) => {
            eprintln!("{} is not UTF-8 text.", other.display());
            return ExitCode::from(2);
        }
    };
    let command = arguments.next().unwrap_or_else(|| "help".to_owned());
    let rest: Vec<String> = arguments.collect();
    let outcome = match command.as_str() {
        "demo" => demo(&rest),
        "test" => checks::all(&rest),
        "simulate" => simulate(&rest),
        "bench" => bench::bench(&rest),
        "load" => bench::load(&rest),
        "deploy" => deploy::deploy(&rest),
        "build-widget" => widget::build(),
        "setup" => setup::everything(),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        unknown => Err(Failed(format!("there is no command {unknown}.\n\n{USAGE}"))),
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
fn demo(arguments: &[String]) -> Result<(), Failed> {
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        println!("{USAGE}");
        return Ok(());
    }
    widget::build()?;
    let program = build_demo()?;
    let mut command = std::process::Command::new(program);
    command.args(["--json"]).arg(run::root().join("target/demo/demo.json"));
    command.args(["--dist"]).arg(run::root().join("widget/dist"));
    command.args(arguments);
    run::become_it(command)
}

/// Builds the simulator as fast code, and runs it.
fn simulate(arguments: &[String]) -> Result<(), Failed> {
    let mut all = vec!["run", "--profile", "simulate", "--package", "simulate", "--"];
    all.extend(arguments.iter().map(String::as_str));
    run::cargo(all)
}

/// The demo's binary, built.
fn build_demo() -> Result<std::path::PathBuf, Failed> {
    run::step("building the demo");
    // The features of a dependency are those that the whole workspace and its tests ask for, as in `cargo xtask test`, so
    // that neither build compiles a dependency again after the other. Only with `--examples` (of which there is one small
    // one) does cargo count what tests ask for.
    run::cargo(["build", "--workspace", "--bin", "demo", "--examples"])?;
    Ok(run::target().join("debug").join(format!("demo{}", std::env::consts::EXE_SUFFIX)))
}
