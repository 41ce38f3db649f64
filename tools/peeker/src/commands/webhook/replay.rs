//! `peeker webhook replay`: delivers stored events of a period again.

use super::send::Sender;
use super::sign::Delivery;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::json::shown;
use crate::output::{Report, plain};
use crate::pages;
use crate::table::table;
use crate::times;
use clap::Args;
use serde_json::{Value, json};

/// Redeliver stored events with a new signature
///
/// Reads GET /v1/events and delivers each event again, oldest first, with a new signature. The receiver detects
/// duplicates by event id and ignores them. Use it for a receiver that lost events, or for a new one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  peeker webhook replay --from 2h --dry-run\n  \
    peeker webhook replay --from 2026-05-08 --to 2026-05-09 --type order.completed\n  \
    peeker webhook replay --from 1d --url http://127.0.0.1:9000/hook")]
pub(crate) struct Replay {
    /// Only events since this time: a time, a date, or a duration (2h ago: 2h)
    #[arg(long, value_name = "TIME")]
    from: String,
    /// Only events before this time
    #[arg(long, value_name = "TIME", default_value = "now")]
    to: String,
    /// Filter by type, such as order.completed
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// The receiver [default: /v1/webhooks/peeker of the checkout API]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// List the events without delivering them
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn run(context: &Context, arguments: &Replay) -> Result<Report, Failure> {
    let now = times::now();
    let invalid = |message| Failure::usage("time_invalid", message);
    let from = times::instant(&arguments.from, now).map_err(invalid)?;
    // Includes events of the current second.
    let to = if arguments.to == "now" { now + 1 } else { times::instant(&arguments.to, now).map_err(invalid)? };
    if from >= to {
        return Err(Failure::usage("time_invalid", "--from has to be before --to."));
    }
    let (from, to) = (times::iso(from), times::iso(to));
    let mut query = vec![("from", from.as_str()), ("to", to.as_str())];
    query.extend(arguments.kind.as_deref().map(|kind| ("type", kind)));
    let mut events = pages::all(&context.api()?, "/events", &query).await?;
    events.sort_by_key(|event| (shown(event, "/created_at"), shown(event, "/id")));
    // Forgotten events have no content to deliver.
    let all = events.len();
    events.retain(|event| event.get("data").is_some_and(Value::is_object));
    let forgotten = all - events.len();
    if events.is_empty() {
        return Ok(Report::new(
            json!({"events": [], "delivered": 0, "refused": 0, "forgotten": forgotten}),
            format!("No events found.{}", without_content(forgotten)),
        ));
    }
    if arguments.dry_run {
        let rows: Vec<Vec<String>> = events.iter().map(row).collect();
        let text = format!(
            "{}\n{} events would be delivered.{}",
            table(context.output, &["AT", "TYPE", "ID", "ABOUT"], &rows),
            events.len(),
            without_content(forgotten)
        );
        let list: Vec<Value> = events.iter().map(|event| outcome(event, "not_sent", None)).collect();
        return Ok(Report::new(json!({"events": list, "delivered": 0, "refused": 0, "forgotten": forgotten}), text));
    }
    deliver(context, arguments, &events, forgotten).await
}

async fn deliver(context: &Context, arguments: &Replay, events: &[Value], forgotten: usize) -> Result<Report, Failure> {
    let sender = Sender::new(context, arguments.url.as_deref())?;
    let progress = context.output.progress();
    let mut list = Vec::new();
    let mut refused = 0_usize;
    for (index, event) in events.iter().enumerate() {
        progress.show(&format!("{} of {}: {}", index + 1, events.len(), shown(event, "/type")));
        let delivery = Delivery::sign(context, envelope(event).to_string().into_bytes(), None, times::now())?;
        let headers = delivery.headers().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let answer = sender.deliver(&headers, delivery.body.clone()).await?;
        let taken = (200..300).contains(&answer.status);
        let row = row(event).join("  ");
        let line = if taken {
            format!("taken    {row}")
        } else {
            refused += 1;
            format!("refused  {row}  {} {}", answer.status, plain(&answer.message))
        };
        progress.suspend(|| context.output.say(&line));
        list.push(outcome(event, if taken { "taken" } else { "refused" }, Some(answer.status)));
    }
    let delivered = events.len() - refused;
    let data = json!({"events": list, "delivered": delivered, "refused": refused, "forgotten": forgotten});
    let exit = if refused == 0 { Exit::Ok } else { Exit::Refused };
    Ok(Report::new(data, format!("{delivered} delivered, {refused} refused.{}", without_content(forgotten)))
        .ending(exit))
}

/// The message about events that cannot be delivered.
fn without_content(forgotten: usize) -> String {
    if forgotten == 0 {
        String::new()
    } else {
        format!(" {forgotten} more have no content: their personal data were removed.")
    }
}

/// The body that Peeker would send: the stored event in the current envelope.
fn envelope(event: &Value) -> Value {
    json!({
        "id": event.get("id"),
        "type": event.get("type"),
        "created_at": event.get("created_at"),
        "data": event.get("data"),
    })
}

fn row(event: &Value) -> Vec<String> {
    vec![
        plain(&shown(event, "/created_at")),
        plain(&shown(event, "/type")),
        plain(&shown(event, "/id")),
        plain(&shown(event, "/data/id")),
    ]
}

fn outcome(event: &Value, word: &str, status: Option<u16>) -> Value {
    json!({
        "id": event.get("id"),
        "type": event.get("type"),
        "created_at": event.get("created_at"),
        "outcome": word,
        "http_status": status,
    })
}
