//! `peeker orders watch`: tells what happens to one order until there is nothing more to wait for.

use crate::commands::bundles::Side;
use crate::commands::orders::{describe, get, tone};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::json::{rows, shown, text};
use crate::output::{Report, plain};
use crate::times;
use clap::Args;
use serde_json::Value;
use std::time::{Duration, Instant};

/// Watch one order until it is final
///
/// Ends with 0 when the order is completed, 1 when it failed or was cancelled, 6 when somebody has to do something
/// first, 5 when the time is over.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  peeker orders watch ord_… --timeout 2h && echo 'all inboxes are live'")]
pub(crate) struct Watch {
    /// ord_…
    id: String,
    /// How long to watch at most
    #[arg(long, default_value = "24h", value_parser = times::duration)]
    timeout: Duration,
    /// Pause between two looks
    #[arg(long, default_value = "2s", value_parser = times::duration)]
    every: Duration,
    /// Go on when somebody has to do something first
    #[arg(long)]
    through_actions: bool,
    #[command(flatten)]
    side: Side,
}

pub(crate) async fn run(context: &Context, arguments: &Watch) -> Result<Report, Failure> {
    let target = context.via(arguments.side.via)?;
    let output = context.output;
    let started = Instant::now();
    let mut told = 0;
    let mut last_status = String::new();
    loop {
        let order = get(&target, &arguments.id).await?;
        let status = shown(&order, "/status");
        let timeline = rows(&order, "/timeline");
        for entry in timeline.iter().skip(told) {
            output.say(&format!("{}  {}", plain(&shown(entry, "/at")), plain(&shown(entry, "/type"))));
        }
        told = told.max(timeline.len());
        if status != last_status {
            output.say(&format!("{}: {}", plain(&arguments.id), output.paint(tone(&status), &plain(&status))));
            last_status.clone_from(&status);
        }
        if let Some(exit) = ending(&order, arguments.through_actions) {
            let text = describe(output, &order);
            return Ok(Report::new(order, format!("\n{text}")).ending(exit));
        }
        if started.elapsed() >= arguments.timeout {
            let message = format!("{} is still {status} after {}.", arguments.id, times::seconds(started.elapsed()));
            return Err(Failure::new(Exit::Temporary, "still_waiting", message)
                .advise("Watch again, or longer: --timeout 24h")
                .with("order", order));
        }
        let mut progress = output.progress();
        progress.show(&format!("{status}, watching for {}", times::duration_words(started.elapsed().as_secs())));
        tokio::time::sleep(arguments.every.max(MIN_PAUSE)).await;
    }
}

/// Below it, watching would be a load.
const MIN_PAUSE: Duration = Duration::from_millis(500);

/// How the watching ends, if it does.
fn ending(order: &Value, through_actions: bool) -> Option<Exit> {
    match text(order, "/status")? {
        "completed" | "cancel_scheduled" => Some(Exit::Ok),
        "failed" | "cancelled" => Some(Exit::Refused),
        "action_required" if !through_actions => Some(Exit::Waiting),
        _ => None,
    }
}
