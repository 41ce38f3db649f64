//! `peeker events`: the notifications that your backend receives, while you build it.

mod forward;
mod listen;
mod schema;
mod trigger;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::Report;
use clap::Subcommand;

/// What to do with notifications.
#[derive(Debug, Subcommand)]
pub(crate) enum Events {
    Listen(listen::Listen),
    Trigger(trigger::Trigger),
    Schema(schema::Schema),
}

pub(crate) async fn run(context: &Context, command: Events) -> Result<Report, Failure> {
    match command {
        Events::Listen(arguments) => listen::run(context, &arguments).await,
        Events::Trigger(arguments) => trigger::run(context, &arguments).await,
        Events::Schema(arguments) => schema::run(&arguments),
    }
}
