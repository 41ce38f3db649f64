//! `peeker notifications`: what your backend was told, every attempt to tell it, and delivering again.

use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::json::{number, rows, shown, text};
use crate::output::{Report, plain};
use crate::pages::{self, Page};
use crate::table::table;
use crate::times;
use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What to do with notifications.
#[derive(Debug, Subcommand)]
pub(crate) enum Notifications {
    List(List),
    Redeliver(Redeliver),
}

/// List notifications and how each was delivered, oldest first
///
/// With --json each has every attempt: its endpoint, status, time, and the beginning of the answer.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  peeker notifications list --since 2h\n  \
    peeker notifications list --type order.failed --json | jq '.data.notifications[].attempts'")]
pub(crate) struct List {
    /// Only those that were recorded from then on, at most 30 days ago [default: a day ago]
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only notifications of this type
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// At most that many
    #[arg(long, default_value_t = 25, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// All of them
    #[arg(long, conflicts_with = "limit")]
    all: bool,
}

/// Deliver a notification again, or all since a time
///
/// They keep their ids, so a receiver that knows an id answers it without work. An endpoint that is disabled gets them, too;
/// its first success enables it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  peeker notifications redeliver ntf_…\n  \
    peeker notifications redeliver --since 2h --endpoint crm")]
pub(crate) struct Redeliver {
    /// ntf_…
    #[arg(required_unless_present = "since", conflicts_with = "since")]
    id: Option<String>,
    /// All that were recorded from then on, at most 30 days ago
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only to this endpoint [default: to every endpoint]
    #[arg(long, value_name = "NAME")]
    endpoint: Option<String>,
}

pub(crate) async fn run(context: &Context, command: Notifications) -> Result<Report, Failure> {
    match command {
        Notifications::List(arguments) => list(context, &arguments).await,
        Notifications::Redeliver(arguments) => match (&arguments.id, &arguments.since) {
            (_, Some(since)) => redeliver_since(context, since, arguments.endpoint.as_deref()).await,
            (id, None) => redeliver(context, id.as_deref().unwrap_or_default(), arguments.endpoint.as_deref()).await,
        },
    }
}

/// A moment in any of the forms, as the API takes it.
pub(super) fn moment(given: &str) -> Result<String, Failure> {
    let at = times::instant(given, times::now()).map_err(|message| Failure::usage("time_invalid", message))?;
    Ok(times::iso(at))
}

async fn list(context: &Context, arguments: &List) -> Result<Report, Failure> {
    let since = arguments.since.as_deref().map(moment).transpose()?;
    let mut query = Vec::new();
    query.extend(since.as_deref().map(|since| ("since", since)));
    query.extend(arguments.kind.as_deref().map(|kind| ("type", kind)));
    let limit = if arguments.all { usize::MAX } else { usize::try_from(arguments.limit).unwrap_or(usize::MAX) };
    let Page { rows, next } = pages::up_to(&context.api()?, "/notifications", &query, limit, None).await?;
    let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
    let mut shown = match cells.is_empty() {
        true => "No such notifications.".to_owned(),
        false => table(context.output, &["RECORDED", "TYPE", "ABOUT", "ID", "DELIVERED"], &cells),
    };
    if next.is_some() {
        shown.push_str("\nThere are more: --limit N, --all, or a later --since");
    }
    Ok(Report::new(json!({"notifications": rows, "has_more": next.is_some()}), shown))
}

fn cells(row: &Value) -> Vec<String> {
    vec![shown(row, "/recorded_at"), shown(row, "/type"), about(row).to_owned(), shown(row, "/id"), deliveries(row)]
}

/// What a notification is about: an order, a domain, an import, a session or an endpoint.
pub(crate) fn about(row: &Value) -> &str {
    let pointers = ["/data/order/id", "/data/domain", "/data/import/id", "/data/session", "/data/endpoint/id"];
    pointers.iter().find_map(|pointer| text(row, pointer)).unwrap_or_default()
}

/// The last status of each endpoint, and the number of attempts: `crm 204, billing 500 (3 attempts)`.
fn deliveries(row: &Value) -> String {
    let mut last: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for attempt in rows(row, "/attempts") {
        let status = number(attempt, "/status").map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        let entry = last.entry(shown(attempt, "/endpoint")).or_default();
        *entry = (status, entry.1.saturating_add(1));
    }
    let of = |(endpoint, (status, tries)): (String, (String, usize))| match tries {
        1 => format!("{endpoint} {status}"),
        tries => format!("{endpoint} {status} ({tries} attempts)"),
    };
    if last.is_empty() { "–".to_owned() } else { last.into_iter().map(of).collect::<Vec<_>>().join(", ") }
}

async fn redeliver(context: &Context, id: &str, endpoint: Option<&str>) -> Result<Report, Failure> {
    let is_id = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    if !is_id {
        return Err(Failure::usage("id_invalid", format!("{id} is no id of a notification, ntf_…."))
            .advise("List them: peeker notifications list"));
    }
    let body = endpoint.map_or_else(|| json!({}), |endpoint| json!({ "endpoint": endpoint }));
    let path = format!("/notifications/{id}/redeliver");
    let done = context.api()?.send(Method::POST, &path, &[], Some(&body)).await?.data();
    let said = format!("{} {} is delivered again{}", shown(&done, "/type"), shown(&done, "/id"), to(endpoint));
    Ok(Report::new(done, said))
}

async fn redeliver_since(context: &Context, since: &str, endpoint: Option<&str>) -> Result<Report, Failure> {
    let (mut since, mut count) = (moment(since)?, 0_u64);
    let api = context.api()?;
    loop {
        let mut body = json!({ "since": since });
        if let (Some(endpoint), Some(fields)) = (endpoint, body.as_object_mut()) {
            fields.insert("endpoint".to_owned(), json!(endpoint));
        }
        let done = api.send(Method::POST, "/notifications/redeliver", &[], Some(&body)).await?.data();
        count = count.saturating_add(number(&done, "/redelivered").unwrap_or_default());
        if done.get("complete").and_then(Value::as_bool) != Some(false) {
            let said = format!("{count} notifications are delivered again{}", to(endpoint));
            return Ok(Report::new(json!({ "redelivered": count }), said));
        }
        // One call works for some seconds: the next goes on where it stopped.
        let next = shown(&done, "/since");
        if next == since {
            let message = format!("More notifications were recorded at {since} than one request delivers again.");
            return Err(Failure::new(Exit::Temporary, "incomplete", message)
                .advise(format!("Go on later: peeker notifications redeliver --since {next}")));
        }
        context.output.progress().show(&format!("{count} notifications, on to {next}"));
        since = next;
    }
}

fn to(endpoint: Option<&str>) -> String {
    endpoint.map(|endpoint| format!(" to {}", plain(endpoint))).unwrap_or_default()
}
