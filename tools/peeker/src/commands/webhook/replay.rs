//! `peeker webhook replay`: stored events of a span of time, delivered once more.

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

/// Deliver stored events once more, signed anew
///
/// Reads GET /v1/events and delivers each event again, oldest first, signed anew as of now. The receiver tells
/// duplicates by their event id, so what it has already stays as it is: replay is for a receiver that lost events, or
/// for another one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  peeker webhook replay --from 2h --dry-run\n  \
    peeker webhook replay --from 2026-05-08 --to 2026-05-09 --type order.completed\n  \
    peeker webhook replay --from 1d --url http://127.0.0.1:9000/hook")]
pub(crate) struct Replay {
    /// Events from then on: a time, a date, or how long ago (2h)
    #[arg(long, value_name = "TIME")]
    from: String,
    /// Events before then
    #[arg(long, value_name = "TIME", default_value = "now")]
    to: String,
    /// Only of this type, such as order.completed
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// The receiver [default: /v1/webhooks/peeker of the checkout API]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Only list what would be delivered
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn run(context: &Context, arguments: &Replay) -> Result<Report, Failure> {
    let now = times::now();
    let invalid = |message| Failure::usage("time_invalid", message);
    let from = times::instant(&arguments.from, now).map_err(invalid)?;
    // Now includes what came within this second.
    let to = if arguments.to == "now" { now + 1 } else { times::instant(&arguments.to, now).map_err(invalid)? };
    if from >= to {
        return Err(Failure::usage("time_invalid", "--from has to be before --to."));
    }
    let (from, to) = (times::iso(from), times::iso(to));
    let mut query = vec![("from", from.as_str()), ("to", to.as_str())];
    query.extend(arguments.kind.as_deref().map(|kind| ("type", kind)));
    let mut events = pages::all(&context.api()?, "/events", &query).await?;
    events.sort_by_key(|event| (shown(event, "/created_at"), shown(event, "/id")));
    // What was forgotten has no content any more: there is nothing to deliver.
    let all = events.len();
    events.retain(|event| event.get("data").is_some_and(Value::is_object));
    let forgotten = all - events.len();
    if events.is_empty() {
        return Ok(Report::new(
            json!({"events": [], "delivered": 0, "refused": 0, "forgotten": forgotten}),
            format!("There are no such events.{}", without_content(forgotten)),
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
    let mut progress = context.output.progress();
    let mut list = Vec::new();
    let mut refused = 0_usize;
    for (index, event) in events.iter().enumerate() {
        progress.show(&format!("{} of {}: {}", index + 1, events.len(), shown(event, "/type")));
        let delivery = Delivery::sign(context, envelope(event).to_string().into_bytes(), None, times::now())?;
        let headers = delivery.headers().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let answer = sender.deliver(&headers, delivery.body.clone()).await?;
        let taken = (200..300).contains(&answer.status);
        progress.clear();
        if taken {
            context.output.say(&format!("taken    {}", row(event).join("  ")));
        } else {
            refused += 1;
            context.output.say(&format!(
                "refused  {}  {} {}",
                row(event).join("  "),
                answer.status,
                plain(&answer.message)
            ));
        }
        list.push(outcome(event, if taken { "taken" } else { "refused" }, Some(answer.status)));
    }
    let delivered = events.len() - refused;
    let data = json!({"events": list, "delivered": delivered, "refused": refused, "forgotten": forgotten});
    let exit = if refused == 0 { Exit::Ok } else { Exit::Refused };
    Ok(Report::new(data, format!("{delivered} delivered, {refused} refused.{}", without_content(forgotten)))
        .ending(exit))
}

/// What is said of events that cannot be delivered again.
fn without_content(forgotten: usize) -> String {
    if forgotten == 0 {
        String::new()
    } else {
        format!(" {forgotten} more have no content any more: their personal data have ended.")
    }
}

/// What Peeker would send: the stored event in its envelope of today.
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
