//! The command line: global options, and the list of commands.

use crate::commands::{
    actions, approvals, bundles, completions, config, customers, events, ledger, notifications, orders, session, smoke,
    webhook,
};
use crate::failure::EXIT_CODES;
use crate::settings::Flags;
use clap::{Args, Parser, Subcommand};

const EXAMPLES: &str = "\
Examples:
  peeker smoke                                 against the demo that runs here (cargo xtask demo)
  peeker smoke --help                          and how to run it against Peeker's own sandbox
  peeker bundles list
  peeker session mint --customer client@example.com --bundle bun_…
  peeker orders watch ord_…
  peeker events listen --forward-to http://localhost:3000/hook
  peeker webhook verify capture.txt
  peeker config show                           what is used, and where it comes from

Without any settings, the nearest running demo is used (target/demo/demo.json, here or above);
a demo elsewhere is named by --demo=FILE.";

/// The partner's command line for peeker-checkout.
#[derive(Debug, Parser)]
#[command(name = "peeker", version, after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"), after_help = EXAMPLES,
          propagate_version = true, disable_help_subcommand = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// One JSON document on standard output: {"data": …}, or {"error": …}
    #[arg(long, global = true, help_heading = "Output")]
    pub(crate) json: bool,
    /// No progress on standard error
    #[arg(long, short, global = true, help_heading = "Output")]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) flags: Flags,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Smoke(smoke::Arguments),
    /// The order sizes that you sell
    #[command(subcommand)]
    Bundles(bundles::Bundles),
    /// Orders: list, show, watch, cancel
    #[command(subcommand)]
    Orders(orders::Orders),
    Actions(actions::Arguments),
    Ledger(ledger::Arguments),
    /// Approvals of orders, and how each one ended
    #[command(subcommand)]
    Approvals(approvals::Approvals),
    /// Sessions for the widget
    #[command(subcommand)]
    Session(session::Session),
    /// Customers and their personal data
    #[command(subcommand)]
    Customers(customers::Customers),
    /// Notifications to your backend: listen, trigger, schema
    #[command(subcommand)]
    Events(events::Events),
    /// The log of notifications, and delivering again
    #[command(subcommand)]
    Notifications(notifications::Notifications),
    /// Webhook deliveries: what was rejected and why, verify, sign, send, replay
    #[command(subcommand)]
    Webhook(webhook::Webhook),
    /// Settings in use
    #[command(subcommand)]
    Config(config::Config),
    /// A completion script for your shell
    Completions(completions::Arguments),
}
