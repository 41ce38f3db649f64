//! `peeker`, the partner's command line: parses, runs one command, and ends with an exit code that scripts can use.

mod cli;
mod commands;
mod context;
mod dispatch;
mod driver;
mod failure;
mod http;
mod json;
mod output;
mod pages;
mod secret;
mod settings;
mod table;
mod times;
mod webhook;

use clap::Parser;
use clap::error::ErrorKind;
use cli::Cli;
use failure::{Exit, Failure};
use output::Output;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error).into(),
    };
    let output = Output::new(cli.global.json, cli.global.quiet);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(dispatch::run(cli, output)),
        Err(error) => Err(Failure::new(Exit::Refused, "runtime", error.to_string())),
    };
    output.finish(outcome).into()
}

/// Prints help and version; every other parse result is a usage error.
fn refuse(error: &clap::Error) -> Exit {
    // Arguments are only compared and shown here, so invalid UTF-8 may be replaced.
    let arguments: Vec<String> = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        output::note(error.print().and_then(|()| std::io::stdout().flush()));
        return output::ending(Exit::Ok);
    }
    let elsewhere = arguments.iter().zip(arguments.iter().skip(1));
    let elsewhere = elsewhere.filter(|(flag, file)| *flag == "--demo" && file.ends_with(".json")).map(|(_, file)| file);
    let tip = elsewhere.map(|file| format!("To use the demo that is described there: --demo={file}")).next();
    if arguments.iter().any(|argument| argument == "--json") {
        let text = error.render().to_string();
        let message: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
        let failure = Failure::usage("command_line", message.join(" ").trim_start_matches("error: "));
        let failure = failure.advise(tip.unwrap_or_else(|| "See what there is: peeker --help".to_owned()));
        return Output::new(true, true).finish(Err(failure));
    }
    let _ = error.print();
    if let Some(tip) = tip {
        output::eprint(&format!("\n{tip}\n"));
    }
    Exit::Usage
}
