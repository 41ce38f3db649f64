//! `peeker webhook`: lists rejected deliveries; verifies, signs, sends and replays deliveries.

mod doctor;
mod input;
mod rejected;
mod replay;
mod send;
mod sign;
mod verify;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::Report;
use clap::Subcommand;

/// What to do with deliveries.
#[derive(Debug, Subcommand)]
pub(crate) enum Webhook {
    Rejected(rejected::Rejected),
    Doctor(doctor::Doctor),
    Verify(verify::Verify),
    Sign(sign::Sign),
    Send(send::Send),
    Replay(replay::Replay),
}

pub(crate) async fn run(context: &Context, command: Webhook) -> Result<Report, Failure> {
    match command {
        Webhook::Rejected(arguments) => rejected::run(context, &arguments).await,
        Webhook::Doctor(arguments) => doctor::run(context, &arguments).await,
        Webhook::Verify(arguments) => verify::run(context, &arguments),
        Webhook::Sign(arguments) => sign::run(context, &arguments),
        Webhook::Send(arguments) => send::run(context, &arguments).await,
        Webhook::Replay(arguments) => replay::run(context, &arguments).await,
    }
}
