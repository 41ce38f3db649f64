//! Runs the requested command.

use crate::cli::{Cli, Command};
use crate::commands::{
    actions, approvals, bundles, completions, config, customers, events, ledger, notifications, orders, session, smoke,
    webhook,
};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Output, Report};
use crate::settings::Settings;
use clap::CommandFactory;

/// Runs the requested command.
pub(crate) async fn run(cli: Cli, output: Output) -> Result<Report, Failure> {
    if let Command::Completions(arguments) = &cli.command {
        return Ok(completions::run(arguments, Cli::command()));
    }
    let settings = Settings::read(&cli.global.flags)?;
    let context = Context { output, settings };
    match cli.command {
        Command::Smoke(arguments) => smoke::run(&context, &arguments).await,
        Command::Bundles(command) => bundles::run(&context, command).await,
        Command::Orders(command) => orders::run(&context, command).await,
        Command::Actions(arguments) => actions::run(&context, &arguments).await,
        Command::Approvals(command) => approvals::run(&context, command).await,
        Command::Ledger(arguments) => ledger::run(&context, &arguments).await,
        Command::Session(command) => session::run(&context, command).await,
        Command::Customers(command) => customers::run(&context, command).await,
        Command::Events(command) => events::run(&context, command).await,
        Command::Notifications(command) => notifications::run(&context, command).await,
        Command::Webhook(command) => webhook::run(&context, command).await,
        Command::Config(command) => config::run(&context, &command),
        Command::Completions(arguments) => Ok(completions::run(&arguments, Cli::command())),
    }
}
