//! `peeker`, the partner's command line: parses, runs one command, and ends with an exit code that scripts can use.

mod cli;
mod commands;
mod context;
mod failure;
mod http;
mod json;
mod output;
mod pages;
mod secret;
mod settings;
mod times;
mod webhook;

use clap::Parser;
use clap::error::ErrorKind;
use cli::Cli;
use failure::{Exit, Failure};
use output::Output;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are what was asked for; everything else is a mistake.
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            let _ = error.print();
            return if asked { Exit::Ok.into() } else { Exit::Usage.into() };
        }
    };
    let output = Output::new(cli.global.json, cli.global.quiet);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(commands::run(cli, output)),
        Err(error) => Err(Failure::new(Exit::Refused, "runtime", error.to_string())),
    };
    output.finish(outcome).into()
}
