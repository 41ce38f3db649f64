//! `peeker orders watch`: prints changes of one order until it is final.

use crate::commands::bundles::{Side, id_path};
use crate::commands::orders::show::{describe, tone};
use crate::context::Context;
use crate::driver::Driver;
use crate::failure::{Exit, Failure};
use crate::json::{rows, shown, text};
use crate::output::{Output, Report, plain};
use crate::times;
use clap::Args;
use serde_json::Value;
use shared::protocol::order::{Input, OrderClient, OrderState};
use std::time::{Duration, Instant};

/// Watch an order until it is final
///
/// Exit code 0: the order is completed. 1: it failed or was cancelled. 5: the time limit is reached. 6: it has pending
/// actions.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  peeker orders watch ord_… --timeout 2h && echo 'all inboxes are live'")]
pub(crate) struct Watch {
    /// ord_…
    id: String,
    /// Time limit
    #[arg(long, default_value = "24h", value_parser = times::duration)]
    timeout: Duration,
    /// Longest pause between two reads; pauses grow while nothing changes
    #[arg(long, default_value = "15s", value_parser = times::duration)]
    every: Duration,
    /// Keep watching while actions are pending
    #[arg(long)]
    through_actions: bool,
    #[command(flatten)]
    side: Side,
}

pub(crate) async fn run(context: &Context, arguments: &Watch) -> Result<Report, Failure> {
    let target = context.via(arguments.side.via)?;
    id_path("/orders", &arguments.id)?;
    let output = context.output;
    let started = Instant::now();
    let longest = u64::try_from(arguments.every.max(MIN_PAUSE).as_millis()).unwrap_or(u64::MAX);
    let mut driver = Driver::new(OrderClient::of_partner().looking_every(longest), target);
    let mut printed = Printed::default();
    driver.input(Input::Watch(arguments.id.clone())).await;
    loop {
        let (status, order) = match driver.order() {
            OrderState::Placed { status, order, .. } => (status, order),
            _ => (String::new(), None),
        };
        let is_over = started.elapsed() >= arguments.timeout;
        if let Some(failure) = driver.failure()
            && is_hopeless(failure, order.is_some(), is_over)
        {
            return Err(driver.into_failure().unwrap_or_else(|| not_read(&arguments.id)));
        }
        if let Some(order) = order {
            printed.add(output, &arguments.id, &order);
            if let Some(exit) = ending(&order, arguments.through_actions) {
                let text = describe(output, &order);
                return Ok(Report::new(order, format!("\n{text}")).ending(exit));
            }
            if is_over {
                let message =
                    format!("{} is still {status} after {}.", arguments.id, times::seconds(started.elapsed()));
                return Err(Failure::new(Exit::Temporary, "still_waiting", message)
                    .advise("Watch again, or longer: --timeout 24h")
                    .with("order", order));
            }
        } else if is_over {
            return Err(not_read(&arguments.id));
        }
        let progress = output.progress();
        progress.show(&format!("{status}, watching for {}", times::duration_words(started.elapsed().as_secs())));
        let until = Instant::now() + arguments.timeout.saturating_sub(started.elapsed()).min(REDRAW);
        driver.wait(until).await;
    }
}

/// Whether looking again is of no use: the key, the id or the address is wrong, or the time is over. An outage passes.
fn is_hopeless(failure: &Failure, was_read: bool, is_over: bool) -> bool {
    failure.exit != Exit::Temporary || (!was_read && (is_over || failure.code == "unreachable"))
}

fn not_read(id: &str) -> Failure {
    Failure::new(Exit::Temporary, "not_read", format!("{id} could not be read.")).advise("Try again.")
}

/// Minimum pause; shorter ones would be a load on the API.
const MIN_PAUSE: Duration = Duration::from_millis(500);
/// Time between two updates of the progress.
const REDRAW: Duration = Duration::from_secs(1);

/// What was printed of the order.
#[derive(Default)]
struct Printed {
    events: usize,
    status: String,
}

impl Printed {
    /// Prints what is new in `order`.
    fn add(&mut self, output: Output, id: &str, order: &Value) {
        let timeline = rows(order, "/timeline");
        for entry in timeline.iter().skip(self.events) {
            output.say(&format!("{}  {}", plain(&shown(entry, "/at")), plain(&shown(entry, "/type"))));
        }
        self.events = self.events.max(timeline.len());
        let status = shown(order, "/status");
        if status != self.status {
            output.say(&format!("{}: {}", plain(id), output.paint(tone(&status), &plain(&status))));
            self.status = status;
        }
    }
}

/// The exit code if watching ends.
fn ending(order: &Value, through_actions: bool) -> Option<Exit> {
    match text(order, "/status")? {
        "completed" | "cancel_scheduled" => Some(Exit::Ok),
        "failed" | "cancelled" => Some(Exit::Refused),
        "action_required" if !through_actions => Some(Exit::Waiting),
        _ => None,
    }
}
